// Patterns made of pieces of the syntax, good and bad, each against the bytes behind its first NUL: compiling refuses by name or gives an
// automaton, both engines agree on the place of a match, and what a pattern took is given back.
import { expect, test } from "vitest";
import { openRegexProbe, RegexRefused, RegexStatus } from "../vectors/regex/probe.ts";
import { pointsOf } from "../line-coverage/instrument.ts";
import { fuzz, seconds } from "./run.ts";
import { pieces } from "./pieces.ts";
import { NewLines, textOf } from "./texts.ts";

const haystack = ["a", "b", "ab", "aaaa", "B", "\n", " ", "-", "7", "é", "\xff", "\0"];

test("patterns and texts", { timeout: (2 * seconds + 60) * 1000 }, async () => {
  const probe = await openRegexProbe();
  probe.raw["reserveCache"]!(1 << 16);
  // What a pattern as large as they may be takes for compiling is kept; nothing behind it may take more.
  probe.compile("(?:[a-z]{100}){1000}", 1).free();
  const warmPages = probe.memory.buffer.byteLength;
  let compiled = 0;
  let matched = 0;
  const run = (text: Buffer): void => {
    const flags = text.length === 0 ? 0 : text[0]! & 7;
    const nul = text.indexOf(0, 1);
    const pattern = text.subarray(1, nul < 0 ? text.length : nul);
    const subject = nul < 0 ? Buffer.alloc(0) : text.subarray(nul + 1);
    try {
      const regex = probe.compile(pattern, flags);
      compiled++;
      const fast = regex.search("automaton", subject);
      const slow = regex.search("pike", subject);
      expect(fast).toEqual(slow);
      expect(regex.isMatch(subject)).toBe(slow !== null);
      if (slow !== null) matched++;
      regex.free();
    } catch (error) {
      if (!(error instanceof RegexRefused)) throw error;
      expect(error.status).not.toBe(RegexStatus.OK);
    }
  };
  fuzz("pattern", new NewLines(probe.memory, pointsOf(probe.module)), run, {
    make(corpus, below) {
      const head = Buffer.from([below(8) || 1]);
      const pattern = textOf(pieces.pattern, corpus, below).subarray(0, 200);
      const subject = textOf(haystack, [], below).subarray(0, 2000);
      return Buffer.concat([head, pattern, Buffer.alloc(1), subject]);
    },
  });
  expect(compiled).toBeGreaterThan(100);
  expect(matched).toBeGreaterThan(50);
  // Patterns are compiled when a configuration is loaded; what they took must come back.
  const grown = probe.memory.buffer.byteLength - warmPages;
  if (seconds > 0) console.log(`pattern: ${compiled} compiled, ${matched} matched, memory ${warmPages} + ${grown}`); // prettier-ignore
  expect(grown).toBeLessThanOrEqual(4 << 20);
});
