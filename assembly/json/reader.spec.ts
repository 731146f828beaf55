import { JsonEvent } from "./event";
import { JsonLimits } from "./limits";
import { JsonReader } from "./reader";
import { JsonStatus } from "./status";

function start(text: string, limits: JsonLimits = new JsonLimits()): JsonReader {
  const bytes = String.UTF8.encode(text);
  const copy = heap.alloc(bytes.byteLength + 1);
  memory.copy(copy, changetype<usize>(bytes), bytes.byteLength);
  const reader = new JsonReader(limits, 7);
  reader.begin(copy, bytes.byteLength);
  return reader;
}

function verdict(text: string, limits: JsonLimits = new JsonLimits()): JsonStatus {
  const reader = start(text, limits);
  let event = reader.next();
  while (event != JsonEvent.End && event != JsonEvent.Fault) event = reader.next();
  assert(reader.next() == event, "the last event stays");
  return reader.status;
}

function text(ptr: usize, length: u32): string {
  return String.UTF8.decodeUnsafe(ptr, length);
}

export function tells_names_values_and_depth(): void {
  const reader = start(`{"a": [1, {"b\\n": "x"}], "c": true}`);
  assert(reader.next() == JsonEvent.ObjectStart && reader.depth == 1 && !reader.hasName);
  assert(reader.next() == JsonEvent.ArrayStart && reader.depth == 2);
  assert(text(reader.namePtr, reader.nameLength) == "a");
  assert(reader.next() == JsonEvent.Number && !reader.hasName);
  assert(text(reader.valuePtr, reader.valueLength) == "1");
  assert(reader.next() == JsonEvent.ObjectStart && reader.depth == 3);
  assert(reader.next() == JsonEvent.String && reader.nameEscaped && !reader.valueEscaped);
  assert(text(reader.namePtr, reader.nameLength) == "b\\n");
  assert(text(reader.valuePtr, reader.valueLength) == "x");
  assert(reader.countAt(2) == 2 && !reader.isObjectAt(2) && reader.isObjectAt(3));
  assert(reader.next() == JsonEvent.ObjectEnd && reader.depth == 2);
  assert(reader.next() == JsonEvent.ArrayEnd && reader.depth == 1);
  assert(text(reader.namePtr, reader.nameLength) == "a", "the end of a container has its name too");
  assert(reader.next() == JsonEvent.True && text(reader.namePtr, reader.nameLength) == "c");
  assert(reader.next() == JsonEvent.ObjectEnd && reader.depth == 0);
  assert(reader.next() == JsonEvent.End);
}

export function compares_names_and_strings_with_literals(): void {
  const reader = start(`{"e\\u0078p":"a\\/b","exp2":"é","e":1}`);
  reader.next();
  reader.next();
  assert(reader.nameIs("exp") && !reader.nameIs("ex") && !reader.nameIs("exp2"));
  assert(reader.stringIs("a/b") && !reader.stringIs("a\\/b") && !reader.stringIs("a/"));
  reader.next();
  assert(reader.nameIs("exp2") && !reader.nameIs("exp") && !reader.stringIs("e"));
  reader.next();
  assert(reader.nameIs("e") && !reader.nameIs(""));
  reader.next();
  assert(!reader.hasName && !reader.nameIs(""), "the top value has no name");
}

export function skips_a_container_whole(): void {
  const reader = start(`[{"a":[[],{}]},2]`);
  reader.next();
  assert(reader.skip(reader.next()) == JsonEvent.ObjectEnd && reader.depth == 1);
  assert(reader.next() == JsonEvent.Number);
  assert(reader.skip(JsonEvent.Number) == JsonEvent.Number);
  assert(reader.next() == JsonEvent.ArrayEnd);
}

export function names_each_fault(): void {
  assert(verdict("") == JsonStatus.Empty);
  assert(verdict(" \n") == JsonStatus.Empty);
  assert(verdict("{") == JsonStatus.UnexpectedEnd);
  assert(verdict("tru") == JsonStatus.UnexpectedEnd);
  assert(verdict("trux") == JsonStatus.UnexpectedByte);
  assert(verdict("[1,]") == JsonStatus.UnexpectedByte);
  assert(verdict("1 2") == JsonStatus.TrailingBytes);
  assert(verdict("\uFEFF{}") == JsonStatus.ByteOrderMark);
  assert(verdict("01") == JsonStatus.InvalidNumber);
  assert(verdict("[1.]") == JsonStatus.InvalidNumber);
  assert(verdict(`"\\x"`) == JsonStatus.InvalidEscape);
  assert(verdict(`"\\u12g4"`) == JsonStatus.InvalidEscape);
  assert(verdict(`"\\u12`) == JsonStatus.UnexpectedEnd);
  assert(verdict('"a\tb"') == JsonStatus.ControlByte);
  assert(verdict(`"\\ud800"`) == JsonStatus.LoneSurrogate);
  assert(verdict(`"\\udc00\\ud800"`) == JsonStatus.LoneSurrogate);
  assert(verdict(`"\\ud83d\\ude00"`) == JsonStatus.Ok);
  assert(verdict(`{"a":1,"b":2,"a":3}`) == JsonStatus.DuplicateName);
}

