import { decimalI64, decimalU64, parseI64, parseU64, writeI64, writeU64 } from "./decimal";

function ptrOf(text: string): usize {
  return changetype<usize>(String.UTF8.encode(text));
}

function readsU64(text: string): bool {
  return parseU64(ptrOf(text), text.length);
}

function readsI64(text: string): bool {
  return parseI64(ptrOf(text), text.length);
}

export function reads_unsigned_integers_up_to_their_end(): void {
  assert(readsU64("0") && decimalU64 == 0);
  assert(readsU64("007") && decimalU64 == 7);
  assert(readsU64("18446744073709551615") && decimalU64 == u64.MAX_VALUE);
  assert(!readsU64("18446744073709551616") && !readsU64("18446744073709551620"));
  assert(!readsU64("99999999999999999999") && !readsU64("000000000000000000001"));
}

export function reads_signed_integers_up_to_their_ends(): void {
  assert(readsI64("9223372036854775807") && decimalI64 == i64.MAX_VALUE);
  assert(!readsI64("9223372036854775808"));
  assert(readsI64("-9223372036854775808") && decimalI64 == i64.MIN_VALUE);
  assert(!readsI64("-9223372036854775809"));
  assert(readsI64("-0") && decimalI64 == 0);
}

export function refuses_what_is_no_integer(): void {
  const bad = ["", "-", "+1", " 1", "1 ", "1.0", "1e3", "0x1", "1_000", "--1", "/", ":"];
  for (let i = 0; i < bad.length; i++) assert(!readsI64(bad[i]), bad[i]);
  assert(!readsU64("-1"));
}

export function writes_what_it_reads(): void {
  const room = heap.alloc(20);
  const values: i64[] = [0, 1, 9, 10, 99, 100, -1, -10, i64.MAX_VALUE, i64.MIN_VALUE];
  for (let i = 0; i < values.length; i++) {
    const count = writeI64(room, values[i]);
    assert(String.UTF8.decodeUnsafe(room, count) == values[i].toString());
  }
  assert(writeU64(room, u64.MAX_VALUE) == 20);
  assert(String.UTF8.decodeUnsafe(room, 20) == "18446744073709551615");
}
