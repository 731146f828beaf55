// What the cache may remember: a whole token under one provider, no more of them than it has room for.
import { Block } from "../../base/block";
import { MAX_CACHED_BYTES, TokenCache } from "./token-cache";

function textOf(fill: u8, length: u32): Block {
  const text = new Block(length + 8);
  memory.fill(text.ptr, fill, length);
  return text;
}

export function knows_a_whole_token_under_its_provider(): void {
  const cache = new TokenCache(4, 1);
  const token = textOf(0x61, 100);
  assert(!cache.has(0, token.ptr, 100), "nothing yet");
  cache.add(0, token.ptr, 100);
  assert(cache.has(0, token.ptr, 100), "added");
  assert(!cache.has(1, token.ptr, 100), "another provider");
  assert(!cache.has(0, token.ptr, 99), "a part of it");
  store<u8>(token.ptr, 0x62, 99);
  assert(!cache.has(0, token.ptr, 100), "another last byte");
}

export function forgets_the_older_of_three_in_two_places(): void {
  const cache = new TokenCache(2, 1);
  const first = textOf(0x61, 10);
  const second = textOf(0x62, 2000);
  const third = textOf(0x63, 30);
  cache.has(0, first.ptr, 10);
  cache.add(0, first.ptr, 10);
  cache.has(0, second.ptr, 2000);
  cache.add(0, second.ptr, 2000);
  assert(cache.has(0, first.ptr, 10), "two places");
  cache.has(0, third.ptr, 30);
  cache.add(0, third.ptr, 30);
  assert(!cache.has(0, first.ptr, 10), "the oldest went");
  assert(cache.has(0, second.ptr, 2000) && cache.has(0, third.ptr, 30), "the others stay");
}

export function remembers_nothing_without_room(): void {
  const none = new TokenCache(0, 1);
  const token = textOf(0x61, MAX_CACHED_BYTES + 1);
  none.has(0, token.ptr, 10);
  none.add(0, token.ptr, 10);
  assert(!none.has(0, token.ptr, 10), "no entries");
  const some = new TokenCache(2, 1);
  some.has(0, token.ptr, MAX_CACHED_BYTES + 1);
  some.add(0, token.ptr, MAX_CACHED_BYTES + 1);
  assert(!some.has(0, token.ptr, MAX_CACHED_BYTES + 1), "too long");
}
