// What the probe's host calls share: the place the host writes results to, and header blocks made from script words.
// Results start as a mark, so that an out-pointer the host left alone shows as a missing value in the trace.
import { argumentAt, argumentCount, argumentSize } from "./trace-script";
import { bytes, integer } from "./trace-log";

/** Out-values of host calls: address, size, number; set to a mark beforehand, so that "not written" shows. */
export const OUT: usize = memory.data(32);
/** What an unwritten out-value holds. */
export const MARK: u32 = 0xeeeeeeee;

/** Forget what the last host call wrote. */
export function clearOut(): void {
  store<u32>(OUT, MARK);
  store<u32>(OUT, MARK, 4);
  store<u64>(OUT, 0xeeeeeeeeeeeeeeee, 8);
}

/** Append the bytes a host call returned; nothing when it did not write its out-pointers. */
export function outBytes(): void {
  const ptr = load<u32>(OUT);
  if (ptr == MARK) return;
  bytes(ptr, load<u32>(OUT, 4));
}

/** Append the number a host call returned, when it wrote one. */
export function outNumber32(): void {
  if (load<u32>(OUT, 8) != MARK) integer(load<u32>(OUT, 8));
}

export function outNumber64(): void {
  if (load<u64>(OUT, 8) != 0xeeeeeeeeeeeeeeee) integer(load<u64>(OUT, 8));
}

/** Stream that made the last callout on this VM. */
export let callerOfLastCall: u32 = 0;

export function rememberCaller(contextId: u32): void {
  callerOfLastCall = contextId;
}

/** Header pairs from words `from` on, in the wire format; returns its size. */
export function pairsFromWords(from: u32, into: usize): u32 {
  const words = argumentCount() > from ? argumentCount() - from : 0;
  const entries: u32 = words >> 1;
  if (entries == 0) return 0;
  store<u32>(into, entries);
  let at: u32 = 4 + entries * 8;
  for (let i: u32 = 0; i < entries; i++) {
    const name = from + i * 2;
    store<u32>(into + 4 + i * 8, argumentSize(name));
    store<u32>(into + 8 + i * 8, argumentSize(name + 1));
    at += copied(into + at, name);
    at += copied(into + at, name + 1);
  }
  return at;
}

function copied(into: usize, word: u32): u32 {
  const size = argumentSize(word);
  memory.copy(into, argumentAt(word), size);
  store<u8>(into + size, 0);
  return size + 1;
}
