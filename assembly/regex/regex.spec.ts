import { compileRegex, find, freeRegex, matches, regexFailureOffset, regexStatus } from "./regex";
import { addToSet, closeSet, freeSet, openSet, scanSet } from "./regex-set";
import { RegexFlag, RegexStatus } from "./status";

const out: usize = memory.data(64, 4);
const hits: usize = memory.data(8, 4);

function isMatch(pattern: string, text: string, flags: u32 = RegexFlag.NONE): bool {
  const patternBytes = String.UTF8.encode(pattern);
  const textBytes = String.UTF8.encode(text);
  const regex = compileRegex(changetype<usize>(patternBytes), patternBytes.byteLength, flags);
  if (regex === null) return false;
  const result = matches(regex, changetype<usize>(textBytes), textBytes.byteLength);
  freeRegex(regex);
  return result;
}

export function answers_yes_or_no(): void {
  assert(isMatch("un[i1]on\\s+select", "1 un1on  select 2"));
  assert(!isMatch("un[i1]on\\s+select", "union-select"));
  assert(isMatch("SELECT", "select", RegexFlag.CASE_INSENSITIVE));
}

export function finds_spans_and_groups(): void {
  const pattern = String.UTF8.encode("(\\w+)=(\\w*)");
  const text = String.UTF8.encode("?id=42");
  const regex = compileRegex(changetype<usize>(pattern), pattern.byteLength, RegexFlag.NONE);
  if (regex === null) {
    assert(false, "refused");
    return;
  }
  assert(find(regex, changetype<usize>(text), 6, 0, 6, false, out, 6));
  assert(load<u32>(out) == 1 && load<u32>(out, 4) == 6, "span");
  assert(load<u32>(out, 8) == 1 && load<u32>(out, 12) == 3, "name");
  assert(load<u32>(out, 16) == 4 && load<u32>(out, 20) == 6, "value");
  freeRegex(regex);
}

export function names_what_it_refuses(): void {
  const pattern = String.UTF8.encode("a(?<=b)");
  assert(compileRegex(changetype<usize>(pattern), 7, RegexFlag.NONE) === null);
  assert(regexStatus() == RegexStatus.LOOKBEHIND && regexFailureOffset() == 1);
}

export function a_set_reports_every_pattern_that_matches(): void {
  openSet();
  const patterns: StaticArray<string> = ["a+b", "x.*y", "q"];
  for (let i = 0; i < patterns.length; i++) {
    const bytes = String.UTF8.encode(patterns[i]);
    assert(addToSet(changetype<usize>(bytes), bytes.byteLength, RegexFlag.NONE));
  }
  const set = closeSet();
  const text = String.UTF8.encode("x aab y");
  store<u32>(hits, 0);
  assert(scanSet(set, changetype<usize>(text), text.byteLength, hits));
  assert(load<u32>(hits) == 3);
  freeSet(set);
}
