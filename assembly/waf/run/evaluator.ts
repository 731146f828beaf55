// Runs the rules of a phase over a request: in the order of the file, with skips, chains and what rules do to the ones
// behind them. A rule asks its operator about every form of every value it looks at; each yes sets the "last match" and
// performs the rule's own setvars and ctls, and a chain whose last link said yes ends in the rule's disruptive action.
import { Selection } from "../../seclang/target-list";
import { Text, TextPool } from "../../seclang/text";
import { Variable } from "../../seclang/variable-table";
import { firstList, secondList } from "../model/gate-class";
import { OperatorCode } from "../model/operator-code";
import { Rule } from "../model/rule";
import { Engine, RuleSet } from "../model/rule-set";
import { RuleTarget } from "../model/rule-target";
import { writeNumber, NUMBER_BYTES } from "../model/number";
import { Arena } from "./arena";
import { isRemoved } from "./controls";
import { Forms, formMask } from "./forms";
import { MatchSink } from "./match-sink";
import { GateBoard } from "./gate-board";
import { Matcher } from "./matcher";
import { Resolver } from "./resolver";
import { Transaction } from "./transaction";
import { nextRecord, recordCell, recordCollection, recordName, recordNameLength } from "./tx-store";
import { holdsNames, slotCollection, slotName } from "../model/tx-names";
import { nextValue, valueName, valueNameLength } from "./value";

/** Names of what was captured. */
const DIGITS: usize = memory.data<u8>([0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39]);

@final
export class Evaluator {
  readonly scratch: Arena;
  readonly forms: Forms;
  readonly resolver: Resolver;
  readonly board: GateBoard;
  private matcher: Matcher;
  private pool: TextPool = new TextPool();
  /** What RULE holds. */
  private ruleNames: Text[] = [];

  /** @param scratchBytes memory that one callback may use */
  constructor(scratchBytes: usize, sink: MatchSink) {
    const scratch = new Arena(262144, scratchBytes);
    const forms = new Forms(scratch);
    const resolver = new Resolver(scratch);
    this.scratch = scratch;
    this.forms = forms;
    this.resolver = resolver;
    this.board = new GateBoard(forms);
    this.matcher = new Matcher(forms, resolver, sink);
    const names = "id rev severity logdata msg".split(" ");
    for (let i = 0; i < names.length; i++) this.ruleNames.push(this.pool.of(names[i]));
  }

  /** Runs a phase. The transaction says afterwards whether it was interrupted. */
  run(phase: u32, tx: Transaction): void {
    const set = tx.rules;
    if (set === null || tx.engine == Engine.Off || tx.allowedUntil >= phase) return;
    this.useSets(set);
    const list = set.phases[phase];
    const rules = list.rules;
    const count = rules.length;
    let at = 0;
    while (at < count) {
      const gateClass = list.classes[at];
      if (gateClass >= 0 && !this.board.opens(gateClass, list.gates[at], tx)) {
        at++;
        continue;
      }
      const rule = rules[at];
      if (tx.controlCount > 0 && isRemoved(rule, tx)) {
        at++;
        continue;
      }
      if (!this.evaluate(rule, tx)) {
        at++;
        continue;
      }
      if (this.matcher.effects.finish(rule, phase, tx, set)) return;
      if (tx.engine == Engine.Off || tx.allowedUntil >= phase) return;
      const jump = list.jumps[at];
      at = jump > 0 ? jump : at + 1;
    }
  }

  private useSets(set: RuleSet): void {
    this.forms.requestSet = set.requestSet;
    this.forms.responseSet = set.responseSet;
    this.forms.gateWords = set.gateWords;
    this.board.use(set);
  }

  /** Whether a rule and all links of its chain match. */
  evaluate(rule: Rule, tx: Transaction): bool {
    this.matcher.head = rule;
    this.resolver.rule = rule;
    tx.values.drop(Variable.MatchedVars);
    tx.values.drop(Variable.MatchedVarsNames);
    let link: Rule | null = rule;
    while (link !== null) {
      if (!this.evaluateLink(link, tx)) return false;
      link = link.next;
    }
    return true;
  }

