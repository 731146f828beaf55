// What the regex engine refuses, by which name and at which offset.
import { expect, test } from "vitest";
import { openRegexProbe, type RegexStatus } from "../vectors/regex/probe.ts";

test("constructs without a regular meaning are refused by name", async () => {
  const probe = await openRegexProbe();
  const refused: [string, keyof typeof RegexStatus, number][] = [
    ["(a)\\1", "BACKREFERENCE", 3],
    ["(?P<x>a)(?P=x)", "BACKREFERENCE", 8],
    ["(a)\\k<x>", "BACKREFERENCE", 3],
    ["a(?=b)", "LOOKAHEAD", 1],
    ["a(?!b)", "LOOKAHEAD", 1],
    ["(?<=a)b", "LOOKBEHIND", 0],
    ["(?<!a)b", "LOOKBEHIND", 0],
    ["(?>a+)b", "ATOMIC_GROUP", 0],
    ["a*+b", "POSSESSIVE", 2],
    ["a**", "DOUBLE_REPEAT", 2],
    ["(?(1)a|b)", "CONDITIONAL", 0],
    ["(?R)", "RECURSION", 0],
    ["(?|a|b)", "BRANCH_RESET", 0],
    ["(*UTF8)a", "VERB", 0],
    ["a\\pL", "UNICODE_CLASS", 1],
    ["[\\p{Greek}]", "UNICODE_CLASS", 1],
    ["*a", "MISSING_REPEAT_ARGUMENT", 0],
    ["a|*", "MISSING_REPEAT_ARGUMENT", 2],
    ["(a", "MISSING_PAREN", 0],
    ["a)", "UNEXPECTED_PAREN", 1],
    ["x[a", "MISSING_BRACKET", 1],
    ["[z-a]", "BAD_CLASS_RANGE", 1],
    ["[[:alpa:]]", "BAD_CLASS_NAME", 1],
    ["a\\", "TRAILING_BACKSLASH", 1],
    ["\\q", "BAD_ESCAPE", 0],
    ["(?z)", "BAD_GROUP", 0],
    ["(?P<>a)", "BAD_GROUP_NAME", 0],
    ["(?P<n>a)(?P<n>b)", "DUPLICATE_GROUP_NAME", 8],
    ["a{1001}", "REPEAT_TOO_LARGE", 1],
    ["a{2,1}", "BAD_REPEAT_RANGE", 1],
    ["\\x{100}", "CODE_POINT_TOO_LARGE", 0],
    ["((((a{1000}){1000}){1000}){1000})", "PROGRAM_TOO_LARGE", 0],
    ["(".repeat(251) + ")".repeat(251), "TOO_MANY_GROUPS", 250],
    ["(?:".repeat(300) + ")".repeat(300), "NESTED_TOO_DEEPLY", 750],
    ["a".repeat(32769), "PATTERN_TOO_LONG", 32768],
  ];
  for (const [pattern, status, offset] of refused) {
    const message = `${status} at ${offset}`;
    expect(() => probe.compile(pattern), pattern.slice(0, 40)).toThrow(message);
  }
});
