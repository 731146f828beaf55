// What a match does: setvar and ctl for each of them, and once a whole chain matched, the log entry and the disruptive
// action. In DetectionOnly everything happens but the disruption.
import {
  Choice,
  Control,
  ControlAction,
  Disruption,
  NO_SEVERITY,
  Rule,
  SetVar,
} from "../model/rule";
import { Engine, RuleSet } from "../model/rule-set";
import { Text } from "../../seclang/text";
import { MatchSink } from "./match-sink";
import { Resolver } from "./resolver";
import { Interruption, MAX_CONTROLS, Processor, Transaction } from "./transaction";
import { numberOf } from "../model/number";

@final
export class Effects {
  constructor(
    private resolver: Resolver,
    private sink: MatchSink,
  ) {}

  /** setvar and ctl of a rule, for one match. */
  perform(rule: Rule, tx: Transaction): void {
    const sets = rule.setVars;
    for (let i = 0; i < sets.length; i++) this.set(sets[i], rule, tx);
    const controls = rule.controls;
    for (let i = 0; i < controls.length; i++) this.control(controls[i], tx);
  }

  private set(set: SetVar, rule: Rule, tx: Transaction): void {
    const store = tx.tx;
    let cell: usize = 0;
    this.resolver.rule = rule;
    if (set.slot >= 0) cell = store.cell(set.slot);
    else {
      const name = set.name;
      if (name === null) return;
      this.resolver.expand(name, tx);
      const creates = set.operation != 0x21;
      cell = store.named(set.collection, this.resolver.bytes, this.resolver.length, creates);
    }
    if (cell == 0) return;
    if (set.operation == 0x21) return store.unset(cell);
    if (set.operation == 0x3d) return this.setText(set, cell, tx);
    let delta = set.number;
    if (set.valueSlot >= 0) delta = store.number(store.cell(set.valueSlot));
    else if (!set.isNumber) {
      const value = set.value;
      if (value === null) return;
      this.resolver.expand(value, tx);
      delta = numberOf(this.resolver.bytes, this.resolver.length);
    }
    const before = store.number(cell);
    store.setNumber(cell, set.operation == 0x2b ? before + delta : before - delta);
  }

  private setText(set: SetVar, cell: usize, tx: Transaction): void {
    const value = set.value;
    if (value === null) return tx.tx.setText(cell, 0, 0);
    this.resolver.expand(value, tx);
    tx.tx.setText(cell, this.resolver.bytes, this.resolver.length);
  }

  private control(control: ControlAction, tx: Transaction): void {
    const text = control.text;
    switch (control.control) {
      case Control.RuleEngine:
        tx.engine = engineOf(text, tx.engine);
        break;
      case Control.RequestBodyAccess:
        tx.readsRequestBody = isOn(text);
        break;
      case Control.ResponseBodyAccess:
        tx.readsResponseBody = isOn(text);
        break;
      case Control.RequestBodyProcessor:
        tx.processor = processorOf(text);
        break;
      case Control.ForceRequestBodyVariable:
        tx.forcesBody = isOn(text);
        break;
      case Control.AuditEngine:
        tx.audits = !isWord(text, 0x66); // Off: the second letter is f
        break;
      case Control.ResponseBodyProcessor:
      case Control.AuditLogParts:
      case Control.RequestBodyLimit:
      case Control.ResponseBodyLimit:
      case Control.DebugLogLevel:
        break;
      default:
        if (tx.controlCount < MAX_CONTROLS) tx.controls[tx.controlCount++] = control;
    }
  }

  /** A whole chain matched: logs it and disrupts. Answers whether the phase ends. */
  finish(rule: Rule, phase: u32, tx: Transaction, set: RuleSet): bool {
    const fallback = set.defaults[rule.phase];
    const logs = rule.logs == Choice.Unset ? fallback.logs : rule.logs;
    if (rule.severity != NO_SEVERITY && rule.severity < tx.highestSeverity) {
      tx.highestSeverity = rule.severity;
    }
    this.resolver.rule = rule;
    let disruption = rule.disruption;
    if (disruption == Disruption.Unset || disruption == Disruption.Block)
      disruption = fallback.disruption;
    if (logs == Choice.Yes) this.sink.matched(rule, tx);
    else if (rule.audits == Choice.Yes) this.sink.audited(rule, tx);
    switch (disruption) {
      case Disruption.Deny:
      case Disruption.Drop:
      case Disruption.Redirect:
        return this.interrupt(rule, disruption, fallback.status, phase, tx);
      case Disruption.Allow:
        if (tx.engine == Engine.On) tx.allowedUntil = 4;
        break;
      case Disruption.AllowPhase:
        if (tx.engine == Engine.On) tx.allowedUntil = max<u32>(tx.allowedUntil, phase);
        break;
      case Disruption.AllowRequest:
        if (tx.engine == Engine.On) tx.allowedUntil = max<u32>(tx.allowedUntil, 2);
        break;
    }
    return false;
  }

  private interrupt(rule: Rule, how: Disruption, usual: u32, phase: u32, tx: Transaction): bool {
    const first = tx.ruleId == 0;
    if (first) {
      tx.ruleId = rule.id;
      tx.rulePhase = phase;
      tx.status = rule.status != 0 ? rule.status : usual != 0 ? usual : 403;
    }
    if (tx.engine != Engine.On) return false;
    tx.interruption = Interruption.Deny;
    if (how == Disruption.Drop) tx.interruption = Interruption.Drop;
    if (how == Disruption.Redirect) {
      const redirect = rule.redirect;
      tx.interruption = Interruption.Redirect;
      if (rule.status == 0) tx.status = 302;
      if (redirect !== null) {
        this.resolver.expand(redirect, tx);
        tx.redirectPtr = this.resolver.bytes;
        tx.redirectLength = this.resolver.length;
      }
    }
    return true;
  }
}

/** On begins and ends with two letters that no other value has. */
function isOn(text: Text): bool {
  return isWord(text, 0x6e);
}

function isWord(text: Text, second: u8): bool {
  return text.length >= 2 && (text.at(1) | 0x20) == second;
}

function engineOf(text: Text, now: Engine): Engine {
  if (isOn(text)) return Engine.On;
  if (isWord(text, 0x66)) return Engine.Off;
  return isWord(text, 0x65) ? Engine.DetectionOnly : now;
}

function processorOf(text: Text): Processor {
  switch (text.at(0) | 0x20) {
    case 0x75:
      return Processor.Urlencoded;
    case 0x6d:
      return Processor.Multipart;
    case 0x6a:
      return Processor.Json;
    case 0x78:
      return Processor.Xml;
    default:
      return Processor.Raw;
  }
}
