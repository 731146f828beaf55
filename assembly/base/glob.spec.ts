import { Glob, isGlob } from "./glob";

function matches(pattern: string, text: string): bool {
  return new Glob(pattern).matches(
    changetype<usize>(String.UTF8.encode(text, true)),
    <u32>String.UTF8.byteLength(text),
  );
}

export function a_pattern_without_stars_matches_itself_in_either_case(): void {
  assert(
    matches("curl/8.0", "CURL/8.0") && !matches("curl", "curl/8.0") && !matches("curl/8.0", "curl"),
  );
}

export function stars_stand_for_any_bytes_also_none(): void {
  assert(
    matches("*", "") &&
      matches("*", "abc") &&
      matches("**", "") &&
      matches("a*", "a") &&
      matches("*a", "a"),
  );
  assert(
    matches("*sqlmap*", "Mozilla SQLMap/1.7") &&
      matches("*sqlmap*", "sqlmap") &&
      !matches("*sqlmap*", "sqlma"),
  );
  assert(matches("a*b*c", "axxbyyc") && matches("a*b*c", "abc") && !matches("a*b*c", "acb"));
}

export function head_and_tail_do_not_share_bytes(): void {
  assert(!matches("ab*ba", "aba") && matches("ab*ba", "abba") && !matches("a*a", "a"));
  assert(!matches("*ab*b", "ab") && matches("*ab*b", "abb"));
}

export function a_piece_that_overlaps_itself_is_found(): void {
  assert(matches("*aab*", "aaab") && matches("*ababc*", "abababc") && matches("*aaa*", "baaa"));
  assert(!matches("*ababc*", "ababab"));
}

export function empty_patterns_and_endless_pieces_are_refused(): void {
  assert(!isGlob("") && isGlob("*") && isGlob("a".repeat(255)) && !isGlob("a".repeat(256)));
  assert(isGlob("a".repeat(255) + "*" + "b".repeat(255)));
}