  private evaluateLink(rule: Rule, tx: Transaction): bool {
    if (rule.isUnconditional) {
      this.matcher.effects.perform(rule, tx);
      return true;
    }
    const code = rule.code;
    if (code === null) return false;
    const targets = rule.targets;
    let matched = false;
    for (let i = 0; i < targets.length; i++) {
      if (this.evaluateTarget(rule, code, targets[i], tx)) matched = true;
    }
    return matched;
  }

  private evaluateTarget(
    rule: Rule,
    code: OperatorCode,
    target: RuleTarget,
    tx: Transaction,
  ): bool {
    if (target.isCount) return this.askCount(rule, code, target, tx);
    if (holdsNames(target.variable)) return this.askTx(rule, code, target, tx);
    switch (target.variable) {
      case Variable.Rule:
        if (target.pattern !== null) return this.askRule(rule, code, target, tx);
      case Variable.MatchedVar:
      case Variable.MatchedVarName:
      case Variable.HighestSeverity:
      case Variable.ReqbodyProcessor:
        if (!this.resolver.variable(target.variable, target.name, tx)) return false;
        return this.askBytes(rule, code, target, 0, 0, tx);
    }
    let matched = this.askList(rule, code, target, firstList(target.variable), tx);
    const second = secondList(target.variable);
    if (second >= 0 && this.askList(rule, code, target, second, tx)) matched = true;
    return matched;
  }

  /** RULE:/pattern/. */
  private askRule(rule: Rule, code: OperatorCode, target: RuleTarget, tx: Transaction): bool {
    let matched = false;
    for (let i = 0; i < this.ruleNames.length; i++) {
      const name = this.ruleNames[i];
      if (!target.picks(name.ptr, name.length)) continue;
      if (!this.resolver.variable(Variable.Rule, name, tx)) continue;
      if (this.askBytes(rule, code, target, name.ptr, name.length, tx)) matched = true;
    }
    return matched;
  }

  private askList(
    rule: Rule,
    code: OperatorCode,
    target: RuleTarget,
    list: u32,
    tx: Transaction,
  ): bool {
    const first = tx.values.first(list);
    if (first == 0) return false;
    // Matches may add to the list that is being read (MATCHED_VARS): what comes later is not looked at.
    const last = tx.values.last(list);
    const side: u32 = list == Variable.ResponseBody ? 1 : 0;
    const picksAll = target.selection == Selection.All;
    const forms = this.forms;
    let matched = false;
    for (let value = first; ; value = nextValue(value)) {
      const name = valueName(value);
      const nameLength = valueNameLength(value);
      if (picksAll || target.picks(name, nameLength)) {
        const form = forms.of(value, side);
        if (form != 0 && !this.isClosed(rule, code, form)) {
          if (this.matcher.askForm(rule, code, target, form, name, nameLength, tx)) matched = true;
        }
      }
      if (value == last) return matched;
    }
    return matched;
  }

  /** Whether the rule cannot match this value: its gate is closed, and no other form of the value is asked about. */
  private isClosed(rule: Rule, code: OperatorCode, root: usize): bool {
    const gate = code.gate;
    if (gate < 0 || rule.isNegated) return false;
    if ((formMask(root) & rule.changes) == 0) return !this.forms.opens(root, gate);
    if (rule.multiMatch) return false;
    const form = this.forms.walk(root, rule.transformations);
    return form != 0 && !this.forms.opens(form, gate);
  }

  private askBytes(
    rule: Rule,
    code: OperatorCode,
    target: RuleTarget,
    name: usize,
    nameLength: u32,
    tx: Transaction,
  ): bool {
    const form = this.forms.make(this.resolver.bytes, this.resolver.length, 0);
    return form != 0 && this.matcher.askForm(rule, code, target, form, name, nameLength, tx);
  }

