// What a name in a macro or a target of one value stands for, as bytes: TX, captures, the last match, the rule itself,
// and the first value of any collection. Answers into `bytes` and `length`.
import { Variable, variableText } from "../../seclang/variable-table";
import { firstList, secondList } from "../model/gate-class";
import { Regex, matches } from "../../regex/regex";
import { holdsNames, sameFolded, slotCollection, slotName } from "../model/tx-names";
import { Macro, MacroPart, isCapture } from "../model/macro";
import { NUMBER_BYTES, writeNumber } from "../model/number";
import { Rule } from "../model/rule";
import { Text, TextPool } from "../../seclang/text";
import { Arena } from "./arena";
import { Transaction } from "./transaction";
import { nextRecord, recordCell, recordCollection, recordName, recordNameLength } from "./tx-store";
import { nextValue, valueBytes, valueLength, valueName, valueNameLength } from "./value";

/** Pieces of one macro; more are left out. */
const MAX_PIECES = 32;

@final
export class Resolver {
  bytes: usize = 0;
  length: u32 = 0;
  /** Rule for %{RULE.id} and the like. */
  rule: Rule | null = null;
  private pieces: StaticArray<u32> = new StaticArray<u32>(2 * MAX_PIECES);

  /** Names of body processors, by Processor. */
  private processors: Text[] = [];
  private pool: TextPool = new TextPool();

  constructor(private scratch: Arena) {
    const pool = this.pool;
    const names = ",URLENCODED,MULTIPART,JSON,XML,RAW".split(",");
    for (let i = 0; i < names.length; i++) this.processors.push(pool.of(names[i]));
  }

  /** Expands a macro; the bytes live as long as the callback, or as the rules when it is plain. */
  expand(macro: Macro, tx: Transaction): void {
    const parts = macro.parts;
    if (parts.length == 1) {
      this.part(parts[0], tx);
      return;
    }
    const count = min<i32>(parts.length, MAX_PIECES);
    let total: u32 = 0;
    for (let i = 0; i < count; i++) {
      this.part(parts[i], tx);
      this.pieces[2 * i] = <u32>this.bytes;
      this.pieces[2 * i + 1] = this.length;
      total += this.length;
    }
    const out = this.scratch.take(total);
    this.bytes = out;
    this.length = 0;
    if (out == 0) return;
    for (let i = 0; i < count; i++) {
      memory.copy(out + this.length, this.pieces[2 * i], this.pieces[2 * i + 1]);
      this.length += this.pieces[2 * i + 1];
    }
  }

  private part(part: MacroPart, tx: Transaction): void {
    if (part.variable < 0) this.set(part.text.ptr, part.text.length);
    else if (part.pattern !== null) this.firstPicked(part.variable, part.pattern!, tx);
    else if (part.slot >= 0) this.cell(tx.tx.cell(part.slot), tx);
    else this.variable(part.variable, part.text, tx);
  }

  private set(bytes: usize, length: u32): void {
    this.bytes = bytes;
    this.length = length;
  }

  private setNumber(value: i64): void {
    this.bytes = this.scratch.take(NUMBER_BYTES);
    this.length = this.bytes == 0 ? 0 : writeNumber(value, this.bytes);
  }

  /** A cell of TX; empty when it is unset. Answers whether it is set. */
  cell(cell: usize, tx: Transaction): bool {
    const isSet = tx.tx.read(cell, this.scratch);
    this.set(tx.tx.text, tx.tx.length);
    return isSet;
  }

  /** A variable, with a name or without one; false when there is none, and then it is empty. */
  variable(variable: u32, name: Text, tx: Transaction): bool {
    this.set(0, 0);
    if (holdsNames(variable)) return this.written(variable, name, tx);
    switch (variable) {
      case Variable.MatchedVar:
        this.set(tx.matchedBytes, tx.matchedLength);
        return true;
      case Variable.MatchedVarName:
        this.matchedName(tx);
        return true;
      case Variable.Rule:
        return this.ofRule(name);
      case Variable.ReqbodyProcessor: {
        const name = this.processors[<i32>tx.processor];
        this.set(name.ptr, name.length);
        return true;
      }
      case Variable.HighestSeverity:
        this.setNumber(tx.highestSeverity);
        return true;
      default:
        return this.firstNamed(variable, name, tx);
    }
  }

