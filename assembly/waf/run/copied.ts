// Bytes of the host's last answer, which the next one overwrites, into the request's memory.
import { Transaction } from "./transaction";

/** A copy in the request's memory; 0 when there is none left. */
export function copied(tx: Transaction, bytes: usize, length: u32): usize {
  const copy = tx.arena.take(length);
  if (copy != 0) memory.copy(copy, bytes, length);
  return copy;
}