  private askTx(rule: Rule, code: OperatorCode, target: RuleTarget, tx: Transaction): bool {
    const name = target.name;
    if (target.slot >= 0) {
      if (!this.resolver.cell(tx.tx.cell(target.slot), tx)) return false;
      return this.askBytes(rule, code, target, name.ptr, name.length, tx);
    }
    if (target.selection == Selection.Name) {
      if (!this.resolver.variable(target.variable, name, tx)) return false;
      return this.askBytes(rule, code, target, name.ptr, name.length, tx);
    }
    let matched = false;
    const captures: u32 = target.variable == Variable.Tx ? tx.captures : 0;
    for (let i: u32 = 0; i < captures; i++) {
      if (!target.picks(DIGITS + i, 1)) continue;
      this.resolver.capture(i, tx);
      if (this.askBytes(rule, code, target, DIGITS + i, 1, tx)) matched = true;
    }
    for (let slot = 0; slot < tx.tx.slots; slot++) {
      if (!tx.tx.isSet(tx.tx.cell(slot)) || slotCollection(slot) != target.variable) continue;
      const known = slotName(slot);
      if (!target.picks(known.ptr, known.length)) continue;
      this.resolver.cell(tx.tx.cell(slot), tx);
      if (this.askBytes(rule, code, target, known.ptr, known.length, tx)) matched = true;
    }
    for (let record = tx.tx.firstRecord; record != 0; record = nextRecord(record)) {
      const bytes = recordName(record);
      const length = recordNameLength(record);
      if (!this.isPicked(record, target, tx)) continue;
      this.resolver.cell(recordCell(record), tx);
      if (this.askBytes(rule, code, target, bytes, length, tx)) matched = true;
    }
    return matched;
  }

  private askCount(rule: Rule, code: OperatorCode, target: RuleTarget, tx: Transaction): bool {
    const count = this.count(rule, target, tx);
    const out = this.scratch.take(NUMBER_BYTES);
    if (out == 0) return false;
    const form = this.forms.make(out, writeNumber(count, out), 0);
    const name = target.name;
    return form != 0 && this.matcher.askForm(rule, code, target, form, name.ptr, name.length, tx);
  }

  private count(rule: Rule, target: RuleTarget, tx: Transaction): i64 {
    if (holdsNames(target.variable)) return this.countTx(target, tx);
    let count = this.countList(rule, target, firstList(target.variable), tx);
    const second = secondList(target.variable);
    if (second >= 0) count += this.countList(rule, target, second, tx);
    return count;
  }

  private countList(rule: Rule, target: RuleTarget, list: u32, tx: Transaction): i64 {
    let count: i64 = 0;
    for (let value = tx.values.first(list); value != 0; value = nextValue(value)) {
      const name = valueName(value);
      const length = valueNameLength(value);
      if (!target.picks(name, length)) continue;
      if (!this.matcher.isExcluded(rule, target.variable, name, length, tx)) count++;
    }
    return count;
  }

  private countTx(target: RuleTarget, tx: Transaction): i64 {
    if (target.slot >= 0) return tx.tx.isSet(tx.tx.cell(target.slot)) ? 1 : 0;
    if (target.selection == Selection.Name) {
      return this.resolver.variable(target.variable, target.name, tx) ? 1 : 0;
    }
    let count: i64 = 0;
    const captures: u32 = target.variable == Variable.Tx ? tx.captures : 0;
    for (let i: u32 = 0; i < captures; i++) if (target.picks(DIGITS + i, 1)) count++;
    for (let slot = 0; slot < tx.tx.slots; slot++) {
      if (!tx.tx.isSet(tx.tx.cell(slot)) || slotCollection(slot) != target.variable) continue;
      const known = slotName(slot);
      if (target.picks(known.ptr, known.length)) count++;
    }
    for (let record = tx.tx.firstRecord; record != 0; record = nextRecord(record)) {
      if (this.isPicked(record, target, tx)) count++;
    }
    return count;
  }

  /** Whether a name made at run time is set and meant. */
  private isPicked(record: usize, target: RuleTarget, tx: Transaction): bool {
    if (recordCollection(record) != target.variable || !tx.tx.isSet(recordCell(record)))
      return false;
    return target.picks(recordName(record), recordNameLength(record));
  }
}
