// A tuple's parts are the bytes they were made from, whatever their length, and nothing behind them is touched.
import { Block } from "../base/block";
import { SourceStatus } from "./source-status";
import { Tuple, maxPartBytes } from "./tuple";

export function a_part_is_its_bytes_at_every_length(): void {
  const source = new Block(maxPartBytes + 8);
  for (let i: u32 = 0; i < maxPartBytes + 8; i++) store<u8>(source.ptr + i, <u8>(i * 7 + 1));
  const tuple = new Tuple();
  for (let length: u32 = 1; length <= maxPartBytes; length += length < 90 ? 1 : 61) {
    tuple.clear();
    // The part before lies in front, the one behind would be overwritten by a copy that is too long.
    assert(tuple.part(source.ptr, 3) == SourceStatus.Ok);
    const behind = tuple.open(length) + length;
    store<u64>(behind, 0xaaaa_aaaa_aaaa_aaaa);
    tuple.clear();
    tuple.part(source.ptr, 3);
    assert(tuple.part(source.ptr + 1, length) == SourceStatus.Ok);
    assert(tuple.lastLength == length);
    assert(memory.compare(tuple.lastPtr, source.ptr + 1, length) == 0, length.toString());
    assert(load<u64>(behind) == 0xaaaa_aaaa_aaaa_aaaa, length.toString());
  }
  assert(tuple.part(source.ptr, 0) == SourceStatus.Missing);
  assert(tuple.part(source.ptr, maxPartBytes + 1) == SourceStatus.Oversized);
}
