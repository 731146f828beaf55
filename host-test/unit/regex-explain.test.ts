// The description of a pattern: stable text that the command line prints.
import { expect, test } from "vitest";
import { openRegexProbe, RegexFlag } from "../vectors/regex/probe.ts";

test("explains a pattern", async () => {
  const probe = await openRegexProbe();
  expect(probe.explain("(?i)\\b(?:sleep|benchmark)\\s*\\(")).toMatchInlineSnapshot(`
    "least bytes of a match: 6
    required literals (2): sleep benchmark
    in a set: joined with the others
    groups: 0
    starts: anywhere
    yes or no: lazy automaton
    span: automaton forwards, then backwards
    byte classes: 16
      0: \\x00-\\x08 \\x0b \\x0e-\\x1f !-' )-/ :-@ [-^ \` {-\\xff
      1: \\x09-\\x0a \\x0c-\\x0d \\x20
      2: (
      3: 0-9 D F-G I-J O Q T-Z _ d f-g i-j o q t-z
      4: A a
      5: B b
      6: C c
      7: E e
      8: H h
      9: K k
      10: L l
      11: M m
      12: N n
      13: P p
      14: R r
      15: S s
    instructions: 21
    entry: 20
      1 match
      2 byte ( -> 1
      3 split 4, else 2
      4 byte of \\x09-\\x0a \\x0c-\\x0d \\x20 -> 3
      5 byte of K k -> 3
      6 byte of R r -> 5
      7 byte of A a -> 6
      8 byte of M m -> 7
      9 byte of H h -> 8
      10 byte of C c -> 9
      11 byte of N n -> 10
      12 byte of E e -> 11
      13 byte of B b -> 12
      14 byte of P p -> 3
      15 byte of E e -> 14
      16 byte of E e -> 15
      17 byte of L l -> 16
      18 byte of S s -> 17
      19 split 18, else 13
      20 word boundary -> 19
    "
  `);
  expect(probe.explain("^a(b|c)*$", RegexFlag.NONE)).toMatchInlineSnapshot(`
    "least bytes of a match: 1
    required literals (1): a
    in a set: joined with the others
    groups: 1
    starts: at the text start only
    yes or no: lazy automaton
    span: automaton forwards
    groups inside the span: one-pass table
    byte classes: 3
      0: \\x00-\` d-\\xff
      1: a
      2: b-c
    instructions: 9
    entry: 8
      1 match
      2 text end -> 1
      3 split 6, else 2
      4 slot 3 -> 3
      5 byte of b-c -> 4
      6 slot 2 -> 5
      7 byte a -> 3
      8 text start -> 7
    "
  `);
  expect(probe.explain("a(?=b)")).toBe("refused: status 22 at offset 1\n");
});

test("uses the one-pass table where only one thread can go on", async () => {
  const probe = await openRegexProbe();
  const kinds = (patterns: string[]): number[] =>
    patterns.map((pattern) => {
      const regex = probe.compile(pattern);
      const is = probe.raw["isOnePass"]!(regex.handle);
      regex.free();
      return is;
    });
  expect(kinds(["(a+)(b+)", "(\\d+)-(\\d+)", "(?:(a)|(b))*c", "^([^=]*)=(.*)$"])).toEqual([
    1, 1, 1, 1,
  ]);
  expect(kinds(["(a*)a", "(a|ab)c", "(.*)x(.*)", "(a*)*"])).toEqual([0, 0, 0, 0]);
});
