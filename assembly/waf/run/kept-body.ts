// What rules of the response's phases read of a request's body is copied before the body goes. Only for rule sets that have such
// rules; whatever does not fit the request's memory marks the arena full, and the request is not let through unjudged.
import { Variable } from "../../seclang/variable-table";
import { Arena } from "./arena";
import { Transaction } from "./transaction";
import { moveValue, nextValue, valueBytes, valueLength, valueName, valueNameLength } from "./value";

/** Copies the values that lie in the `length` bytes at `body`. */
export function keepBody(tx: Transaction, body: usize, length: u32): void {
  keep(tx, Variable.ArgsPost, body, length);
  keep(tx, Variable.ArgsPostNames, body, length);
  keep(tx, Variable.RequestBody, body, length);
  keep(tx, Variable.Xml, body, length);
  for (let list: u32 = Variable.Files; list <= <u32>Variable.MultipartName; list++)
    keep(tx, list, body, length);
}

function keep(tx: Transaction, list: u32, body: usize, length: u32): void {
  for (let value = tx.values.first(list); value != 0; value = nextValue(value)) {
    const name = moved(tx.arena, valueName(value), valueNameLength(value), body, length);
    moveValue(value, moved(tx.arena, valueBytes(value), valueLength(value), body, length), name);
  }
}

/** Where the bytes are from now on. */
function moved(arena: Arena, bytes: usize, size: u32, body: usize, length: u32): usize {
  if (bytes < body || bytes >= body + length || size == 0) return bytes;
  const copy = arena.take(size);
  // Nothing may point into the body: the arena is full now, which denies the request.
  if (copy == 0) return arena.start;
  memory.copy(copy, bytes, size);
  return copy;
}
