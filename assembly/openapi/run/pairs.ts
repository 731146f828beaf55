// Pairs of a query, of cookies or of a form, sorted to the parameters that they belong to: each name is looked up once, and each
// parameter's pairs form a list, so that the time is linear in the pairs.
import { Block } from "../../base/block";
import { indexOfByte } from "../../base/find-byte";
import { FieldPlan, Parameter } from "../model";
import { Style } from "../style";
import { Coding, MAX_PIECES, Pieces } from "./pieces";
import { Rows } from "./rows";

/** Parameters of one plan that pairs are sorted to; further ones go without. */
export const MAX_FIELDS: i32 = 256;

// A pair: name u32, length u32, value u32, length u32, next pair of the parameter u32 (place plus one; 0: none).
const PAIR: u32 = 20;

@final
export class Pairs {
  count: u32 = 0;
  /** More pairs came than fit. */
  isOver: bool = false;
  /** A pair belongs to no parameter. */
  hasUnknown: bool = false;
  private pairs: Block = new Block(MAX_PIECES * PAIR);
  /** First and last pair of each parameter, place plus one. */
  private firsts: StaticArray<u32> = new StaticArray<u32>(MAX_FIELDS);
  private lasts: StaticArray<u32> = new StaticArray<u32>(MAX_FIELDS);
  private counts: StaticArray<u32> = new StaticArray<u32>(MAX_FIELDS);

  begin(plan: FieldPlan): void {
    this.count = 0;
    this.isOver = false;
    this.hasUnknown = false;
    const fields = min(plan.list.length, MAX_FIELDS);
    for (let i = 0; i < fields; i++) {
      this.firsts[i] = 0;
      this.counts[i] = 0;
    }
  }

  /** Sorts one pair in. @param rows whose room the name is decoded in */
  add(
    plan: FieldPlan,
    coding: Coding,
    rows: Rows,
    name: usize,
    nameLength: u32,
    value: usize,
    valueLength: u32,
  ): void {
    const owner = this.ownerOf(plan, coding, rows, name, nameLength);
    if (owner < 0 || owner >= MAX_FIELDS) {
      this.hasUnknown = true;
      return;
    }
    if (this.count == MAX_PIECES) {
      this.isOver = true;
      return;
    }
    const at = this.pairs.ptr + this.count++ * PAIR;
    store<u32>(at, <u32>name);
    store<u32>(at, nameLength, 4);
    store<u32>(at, <u32>value, 8);
    store<u32>(at, valueLength, 12);
    store<u32>(at, 0, 16);
    if (this.firsts[owner] == 0) this.firsts[owner] = this.count;
    else store<u32>(this.at(this.lasts[owner]), this.count, 16);
    this.lasts[owner] = this.count;
    this.counts[owner]++;
  }

  private ownerOf(plan: FieldPlan, coding: Coding, rows: Rows, name: usize, length: u32): i32 {
    const names = plan.names;
    if (names === null) return -1;
    rows.begin();
    if (!rows.decode(coding, name, length)) return -1;
    const text = rows.textPtr;
    const size = rows.textLength;
    const place = names.find(text, size);
    if (place >= 0 && plan.list[plan.owners[place]].style != Style.DeepObject) {
      return plan.owners[place];
    }
    if (plan.hasDeepObjects) {
      const open = indexOfByte(text, 0, size, 0x5b);
      const isDeep = open > 0 && open < size && load<u8>(text + size - 1) == 0x5d;
      const base = isDeep ? names.find(text, open) : -1;
      if (base >= 0 && plan.list[plan.owners[base]].style == Style.DeepObject) {
        return plan.owners[base];
      }
    }
    return plan.rest;
  }

  /** Pairs of a parameter. */
  countOf(owner: i32): u32 {
    return owner < MAX_FIELDS ? this.counts[owner] : 0;
  }

  /** First pair of a parameter, place plus one; 0: it has none. */
  first(owner: i32): u32 {
    return this.countOf(owner) == 0 ? 0 : this.firsts[owner];
  }

  /** The pair of the same parameter behind this one; 0: none. */
  next(pair: u32): u32 {
    return load<u32>(this.at(pair), 16);
  }

  value(pair: u32): usize {
    return <usize>load<u32>(this.at(pair), 8);
  }

  valueLength(pair: u32): u32 {
    return load<u32>(this.at(pair), 12);
  }

  /** Adds every pair of a parameter as a piece. @param named with its name */
  addAll(owner: i32, named: bool, pieces: Pieces): void {
    for (let pair = this.first(owner); pair != 0; pair = this.next(pair)) {
      const at = this.at(pair);
      const name: usize = named ? <usize>load<u32>(at) : 0;
      pieces.add(name, named ? load<u32>(at, 4) : 0, this.value(pair), this.valueLength(pair));
    }
  }

  /** Adds the pairs of a deep object as pieces named by what stands in the brackets. False: a name is not closed or nests. */
  addDeep(owner: i32, parameter: Parameter, pieces: Pieces): bool {
    for (let pair = this.first(owner); pair != 0; pair = this.next(pair)) {
      const at = this.at(pair);
      const name = <usize>load<u32>(at);
      const length = load<u32>(at, 4);
      const open = bracket(name, 0, length, 0x5b, 0x42);
      const start = open + markLength(name, open);
      const close = bracket(name, start, length, 0x5d, 0x44);
      const end = close + markLength(name, close);
      if (close >= length || end != length || close == start) return false;
      pieces.add(name + start, close - start, this.value(pair), this.valueLength(pair));
    }
    return true;
  }

  private at(pair: u32): usize {
    return this.pairs.ptr + (pair - 1) * PAIR;
  }
}

/** Offset of a bracket, as it stands or as `%5B` and `%5D`; `length`: none. @param hex second digit of its escape */
function bracket(ptr: usize, from: u32, length: u32, mark: u8, hex: u8): u32 {
  for (let at = from; at < length; at++) {
    const byte = load<u8>(ptr + at);
    if (byte == mark) return at;
    if (byte != 0x25 || at + 2 >= length || load<u8>(ptr + at, 1) != 0x35) continue;
    if ((load<u8>(ptr + at, 2) & 0xdf) == hex) return at;
  }
  return length;
}

function markLength(ptr: usize, at: u32): u32 {
  return load<u8>(ptr + at) == 0x25 ? 3 : 1;
}
