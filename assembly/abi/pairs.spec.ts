import { PairsReader, PairsStatus } from "./pairs";
import { PairsWriter } from "./pairs-writer";
import { View } from "./view";

const room: usize = memory.data(256);

/** One pair "a: bc" with these lengths in its table, `size` bytes in all. */
function onePair(count: u32, nameLength: u32, valueLength: u32): void {
  store<u32>(room, count);
  store<u32>(room, nameLength, 4);
  store<u32>(room, valueLength, 8);
  store<u8>(room, 0x61, 12);
  store<u8>(room, 0, 13);
  store<u8>(room, 0x62, 14);
  store<u8>(room, 0x63, 15);
  store<u8>(room, 0, 16);
}

function opened(size: u32): PairsStatus {
  return new PairsReader().open(room, size);
}

export function reads_back_what_the_writer_wrote(): void {
  const writer = new PairsWriter(4, 64);
  const name = View.of("x-a");
  const value = View.of("one\ttwo");
  assert(writer.add(name.ptr, name.length, value.ptr, value.length) == PairsStatus.Ok);
  assert(writer.add(name.ptr, name.length, 0, 0) == PairsStatus.Ok);
  assert(writer.finish() == PairsStatus.Ok && writer.finish() == PairsStatus.Ok);
  const reader = new PairsReader();
  assert(reader.open(writer.ptr, writer.length) == PairsStatus.Ok);
  assert(reader.count == 2 && reader.valueLength(1) == 0 && reader.valueLength(0) == 7);
  assert(memory.compare(reader.valuePtr(0), value.ptr, 7) == 0);
  assert(reader.indexOf(name.ptr, name.length, 1) == 1);
  assert(reader.indexOf(name.ptr, 2) == -1);
  assert(reader.namePtr(2) == 0 && reader.nameLength(9) == 0 && reader.valuePtr(2) == 0);
}

export function an_empty_map_has_no_bytes(): void {
  const writer = new PairsWriter(4, 64);
  assert(writer.finish() == PairsStatus.Ok && writer.length == 0);
  assert(opened(0) == PairsStatus.Ok);
}

export function refuses_a_block_cut_at_any_byte(): void {
  for (let size: u32 = 1; size < 17; size++) {
    onePair(1, 1, 2);
    assert(opened(size) != PairsStatus.Ok, size.toString());
  }
  onePair(1, 1, 2);
  assert(opened(17) == PairsStatus.Ok);
}

export function refuses_bytes_after_the_last_entry(): void {
  onePair(1, 1, 2);
  assert(opened(18) == PairsStatus.TrailingBytes);
  onePair(0, 1, 2);
  assert(opened(17) == PairsStatus.TrailingBytes);
}

export function refuses_counts_and_lengths_that_overflow(): void {
  onePair(2, 1, 2);
  assert(opened(17) == PairsStatus.Truncated);
  onePair(0x20000001, 1, 2);
  assert(opened(17) == PairsStatus.Truncated);
  onePair(0xffffffff, 1, 2);
  assert(opened(17) == PairsStatus.Truncated);
  onePair(1, 0xffffffff, 2);
  assert(opened(17) == PairsStatus.Truncated);
  onePair(1, 1, 0xfffffffe);
  assert(opened(17) == PairsStatus.Truncated);
  onePair(1, 5, 0xffffffff);
  assert(opened(17) == PairsStatus.Truncated);
}

export function refuses_a_name_or_a_value_without_nul(): void {
  onePair(1, 1, 2);
  store<u8>(room, 0x7a, 13);
  assert(opened(17) == PairsStatus.MissingNul);
  onePair(1, 1, 2);
  store<u8>(room, 0x7a, 16);
  assert(opened(17) == PairsStatus.MissingNul);
}

export function refuses_more_than_one_mebibyte(): void {
  assert(opened(1048577) == PairsStatus.TooLarge);
}

export function the_writer_refuses_what_envoy_would_wipe_or_send_raw(): void {
  const writer = new PairsWriter(2, 16);
  const name = View.of("a");
  const long = View.of("0123456789abcdef");
  const split = View.of("x\r\ny: z");
  const blank = View.of("a b");
  assert(writer.add(name.ptr, 1, long.ptr, long.length) == PairsStatus.TooLarge);
  assert(writer.finish() == PairsStatus.TooLarge && writer.length == 0);
  writer.reset();
  assert(writer.add(name.ptr, 1, split.ptr, split.length) == PairsStatus.BadValue);
  assert(writer.add(name.ptr, 1, name.ptr, 1) == PairsStatus.BadValue, "the first refusal sticks");
  writer.reset();
  assert(writer.add(blank.ptr, 3, name.ptr, 1) == PairsStatus.BadName);
  writer.reset();
  for (let i = 0; i < 2; i++) assert(writer.add(name.ptr, 1, 0, 0) == PairsStatus.Ok);
  assert(writer.add(name.ptr, 1, 0, 0) == PairsStatus.TooLarge);
}

export function the_writer_keeps_within_the_limits_of_the_wire_whatever_it_is_asked_for(): void {
  const writer = new PairsWriter(5000, 0xffffffff);
  const name = View.of("a");
  for (let i = 0; i < 1024; i++) assert(writer.add(name.ptr, 1, name.ptr, 1) == PairsStatus.Ok);
  assert(writer.add(name.ptr, 1, name.ptr, 1) == PairsStatus.TooLarge);
}

export function a_marked_block_is_finished_again_with_other_ends(): void {
  const name = View.of("x-a");
  const value = View.of("12345");
  const writer = new PairsWriter(2, 32);
  writer.add(name.ptr, name.length, value.ptr, value.length);
  writer.mark();
  for (let length: u32 = 5; length <= 5; length -= 2) {
    assert(writer.rewind() == 1);
    assert(writer.finish() != PairsStatus.Ok, "not full: the marked part would move");
    assert(writer.rewind() == 1);
    assert(writer.addKnown(name, value.ptr, length) == PairsStatus.Ok);
    assert(writer.finish() == PairsStatus.Ok);
    const reader = new PairsReader();
    const copy = View.copy(writer.ptr, writer.length);
    assert(reader.open(copy.ptr, copy.length) == PairsStatus.Ok && reader.count == 2);
    assert(reader.valueLength(0) == 5 && reader.valueLength(1) == length);
    assert(memory.compare(reader.valuePtr(1), value.ptr, length) == 0);
  }
}
