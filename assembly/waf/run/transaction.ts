// One request on its way through the phases: its values, its TX, what was captured and matched last, and what rules
// decided. Pooled by the stage: everything is put back by `reset`.
import { ControlAction } from "../model/rule";
import { Engine, RuleSet } from "../model/rule-set";
import { Arena } from "./arena";
import { TxStore } from "./tx-store";
import { ValueLists } from "./value";

/** Memory that one request may keep from its headers to its end. */
export const REQUEST_MEMORY_BYTES: usize = 8388608;
/** `ctl:ruleRemove…` of one request; more are ignored, so that more rules run, never fewer. */
export const MAX_CONTROLS: i32 = 64;
/** TX.0 to TX.9. */
export const MAX_CAPTURES: u32 = 10;

/** How a request was ended by a rule. */
export const enum Interruption {
  None = 0,
  Deny,
  Drop,
  Redirect,
}

/** Body processors (`ctl:requestBodyProcessor`). */
export const enum Processor {
  None = 0,
  Urlencoded,
  Multipart,
  Json,
  Xml,
  Raw,
}

@final
export class Transaction {
  readonly arena: Arena;
  readonly values: ValueLists = new ValueLists();
  readonly tx: TxStore;
  /** The rules; null before `begin`. */
  rules: RuleSet | null = null;
  engine: Engine = Engine.Off;

  interruption: Interruption = Interruption.None;
  /** HTTP status and rule of the interruption; in DetectionOnly of the one that would have been. */
  status: u32 = 0;
  ruleId: u32 = 0;
  rulePhase: u32 = 0;
  redirectPtr: usize = 0;
  redirectLength: u32 = 0;
  /** `allow`: phases up to this one are left out; 5 for all. */
  allowedUntil: u32 = 0;

  readonly controls: StaticArray<ControlAction | null> = new StaticArray<ControlAction | null>(
    MAX_CONTROLS,
  );
  controlCount: i32 = 0;
  processor: Processor = Processor.None;
  forcesBody: bool = false;
  /** When the request came; 0 unless a rule reads DURATION. */
  startNs: u64 = 0;
  /** The request's id. */
  idPtr: usize = 0;
  idLength: u32 = 0;
  /** The Content-Type field value. */
  typePtr: usize = 0;
  typeLength: u32 = 0;
  readsRequestBody: bool = false;
  readsResponseBody: bool = false;
  audits: bool = false;
  highestSeverity: i32 = 255;

  /** What the last match was: its transformed bytes, its name. */
  matchedBytes: usize = 0;
  matchedLength: u32 = 0;
  matchedName: usize = 0;
  matchedNameLength: u32 = 0;
  matchedVariable: u32 = 0;
  captures: u32 = 0;
  readonly captureBytes: StaticArray<u32> = new StaticArray<u32>(2 * MAX_CAPTURES);

  /** @param slots cells of TX: see tx-names.ts */
  constructor(slots: i32) {
    const arena = new Arena(16384, REQUEST_MEMORY_BYTES);
    this.arena = arena;
    this.tx = new TxStore(arena, slots);
  }

  /** Begins a request under a rule set. */
  begin(rules: RuleSet): void {
    this.rules = rules;
    this.engine = rules.settings.engine;
    this.readsRequestBody = rules.settings.readsRequestBody;
    this.readsResponseBody = rules.settings.readsResponseBody;
    this.audits = rules.settings.audits;
    this.tx.reset(rules.image, rules.imageSlots, rules.names);
  }

  reset(): void {
    this.arena.reset();
    this.values.clear();
    this.rules = null;
    this.engine = Engine.Off;
    this.interruption = Interruption.None;
    this.status = 0;
    this.ruleId = 0;
    this.rulePhase = 0;
    this.redirectLength = 0;
    this.allowedUntil = 0;
    this.controlCount = 0;
    this.processor = Processor.None;
    this.forcesBody = false;
    this.typeLength = 0;
    this.startNs = 0;
    this.idLength = 0;
    this.highestSeverity = 255;
    this.matchedLength = 0;
    this.matchedNameLength = 0;
    this.captures = 0;
  }

  setCapture(index: u32, bytes: usize, length: u32): void {
    if (index >= MAX_CAPTURES) return;
    this.captureBytes[index * 2] = <u32>bytes;
    this.captureBytes[index * 2 + 1] = length;
    if (index >= this.captures) this.captures = index + 1;
  }
}
