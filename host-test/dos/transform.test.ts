// Transformations stay linear on the values that make decoders look ahead or go back.
import { beforeAll, describe, expect, test } from "vitest";
import { TransformProbe } from "../vectors/seclang/transform-probe.ts";
import { expectGrowth } from "./exponent.ts";

const pieces = [
  "a",
  "/*",
  "*/",
  "../",
  "a/",
  "&lt",
  "&#1",
  "&aaaaaaaa",
  "%u",
  "\\",
  "\\u00",
  " ",
  ":",
  ". ",
];

let probe: TransformProbe;
beforeAll(async () => {
  probe = await TransformProbe.create(1 << 18);
});

describe("transforming a value", () => {
  test.each(pieces.map((piece) => [piece]))(
    "is linear on %j repeated, whatever the name",
    (piece) => {
      for (let id = 0; id < probe.names().length; id++) {
        const measured = expectGrowth(
          (size) => {
            const value = Buffer.alloc(size, piece);
            return () => {
              probe.load(value);
              return probe.run(id, value.length);
            };
          },
          1.2,
          { sizes: [4096, 32768, 262144], rounds: 2, sliceMs: 0.5 },
        );
        expect(measured.points.length).toBe(3);
      }
    },
  );
});
