// Random patterns and texts for differential runs: the part of RE2 syntax where a byte and a character
// are the same thing, over a small alphabet so that matches are frequent. Seeded, hence reproducible.

export interface Query {
  /** Pattern. */
  p: string;
  /** Texts. */
  t: string[];
}

/** A small generator of numbers (mulberry32). */
export function numbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 15), z | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) % below;
  };
}

const alphabet = ["a", "b", "c", "A", "B", "k", "s", "1", "_", " ", "\n", "-", ".", "="];
const atoms = [
  "a", "a", "b", "b", "c", "A", "k", "1", "_", " ", "-", "=", ".", ".", "\\.", "\\d", "\\D", "\\w", "\\W", "\\s", "\\S",
  "\\n", "\\x61", "\\x{62}", "\\141", "\\Qa.b\\E", "ab", "ba", "abc", "^", "$", "\\b", "\\B", "\\A", "\\z", "()",
  "(?:)", "[ab]", "[^a]", "[a-c]", "[^\\n]", "[\\w-]", "[[:alpha:]]", "[[:^upper:]_]", "[^[:space:]b]", "[]a]", "[a\\-c]",
  "[\\d=]", "[^\\W1]", "[^\\x00-\\x7f]",
]; // prettier-ignore
const repeats = [
  "*",
  "+",
  "?",
  "*?",
  "+?",
  "??",
  "{2}",
  "{0,2}",
  "{1,3}?",
  "{2,}",
  "{0}",
  "{,2}",
  "{1,2}",
  "{0,1}",
];
const flags = ["i", "s", "m", "U", "im", "is", "i-s", "-i", "ms", "sU", "-m"];

export function randomPattern(next: (below: number) => number, depth = 0): string {
  const branches = next(6) === 0 ? 2 + next(2) : 1;
  const parts: string[] = [];
  for (let i = 0; i < branches; i++) parts.push(randomSequence(next, depth));
  return parts.join("|");
}

function randomSequence(next: (below: number) => number, depth: number): string {
  let text = "";
  for (let i = next(5); i >= 0; i--) {
    if (next(12) === 0) text += `(?${flags[next(flags.length)]})`;
    text += depth < 4 && next(4) === 0 ? randomGroup(next, depth) : atoms[next(atoms.length)];
    if (next(3) === 0) text += repeats[next(repeats.length)];
    if (next(80) === 0) text += repeats[next(repeats.length)]; // often refused, by both sides
  }
  return text;
}

function randomGroup(next: (below: number) => number, depth: number): string {
  const body = randomPattern(next, depth + 1);
  const kind = next(6);
  if (kind === 0) return `(?${flags[next(flags.length)]}:${body})`;
  return kind <= 2 ? `(?:${body})` : `(${body})`;
}

/** Up to 30 characters, with runs, so that repeats meet something. */
export function randomText(next: (below: number) => number): string {
  let text = "";
  for (let left = next(12); left > 0; left--) {
    text += alphabet[next(next(2) === 0 ? 3 : alphabet.length)]!.repeat(
      1 + next(next(4) === 0 ? 5 : 1),
    );
  }
  return text.slice(0, 30);
}

export function randomQuery(next: (below: number) => number, texts: number): Query {
  const p = randomPattern(next);
  return { p, t: Array.from({ length: texts }, () => randomText(next)) };
}
