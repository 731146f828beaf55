// The detectors stay linear on the inputs that make tokenisers and scanners go back.
import { beforeAll, describe, test } from "vitest";
import { DetectProbe } from "../vectors/detect-probe.ts";
import { expectGrowth } from "./exponent.ts";

const pieces = [
  "a",
  "' ",
  "'\\",
  "((",
  "or ",
  "or 1",
  "select ",
  "select a,",
  "union(",
  "1+",
  "/*",
  "/**/",
  "<a ",
  "<a<",
  "<a b='",
  "<link x=1 ",
  "onx=",
  "a:",
  "javascript:",
  "alert(",
  ";a",
  "|",
  "`a",
  "$(a",
  "../a",
  ".",
  "./",
  "%c0",
  "%25",
  "&#60",
  "\\x5c",
  "{{a",
  "${a*",
  "$ne",
  "||",
  ")(",
  "\r\na:",
  "&a=",
  "<!doctype ",
  "etc%",
  "QUFB",
  "\u00c0\u00af",
  "';var ",
  "0x",
  "0x2e",
  "[]",
  "if(1=",
  "case when ",
  "and -1",
  "||'a'",
  "{cat,",
  "/[a]",
  "<form ",
  "\\6a ",
  "</textarea",
  ")",
  ") ",
  "))(",
  "\r",
  "\n",
  "\r\n",
  "\n ",
];

/** Marks that open something which is looked at for hundreds of bytes: the time of a byte must not grow up to there. */
const openers = ["{", "{{a", "${", "${|", "<%", "@("];

describe("judging a value", () => {
  let probe: DetectProbe;
  beforeAll(async () => {
    probe = await DetectProbe.create();
  });

  const repeated = (piece: string) => (size: number) => {
    const value = Buffer.alloc(size, Buffer.from(piece, "latin1"));
    return () => {
      probe.load(value);
      return probe.run(size);
    };
  };

  test.each(openers)("takes no longer by the byte on more of %j", (piece) => {
    expectGrowth(repeated(piece), 1.25, { sizes: [128, 512, 2048], rounds: 3, sliceMs: 1 });
  });

  test("is linear on every byte repeated behind a letter, and on every pair of marks", () => {
    const marks = " \t\r\n\"'`$&|;()[]{}<>=!*/\\%-_.,:#@+~^?a0x\0";
    const runs = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte));
    const pairs = [...marks].flatMap((one) => [...marks].map((other) => one + other));
    const time = (make: () => unknown): number => {
      let best = Infinity;
      for (let turn = 0; turn < 3; turn++) {
        const start = process.hrtime.bigint();
        make();
        best = Math.min(best, Number(process.hrtime.bigint() - start));
      }
      return best;
    };
    for (const piece of [...runs, ...pairs]) {
      const work = (size: number) => {
        const value = Buffer.alloc(size, Buffer.from(piece, "latin1"));
        value[0] = 0x61;
        return () => {
          probe.load(value);
          return probe.run(size);
        };
      };
      const [small, large] = [time(work(1024)), time(work(8192))];
      // Eight times the bytes; what looks like more than that squared by half is measured with care.
      if (large > 500_000 && large > small * 20) expectGrowth(work, 1.25, { sizes: [1024, 4096, 16384], rounds: 3, sliceMs: 1 }); // prettier-ignore
    }
  });

  test.each(pieces.map((piece) => [piece]))("is linear on %j repeated", (piece) => {
    expectGrowth(
      repeated(piece),
      1.25,
      // Past the first 16 KiB nothing is decoded; both regimes are linear by themselves.
      { sizes: [1024, 4096, 16384], rounds: 3, sliceMs: 1 },
    );
  });
});
