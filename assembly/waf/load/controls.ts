// `ctl`: what a rule changes for the rest of the request it matched.
import { Selection, Target, parseTargets, targetFault } from "../../seclang/target-list";
import { compileRegex } from "../../regex/regex";
import { RegexFlag } from "../../regex/status";
import { Text } from "../../seclang/text";
import { Control, ControlAction, Rule } from "../model/rule";
import { RuleTarget } from "../model/rule-target";
import { numberOf } from "../model/number";
import { Faults } from "./faults";

/** In the order of Control; `_` in front of those that are accepted and change nothing. */
const names: string = `ruleremovebyid ruleremovebytag ruleremovebymsg ruleremovetargetbyid ruleremovetargetbytag ruleremovetargetbymsg ruleengine requestbodyaccess requestbodyprocessor forcerequestbodyvariable responsebodyaccess responsebodyprocessor auditengine auditlogparts requestbodylimit responsebodylimit debugloglevel`;

export function readControl(rule: Rule, value: Text, faults: Faults): void {
  const equals = value.find(0x3d);
  const name = value.slice(0, equals).trimmed().lower();
  const id = names.split(" ").indexOf(name);
  if (id < 0) {
    if (name == "hashengine" || name == "hashenforcement") return;
    return faults.add(`unknown ctl:${name}`);
  }
  const control = new ControlAction(<Control>id);
  control.text = value.slice(min<u32>(equals + 1, value.length), value.length).trimmed();
  if (id >= Control.RemoveTargetById && id <= Control.RemoveTargetByMsg) {
    if (!readTarget(control, faults)) return;
  }
  if (id == Control.RemoveById || id == Control.RemoveTargetById) readRange(control);
  control.number = numberOf(control.text.ptr, control.text.length);
  rule.controls.push(control);
}

/** `941100;ARGS:comment`. */
function readTarget(control: ControlAction, faults: Faults): bool {
  const text = control.text;
  const semicolon = text.find(0x3b);
  const targets: Target[] = [];
  if (semicolon == text.length) {
    faults.add("ctl:ruleRemoveTarget… needs a rule and a target, joined by a semicolon");
    return false;
  }
  if (!parseTargets(text.slice(semicolon + 1, text.length), targets)) {
    faults.add(targetFault());
    return false;
  }
  const target = new RuleTarget(targets[0]);
  if (target.selection == Selection.Pattern) {
    const flags: u32 = RegexFlag.CASE_INSENSITIVE | RegexFlag.DOT_ALL | RegexFlag.NO_CAPTURES;
    const pattern = compileRegex(target.name.ptr, target.name.length, flags);
    if (pattern === null) faults.add("the pattern for names is refused");
    else faults.patterns.push(changetype<usize>(pattern)); // unmanaged: the reference is the address
    target.pattern = pattern;
  }
  control.target = target;
  control.text = text.slice(0, semicolon).trimmed();
  return true;
}

/** `942100` or `942100-942199`. */
function readRange(control: ControlAction): void {
  const text = control.text;
  const dash = text.find(0x2d);
  control.from = <u32>numberOf(text.ptr, dash);
  control.to = control.from;
  if (dash < text.length) control.to = <u32>numberOf(text.ptr + dash + 1, text.length - dash - 1);
}
