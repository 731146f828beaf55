// What stages behind jwt may read is exactly what was verified, whole or not at all.
import { View } from "../abi/view";
import { MAX_VERIFIED_TOKENS, VerifiedToken, VerifiedTokens } from "./verified-tokens";

const CAPACITY: u32 = 64;

function add(tokens: VerifiedTokens, provider: i32, payload: string): bool {
  const token = new VerifiedToken();
  const bytes = View.of(payload);
  const issuer = View.of("me");
  const subject = View.of("u1");
  token.provider = provider;
  token.providerName = View.of("shop");
  token.payload = bytes.ptr;
  token.payloadLength = bytes.length;
  token.issuer = issuer.ptr;
  token.issuerLength = issuer.length;
  token.subject = subject.ptr;
  token.subjectLength = subject.length;
  const isKept = tokens.add(token, CAPACITY);
  memory.fill(bytes.ptr, 0, bytes.length);
  return isKept;
}

function text(ptr: usize, length: u32): string {
  return String.UTF8.decodeUnsafe(ptr, length);
}

export function a_token_is_kept_as_a_copy(): void {
  const tokens = new VerifiedTokens();
  assert(tokens.count == 0, "none");
  assert(add(tokens, 3, '{"a":1}'), "kept");
  assert(add(tokens, 4, '{"b":2}'), "kept, too");
  const first = tokens.at(0);
  assert(
    tokens.count == 2 && first.provider == 3 && first.providerName.toText() == "shop",
    "whose",
  );
  assert(text(first.payload, first.payloadLength) == '{"a":1}', "payload");
  assert(text(first.issuer, first.issuerLength) == "me", "issuer");
  assert(text(first.subject, first.subjectLength) == "u1", "subject");
  assert(text(tokens.at(1).payload, tokens.at(1).payloadLength) == '{"b":2}', "second");
}

export function what_does_not_fit_is_not_kept_in_part(): void {
  const tokens = new VerifiedTokens();
  assert(add(tokens, 0, "x".repeat(60)), "just fits");
  assert(!add(tokens, 0, ""), "no room for the issuer");
  assert(tokens.count == 1, "nothing of it");
  tokens.clear();
  assert(tokens.count == 0 && !add(tokens, 0, "x".repeat(61)), "one byte too long");
  for (let i = 0; i < MAX_VERIFIED_TOKENS; i++) assert(add(tokens, i, "{}"), "room for four");
  assert(!add(tokens, 4, "{}"), "not for five");
}
