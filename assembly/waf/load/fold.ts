// What rules decide without any request is decided when they are loaded. Much of a rule set only sets switches and skips
// by them (CRS 4: a third of all rules, and all rules above the paranoia level). Such a rule is run here, by the same
// evaluator as a request's: what it sets becomes the state that requests begin with, what it skips is left out, and the
// rule itself too when it does nothing else.
//
// A rule is decided when it reads nothing but names of TX that no rule before it may have changed for some request, and
// writes nothing that a rule which stays has read before.
import { Variable } from "../../seclang/variable-table";
import { Evaluator } from "../run/evaluator";
import { MatchSink } from "../run/match-sink";
import { Transaction } from "../run/transaction";
import { CELL_BYTES, Cell } from "../run/tx-store";
import { Macro } from "../model/macro";
import { Choice, Disruption, Rule } from "../model/rule";
import { RuleSet } from "../model/rule-set";
import { holdsNames, slotCount, slotName } from "../model/tx-names";
import { Selection } from "../../seclang/target-list";
import { Entry, RuleList } from "./rule-list";

/** Memory for the values of one rule. */
const SCRATCH_BYTES: usize = 1048576;

@final
class NoSink extends MatchSink {
  matched(rule: Rule, tx: Transaction): void {}
  audited(rule: Rule, tx: Transaction): void {}
}

@final
export class Folder {
  private evaluator: Evaluator = new Evaluator(SCRATCH_BYTES, new NoSink());
  private tx: Transaction = new Transaction(slotCount());
  /** By slot: a rule that stays may have changed it; a rule that stays has read it. */
  private written: StaticArray<bool> = new StaticArray<bool>(slotCount());
  private read: StaticArray<bool> = new StaticArray<bool>(slotCount());

  constructor(
    private list: RuleList,
    private set: RuleSet,
  ) {}

  /** Decides what can be decided; leaves the rules that stay in the list, and the state in the set. */
  run(): void {
    if (this.counts()) return;
    this.tx.begin(this.set);
    for (let phase: u32 = 1; phase <= 5; phase++) this.foldPhase(phase);
    this.set.image = this.image();
    this.tx.reset();
  }

  /** `skip:N` counts rules: then none may be left out. */
  private counts(): bool {
    const entries = this.list.entries;
    for (let i = 0; i < entries.length; i++) {
      const rule = entries[i].rule;
      if (rule !== null && rule.skip > 0) return true;
    }
    return false;
  }

  private foldPhase(phase: u32): void {
    const entries = this.list.entries;
    /** Rules before this place may be skipped for some requests. */
    let unsure = 0;
    let at = 0;
    while (at < entries.length) {
      const rule = entries[at].rule;
      if (rule === null || rule.phase != phase) {
        at++;
        continue;
      }
      const target = rule.skipAfter.length > 0 ? this.place(rule.skipAfter, at, phase) : 0;
      if (!this.isDecided(rule)) {
        this.keep(rule);
        unsure = max<i32>(unsure, target);
        at++;
        continue;
      }
      const writes = this.writes(rule);
      if ((unsure > at && writes) || !this.mayWrite(rule)) {
        this.keep(rule);
        unsure = max<i32>(unsure, target);
        at++;
        continue;
      }
      at = this.decide(rule, at, target, unsure);
    }
  }

  /** Runs a decided rule; answers the place to go on at. */
  private decide(rule: Rule, at: i32, target: i32, unsure: i32): i32 {
    this.evaluator.forms.reset();
    const entries = this.list.entries;
    const matched = this.evaluator.evaluate(rule, this.tx);
    const quiet = this.isQuiet(rule);
    if (!matched || quiet) entries[at] = new Entry(null);
    else if (rule.isUnconditional) entries[at] = new Entry(withoutSets(rule));
    else this.keep(rule);
    if (!matched || target == 0) return at + 1;
    // A jump that some requests make instead of this one may end in between: what lies behind is reached then.
    const end = unsure > at ? min<i32>(target, unsure) : target;
    for (let i = at + 1; i < end; i++) {
      const skipped = entries[i].rule;
      if (skipped !== null && skipped.phase == rule.phase) entries[i] = new Entry(null);
    }
    return end;
  }

  /** Place behind the marker, or the rule, that a skip goes to. */
  private place(name: string, from: i32, phase: u32): i32 {
    const entries = this.list.entries;
    for (let i = from + 1; i < entries.length; i++) {
      const rule = entries[i].rule;
      if (rule === null ? entries[i].marker == name : rule.id.toString() == name) return i + 1;
    }
    return entries.length;
  }

