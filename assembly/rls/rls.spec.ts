import { Code, RateLimitAnswer, requestHeadersField, responseHeadersField } from "./answer";
import { Breaker } from "./breaker";
import { RateLimitRequest, maxRequestBytes } from "./request";

const second: u64 = 1_000_000_000;

function hexOf(ptr: usize, length: u32): string {
  const digits = "0123456789abcdef";
  let text = "";
  for (let i: u32 = 0; i < length; i++) {
    const byte = load<u8>(ptr + i);
    text += digits.charAt(byte >> 4) + digits.charAt(byte & 15);
  }
  return text;
}

function bytesOf(hex: string): ArrayBuffer {
  const bytes = new ArrayBuffer(hex.length >> 1);
  for (let i = 0; i < bytes.byteLength; i++) {
    store<u8>(changetype<usize>(bytes) + i, <u8>U32.parseInt(hex.substr(2 * i, 2), 16));
  }
  return bytes;
}

function entry(request: RateLimitRequest, key: string, value: string): void {
  const k = String.UTF8.encode(key);
  const v = String.UTF8.encode(value);
  request.entry(changetype<usize>(k), k.byteLength, changetype<usize>(v), v.byteLength);
}

function begin(request: RateLimitRequest, domain: string): void {
  const bytes = String.UTF8.encode(domain);
  request.begin(changetype<usize>(bytes), bytes.byteLength);
}

function reads(hex: string): RateLimitAnswer | null {
  const bytes = bytesOf(hex);
  const answer = new RateLimitAnswer();
  return answer.read(changetype<usize>(bytes), bytes.byteLength) ? answer : null;
}

export function a_request_is_what_protoc_would_write(): void {
  const request = new RateLimitRequest();
  begin(request, "rl");
  request.beginDescriptor();
  entry(request, "user", "ann");
  request.endDescriptor(1);
  request.beginDescriptor();
  entry(request, "a", "");
  request.endDescriptor(300);
  // domain "rl"; {entries {user, ann}}; {entries {a, ""} hits_addend {300}}
  const expected =
    "0a02726c" + "120d0a0b0a0475736572" + "1203616e6e" + "120c0a050a01611200" + "1a0308ac02";
  assert(
    hexOf(request.writer.ptr, request.writer.length) == expected,
    hexOf(request.writer.ptr, request.writer.length),
  );
  assert(request.count == 2 && !request.writer.isFull);
}

export function a_message_of_128_bytes_and_more_has_a_length_of_two(): void {
  const request = new RateLimitRequest();
  begin(request, "");
  request.beginDescriptor();
  entry(request, "k", "v".repeat(200));
  request.endDescriptor(1);
  const hex = hexOf(request.writer.ptr, request.writer.length);
  assert(
    hex.startsWith("0a00" + "12d101" + "0ace01" + "0a016b" + "12c801" + "7676"),
    hex.substr(0, 40),
  );
}

export function what_does_not_fit_is_said(): void {
  const request = new RateLimitRequest();
  begin(request, "d");
  for (let i = 0; i < 20; i++) {
    request.beginDescriptor();
    entry(request, "k", "v".repeat(1024));
    request.endDescriptor(1);
  }
  assert(request.writer.isFull);
  assert(request.writer.length <= maxRequestBytes);
}

export function an_answer_has_its_verdict_statuses_headers_and_body(): void {
  // overall 2; status {code 2, current_limit {5 per minute}, remaining 0, reset {42 s}}; status {code 1, remaining 7};
  // response header a: b; request header c: d; raw_body "no"
  const answer = reads(
    "0802" +
      "120c0802120408051002" +
      "2202082a" +
      "120408011807" +
      "1a060a016112016222060a01631201642a026e6f",
  );
  assert(answer !== null);
  if (answer === null) return;
  assert(answer.code == Code.OverLimit && answer.count == 2);
  assert(answer.statusCode(0) == Code.OverLimit && answer.resetNs(0) == 42 * second);
  assert(answer.statusCode(1) == Code.Ok && answer.remaining(1) == 7);
  assert(hexOf(answer.body, answer.bodyLength) == "6e6f");
  answer.openHeaders(responseHeadersField);
  assert(answer.nextHeader() && load<u8>(answer.name) == 0x61 && load<u8>(answer.value) == 0x62);
  assert(!answer.nextHeader());
  answer.openHeaders(requestHeadersField);
  assert(answer.nextHeader() && load<u8>(answer.name) == 0x63 && load<u8>(answer.value) == 0x64);
}

export function what_is_unknown_is_skipped_and_what_is_no_answer_is_refused(): void {
  assert(reads("08017a0161" + "f9010102030405060708") !== null, "unknown fields");
  assert(reads("") === null, "no code is UNKNOWN");
  assert(reads("0800") === null && reads("0803") === null, "no such code");
  assert(reads("08") === null, "cut short");
  assert(reads("08010a") === null, "a length is missing, field 1 as bytes");
  assert(reads("0a0101") === null, "field 1 is a number");
  assert(reads("08011005") === null, "field 2 is a message");
  assert(reads("080112ff01") === null, "a length past the end");
  assert(reads("080113") === null, "a group");
  assert(reads("0801" + "120208") === null, "a status cut short");
  assert(reads("0801" + "1206" + "2204080a10ff") === null, "a duration cut short");
  assert(reads("08ffffffffffffffffffff01") === null, "a number of 70 bits");
  assert(reads("0801" + "1202" + "0801".repeat(1) + "12020801".repeat(32)) === null, "33 statuses");
}

export function a_negative_or_endless_reset_is_none(): void {
  const negative = reads("0801" + "120d" + "220b08ffffffffffffffffff01");
  assert(negative !== null && negative.resetNs(0) == 0);
}

export function a_breaker_opens_after_failures_in_a_row_and_tries_again(): void {
  const breaker = new Breaker(3, 10 * second);
  const now: u64 = 1_000 * second;
  breaker.failedAt(now);
  breaker.failedAt(now);
  breaker.succeeded();
  breaker.failedAt(now);
  breaker.failedAt(now);
  assert(breaker.allows(now) && !breaker.isOpen, "two in a row");
  breaker.failedAt(now);
  assert(!breaker.allows(now) && breaker.isOpen);
  assert(!breaker.allows(now + 10 * second - 1));
  assert(breaker.allows(now + 10 * second), "the trial");
  assert(!breaker.allows(now + 10 * second + 1), "one trial");
  breaker.failedAt(now + 11 * second);
  assert(!breaker.allows(now + 20 * second));
  assert(breaker.allows(now + 21 * second));
  breaker.succeeded();
  assert(breaker.allows(now + 21 * second) && !breaker.isOpen);
}

export function a_breaker_survives_a_clock_that_goes_back(): void {
  const breaker = new Breaker(1, 10 * second);
  breaker.failedAt(100_000 * second);
  assert(breaker.allows(10 * second));
}
