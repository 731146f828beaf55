import { NumberFinder } from "./number-finder";
import { NumberPointer } from "./number-pointer";

function finder(pointer: string): NumberFinder {
  const bytes = String.UTF8.encode(pointer);
  return new NumberFinder(new NumberPointer(changetype<usize>(bytes), bytes.byteLength));
}

/** -1: none. The text comes in pieces of every size from 1 to 7, and all must find the same. */
function found(pointer: string, text: string): i64 {
  const bytes = String.UTF8.encode(text);
  let first: i64 = -2;
  for (let size = 1; size <= 7; size++) {
    const it = finder(pointer);
    for (let at = 0; at < bytes.byteLength; at += size) {
      it.read(changetype<usize>(bytes) + at, min<i32>(size, bytes.byteLength - at));
    }
    const result: i64 = it.isFound ? <i64>it.value : -1;
    assert(first == -2 || first == result, `${text} in pieces of ${size}`);
    first = result;
  }
  return first;
}

export function finds_the_number_and_no_other(): void {
  const pointer = "/usage/total_tokens";
  assert(found(pointer, '{"usage":{"prompt_tokens":9,"total_tokens":42},"total_tokens":7}') == 42);
  assert(
    found(
      pointer,
      '{ "total_tokens" : 7 , "usage" : { "x" : [1,{"total_tokens":8}], "total_tokens" : 42 } }',
    ) == 42,
  );
  assert(found(pointer, '{"usage":{"total_tokens_x":1,"total_token":2}}') == -1);
  assert(found(pointer, '{"x":{"usage":{"total_tokens":5}}}') == -1);
  assert(found(pointer, '{"usage":[{"total_tokens":5}]}') == -1);
  assert(found(pointer, '{"usage":{"total_tokens":"5"}}') == -1);
  assert(
    found(pointer, '{"a":"\\"usage\\":{\\"total_tokens\\":1}","usage":{"total_tokens":3}}') == 3,
  );
  assert(found(pointer, '{"usage":"total_tokens","total_tokens":4}') == -1);
}

export function the_last_one_counts_in_a_stream_of_documents(): void {
  const pointer = "/usage/total_tokens";
  const events =
    'event: x\ndata: {"choices":[{"delta":"a"}],"usage":null}\n\ndata: {"usage":{"total_tokens":11}}\n\n' +
    'data: {"usage":{"total_tokens":12}}\n\ndata: [DONE]\n\n';
  assert(found(pointer, events) == 12);
}

export function elements_of_arrays_have_numbers(): void {
  assert(found("/a/1/b", '{"a":[{"b":1},{"b":2},{"b":3}]}') == 2);
  assert(found("/a/0", '{"a":[5,6]}') == 5);
  assert(found("/1", "[5, 6 ]") == 6);
  assert(found("/a/2", '{"a":[[1,2],[3,4],9]}') == 9);
  assert(found("/a~1b/~0", '{"a/b":{"~":8}}') == 8);
}

export function numbers_are_whole_and_bounded(): void {
  assert(found("/n", '{"n":-5}') == 0);
  assert(found("/n", '{"n":12.75,"m":3}') == 12);
  assert(found("/n", '{"n":99999999999}') == 0xffffffff);
  assert(found("/n", '{"n":1') == -1, "its end has not come");
}

export function bytes_that_are_no_json_do_no_harm(): void {
  assert(found("/n", '}}]]"\\{[{"n":"') == -1);
  assert(found("/n", '}{"n":1}') == 1);
}

export function pointers_that_cannot_be_used_have_no_parts(): void {
  const wrong = "usage|/a~2|/~|/1/2/3/4/5/6/7/8/9|";
  const list = wrong.split("|");
  for (let i = 0; i < list.length; i++) {
    const bytes = String.UTF8.encode(list[i]);
    assert(new NumberPointer(changetype<usize>(bytes), bytes.byteLength).parts == 0, list[i]);
  }
}
