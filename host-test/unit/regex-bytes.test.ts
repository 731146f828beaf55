// Bytes from 0x80 up against JavaScript's RegExp on Latin-1 strings, where a character is a byte too. Only
// what both languages mean alike is generated: no \\s, no case folding, no loop over what can be empty.
import { expect, test } from "vitest";
import { numbers } from "../oracles/random-patterns.ts";
import { openRegexProbe } from "../vectors/regex/probe.ts";

const bytes = ["\x00", "\x7f", "\x80", "\xa0", "\xbf", "\xc2", "\xe9", "\xff", "a", "1"];
const classes = [
  "[\\x80-\\xff]",
  "[^\\x80-\\xbf]",
  "[\\xc2\\xe9a]",
  "\\w",
  "\\W",
  "\\d",
  "\\b",
  ".",
  "[^a]",
];

function hex(byte: string): string {
  return `\\x${byte.charCodeAt(0).toString(16).padStart(2, "0")}`;
}

function pattern(next: (below: number) => number, depth: number): string {
  let text = "";
  for (let i = next(4); i >= 0; i--) {
    const kind = next(4);
    const byte = bytes[next(bytes.length)]!;
    if (kind === 0 && depth < 3) {
      const group = `(?:${hex(byte)}${pattern(next, depth + 1)}|${hex(bytes[next(bytes.length)]!)})`;
      text += group + ["", "*", "+?", "{1,2}"][next(4)]!;
    } else if (kind === 1) text += classes[next(classes.length)]!;
    else text += (next(2) === 0 && byte > "\x7f" ? byte : hex(byte)) + ["", "", "+", "*"][next(4)]!;
  }
  return text;
}

test("equals RegExp on Latin-1 strings", async () => {
  const probe = await openRegexProbe();
  const next = numbers(23);
  let matched = 0;
  for (let round = 0; round < 3000; round++) {
    const source = pattern(next, 0);
    const rival = new RegExp(source, "s");
    const regex = probe.compile(`(?s)${source}`);
    for (let i = 0; i < 6; i++) {
      const text = Array.from({ length: next(12) }, () => bytes[next(bytes.length)]).join("");
      const match = rival.exec(text);
      const want = match && [[match.index, match.index + match[0].length]];
      expect(regex.search("automaton", text), JSON.stringify({ source, text })).toEqual(want);
      expect(regex.isMatch(text)).toBe(match !== null);
      if (match) matched++;
    }
    regex.free();
  }
  expect(matched).toBeGreaterThan(2000);
});