  private isQuiet(rule: Rule): bool {
    const usual = this.set.defaults[rule.phase];
    const logs = rule.logs == Choice.Unset ? usual.logs : rule.logs;
    let does = rule.disruption;
    if (does == Disruption.Unset || does == Disruption.Block) does = usual.disruption;
    if (logs == Choice.Yes || does != Disruption.Pass) return false;
    let link: Rule | null = rule;
    while (link !== null) {
      if (link.controls.length > 0) return false;
      link = link.next;
    }
    return true;
  }

  private isDecided(rule: Rule): bool {
    let link: Rule | null = rule;
    while (link !== null) {
      if (link.exclusions.length > 0 || link.capture) return false;
      for (let i = 0; i < link.targets.length; i++) {
        const target = link.targets[i];
        if (target.variable != Variable.Tx || target.selection != Selection.Name) return false;
        if (target.slot < 0 || this.written[target.slot]) return false;
      }
      const code = link.code;
      if (code !== null && !this.isKnown(code.macro)) return false;
      for (let i = 0; i < link.setVars.length; i++) {
        if (link.setVars[i].slot < 0 || !this.isKnown(link.setVars[i].value)) return false;
      }
      link = link.next;
    }
    return true;
  }

  /** Whether a macro is made of text and unchanged names of TX only. */
  private isKnown(macro: Macro | null): bool {
    if (macro === null) return true;
    for (let i = 0; i < macro.parts.length; i++) {
      const part = macro.parts[i];
      if (part.variable >= 0 && (part.slot < 0 || this.written[part.slot])) return false;
    }
    return true;
  }

  private writes(rule: Rule): bool {
    let link: Rule | null = rule;
    while (link !== null) {
      if (link.setVars.length > 0) return true;
      link = link.next;
    }
    return false;
  }

  private mayWrite(rule: Rule): bool {
    let link: Rule | null = rule;
    while (link !== null) {
      for (let i = 0; i < link.setVars.length; i++) {
        const slot = link.setVars[i].slot;
        if (slot < 0 || this.written[slot] || this.read[slot]) return false;
      }
      link = link.next;
    }
    return true;
  }

  /** A rule stays: what it reads and what it may change. */
  private keep(rule: Rule): void {
    let link: Rule | null = rule;
    while (link !== null) {
      for (let i = 0; i < link.targets.length; i++) {
        const target = link.targets[i];
        if (!holdsNames(target.variable)) continue;
        if (target.slot >= 0) this.read[target.slot] = true;
        else this.readAll();
      }
      const code = link.code;
      if (code !== null) this.readMacro(code.macro);
      this.readMacro(link.msg);
      this.readMacro(link.logdata);
      for (let i = 0; i < link.setVars.length; i++) {
        const set = link.setVars[i];
        this.readMacro(set.value);
        if (set.operation != 0x3d && set.slot >= 0) this.read[set.slot] = true;
        if (set.slot >= 0) this.written[set.slot] = true;
        else this.writeNamed(set.name);
      }
      link = link.next;
    }
  }

  private readAll(): void {
    for (let i = 0; i < this.read.length; i++) this.read[i] = true;
  }

  private readMacro(macro: Macro | null): void {
    if (macro === null) return;
    for (let i = 0; i < macro.parts.length; i++) {
      if (macro.parts[i].slot >= 0) this.read[macro.parts[i].slot] = true;
    }
  }

  /** A name made from a macro may be any that begins with its first text. */
  private writeNamed(name: Macro | null): void {
    if (name === null) return;
    const first = name.parts[0];
    const prefix = first.variable < 0 ? first.text.lower() : "";
    for (let i = 0; i < this.written.length; i++) {
      if (slotName(i).lower().startsWith(prefix)) this.written[i] = true;
    }
  }

  /** The state of TX in memory of its own. */
  private image(): usize {
    const slots = slotCount();
    this.set.imageSlots = slots;
    const image = heap.alloc(CELL_BYTES * <usize>max<i32>(1, slots));
    for (let slot = 0; slot < slots; slot++) {
      const cell = image + CELL_BYTES * <usize>slot;
      memory.copy(cell, this.tx.tx.cell(slot), CELL_BYTES);
      if (load<u32>(cell) != Cell.Text) continue;
      const length = load<u32>(cell, 4);
      const text = heap.alloc(max<usize>(1, length));
      memory.copy(text, <usize>load<u64>(cell, 8), length);
      store<u64>(cell, <u64>text, 8);
    }
    return image;
  }
}

/** Gives back the state that requests of a set begin with. */
export function freeImage(set: RuleSet): void {
  if (set.image == 0) return;
  for (let i = 0; i < set.imageSlots; i++) {
    const cell = set.image + CELL_BYTES * <usize>i;
    if (load<u32>(cell) == Cell.Text) heap.free(<usize>load<u64>(cell, 8));
  }
  heap.free(set.image);
  set.image = 0;
}

function withoutSets(rule: Rule): Rule {
  const copy = rule.copy();
  copy.setVars = [];
  return copy;
}
