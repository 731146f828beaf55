// SecDefaultAction: what rules of a phase do that do not say it themselves, and what `block` means there.
import { actionFault, parseActions } from "../../seclang/action-list";
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
  if (rule.transformations.length > 0) {
    return faults.add("SecDefaultAction with a transformation: write it in the rules that need it");
  }
  if (rule.id != 0) return faults.add("SecDefaultAction with an id: only rules have one");
  const entry = set.defaults[rule.phase];
  entry.isSet = true;
  entry.disruption = rule.disruption == Disruption.Unset ? Disruption.Pass : rule.disruption;
  // A default of `block` means what a rule that denies does.
  if (entry.disruption == Disruption.Block) entry.disruption = Disruption.Deny;
  entry.status = rule.status;
  entry.logs = rule.logs == Choice.Unset ? Choice.Yes : rule.logs;
  entry.audits = rule.audits == Choice.Unset ? Choice.Yes : rule.audits;
}
