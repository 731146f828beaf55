// The rules of a profile while they load: in the order of the files, with the markers between them, and what later
// directives remove or change. At the end it becomes one list a phase.
import { Text } from "../../seclang/text";
import { Rule } from "../model/rule";
import { OperatorStore } from "./operator-store";
import { RuleSet } from "../model/rule-set";
import { UNGATED } from "../model/operator-code";

/** A rule head, or a marker when `rule` is null. */
@final
export class Entry {
  constructor(
    public rule: Rule | null,
    public marker: string = "",
  ) {}
}

@final
export class RuleList {
  entries: Entry[] = [];
  private ids: Map<u32, i32> = new Map();
  /** The last rule read, when its chain goes on. */
  /** Head of the chain that is being read. */
  private head: Rule | null = null;
  private open: Rule | null = null;

  /** Whether the next rule is a link of a chain. */
  get expectsLink(): bool {
    return this.open !== null;
  }

  /** No link follows: what would have been the last one was refused. */
  endChain(): void {
    this.open = null;
  }

  /** Adds a rule, as a link when a chain is open. Answers what is wrong, or an empty text. */
  add(rule: Rule): string {
    const open = this.open;
    const goesOn = rule.isLink;
    if (open !== null) {
      rule.id = 0;
      rule.phase = open.phase;
      open.next = rule;
      // What the client is told may be said by any link (ModSecurity 3).
      if (rule.status != 0 && this.head !== null) this.head!.status = rule.status;
      this.open = goesOn ? rule : null;
      return "";
    }
    this.open = goesOn ? rule : null;
    this.head = rule;
    // A SecAction may do without (ModSecurity 3).
    if (rule.id == 0 && rule.isUnconditional) {
      this.entries.push(new Entry(rule));
      return "";
    }
    if (rule.id == 0) return "a rule needs an id: write id:NUMBER among its actions";
    if (this.ids.has(rule.id)) return `id ${rule.id} is used twice`;
    this.ids.set(rule.id, this.entries.length);
    this.entries.push(new Entry(rule));
    return "";
  }

  addMarker(name: string): void {
    this.entries.push(new Entry(null, name));
  }

  /** The rule of an id, copied so that it may be changed; null when there is none. */
  own(id: u32): Rule | null {
    if (!this.ids.has(id)) return null;
    return this.ownAt(this.ids.get(id));
  }

  /** The rule at a place, copied. */
  ownAt(index: i32): Rule | null {
    const entry = this.entries[index];
    const rule = entry.rule;
    if (rule === null) return null;
    const copy = rule.copy();
    this.entries[index] = new Entry(copy);
    return copy;
  }

  removeAt(index: i32): void {
    this.entries[index] = new Entry(null);
  }

  /** Places of rules whose ids lie in a range. */
  inRange(from: u32, to: u32): i32[] {
    const found: i32[] = [];
    for (let i = 0; i < this.entries.length; i++) {
      const rule = this.entries[i].rule;
      if (rule !== null && rule.id >= from && rule.id <= to) found.push(i);
    }
    return found;
  }

  /** Places of rules with a tag. */
  tagged(tag: Text): i32[] {
    const found: i32[] = [];
    for (let i = 0; i < this.entries.length; i++) {
      const rule = this.entries[i].rule;
      if (rule !== null && rule.hasTag(tag)) found.push(i);
    }
    return found;
  }

  /** Places of rules with a message. */
  saying(msg: Text): i32[] {
    const found: i32[] = [];
    for (let i = 0; i < this.entries.length; i++) {
      const rule = this.entries[i].rule;
      if (rule === null) continue;
      const own = rule.msg;
      if (own === null || !own.isPlain || own.plain.length != msg.length) continue;
      if (memory.compare(own.plain.ptr, msg.ptr, msg.length) == 0) found.push(i);
    }
    return found;
  }

  /** Tells the store which operators the rules that stay need. */
  use(store: OperatorStore): void {
    for (let i = 0; i < this.entries.length; i++) {
      let link: Rule | null = this.entries[i].rule;
      while (link !== null) {
        const code = link.code;
        if (code !== null) store.use(code);
        link = link.next;
      }
    }
  }

  /** Spreads the rules over the phases of a set, with their jumps. */
  finish(set: RuleSet): void {
    for (let phase: u32 = 1; phase <= 5; phase++) this.finishPhase(set, phase);
    let count = 0;
    for (let phase = 1; phase <= 5; phase++) count += set.phases[phase].rules.length;
    set.ruleCount = count;
  }

  private finishPhase(set: RuleSet, phase: u32): void {
    const list = set.phases[phase];
    const rules: Rule[] = [];
    const markers = new Map<string, i32>();
    for (let i = 0; i < this.entries.length; i++) {
      const entry = this.entries[i];
      const rule = entry.rule;
      if (rule === null) {
        if (entry.marker.length > 0) markers.set(entry.marker, rules.length);
      } else if (rule.phase == phase) {
        rules.push(rule);
        // skipAfter may name a rule: the place behind it.
        markers.set(rule.id.toString(), rules.length);
      }
    }
    list.rules = StaticArray.fromArray(rules);
    list.jumps = new StaticArray<i32>(rules.length);
    list.classes = new StaticArray<i32>(rules.length);
    list.gates = new StaticArray<i32>(rules.length);
    for (let i = 0; i < rules.length; i++) {
      const code = rules[i].code;
      list.jumps[i] = jumpOf(rules[i], i, rules.length, markers);
      list.classes[i] = set.gates.of(rules[i]);
      list.gates[i] = code === null ? UNGATED : code.gate;
    }
  }
}

function jumpOf(rule: Rule, place: i32, count: i32, markers: Map<string, i32>): i32 {
  if (rule.skip > 0) return min<i32>(count, place + 1 + <i32>rule.skip);
  if (rule.skipAfter.length == 0) return 0;
  const target = markers.has(rule.skipAfter) ? markers.get(rule.skipAfter) : count;
  return target > place ? target : count;
}
