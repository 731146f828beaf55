import { CookieReader } from "./cookie";
import { QueryReader, countArguments } from "./query";
import { ContentLengthStatus, contentLength } from "./content-length";

function at(text: string): usize {
  return changetype<usize>(String.UTF8.encode(text, true));
}

function bytesOf(text: string): u32 {
  return <u32>String.UTF8.byteLength(text);
}

function pairs(query: string): string {
  const reader = new QueryReader();
  const bytes = at(query);
  reader.open(bytes, bytesOf(query));
  let out = "";
  while (reader.next()) {
    out += "[" + query.substring(reader.nameStart, reader.nameEnd) + "|";
    out += query.substring(reader.valueStart, reader.valueEnd) + "]";
  }
  return out;
}

function cookies(value: string): string {
  const reader = new CookieReader();
  const bytes = at(value);
  reader.open(bytes, bytesOf(value));
  let out = "";
  while (reader.next()) {
    out += "[" + value.substring(reader.nameStart, reader.nameEnd) + "|";
    out += value.substring(reader.valueStart, reader.valueEnd) + "]";
  }
  return out;
}

export function a_query_is_read_pair_by_pair(): void {
  assert(pairs("a=1&b=2") == "[a|1][b|2]");
  assert(pairs("&&a&=x&b==c&") == "[a|][|x][b|=c]", pairs("&&a&=x&b==c&"));
  assert(pairs("") == "" && pairs("&") == "");
  assert(pairs("a=1;b=2") == "[a|1;b=2]");
}

export function counting_arguments_agrees_with_reading_them(): void {
  assert(countArguments(at("a=1&b=2"), 7) == 2);
  assert(countArguments(at("&&a&=x&b==c&"), 12) == 3);
  assert(countArguments(0, 0) == 0 && countArguments(at("&"), 1) == 0);
}

export function cookies_are_read_one_by_one(): void {
  assert(cookies("a=1; b=2") == "[a|1][b|2]");
  assert(cookies(";; a = 1 ;\tb;=c;") == "[a | 1][|b][|c]", cookies(";; a = 1 ;\tb;=c;"));
  assert(cookies('t="x;y"') == '[t|"x][|y"]', "quotes do not protect a semicolon");
  assert(cookies("") == "" && cookies("  ; ") == "");
}

export function a_content_length_is_one_number(): void {
  assert(contentLength(at("0"), 1) == 0);
  assert(contentLength(at(" 42 "), 4) == 42);
  assert(contentLength(at("42,42, 42"), 9) == 42);
  assert(contentLength(at("9007199254740991"), 16) == 9007199254740991);
}

export function a_content_length_that_is_not_one_number_has_a_status(): void {
  const bad = [
    "",
    " ",
    "-1",
    "+1",
    "1.0",
    "0x10",
    "1 2",
    "1,",
    ",1",
    "9007199254740992",
    "99999999999999999999999",
    "1e3",
  ];
  for (let i = 0; i < bad.length; i++) {
    assert(contentLength(at(bad[i]), bytesOf(bad[i])) == ContentLengthStatus.Malformed, bad[i]);
  }
  assert(contentLength(at("1,2"), 3) == ContentLengthStatus.Conflicting);
}
