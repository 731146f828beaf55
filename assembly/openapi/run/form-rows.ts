// The object that a form or a multipart body makes: members that the schema knows by their own way of writing, others as they stand.
// Source: OpenAPI 3.0.4 §4.7.14.4, §4.7.15; 3.1.1 §4.8.14.4, §4.8.15.
import { JsonEvent } from "../../json/event";
import { TypeBit } from "../../schema/node";
import { TextJudge } from "../../schema/run/text-judge";
import { kindOf } from "../../schema/tape";
import { Misfit } from "../fault";
import { FieldPlan, Parameter, Shape } from "../model";
import { FieldJudge } from "./field-judge";
import { Pairs } from "./pairs";
import { Coding, MAX_PIECES } from "./pieces";
import { Rows } from "./rows";
import { NO_READING, readingAt } from "./shape-of-text";
import { Reading } from "./split";
import { addValue } from "./value-judge";

/** How the value of one pair is read. */
export const enum PairKind {
  /** As its schema implies: objects as JSON, anything else as text. */
  Implied = 0,
  Json,
  Text,
  /** Bytes that no schema speaks of. */
  File,
}

/** Stands for the bytes of a file. */
const SOME_TEXT: usize = memory.data<u8>([0x2e]);

@final
export class FormRows {
  readonly pairs: Pairs = new Pairs();
  private kinds: StaticArray<u8> = new StaticArray<u8>(<i32>MAX_PIECES + 1);
  private rows: Rows;
  private texts: TextJudge;

  constructor(private fields: FieldJudge) {
    this.rows = fields.values.rows;
    this.texts = fields.values.texts;
  }

  begin(plan: FieldPlan): void {
    this.pairs.begin(plan);
  }

  /** Sorts a pair of a known name in. */
  sort(
    plan: FieldPlan,
    coding: Coding,
    name: usize,
    nameLength: u32,
    value: usize,
    valueLength: u32,
    kind: PairKind,
  ): void {
    const before = this.pairs.count;
    this.pairs.add(plan, coding, this.rows, name, nameLength, value, valueLength);
    if (this.pairs.count > before) this.kinds[this.pairs.count] = <u8>kind;
  }

  /** Adds the members that the plan knows, and opens the object. Anything but None: they cannot be read. */
  addKnown(plan: FieldPlan, coding: Coding): Misfit {
    const rows = this.rows;
    rows.begin();
    this.top = rows.start(JsonEvent.ObjectStart, 0, 0);
    this.count = 0;
    if (this.pairs.isOver) return Misfit.Limit;
    for (let i = 0; i < plan.list.length; i++) {
      if (this.pairs.countOf(i) == 0) continue;
      const field = plan.list[i];
      const misfit = field.isStyled ? this.addStyled(field, i) : this.addMember(field, i, coding);
      if (misfit != Misfit.None) return misfit;
      this.count++;
    }
    rows.names.begin();
    return Misfit.None;
  }

  private top: usize = 0;
  private count: u32 = 0;

  /** Adds a pair whose name the plan does not know; one that it knows is left out. */
  addFree(
    plan: FieldPlan,
    shape: Shape,
    coding: Coding,
    name: usize,
    nameLength: u32,
    value: usize,
    valueLength: u32,
    kind: PairKind,
  ): Misfit {
    const rows = this.rows;
    if (!rows.decode(coding, name, nameLength)) return rows.misfit;
    const text = rows.textPtr;
    const size = rows.textLength;
    const names = plan.names;
    if (names !== null && names.find(text, size) >= 0) return Misfit.None;
    if (!rows.names.add(text, size)) return Misfit.Repeated;
    this.count++;
    return this.addOne(kind, coding, value, valueLength, shape.rest, text, size);
  }

  /** The object is complete. */
  close(): void {
    this.rows.close(this.top, this.count);
  }

  /** A member whose encoding names a style is written as a parameter of a query is. */
  private addStyled(field: Parameter, owner: i32): Misfit {
    const pieces = this.fields.pieces;
    let misfit = Misfit.Style;
    for (let place = 0; ; place++) {
      const reading = readingAt(field, place);
      if (reading == NO_READING) return misfit;
      pieces.begin(field.allowsReserved ? Coding.Percent : Coding.Form);
      misfit = this.fields.gather(field, <Reading>reading, owner, this.pairs);
      if (misfit != Misfit.None) continue;
      const name = field.rawName;
      const length = field.rawLength;
      const isText = false;
      const isAdded = addValue(
        this.rows,
        <Reading>reading,
        pieces,
        field.shape,
        isText,
        name,
        length,
      );
      return isAdded ? Misfit.None : this.rows.misfit;
    }
  }

  /** Any other: pairs of one name are the elements of a list where the schema has one. */
  private addMember(field: Parameter, owner: i32, coding: Coding): Misfit {
    const pairs = this.pairs;
    const first = pairs.first(owner);
    const types = field.shape.types;
    const isAlone = pairs.countOf(owner) == 1;
    if ((types & TypeBit.Array) == 0 || (isAlone && this.isWholeList(first))) {
      if (!isAlone) return Misfit.Repeated;
      return this.addPair(first, coding, types, field.rawName, field.rawLength);
    }
    const list = this.rows.start(JsonEvent.ArrayStart, field.rawName, field.rawLength);
    if (list == 0) return Misfit.Limit;
    for (let pair = first; pair != 0; pair = pairs.next(pair)) {
      const misfit = this.addPair(pair, coding, field.shape.items, 0, 0);
      if (misfit != Misfit.None) return misfit;
    }
    this.rows.close(list, pairs.countOf(owner));
    return Misfit.None;
  }

  /** A part of JSON that is a list itself. */
  private isWholeList(pair: u32): bool {
    if (this.kinds[pair] != <u8>PairKind.Json) return false;
    const ptr = this.pairs.value(pair);
    const length = this.pairs.valueLength(pair);
    let i: u32 = 0;
    while (i < length && load<u8>(ptr + i) <= 0x20) i++;
    return i < length && load<u8>(ptr + i) == 0x5b;
  }

  private addPair(pair: u32, coding: Coding, types: u32, name: usize, nameLength: u32): Misfit {
    const kind = <PairKind>(<i32>this.kinds[pair]);
    const ptr = this.pairs.value(pair);
    return this.addOne(kind, coding, ptr, this.pairs.valueLength(pair), types, name, nameLength);
  }

  private addOne(
    kind: PairKind,
    coding: Coding,
    ptr: usize,
    length: u32,
    types: u32,
    name: usize,
    nameLength: u32,
  ): Misfit {
    const rows = this.rows;
    if (kind == PairKind.File) {
      return rows.string(SOME_TEXT, 1, name, nameLength) ? Misfit.None : rows.misfit;
    }
    const isObject = (types & TypeBit.Object) != 0;
    if (kind == PairKind.Json || (kind == PairKind.Implied && isObject)) {
      const texts = this.texts;
      if (!rows.decode(coding, ptr, length, true)) return rows.misfit;
      const isRead = texts.tape.read(texts.reader, rows.textPtr, rows.textLength);
      // A member that may be an object or a text can be a text that is no JSON.
      if (isRead && (kind == PairKind.Json || kindOf(texts.tape.top) == JsonEvent.ObjectStart)) {
        return rows.copy(texts.tape.top, name, nameLength) ? Misfit.None : rows.misfit;
      }
      if (kind == PairKind.Json) return Misfit.Json;
    }
    return rows.scalar(coding, ptr, length, types, name, nameLength) ? Misfit.None : rows.misfit;
  }
}
