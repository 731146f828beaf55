// The pairs block between host and guest: round trips, and what a strict reader makes of broken blocks.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodePairs, encodePairs, type Header } from "../host/index.ts";

const byteText = fc
  .uint8Array({ maxLength: 40 })
  .map((bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
const pairs = fc.array(fc.tuple(byteText, byteText), { maxLength: 20 }) as fc.Arbitrary<Header[]>;

describe("pairs", () => {
  test("come back as they went, whatever their bytes", () => {
    fc.assert(
      fc.property(pairs, (list) => {
        expect(decodePairs(encodePairs(list))).toEqual(list);
      }),
    );
  });

  test("a block that is cut short or longer than its content is no pairs at all", () => {
    fc.assert(
      fc.property(pairs, fc.nat(), (list, cut) => {
        const block = encodePairs(list);
        expect(decodePairs(block.subarray(0, cut % block.length))).toEqual([]);
        const longer = new Uint8Array(block.length + 1);
        longer.set(block);
        expect(decodePairs(longer)).toEqual([]);
      }),
    );
  });

  test("random bytes never throw", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (block) => void decodePairs(block)));
  });

  test("1024 entries pass, 1025 do not; 1 MiB passes, a byte more does not", () => {
    const many = (count: number): Header[] => Array.from({ length: count }, () => ["a", "b"]);
    expect(decodePairs(encodePairs(many(1024)))).toHaveLength(1024);
    expect(decodePairs(encodePairs(many(1025)))).toEqual([]);
    const value = "v".repeat((1 << 20) - 4 - 8 - 3);
    expect(decodePairs(encodePairs([["a", value]]))).toHaveLength(1);
    expect(decodePairs(encodePairs([["a", `${value}v`]]))).toEqual([]);
  });
});
