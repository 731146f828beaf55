// The arbitraries make what an HTTP codec may hand on, and a filter that does nothing changes none of it.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import "../vitest/index.ts";
import { chunked, headerLines, requests, responses } from "../vitest/arbitraries.ts";
import { acrossSeeds } from "../vitest/seeds.ts";
import { createHostSync } from "../host/index.ts";
import { filterModule } from "../cases/modules.ts";

const runs = { numRuns: 200, seed: 20260101 };

function joined(pieces: readonly Uint8Array[]): number[] {
  return pieces.flatMap((piece) => [...piece]);
}

describe("arbitraries", () => {
  test("pieces of a body are the body, none of them empty", () => {
    const body = fc.uint8Array({ maxLength: 64 });
    fc.assert(
      fc.property(chunked(fc.constant(Uint8Array.from({ length: 40 }, (_, i) => i))), (pieces) => {
        expect(joined(pieces)).toEqual(Array.from({ length: 40 }, (_, i) => i));
        expect(pieces.every((piece) => piece.length > 0)).toBe(true);
      }),
      runs,
    );
    expect(fc.sample(chunked(body), { numRuns: 50, seed: 1 }).some((p) => p.length > 2)).toBe(true);
  });

  test("header lines have no control bytes and no framing, and repeat names at times", () => {
    const all = fc.sample(headerLines(), runs);
    for (const [name, value] of all.flat()) {
      expect(name).toMatch(/^[a-z][a-z0-9-]*$/);
      expect(value).not.toMatch(/[\0-\x1f\x7f]/);
    }
    expect(all.some((lines) => new Set(lines.map(([name]) => name)).size < lines.length)).toBe(
      true,
    );
  });

  test("requests and answers pass unchanged through a filter that does nothing", async () => {
    const { wasm } = await filterModule("probe:null");
    const host = createHostSync({ filters: [{ name: "f", wasm }], lean: true });
    fc.assert(
      fc.property(requests(), responses(), (request, upstream) => {
        const exchange = host.requestSync({ ...request, upstream });
        expect(exchange.upstream.complete).toBe(true);
        expect([...exchange.upstream.body]).toEqual(joined((request.body ?? []) as Uint8Array[]));
        expect(exchange.status).toBe(upstream.status);
        expect([...exchange.body]).toEqual(joined((upstream.body ?? []) as Uint8Array[]));
      }),
      runs,
    );
  });
});

test("a failing seed is named", async () => {
  const seen: number[] = [];
  const failing = acrossSeeds(5, (seed) => {
    seen.push(seed);
    if (seed === 3) throw new Error("no");
  });
  await expect(failing).rejects.toThrow("seed 3 (repeat with MESHWARDEN_SEED=3): no");
  expect(seen).toEqual([1, 2, 3]);
});
