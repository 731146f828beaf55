// The fuzz loop: a failure is shrunk, kept and named, and tried first from then on.
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createHostSync, type RequestInit } from "../host/index.ts";
import { filterModule } from "../cases/modules.ts";
import { requests } from "../vitest/arbitraries.ts";
import { decodeInput, encodeInput, fuzz } from "../vitest/fuzz.ts";

const folder = (): string => join(mkdtempSync(join(tmpdir(), "meshwarden-fuzz-")), "kept");

describe("the fuzz loop", () => {
  test("keeps a shrunk failure, names it with the seed, and tries it first from then on", async () => {
    const keep = folder();
    let tried: number[] = [];
    const check = (limit: number) => (input: { n: number }) => {
      tried.push(input.n);
      if (input.n >= limit) throw new Error(`too large: ${input.n}`);
    };
    const inputs = fc.record({ n: fc.nat({ max: 1000 }) });
    const run = fuzz({ inputs, check: check(100), keep, seed: 7 });
    await expect(run).rejects.toThrow(
      /^seed 7 \(kept as .*\.json, \d+ times shrunk\): too large: 100$/,
    );
    const [file] = readdirSync(keep);
    expect(decodeInput(readFileSync(join(keep, file), "utf8"))).toEqual({ n: 100 });

    tried = [];
    const again = fuzz({ inputs, check: check(100), keep, seed: 8 });
    await expect(again).rejects.toThrow(/^fails again \(.*\.json\): too large: 100$/);
    expect(tried).toEqual([100]);

    // Mended: the old failure is still tried.
    tried = [];
    const report = await fuzz({ inputs, check: check(5000), keep, seed: 7, runs: 20 });
    expect(report).toEqual({ replayed: 1, invented: 20, seed: 7 });
    expect(tried).toHaveLength(21);
    expect(tried[0]).toBe(100);
  });

  test("bytes survive being kept", () => {
    const input = { path: "/\xff", body: [Uint8Array.of(0, 255), new Uint8Array(0)] };
    expect(decodeInput(encodeInput(input))).toEqual(input);
  });

  test("the same seed invents the same inputs", async () => {
    const seen = async (seed: number): Promise<string> => {
      const list: RequestInit[] = [];
      await fuzz({
        inputs: requests(),
        check: (input) => void list.push(input),
        keep: folder(),
        seed,
        runs: 30,
      });
      return encodeInput(list);
    };
    expect(await seen(3)).toBe(await seen(3));
    expect(await seen(3)).not.toBe(await seen(4));
  });

  test("finds nothing in a filter that passes everything on", async () => {
    const { wasm } = await filterModule("probe:null");
    const host = createHostSync({ filters: [{ name: "null", wasm }], lean: true });
    const report = await fuzz({
      inputs: requests(),
      check: (input) => {
        const exchange = host.requestSync(input);
        expect([exchange.trap, exchange.complete]).toEqual([undefined, true]);
      },
      keep: folder(),
      runs: 100,
    });
    expect(report.invented).toBe(100);
  });
});
