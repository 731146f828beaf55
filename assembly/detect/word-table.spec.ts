// Words in either case, prefixes, and words that are not there.
import { WordTable } from "./word-table";

const TEXT: usize = memory.data<u8>([0x53, 0x65, 0x4c, 0x65, 0x43, 0x74, 0x65, 0x64]); // SeLeCted

export function words_are_found_in_either_case(): void {
  const table = WordTable.create(4);
  table.add(7, "select from");
  assert(table.find(TEXT, 6) == 7, "SeLeCt");
}

export function a_longer_or_shorter_word_is_another(): void {
  const table = WordTable.create(4);
  table.add(7, "select from");
  assert(table.find(TEXT, 8) == 0, "SeLeCted");
  assert(table.find(TEXT, 5) == 0, "SeLeC");
  assert(table.find(TEXT, 0) == 0, "nothing");
}

export function the_first_value_of_a_word_stays(): void {
  const table = WordTable.create(4);
  table.add(7, "select");
  table.add(8, "select selected");
  assert(table.find(TEXT, 6) == 7, "select");
  assert(table.find(TEXT, 8) == 8, "selected");
}
