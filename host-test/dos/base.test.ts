// The decoders of the base room stay linear on long and hostile inputs.
import { describe, expect, test } from "vitest";
import { compile } from "../../cli/build/compile.ts";
import { instantiate } from "../bridge/specs.ts";
import { expectGrowth } from "./exponent.ts";

const { wasm } = await compile({ entry: "assembly/probes/base.ts", target: "spec" });
const exports = instantiate(new WebAssembly.Module(wasm)).exports;
const memory = exports["memory"] as WebAssembly.Memory;
const call = exports as unknown as Record<string, (...args: number[]) => number>;
const capacity = 1 << 19;
const input = call["reserve"](capacity);
const output = call["reserve"](capacity);

const filled = (piece: string) => (size: number) =>
  Buffer.from(piece.repeat(Math.ceil(size / piece.length)).slice(0, size), "latin1");

const works: Record<string, [make: (size: number) => Buffer, run: (length: number) => number]> = {
  "UTF-8 of ASCII": [filled("a"), (length) => call["utf8Prefix"](input, length)],
  "UTF-8 that changes between one and two bytes": [
    filled("a\xc3\xa9"),
    (length) => call["utf8Prefix"](input, length),
  ],
  "UTF-8 of four-byte sequences": [
    filled("\xf0\x9f\x98\x80"),
    (length) => call["utf8Prefix"](input, length),
  ],
  base64url: [filled("QUJD"), (length) => call["base64Decode"](output, input, length, 1)],
  hex: [filled("6a"), (length) => call["hexDecode"](output, input, length)],
  "a float of many digits": [filled("7"), (length) => call["float"](input, length)],
  "a float of many zeros": [filled("0"), (length) => call["float"](input, length)],
};

describe("base", () => {
  test.each(Object.keys(works))("is linear on %s", (name) => {
    const [make, run] = works[name];
    const measured = expectGrowth((size) => {
      const bytes = make(size);
      return () => {
        new Uint8Array(memory.buffer, input, capacity).set(bytes);
        return run(bytes.length);
      };
    });
    expect(measured.exponent).toBeLessThanOrEqual(1.1);
  });

  test("the slow path of floats has a ceiling, whatever the digits and the exponent", () => {
    // 800 digits is all it looks at, so a hundred times more of them may cost no hundred times more.
    const time = (text: string): number => {
      new Uint8Array(memory.buffer, input, capacity).set(Buffer.from(text));
      let best = Infinity;
      for (let round = 0; round < 20; round++) {
        const begin = performance.now();
        for (let i = 0; i < 20; i++) call["float"](input, text.length);
        best = Math.min(best, performance.now() - begin);
      }
      return best;
    };
    const usual = time(`${"123456789".repeat(100)}e-900`);
    for (const text of [`${"9".repeat(800)}e-1100`, `0.${"0".repeat(300)}${"1".repeat(800)}`]) {
      expect(time(text)).toBeLessThan(usual * 20);
    }
  });
});
