// One target of a rule as the engine reads it: a variable, and how values are picked by their names.
import { Regex, matches } from "../../regex/regex";
import { Selection, Target } from "../../seclang/target-list";
import { Text } from "../../seclang/text";
import { Variable } from "../../seclang/variable-table";
import { isCapture } from "./macro";
import { XmlPath } from "./xml-path";
import { holdsNames, sameFolded, slotOf } from "./tx-names";

@final
export class RuleTarget {
  variable: u32;
  isCount: bool;
  isExclusion: bool;
  selection: Selection;
  name: Text;
  /** Pattern for names; null unless the selection is Pattern. */
  pattern: Regex | null = null;
  /** Path of an XML target beyond `/*` and `//@*`; its values bear it as their name. */
  path: XmlPath | null = null;
  /** Slot of TX:name, or of another collection that rules write; -1 for all else. */
  slot: i32 = -1;
  /** 0 to 9 for TX:0 to TX:9; -1 for all else. */
  capture: i32 = -1;

  constructor(target: Target) {
    this.variable = target.variable;
    this.isCount = target.isCount;
    this.isExclusion = target.isExclusion;
    this.selection = target.selection;
    this.name = target.name;
    if (holdsNames(target.variable) && target.selection == Selection.Name) {
      if (target.variable == Variable.Tx && isCapture(target.name)) {
        this.capture = <i32>target.name.at(0) - 0x30;
      } else this.slot = slotOf(target.name, target.variable);
    }
  }

  /** Whether a value with this name is meant. */
  picks(name: usize, length: u32): bool {
    if (this.selection == Selection.All) return true;
    if (this.selection == Selection.Name) {
      return this.name.length == length && sameFolded(this.name.ptr, name, length);
    }
    const pattern = this.pattern;
    return pattern !== null && matches(pattern, name, length);
  }
}
