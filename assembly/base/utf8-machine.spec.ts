import { UTF8_REJECT, UTF8_START, utf8Step } from "./utf8-machine";

function feed(bytes: StaticArray<u8>): u32 {
  let state = UTF8_START;
  for (let i = 0; i < bytes.length; i++) state = utf8Step(state, bytes[i]);
  return state;
}

export function accepts_characters_of_one_to_four_bytes(): void {
  assert(feed([0x41, 0x7f, 0x00]) == UTF8_START);
  assert(feed([0xc3, 0xa9]) == UTF8_START);
  assert(feed([0xe2, 0x82, 0xac]) == UTF8_START);
  assert(feed([0xf0, 0x9f, 0x98, 0x80]) == UTF8_START);
  assert(feed([0xf4, 0x8f, 0xbf, 0xbf]) == UTF8_START, "U+10FFFF");
}

export function refuses_overlong_forms_surrogates_and_what_lies_past_the_last_code_point(): void {
  assert(feed([0xc0, 0xaf]) == UTF8_REJECT, "overlong slash");
  assert(feed([0xc1, 0xbf]) == UTF8_REJECT);
  assert(feed([0xe0, 0x80, 0xaf]) == UTF8_REJECT);
  assert(feed([0xf0, 0x80, 0x80, 0xaf]) == UTF8_REJECT);
  assert(feed([0xed, 0xa0, 0x80]) == UTF8_REJECT, "surrogate");
  assert(feed([0xf4, 0x90, 0x80, 0x80]) == UTF8_REJECT);
  assert(feed([0xf5, 0x80, 0x80, 0x80]) == UTF8_REJECT);
  assert(feed([0x80]) == UTF8_REJECT, "continuation first");
  assert(feed([0xc3, 0x41]) == UTF8_REJECT, "character cut by another");
}

export function a_cut_character_is_neither_start_nor_reject(): void {
  const state = feed([0xe2, 0x82]);
  assert(state != UTF8_START && state != UTF8_REJECT);
}
