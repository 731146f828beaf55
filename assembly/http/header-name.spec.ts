import { KnownHeader, isToken, knownHeader } from "./header-name";
import { equalsLiteral, equalsLiteralFolded, startsWithLiteral } from "./literal";

function at(text: string): usize {
  return changetype<usize>(String.UTF8.encode(text, true));
}

function bytesOf(text: string): u32 {
  return <u32>String.UTF8.byteLength(text);
}

function known(name: string): KnownHeader {
  return knownHeader(at(name), bytesOf(name));
}

export function knows_every_name_of_the_table(): void {
  assert(known(":authority") == KnownHeader.Authority);
  assert(known(":method") == KnownHeader.Method);
  assert(known(":path") == KnownHeader.Path);
  assert(known(":scheme") == KnownHeader.Scheme);
  assert(known("host") == KnownHeader.Host);
  assert(known("accept") == KnownHeader.Accept);
  assert(known("authorization") == KnownHeader.Authorization);
  assert(known("connection") == KnownHeader.Connection);
  assert(known("content-encoding") == KnownHeader.ContentEncoding);
  assert(known("content-length") == KnownHeader.ContentLength);
  assert(known("content-type") == KnownHeader.ContentType);
  assert(known("cookie") == KnownHeader.Cookie);
  assert(known("expect") == KnownHeader.Expect);
  assert(known("forwarded") == KnownHeader.Forwarded);
  assert(known("origin") == KnownHeader.Origin);
  assert(known("referer") == KnownHeader.Referer);
  assert(known("te") == KnownHeader.Te);
  assert(known("transfer-encoding") == KnownHeader.TransferEncoding);
  assert(known("upgrade") == KnownHeader.Upgrade);
  assert(known("user-agent") == KnownHeader.UserAgent);
  assert(known("x-forwarded-for") == KnownHeader.XForwardedFor);
  assert(known("x-forwarded-proto") == KnownHeader.XForwardedProto);
  assert(known("x-request-id") == KnownHeader.XRequestId);
}

export function a_name_with_one_byte_changed_is_another_name(): void {
  const names = [
    ":path",
    "cookie",
    "content-type",
    "transfer-encoding",
    "authorization",
    "x-forwarded-for",
  ];
  for (let n = 0; n < names.length; n++) {
    const bytes = at(names[n]);
    const length = bytesOf(names[n]);
    for (let i: u32 = 0; i < length; i++) {
      const old = load<u8>(bytes + i);
      store<u8>(bytes + i, old ^ 1);
      assert(knownHeader(bytes, length) == KnownHeader.Other, names[n]);
      store<u8>(bytes + i, old);
    }
    assert(knownHeader(bytes, length - 1) == KnownHeader.Other);
  }
  assert(known("") == KnownHeader.Other);
}

export function literals_compare_at_every_length(): void {
  const text = "abcdefghijklmnopqrstuvwxyz";
  for (let i = 0; i <= 26; i++) {
    const part = text.substring(0, i);
    assert(equalsLiteral(at(part), i, part), part);
    assert(startsWithLiteral(at(text), 26, part), part);
    assert(i == 26 || !equalsLiteral(at(text), 26, part), part);
  }
  assert(equalsLiteralFolded(at("GeT"), 3, "get") && !equalsLiteralFolded(at("G@T"), 3, "g`t"));
}

export function a_byte_above_0x7f_never_equals_a_character(): void {
  assert(!equalsLiteral(at("é"), 2, "é0"));
}

export function tokens_are_the_alphabet_of_rfc_9110(): void {
  assert(isToken(at("x-My_hdr.1!#$%&'*+^`|~"), 22));
  const bad = [
    "",
    "a b",
    "a:b",
    "a,b",
    "a/b",
    'a"b',
    "a(b",
    "a\tb",
    "a{b",
    "é",
    "a@b",
    "a;b",
    "a=b",
    "[",
    "\\",
  ];
  for (let i = 0; i < bad.length; i++) assert(!isToken(at(bad[i]), bytesOf(bad[i])), bad[i]);
}
