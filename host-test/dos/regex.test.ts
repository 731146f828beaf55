// Patterns and texts that make backtracking engines exponential or quadratic: every engine here stays
// linear in the text, and the classic blow-up of the pattern itself stays polynomial.
import { beforeAll, describe, expect, test } from "vitest";
import { CompiledSet, openRegexProbe, type RegexProbe } from "../vectors/regex/probe.ts";
import { expectGrowth } from "./exponent.ts";

let probe: RegexProbe;
beforeAll(async () => {
  probe = await openRegexProbe();
});

const sizes = [4096, 8192, 16384, 32768];
/** One run must be shorter than a turn of the scheduler, or a busy machine bends the line. */
const short = [64, 128, 256, 512];
const pairs: [pattern: string, text: (size: number) => string][] = [
  ["^(a+)+$", (size) => "a".repeat(size - 1) + "!"],
  ["(a|aa)+$", (size) => "a".repeat(size - 1) + "!"],
  ["(?s).*.*=.*", (size) => "x".repeat(size)],
  ["(x+x+)+y", (size) => "x".repeat(size)],
  ["((a{1,5}){1,5}){1,5}b", (size) => "a".repeat(size)],
  ["(a{0,12}){0,12}b", (size) => "a".repeat(size)],
  ["(.*a){12}b", (size) => "a".repeat(size)],
  ["\\s+$", (size) => " ".repeat(size - 1) + "x"],
  ["(?:[ab]{0,10}c|[ab]*){2,8}d", (size) => "ab".repeat(size / 2)],
];

describe("time grows with the text and no faster", () => {
  test.each(pairs)("find: %s", (pattern, text) => {
    const regex = probe.compile(pattern);
    const prepare = (size: number) => {
      const input = Buffer.from(text(size), "latin1");
      return () => void regex.search("automaton", input);
    };
    expectGrowth(prepare, 1.1, { sizes });
    regex.free();
  });

  // find() may stop at the byte gate; a set has none, so this is the automaton itself.
  test.each(pairs)("set: %s", (pattern, text) => {
    const set = new CompiledSet(probe, [pattern], 0);
    const prepare = (size: number) => {
      const input = Buffer.from(text(size), "latin1");
      return () => void set.scan(input);
    };
    expectGrowth(prepare, 1.1, { sizes });
    set.free();
  });

  test.each(pairs)("groups by the reference engine: %s", (pattern, text) => {
    const regex = probe.compile(pattern);
    const prepare = (size: number) => {
      const input = Buffer.from(text(size), "latin1");
      return () => void regex.search("pike", input);
    };
    expectGrowth(prepare, 1.1, { sizes: short });
    regex.free();
  });

  test("a state space that no cache holds: without cache, still linear", () => {
    probe.raw["reserveCache"]!(1 << 14);
    const regex = probe.compile("(?s)[ab][ab]*a[ab]{14}c");
    const prepare = (size: number) => {
      let seed = 1;
      const input = Uint8Array.from({ length: size }, () =>
        (seed = (seed * 48271) % 0x7fffffff) & 64 ? 97 : 98,
      );
      return () => void regex.isMatch(input);
    };
    expectGrowth(prepare, 1.1, { sizes });
    probe.raw["reserveCache"]!(1 << 20);
    regex.free();
  });

  test("a set whose patterns all remember what came before", () => {
    const patterns = Array.from(
      { length: 12 },
      (_, i) => `(?s)${String.fromCharCode(97 + i)}.*=.*[${i}]`,
    );
    const set = new CompiledSet(probe, patterns, 0);
    const prepare = (size: number) => {
      let seed = 7;
      const input = Uint8Array.from(
        { length: size },
        () => 97 + ((seed = (seed * 48271) % 0x7fffffff) % 26),
      );
      return () => void set.scan(input);
    };
    expectGrowth(prepare, 1.1, { sizes });
    set.free();
  });
});

test("literals that are suffixes of one another", () => {
  probe.raw["beginLiterals"]!(1);
  for (let length = 1; length <= 64; length++) {
    const word = Buffer.from("a".repeat(length));
    probe.raw["literal"]!(probe.place(word), word.length, length);
  }
  const handle = probe.raw["endLiterals"]!(200);
  const prepare = (size: number) => {
    // Each b throws the automaton back from a sparse state to the root through its failure links.
    const input = Buffer.from(
      "a"
        .repeat(31)
        .concat("b")
        .repeat(size / 32),
    );
    return () => {
      const text = probe.place(input, 64);
      probe.raw["scanForLiterals"]!(handle, text, input.length, (text + input.length + 7) & ~7);
    };
  };
  expectGrowth(prepare, 1.1, { sizes });
});

test("(a?){n}a{n} for growing n: the pattern costs its size, not its choices", () => {
  const prepare = (n: number) => {
    const regex = probe.compile(`(a?){${n}}a{${n}}`);
    const input = Buffer.from("a".repeat(n));
    return () => {
      expect(regex.search("pike", input)).not.toBe(null);
    };
  };
  // Text and program grow together here: quadratic is what Thompson promises, 2^n what backtracking takes.
  expectGrowth(prepare, 2.2, { sizes: [32, 64, 128, 256] });
});
