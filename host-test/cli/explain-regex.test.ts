// `meshwarden explain regex`: what the engine makes of a pattern, what it finds, and where and why it refuses one.
import { expect, test } from "vitest";
import { meshwarden } from "./terminal-fixture.ts";

const explain = (...argv: string[]): ReturnType<typeof meshwarden> =>
  meshwarden("explain", "regex", ...argv);

test("says which engines run a pattern and which literals come first", async () => {
  const { out, exitCode } = await explain("(?i)union\\s+select");
  expect(exitCode).toBe(0);
  expect(out).toContain("required literals (1): select\n");
  expect(out).toContain("yes or no: lazy automaton\n");
  expect(out).toMatch(/^byte classes: \d+$/m);
  expect(out).not.toMatch(/^ {2}/m);
});

test("shows classes and instructions when asked", async () => {
  const { out } = await explain("^a$", "--program");
  expect(out).toMatch(/^ {2}\d+: a$/m);
  expect(out).toMatch(/^ {2}\d+ byte a -> \d+$/m);
});

test("finds the pattern and its groups in a text, by bytes", async () => {
  const { out, exitCode } = await explain("(\\w+)=(\\w*)(;)?", "--text", "é k=v");
  expect(exitCode).toBe(0);
  expect(out.split("\n").slice(-5, -1)).toEqual([
    'in the text: bytes 3 to 6: "k=v"',
    'group 1: bytes 3 to 4: "k"',
    'group 2: bytes 5 to 6: "v"',
    "group 3: took no part",
  ]);
});

test("a text without a match is a finding", async () => {
  const { out, exitCode } = await explain("a", "--text", "b");
  expect([exitCode, out.endsWith("in the text: no match\n")]).toEqual([1, true]);
});

test("options of the pattern, as letters", async () => {
  expect((await explain("A.b", "--flags", "is", "--text", "a\nB")).exitCode).toBe(0);
  expect((await explain("A.b", "--flags", "i", "--text", "a\nB")).exitCode).toBe(1);
  const { err, exitCode } = await explain("a", "--flags", "q");
  expect(exitCode).toBe(2);
  expect(err).toContain("--flags: q is no option of a pattern");
});

test.each([
  ["ab(?=c)", 2, "a lookahead", "match what follows too"],
  ["(a)\\1", 3, "a backreference", "write out"],
  ["a++", 2, "a possessive repeat", "leave the + out"],
  ["a{1001}", 1, "a repeat count is too large", "1000"],
  ["[b-a]", 1, "a class range runs backwards", "mend the pattern there"],
  ["(a", 0, "a parenthesis is missing", "mend the pattern there"],
])("refuses %s at byte %d with the reason and the mend", async (pattern, offset, reason, mend) => {
  const { out, err, exitCode } = await explain(pattern);
  expect([exitCode, out]).toEqual([2, ""]);
  expect(err).toContain(`refused at byte ${offset}: ${reason}`);
  expect(err).toContain(mend);
  const lines = err.split("\n");
  const mark = lines.findIndex((line) => /^ +\^$/.test(line));
  expect(lines[mark]!.indexOf("^") - 2).toBe(offset);
});

test("a long pattern is shown around the place, and one above the limit is refused", async () => {
  const { err } = await explain(`${"a".repeat(5000)}(?<=b)`);
  expect(err).toContain("refused at byte 5000: a lookbehind");
  expect(err.split("\n")[1]!.length).toBeLessThan(90);
  const long = await explain("a".repeat(40_000));
  expect([long.exitCode, long.err.includes("too long")]).toEqual([2, true]);
});

test("one document with --json", async () => {
  const { out } = await explain("(a)|b", "--text", "xb", "--json");
  const said = JSON.parse(out) as { pattern: string; description: string[]; match: unknown };
  expect(said).toMatchObject({ pattern: "(a)|b", match: [[1, 2], null] });
  expect(said.description[0]).toBe("least bytes of a match: 1");
});
