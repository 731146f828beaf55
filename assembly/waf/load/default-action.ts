// SecDefaultAction: what rules of a phase do that do not say it themselves, and what `block` means there.
import { ActionText, actionFault, parseActions } from "../../seclang/action-list";
import { Directive } from "../../seclang/directive-reader";
import { Choice, Disruption, Rule } from "../model/rule";
import { RuleSet } from "../model/rule-set";
import { readActions } from "./actions";
import { Faults } from "./faults";

export function readDefault(directive: Directive, set: RuleSet, faults: Faults): void {
  const before = faults.count;
  const actions = parseActions(directive.argument(0));
  if (actionFault().length > 0) return faults.add(actionFault());
  const rule = new Rule();
  readActions(rule, actions, faults);
  if (faults.count > before) return;
  if (rule.disruption == Disruption.Block) rule.disruption = others(actions);
  if (rule.disruption == Disruption.Block) {
    return faults.add(
      "SecDefaultAction with block, which means what SecDefaultAction says: write deny or pass",
    );
  }
  if (rule.choosesTransformations) {
    return faults.add("SecDefaultAction with t:none: write it in the rules that need it");
  }
  if (rule.id != 0) return faults.add("SecDefaultAction with an id: only rules have one");
  const entry = set.defaults[rule.phase];
  entry.isSet = true;
  entry.transformations = rule.transformations;
  entry.disruption = rule.disruption == Disruption.Unset ? Disruption.Pass : rule.disruption;
  entry.status = rule.status;
  entry.logs = rule.logs == Choice.Unset ? Choice.Yes : rule.logs;
  entry.audits = rule.audits == Choice.Unset ? Choice.Yes : rule.audits;
}

/** What stands beside `block`: `deny,block` is deny. */
function others(actions: ActionText[]): Disruption {
  for (let i = 0; i < actions.length; i++) {
    const name = actions[i].name;
    if (name == "deny") return Disruption.Deny;
    if (name == "drop") return Disruption.Drop;
    if (name == "pass") return Disruption.Pass;
  }
  return Disruption.Block;
}
