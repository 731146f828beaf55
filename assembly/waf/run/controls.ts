// What `ctl:ruleRemove…` of earlier rules leaves out for the rest of a request.
import { Text } from "../../seclang/text";
import { Control, ControlAction, Rule } from "../model/rule";
import { Transaction } from "./transaction";

/** Whether a rule was removed for this request. */
export function isRemoved(rule: Rule, tx: Transaction): bool {
  for (let i = 0; i < tx.controlCount; i++) {
    const control = tx.controls[i];
    if (control === null || control.control > Control.RemoveByMsg) continue;
    if (names(control, <i32>control.control, rule)) return true;
  }
  return false;
}

/** Whether a rule must not look at a value for this request. */
export function isTargetRemoved(
  rule: Rule,
  variable: u32,
  name: usize,
  nameLength: u32,
  tx: Transaction,
): bool {
  for (let i = 0; i < tx.controlCount; i++) {
    const control = tx.controls[i];
    if (control === null || control.control < Control.RemoveTargetById) continue;
    const target = control.target;
    if (target === null || target.variable != variable || !target.picks(name, nameLength)) continue;
    if (names(control, <i32>control.control - <i32>Control.RemoveTargetById, rule)) return true;
  }
  return false;
}

/** Whether a control names a rule: by id (0), tag (1) or message (2). */
function names(control: ControlAction, by: i32, rule: Rule): bool {
  if (by == 0) return rule.id >= control.from && rule.id <= control.to;
  if (by == 1) return rule.hasTag(control.text);
  const msg = rule.msg;
  return msg !== null && msg.isPlain && isSame(msg.plain, control.text);
}

function isSame(a: Text, b: Text): bool {
  return a.length == b.length && memory.compare(a.ptr, b.ptr, a.length) == 0;
}
