import { ConfigDocument } from "./document";
import { ConfigValue, snakeCase } from "./value";
import { readVersion } from "./version";

function read(text: string): ConfigDocument {
  const bytes = String.UTF8.encode(text);
  return new ConfigDocument(changetype<usize>(bytes), bytes.byteLength);
}

function lines(document: ConfigDocument): string {
  document.finish();
  let all = "";
  for (let i = 0; i < document.errors.length; i++) all += document.errors[i].line() + "\n";
  document.dispose();
  return all;
}

function expect(document: ConfigDocument, wanted: string[]): void {
  const got = lines(document);
  let all = "";
  for (let i = 0; i < wanted.length; i++) all += wanted[i] + "\n";
  assert(got == all, got);
}

export function reads_typed_values(): void {
  const document = read(
    `{"a":{"n":42,"big":9007199254740993,"f":1.5,"s":"x\\u00e9","b":true,"t":"250ms","z":"64KiB","l":[1,2],"e":"shadow"}}`,
  );
  const a = ConfigValue.root(document).get("a");
  assert(a.get("n").integer(0, 1, 100) == 42);
  assert(a.get("big").integer(0, 1, i64.MAX_VALUE) == 9007199254740993);
  assert(a.get("f").number(0, 0, 2) == 1.5);
  assert(a.get("s").string("") == "xé" && a.get("s").textLength == 3);
  assert(a.get("b").bool(false));
  assert(a.get("t").durationMs(0, 0, 1000) == 250);
  assert(a.get("z").sizeBytes(0, 0, 100000) == 65536);
  assert(a.get("e").choice(["enforce", "shadow"], 0) == 1);
  const list = a.get("l").items();
  assert(list.length == 2 && list[1].integer(0, 0, 9) == 2 && list[1].pointer == "/a/l/1");
  expect(document, []);
}

export function absent_and_null_values_are_the_fallback(): void {
  const document = read(`{"n":null}`);
  const root = ConfigValue.root(document);
  assert(root.get("n").integer(7, 0, 9) == 7);
  assert(root.get("o").get("p").get("q").string("deep") == "deep");
  assert(root.get("l").length == 0 && root.get("l").items().length == 0);
  assert(root.get("d").durationMs(30, 0, 100) == 30);
  expect(document, []);
}

export function tells_every_mistake_at_once_in_document_order(): void {
  const document = read(
    `{"n":5000,"s":7,"mode":"enforse","t":"10 s","z":"64 kb","b":"yes","o":[],"dup":1,"dup":2,"maxHeadrs":3}`,
  );
  const root = ConfigValue.root(document);
  root.get("o").get("x");
  root.get("maxHeaders").integer(1, 1, 2);
  root.get("b").bool(false);
  root.get("z").sizeBytes(1, 1, 1048576);
  root.get("t").durationMs(1, 10, 60000);
  root.get("mode").choice(["enforce", "shadow", "tag"], 0);
  root.get("s").string("");
  assert(root.get("n").integer(3, 1, 1024) == 3);
  root.get("dup").integer(1, 1, 5);
  root.get("issuer").required();
  root.get("o").get("below").required();
  expect(document, [
    "/issuer: is missing (add it)",
    "/n: must be an integer from 1 to 1024, got 5000 (use 1024 or less)",
    "/s: must be a string, got a number (write it in quotes)",
    `/mode: must be one of enforce, shadow, tag, got "enforse" (did you mean "enforce"?)`,
    `/t: must be a duration from 10ms to 60s, got "10 s" (write it as "250ms" or "10s")`,
    `/z: must be a size from 1 to 1048576 bytes, got "64 kb" (write it as 65536 or "64KiB")`,
    `/b: must be true or false, got "yes" (write true or false, without quotes)`,
    "/o: must be an object, got an array (write it in braces: {...})",
    "/dup: this key stands twice in its object (keep one of them)",
    `/maxHeadrs: unknown key (did you mean "maxHeaders"?)`,
  ]);
}

export function unknown_keys_are_found_below_known_ones_only(): void {
  const document = read(`{"a":{"b":{"x":1}},"z":{"y":1},"l":[{"q":1,"p":2}],"raw":{"any":1}}`);
  const root = ConfigValue.root(document);
  root.get("a").get("b").get("known");
  root.get("l").item(0).get("p");
  root.get("raw").opaque();
  expect(document, [
    "/a/b/x: unknown key (known here: known)",
    "/z: unknown key (known here: a, l, raw)",
    "/l/0/q: unknown key (known here: p)",
  ]);
}

export function a_bad_text_is_told_by_line_and_column(): void {
  expect(read('{\n  "a": 1,\n  b: 2\n}'), [
    "(document): line 3, column 3: the JSON syntax does not allow this character here " +
      "(look for a missing or extra comma, quote or comment)",
  ]);
  const document = read("");
  readVersion(ConfigValue.root(document));
  expect(document, ["(document): line 1, column 1: the document is empty"]);
}