export function finds_duplicates_however_they_are_written(): void {
  assert(verdict(`{"a":1,"\\u0061":3}`) == JsonStatus.DuplicateName);
  assert(verdict(`{"\\u0061":1,"a":3}`) == JsonStatus.DuplicateName);
  assert(verdict(`{"\\/\\u00e9abcdefgh":1,"/éabcdefg\\u0068":3}`) == JsonStatus.DuplicateName);
  assert(verdict(`{"\\ud83d\\ude00":1,"😀":3}`) == JsonStatus.DuplicateName);
  assert(verdict(`{"":1,"":3}`) == JsonStatus.DuplicateName);
  assert(verdict(`{"a":{"a":[{"a":1},{"a":1}]},"b":1}`) == JsonStatus.Ok, "other objects");
  assert(verdict(`{"a":1,"a\\u0000":2,"A":3,"\\u0061b":4}`) == JsonStatus.Ok);
}

export function allows_the_limit_and_refuses_one_more(): void {
  const limits = new JsonLimits();
  limits.maxBytes = 40;
  limits.maxDepth = 2;
  limits.maxStringBytes = 3;
  limits.maxNumberBytes = 3;
  limits.maxMembers = 2;
  limits.maxElements = 3;
  limits.maxKeys = 3;
  assert(verdict("[[]]", limits) == JsonStatus.Ok && verdict("[[[", limits) == JsonStatus.TooDeep);
  assert(verdict(`"abc"`, limits) == JsonStatus.Ok);
  assert(verdict(`"abcd"`, limits) == JsonStatus.StringTooLong);
  assert(verdict(`{"abcd":1}`, limits) == JsonStatus.StringTooLong);
  assert(
    verdict("123", limits) == JsonStatus.Ok && verdict("1234", limits) == JsonStatus.NumberTooLong,
  );
  assert(verdict(`{"a":1,"b":2}`, limits) == JsonStatus.Ok);
  assert(verdict(`{"a":1,"b":2,"c":3}`, limits) == JsonStatus.TooManyMembers);
  assert(verdict("[1,2,3]", limits) == JsonStatus.Ok);
  assert(verdict("[1,2,3,4]", limits) == JsonStatus.TooManyElements);
  assert(verdict(`[{"a":1},{"a":1},{"a":1}]`, limits) == JsonStatus.Ok);
  assert(verdict(`[{"a":1},{"a":1},{"a":1,"b":2}]`, limits) == JsonStatus.TooManyKeys);
  assert(verdict("                                       1", limits) == JsonStatus.Ok);
  assert(verdict("                                        1", limits) == JsonStatus.TooManyBytes);
}

export function policies_can_be_relaxed(): void {
  const limits = new JsonLimits();
  limits.refuseDuplicates = false;
  limits.allowLoneSurrogates = true;
  assert(verdict(`{"a":1,"a":"\\ud800"}`, limits) == JsonStatus.Ok);
}

export function reads_many_texts_with_one_reader(): void {
  const reader = start(`{"a":1,"b":{"a":2}}`);
  const bytes = String.UTF8.encode(`{"a":1,"b":{"a":2}}`);
  for (let i = 0; i < 10000; i++) {
    reader.begin(changetype<usize>(bytes), bytes.byteLength);
    let event = reader.next();
    while (event != JsonEvent.End) {
      assert(event != JsonEvent.Fault);
      event = reader.next();
    }
  }
}

/** An object of `count` members whose last one is named as number `twin` (from 0), in an array in another object. */
function members(count: i32, twin: i32): JsonStatus {
  let text = '{"k0":[{';
  for (let i = 0; i < count; i++) {
    if (i > 0) text += ",";
    const name = i == count - 1 && twin >= 0 ? twin : i;
    text += '"k' + name.toString() + '":{"k0":1}';
  }
  text += '}],"k1":1}';
  const bytes = String.UTF8.encode(text);
  const reader = new JsonReader(new JsonLimits(), 7);
  reader.begin(changetype<usize>(bytes), bytes.byteLength);
  while (reader.next() > JsonEvent.End);
  return reader.status;
}

export function a_name_twice_is_found_in_small_and_large_objects(): void {
  const counts: StaticArray<i32> = [2, 4, 5, 15, 16, 17, 18, 33, 200];
  for (let c = 0; c < counts.length; c++) {
    const count = counts[c];
    assert(members(count, -1) == JsonStatus.Ok, count.toString());
    for (let twin = 0; twin < count - 1; twin++) {
      assert(members(count, twin) == JsonStatus.DuplicateName, count.toString());
    }
  }
}