  /** TX.0 to TX.9. */
  capture(index: u32, tx: Transaction): void {
    this.set(tx.captureBytes[index * 2], tx.captureBytes[index * 2 + 1]);
  }

  /** A name of TX or of another collection that rules write. */
  private written(variable: u32, name: Text, tx: Transaction): bool {
    if (variable == Variable.Tx && isCapture(name)) {
      const index = <u32>name.at(0) - 0x30;
      if (index >= tx.captures) return false;
      this.capture(index, tx);
      return true;
    }
    const cell = tx.tx.named(variable, name.ptr, name.length, false);
    return cell != 0 && this.cell(cell, tx);
  }

  /** `ARGS:name`, or the variable alone. */
  matchedName(tx: Transaction): void {
    this.nameOf(tx.matchedVariable, tx.matchedName, tx.matchedNameLength);
  }

  nameOf(variable: u32, name: usize, length: u32): void {
    const own = variableText(variable);
    const ownLength = own.length;
    const out = this.scratch.take(ownLength + 1 + length);
    this.set(out, 0);
    if (out == 0) return;
    memory.copy(out, own.ptr, ownLength);
    this.length = ownLength;
    if (length == 0) return;
    store<u8>(out + ownLength, 0x3a);
    memory.copy(out + ownLength + 1, name, length);
    this.length += 1 + length;
  }

  private ofRule(name: Text): bool {
    const rule = this.rule;
    if (rule === null || name.length < 2) return false;
    const first = name.at(0) | 0x20;
    if (first == 0x6c) this.textOf(rule.logdata);
    else if (first == 0x69) this.setNumber(rule.id);
    else if (first == 0x73) this.setNumber(rule.severity);
    else if (first == 0x6d) this.textOf(rule.msg);
    else if ((name.at(1) | 0x20) == 0x65 && (name.at(2) | 0x20) == 0x76) {
      this.set(rule.rev.ptr, rule.rev.length);
    } else return false;
    return true;
  }

  private textOf(macro: Macro | null): void {
    if (macro !== null) this.set(macro.plain.ptr, macro.plain.length);
  }

  /** The first value whose name a pattern matches; empty when there is none. */
  private firstPicked(variable: u32, pattern: Regex, tx: Transaction): void {
    this.set(0, 0);
    if (holdsNames(variable)) return this.writtenPicked(variable, pattern, tx);
    if (this.pickedIn(tx.values.first(firstList(variable)), pattern)) return;
    const second = secondList(variable);
    if (second >= 0) this.pickedIn(tx.values.first(second), pattern);
  }

  private pickedIn(from: usize, pattern: Regex): bool {
    for (let value = from; value != 0; value = nextValue(value)) {
      if (!matches(pattern, valueName(value), valueNameLength(value))) continue;
      this.set(valueBytes(value), valueLength(value));
      return true;
    }
    return false;
  }

  private writtenPicked(variable: u32, pattern: Regex, tx: Transaction): void {
    for (let slot = 0; slot < tx.tx.slots; slot++) {
      if (!tx.tx.isSet(tx.tx.cell(slot)) || slotCollection(slot) != variable) continue;
      const name = slotName(slot);
      if (!matches(pattern, name.ptr, name.length)) continue;
      this.cell(tx.tx.cell(slot), tx);
      return;
    }
    for (let record = tx.tx.firstRecord; record != 0; record = nextRecord(record)) {
      if (recordCollection(record) != variable || !tx.tx.isSet(recordCell(record))) continue;
      if (!matches(pattern, recordName(record), recordNameLength(record))) continue;
      this.cell(recordCell(record), tx);
      return;
    }
  }

  private firstNamed(variable: u32, name: Text, tx: Transaction): bool {
    const second = secondList(variable);
    if (this.firstIn(tx.values.first(firstList(variable)), name)) return true;
    return second >= 0 && this.firstIn(tx.values.first(second), name);
  }

  private firstIn(from: usize, name: Text): bool {
    for (let value = from; value != 0; value = nextValue(value)) {
      const isMeant =
        name.length == 0 ||
        (valueNameLength(value) == name.length &&
          sameFolded(valueName(value), name.ptr, name.length));
      if (!isMeant) continue;
      this.set(valueBytes(value), valueLength(value));
      return true;
    }
    return false;
  }
}