export function version_must_be_ours(): void {
  const none = read("{}");
  readVersion(ConfigValue.root(none));
  expect(none, [`/version: is missing (add "version": 1)`]);
  const newer = read(`{"version":2}`);
  readVersion(ConfigValue.root(newer));
  expect(newer, ["/version: must be an integer from 1 to 1, got 2 (use 1 or less)"]);
}

export function snake_case_is_accepted_where_it_is_allowed(): void {
  assert(snakeCase("maxAgeMs") == "max_age_ms" && snakeCase("issuer") == "issuer");
  const document = read(`{"pasted":{"max_age":3,"in":{"cache_size":4}},"own":{"max_age":3}}`);
  const pasted = ConfigValue.root(document).get("pasted").allowSnakeCase();
  assert(pasted.get("maxAge").integer(0, 0, 9) == 3);
  assert(pasted.get("in").get("cacheSize").integer(0, 0, 9) == 4);
  ConfigValue.root(document).get("own").get("maxAge").integer(0, 0, 9);
  expect(document, [`/own/max_age: unknown key (did you mean "maxAge"?)`]);
  const both = read(`{"max_age":3,"maxAge":4}`);
  assert(ConfigValue.root(both).allowSnakeCase().get("maxAge").integer(0, 0, 9) == 4);
  expect(both, [`/max_age: "maxAge" says the same (keep one of them)`]);
}

export function long_values_are_not_echoed(): void {
  const document = read(`{"t":"0123456789012345678901234567890123456789"}`);
  ConfigValue.root(document).get("t").durationMs(1, 1, 2);
  expect(document, [
    `/t: must be a duration from 1ms to 2ms, got a string (write it as "250ms" or "10s")`,
  ]);
}

export function keeps_a_hundred_errors_and_counts_the_rest(): void {
  let text = "[";
  for (let i = 0; i < 150; i++) text += i == 0 ? "1" : ",1";
  const document = read(text + "]");
  const items = ConfigValue.root(document).items();
  for (let i = 0; i < items.length; i++) items[i].string("");
  document.finish();
  assert(document.errors.length == 101);
  assert(document.errors[100].line() == "(document): 50 more errors (mend these first)");
}

export function pointers_in_lines_are_one_word(): void {
  const document = read(`{"a b":1,"c/d~e":1,"f%\\n":1,"é":1}`);
  ConfigValue.root(document).get("known");
  expect(document, [
    "/a%20b: unknown key (known here: known)",
    "/c~1d~0e: unknown key (known here: known)",
    "/f%25%0A: unknown key (known here: known)",
    "/é: unknown key (known here: known)",
  ]);
}

export function every_mistake_has_a_mend(): void {
  const document = read(
    `{"i":"12","h":1.5,"f":"x","g":9,"d":"2m","e":"1ms","u":"1500us","c":7,"k":"zzz","l":{"a":1},` +
      `"m":[1],"few":[],"many":[1,2,3],"s":"","t":"long","w":"a/b"}`,
  );
  const root = ConfigValue.root(document);
  root.get("i").integer(0, 0, 20);
  root.get("h").integer(0, 0, 20);
  root.get("f").number(0, 0, 2);
  root.get("g").number(0, 0, 2);
  root.get("d").durationMs(1000, 1000, 60000);
  root.get("e").durationMs(1000, 1000, 60000);
  root.get("u").durationMs(1, 1, 60000);
  root.get("c").choice(["on", "off"], 0);
  root.get("k").choice(["on", "off"], 0);
  assert(root.get("l").elements().length == 0 && root.get("m").members().length == 0);
  root.get("few").sized(1, 2);
  root.get("many").sized(1, 2).opaque();
  root.get("s").isText(1, 3);
  root.get("t").isText(1, 3);
  root.get("w").choice(["on", "off"], 0);
  expect(document, [
    `/i: must be an integer from 0 to 20, got "12" (write it without quotes)`,
    "/h: must be an integer from 0 to 20, got 1.5 (write a whole number)",
    `/f: must be a number from 0.0 to 2.0, got "x" (write a number)`,
    "/g: must be a number from 0.0 to 2.0, got 9 (use 2.0)",
    `/d: must be a duration from 1s to 60s, got "2m" (use 60s or less)`,
    `/e: must be a duration from 1s to 60s, got "1ms" (use 1s or more)`,
    `/u: must be whole milliseconds, got "1500us" (round it)`,
    "/c: must be one of on, off, got 7 (write one of them)",
    `/k: must be one of on, off, got "zzz" (write one of them)`,
    "/l: must be an array, got an object (write it in brackets: [...])",
    "/m: must be an object, got an array (write it in braces: {...})",
    "/few: must have at least 1 entries, got 0 (add 1)",
    "/many: must have at most 2 entries, got 3 (remove 1)",
    "/s: must have at least 1 bytes, got 0 (add more)",
    "/t: must have at most 3 bytes, got 4 (shorten it)",
    `/w: must be one of on, off, got "a/b" (write one of them)`,
  ]);
}
