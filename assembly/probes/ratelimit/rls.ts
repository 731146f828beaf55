// Test door of the rls room and of the number finder: bytes in, what was read of them out.
import { RateLimitAnswer, requestHeadersField, responseHeadersField } from "../../rls/answer";
import { NumberFinder } from "../../json/number-finder";
import { NumberPointer } from "../../json/number-pointer";

const answer = new RateLimitAnswer();
let finder: NumberFinder | null = null;

/** Room for `size` bytes that the test fills. */
export function reserve(size: u32): usize {
  return heap.alloc(size);
}

/** 1 when the bytes are a usable answer. */
export function read(ptr: usize, length: u32): bool {
  return answer.read(ptr, length);
}

/** One number that stands for all that was read: code, statuses, headers, body. */
export function digest(): u64 {
  let sum: u64 = <u64>answer.code;
  for (let i: u32 = 0; i < answer.count; i++) {
    sum = sum * 31 + <u64>answer.statusCode(i);
    sum = sum * 31 + answer.remaining(i);
    sum = sum * 31 + answer.resetNs(i) / 1_000_000_000;
  }
  for (let list: u32 = responseHeadersField; list <= requestHeadersField; list++) {
    answer.openHeaders(list);
    while (answer.nextHeader()) {
      sum = sum * 31 + answer.nameLength;
      sum = sum * 31 + answer.valueLength;
    }
  }
  return sum * 31 + answer.bodyLength;
}

/** Looks for the number at a pointer from now on. */
export function point(ptr: usize, length: u32): void {
  finder = new NumberFinder(new NumberPointer(ptr, length));
}

/** The number in one text, or -1. */
export function find(ptr: usize, length: u32): i64 {
  const it = finder!;
  it.reset();
  it.read(ptr, length);
  return it.isFound ? <i64>it.value : -1;
}
