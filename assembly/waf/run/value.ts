// The values of a request: records in a list for each variable. A record points at bytes (of the headers, the body or a
// decoded copy) and remembers the form that transformations start from.
//
//   value -> [ next | bytes | length | name | name length | variable | form | epoch of the form ]
import { Variable } from "../../seclang/variable-table";
import { Arena } from "./arena";

const VALUE_BYTES: usize = 32;

export function nextValue(value: usize): usize {
  return <usize>load<u32>(value);
}

export function valueBytes(value: usize): usize {
  return <usize>load<u32>(value, 4);
}

export function valueLength(value: usize): u32 {
  return load<u32>(value, 8);
}

export function valueName(value: usize): usize {
  return <usize>load<u32>(value, 12);
}

export function valueNameLength(value: usize): u32 {
  return load<u32>(value, 16);
}

export function valueVariable(value: usize): u32 {
  return load<u32>(value, 20);
}

export function valueForm(value: usize, epoch: u32): usize {
  return load<u32>(value, 28) == epoch ? <usize>load<u32>(value, 24) : 0;
}

export function setValueForm(value: usize, form: usize, epoch: u32): void {
  store<u32>(value, <u32>form, 24);
  store<u32>(value, epoch, 28);
}

/** Tells a record where its bytes and its name have gone; lengths stay. */
export function moveValue(value: usize, bytes: usize, name: usize): void {
  store<u32>(value, <u32>bytes, 4);
  store<u32>(value, <u32>name, 12);
}

/** Makes a record; 0 when the arena is full. */
export function makeValue(
  arena: Arena,
  variable: u32,
  name: usize,
  nameLength: u32,
  bytes: usize,
  length: u32,
): usize {
  const value = arena.take(VALUE_BYTES);
  if (value == 0) return 0;
  store<u32>(value, 0);
  store<u32>(value, <u32>bytes, 4);
  store<u32>(value, length, 8);
  store<u32>(value, <u32>name, 12);
  store<u32>(value, nameLength, 16);
  store<u32>(value, variable, 20);
  store<u32>(value, 0, 24);
  store<u32>(value, 0, 28);
  return value;
}

/** A list of values for each variable. */
@final
export class ValueLists {
  /** By variable: first and last value. */
  private heads: StaticArray<u32> = new StaticArray<u32>(2 * Variable.Count);

  clear(): void {
    memory.fill(changetype<usize>(this.heads), 0, 8 * <usize>Variable.Count); // the payload of a StaticArray
  }

  /** First value of a variable; 0 for none. */
  first(variable: u32): usize {
    return <usize>this.heads[variable * 2];
  }

  last(variable: u32): usize {
    return <usize>this.heads[variable * 2 + 1];
  }

  /** Forgets the values of a variable. */
  drop(variable: u32): void {
    this.heads[variable * 2] = 0;
    this.heads[variable * 2 + 1] = 0;
  }

  /** Puts a value at the end of its variable's list; a value of 0 is ignored. */
  add(value: usize): void {
    if (value == 0) return;
    const place = valueVariable(value) * 2;
    const last = <usize>this.heads[place + 1];
    if (last == 0) this.heads[place] = <u32>value;
    else store<u32>(last, <u32>value);
    this.heads[place + 1] = <u32>value;
  }
}
