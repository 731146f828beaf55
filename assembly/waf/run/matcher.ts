// Asks a rule's operator about a value and, at a yes, notes the match: what %{MATCHED_VAR} is, captures, and the rule's own
// setvars and ctls. With multiMatch every form on the way through the transformations is asked about.
import { Variable } from "../../seclang/variable-table";
import { OperatorCode } from "../model/operator-code";
import { Rule } from "../model/rule";
import { RuleTarget } from "../model/rule-target";
import { Asker } from "./asker";
import { isTargetRemoved } from "./controls";
import { Effects } from "./effects";
import { Forms, formBytes, formLength } from "./forms";
import { MatchSink } from "./match-sink";
import { Resolver } from "./resolver";
import { Transaction } from "./transaction";
import { makeValue } from "./value";

@final
export class Matcher {
  readonly effects: Effects;
  /** Head of the chain that is being evaluated. */
  head: Rule | null = null;
  private asker: Asker;

  constructor(
    private forms: Forms,
    private resolver: Resolver,
    sink: MatchSink,
  ) {
    this.asker = new Asker(forms, resolver);
    this.effects = new Effects(resolver, sink);
  }

  /** Asks about one form, or with multiMatch about all forms on the way. */
  askForm(
    rule: Rule,
    code: OperatorCode,
    target: RuleTarget,
    root: usize,
    name: usize,
    nameLength: u32,
    tx: Transaction,
  ): bool {
    const chain = rule.transformations;
    if (!rule.multiMatch) {
      const form = this.forms.walk(root, chain);
      return form != 0 && this.askOne(rule, code, target, form, name, nameLength, tx);
    }
    let form = root;
    let matched = this.askOne(rule, code, target, form, name, nameLength, tx);
    for (let i = 0; i < chain.length; i++) {
      const next = this.forms.step(form, chain[i]);
      if (next == 0) break;
      if (next != form && this.askOne(rule, code, target, next, name, nameLength, tx))
        matched = true;
      form = next;
    }
    return matched;
  }

  private askOne(
    rule: Rule,
    code: OperatorCode,
    target: RuleTarget,
    form: usize,
    name: usize,
    nameLength: u32,
    tx: Transaction,
  ): bool {
    if (this.asker.ask(code, form, tx) == rule.isNegated) return false;
    if (this.isExcluded(rule, target.variable, name, nameLength, tx)) return false;
    this.matched(rule, code, target.variable, form, name, nameLength, tx);
    return true;
  }

  isExcluded(rule: Rule, variable: u32, name: usize, nameLength: u32, tx: Transaction): bool {
    const exclusions = rule.exclusions;
    for (let i = 0; i < exclusions.length; i++) {
      const exclusion = exclusions[i];
      if (exclusion.variable == variable && exclusion.picks(name, nameLength)) return true;
    }
    if (tx.controlCount == 0) return false;
    const head = this.head;
    return head !== null && isTargetRemoved(head, variable, name, nameLength, tx);
  }

  /** Notes a match and performs what the rule does for each of them. */
  private matched(
    rule: Rule,
    code: OperatorCode,
    variable: u32,
    form: usize,
    name: usize,
    nameLength: u32,
    tx: Transaction,
  ): void {
    const bytes = formBytes(form);
    const length = formLength(form);
    tx.matchedBytes = bytes;
    tx.matchedLength = length;
    tx.matchedName = name;
    tx.matchedNameLength = nameLength;
    tx.matchedVariable = variable;
    this.resolver.nameOf(variable, name, nameLength);
    const full = this.resolver.bytes;
    const fullLength = this.resolver.length;
    const scratch = this.forms.scratch;
    tx.values.add(makeValue(scratch, Variable.MatchedVars, full, fullLength, bytes, length));
    tx.values.add(
      makeValue(scratch, Variable.MatchedVarsNames, full, fullLength, full, fullLength),
    );
    if (rule.capture && !rule.isNegated) this.asker.capture(code, form, tx);
    this.effects.perform(rule, tx);
  }
}
