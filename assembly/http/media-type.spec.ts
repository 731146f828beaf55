import { MediaType, MediaTypeStatus } from "./media-type";

function at(text: string): usize {
  return changetype<usize>(String.UTF8.encode(text, true));
}

function bytesOf(text: string): u32 {
  return <u32>String.UTF8.byteLength(text);
}

function status(text: string): MediaTypeStatus {
  return new MediaType().read(at(text), bytesOf(text));
}

function matches(text: string, pattern: string): bool {
  const type = new MediaType();
  assert(type.read(at(text), bytesOf(text)) == MediaTypeStatus.Ok, text);
  return type.matches(at(pattern), bytesOf(pattern));
}

export function reads_types_with_parameters(): void {
  const good = [
    "text/html",
    " text/html ",
    "text/html;charset=utf-8",
    'text/html ; charset="utf-8"',
    "a/b;",
    "a/b; ;c=d",
    "multipart/form-data; boundary=----x'()",
    'application/vnd.api+json; profile="a\\"b;c"',
  ];
  for (let i = 0; i < 6; i++) assert(status(good[i]) == MediaTypeStatus.Ok, good[i]);
  assert(status(good[7]) == MediaTypeStatus.Ok, good[7]);
}

export function what_is_not_one_type_is_malformed(): void {
  const bad = [
    "text",
    "text/",
    "/html",
    "text/html, text/plain",
    "text/html,application/json",
    "text html",
    "text/html x",
    "text/html;a",
    "text/html;a=",
    "text/html;=b",
    'text/html;a="b',
    "text /html",
    "application/json;charset=utf-8,text/plain",
  ];
  for (let i = 0; i < bad.length; i++) assert(status(bad[i]) == MediaTypeStatus.Malformed, bad[i]);
  assert(status("") == MediaTypeStatus.Empty && status("  ") == MediaTypeStatus.Empty);
}

export function finds_the_charset(): void {
  const type = new MediaType();
  const text = 'text/html; x=1; CharSet="UTF-8"';
  type.read(at(text), bytesOf(text));
  assert(text.substring(type.charsetStart, type.charsetEnd) == "UTF-8");
  type.read(at("text/html"), 9);
  assert(type.charsetStart == type.charsetEnd);
}

export function knows_json_in_its_spellings(): void {
  const type = new MediaType();
  const json = [
    "application/json",
    "Application/JSON; charset=utf-8",
    "application/problem+json",
    "text/json",
    "a/vnd.x.v2+Json",
  ];
  for (let i = 0; i < json.length; i++) {
    type.read(at(json[i]), bytesOf(json[i]));
    assert(type.isJson, json[i]);
  }
  const other = [
    "application/jsonp",
    "application/xjson",
    "text/plain; x=+json",
    "application/json-seq",
    "a/son",
    "json/x",
  ];
  for (let i = 0; i < other.length; i++) {
    type.read(at(other[i]), bytesOf(other[i]));
    assert(!type.isJson, other[i]);
  }
}

export function patterns_match_whole_types(): void {
  assert(
    matches("application/json", "application/json") &&
      matches("APPLICATION/Json;a=b", "application/json"),
  );
  assert(
    !matches("application/json-seq", "application/json") &&
      !matches("application/jso", "application/json"),
  );
  assert(matches("text/x", "text/*") && !matches("textx/x", "text/*") && matches("text/x", "*/*"));
  assert(
    matches("application/vnd.a+json", "application/*+json") &&
      !matches("application/json", "application/*+json"),
  );
  assert(!matches("application/x+json2", "application/*+json"));
}
