// All matches of a pattern one after another, as regex iterators do it: an empty match directly behind
// the match before it is skipped, and in UTF-8 mode an empty match never splits a sequence.
import type { Spans } from "./probe.ts";

export interface SearchRange {
  from: number;
  to: number;
  anchored: boolean;
  utf8: boolean;
  limit: number;
}

/** Matches in order, at most `range.limit`; `search` finds the first one at or after an offset. */
export function searchAll(
  search: (from: number) => Spans | null,
  haystack: Uint8Array,
  range: SearchRange,
): Spans[] {
  const found: Spans[] = [];
  let at = range.from;
  let last = -1;
  while (at <= range.to && found.length < range.limit) {
    const match = search(at);
    if (match === null) break;
    const [start, end] = match[0]!;
    const splits =
      range.utf8 && start === end && end < haystack.length && (haystack[end]! & 0xc0) === 0x80;
    if (splits || (start === end && end === last)) {
      // No character starts inside a sequence, so an anchored search ends there.
      if (range.anchored && splits) break;
      at = end + 1;
      continue;
    }
    found.push(match);
    at = end;
    last = end;
  }
  return found;
}
