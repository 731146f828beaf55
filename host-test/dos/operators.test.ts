// Operators stay linear on the values that make scanners go back.
import { beforeAll, describe, test } from "vitest";
import { type Judge, OperatorProbe } from "../vectors/seclang/operator-probe.ts";
import { expectGrowth } from "./exponent.ts";

const works: [operator: string, argument: string, piece: string][] = [
  ["validateByteRange", "0-255", "a\u00ff"],
  ["validateUrlEncoding", "", "%41"],
  ["validateUtf8Encoding", "", "\u00e9"],
  ["verifyCC", "\\d{13,16}", "4111111111111112 "],
  ["verifyCC", "\\d+", "1"],
  ["ipMatch", "10.0.0.0/8", "1."],
  ["detectSQLi", "", "' or "],
  ["detectSQLi", "", "/*"],
  ["detectSQLi", "", "/**/union "],
  ["detectSQLi", "", "' | x | "],
  ["detectXSS", "", "<a b='"],
];

let probe: OperatorProbe;
beforeAll(async () => {
  probe = await OperatorProbe.create(1 << 16);
});

describe("judging a value", () => {
  test.each(works)("@%s %s is linear on %j repeated", (operator, argument, piece) => {
    const judge = probe.prepare(operator, argument) as Judge;
    const sizes = [4096, 16384, 65000];
    expectGrowth(
      (size) => {
        const value = Buffer.alloc(size, piece);
        return () => judge(value);
      },
      1.25,
      { sizes, rounds: 3, sliceMs: 1 },
    );
  });
});
