// "Did you mean": the known word nearest to a mistyped one, by optimal string alignment distance
// (insertions, deletions, substitutions, swaps of neighbours) over lower-cased words without `_`
// and `-`.
import { lowerAscii } from "../base/ascii";

const MAX_WORD: i32 = 48;

/**
 * The nearest of `known` to `word`, or an empty string when none is near enough (a third of its
 * length, at least 1, and not all of it).
 */
export function nearestWord(word: string, known: string[]): string {
  const plain = plainWord(word);
  let best = "";
  let bestDistance = min(plain.length, max(1, plain.length / 3) + 1);
  for (let i = 0; i < known.length; i++) {
    const distance = editDistance(plain, plainWord(known[i]));
    if (distance < bestDistance) {
      bestDistance = distance;
      best = known[i];
    }
  }
  return best;
}

function plainWord(word: string): string {
  return lowerAscii(word.replaceAll("_", "").replaceAll("-", "")).substring(0, MAX_WORD);
}

/** Optimal string alignment distance of two short words. */
export function editDistance(a: string, b: string): i32 {
  const width = b.length + 1;
  let before = new StaticArray<i32>(width);
  let last = new StaticArray<i32>(width);
  let row = new StaticArray<i32>(width);
  for (let j = 0; j < width; j++) row[j] = j;
  for (let i = 1; i <= a.length; i++) {
    const spare = before;
    before = last;
    last = row;
    row = spare;
    row[0] = i;
    for (let j = 1; j < width; j++) {
      const same = a.charCodeAt(i - 1) == b.charCodeAt(j - 1);
      let cost = min(min(last[j] + 1, row[j - 1] + 1), last[j - 1] + (same ? 0 : 1));
      if (i > 1 && j > 1 && isSwap(a, i, b, j)) cost = min(cost, before[j - 2] + 1);
      row[j] = cost;
    }
  }
  return row[width - 1];
}

function isSwap(a: string, i: i32, b: string, j: i32): bool {
  return a.charCodeAt(i - 1) == b.charCodeAt(j - 2) && a.charCodeAt(i - 2) == b.charCodeAt(j - 1);
}
