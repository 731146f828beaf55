// What the cache may remember: a whole token under one provider, no more of them than it has room for.
import { Block } from "../../base/block";
import { View } from "../../abi/view";
import { VerifiedToken } from "../verified-tokens";
import { MAX_CACHED_BYTES, TokenCache } from "./token-cache";

const found = new VerifiedToken();

/** Whether the cache knows a token; what it knows of it is in `found`. */
function has(cache: TokenCache, mark: u32, token: usize, length: u32): bool {
  return cache.find(mark, token, length, found);
}

/** Remembers a token that says who it is of. */
function add(cache: TokenCache, mark: u32, token: usize, length: u32, who: string): void {
  const claims = new VerifiedToken();
  const text = View.of(`{"sub":"${who}"}me${who}`);
  const name = <u32>who.length;
  claims.payload = text.ptr;
  claims.payloadLength = text.length - name - 2;
  claims.issuer = text.ptr + claims.payloadLength;
  claims.issuerLength = 2;
  claims.subject = claims.issuer + 2;
  claims.subjectLength = name;
  cache.expMs = 1000 + length;
  cache.flags = 1;
  cache.add(mark, token, length, claims);
}

function textOf(fill: u8, length: u32): Block {
  const text = new Block(length + 8);
  memory.fill(text.ptr, fill, length);
  return text;
}

export function knows_a_whole_token_under_its_provider(): void {
  const cache = new TokenCache(4, 1);
  const token = textOf(0x61, 100);
  assert(!has(cache, 0, token.ptr, 100), "nothing yet");
  add(cache, 0, token.ptr, 100, "u");
  assert(has(cache, 0, token.ptr, 100), "added");
  assert(!has(cache, 1, token.ptr, 100), "another provider");
  assert(!has(cache, 0, token.ptr, 99), "a part of it");
  store<u8>(token.ptr, 0x62, 99);
  assert(!has(cache, 0, token.ptr, 100), "another last byte");
}

export function keeps_what_was_verified_of_each(): void {
  const cache = new TokenCache(2, 1);
  const first = textOf(0x61, 100);
  const second = textOf(0x62, 200);
  has(cache, 0, first.ptr, 100);
  add(cache, 0, first.ptr, 100, "ann");
  has(cache, 0, second.ptr, 200);
  add(cache, 0, second.ptr, 200, "benedict");
  assert(has(cache, 0, first.ptr, 100) && cache.expMs == 1100 && cache.flags == 1, "dates");
  const payload = String.UTF8.decodeUnsafe(found.payload, found.payloadLength);
  assert(payload == '{"sub":"ann"}', payload);
  assert(String.UTF8.decodeUnsafe(found.issuer, found.issuerLength) == "me", "issuer");
  assert(String.UTF8.decodeUnsafe(found.subject, found.subjectLength) == "ann", "subject");
  assert(has(cache, 0, second.ptr, 200) && found.subjectLength == 8, "the other's");
}

export function too_many_claims_are_not_remembered(): void {
  const cache = new TokenCache(2, 1);
  const token = textOf(0x61, 100);
  has(cache, 0, token.ptr, 100);
  add(cache, 0, token.ptr, 100, "x".repeat(2030));
  assert(!has(cache, 0, token.ptr, 100), "not kept");
}

export function tells_tokens_apart_at_every_byte(): void {
  const cache = new TokenCache(2, 1);
  const token = textOf(0x61, 90);
  has(cache, 0, token.ptr, 90);
  add(cache, 0, token.ptr, 90, "u");
  for (let i = 0; i < 90; i++) {
    store<u8>(token.ptr + i, 0x62);
    assert(!has(cache, 0, token.ptr, 90), "another byte");
    store<u8>(token.ptr + i, 0x61);
  }
  assert(has(cache, 0, token.ptr, 90), "the same");
}

export function forgets_the_older_of_three_in_two_places(): void {
  const cache = new TokenCache(2, 1);
  const first = textOf(0x61, 10);
  const second = textOf(0x62, 2000);
  const third = textOf(0x63, 30);
  has(cache, 0, first.ptr, 10);
  add(cache, 0, first.ptr, 10, "u");
  has(cache, 0, second.ptr, 2000);
  add(cache, 0, second.ptr, 2000, "u");
  assert(has(cache, 0, first.ptr, 10), "two places");
  has(cache, 0, third.ptr, 30);
  add(cache, 0, third.ptr, 30, "u");
  assert(!has(cache, 0, first.ptr, 10), "the oldest went");
  assert(has(cache, 0, second.ptr, 2000) && has(cache, 0, third.ptr, 30), "the others stay");
}

export function remembers_nothing_without_room(): void {
  const none = new TokenCache(0, 1);
  const token = textOf(0x61, MAX_CACHED_BYTES + 1);
  has(none, 0, token.ptr, 10);
  add(none, 0, token.ptr, 10, "u");
  assert(!has(none, 0, token.ptr, 10), "no entries");
  const some = new TokenCache(2, 1);
  has(some, 0, token.ptr, MAX_CACHED_BYTES + 1);
  add(some, 0, token.ptr, MAX_CACHED_BYTES + 1, "u");
  assert(!has(some, 0, token.ptr, MAX_CACHED_BYTES + 1), "too long");
}
