// Every transformation and decoder, and every reader of a part of a head, on damaged texts: no trap, nothing written past what its table
// says, the same answer twice, no growth of memory.
import { expect, test } from "vitest";
import { compile } from "../../cli/build/compile.ts";
import { instantiate } from "../bridge/specs.ts";
import { pointsOf } from "../line-coverage/instrument.ts";
import { TransformProbe } from "../vectors/seclang/transform-probe.ts";
import { fuzz, seconds, shortTexts } from "./run.ts";
import { NewLines } from "./texts.ts";

const limit = { timeout: (2 * seconds + 60) * 1000 };
type Calls = Record<string, (...numbers: number[]) => number | bigint>;

async function open(entry: string): Promise<[Calls, WebAssembly.Memory, NewLines]> {
  const { wasm } = await compile({ entry, target: "spec" });
  const module = new WebAssembly.Module(wasm);
  const { exports } = instantiate(module);
  const memory = exports["memory"] as WebAssembly.Memory;
  return [exports as never, memory, new NewLines(memory, pointsOf(module))];
}

test("transformations", limit, async () => {
  const probe = await TransformProbe.create(1 << 16);
  const ids = probe.names().map((_, id) => id);
  expect(ids.length).toBeGreaterThan(30);
  const pages = probe.memory.buffer.byteLength;
  fuzz(
    "code",
    new NewLines(probe.memory, probe.points),
    (text) => {
      let value = text;
      for (const id of ids) {
        const first = probe.apply(id, text);
        expect(probe.apply(id, text)).toEqual(first);
        // Chains too: each sees what those before it have made.
        value = probe.apply(id, value.subarray(0, 32768)) ?? value;
      }
    },
    { texts: 200 },
  );
  expect(probe.memory.buffer.byteLength).toBe(pages);
});

test("codings of the base room", limit, async () => {
  const [calls, memory, lines] = await open("assembly/probes/base.ts");
  const at = Number(calls["reserve"]!(1 << 16));
  const out = Number(calls["reserve"]!(1 << 17));
  const pages = memory.buffer.byteLength;
  let isGood = 0;
  fuzz("code", lines, (text) => {
    const length = text.length;
    new Uint8Array(memory.buffer, at, length).set(text);
    const valid = Number(calls["utf8Prefix"]!(at, length));
    expect(valid).toBeLessThanOrEqual(length);
    if (valid === length) {
      isGood++;
      expect(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(text)).toBeDefined();
    }
    for (const isUrl of [0, 1]) {
      const size = Number(calls["base64Decode"]!(out, at, length, isUrl));
      expect(size).toBeLessThanOrEqual(length);
      const written = Number(calls["base64Encode"]!(out, at, length, isUrl));
      expect(Number(calls["base64Decode"]!(out, out, written, isUrl))).toBe(length);
      expect(Buffer.compare(Buffer.from(memory.buffer, out, length), text)).toBe(0);
    }
    calls["hexEncode"]!(out, at, length);
    expect(Number(calls["hexDecode"]!(out, out, length * 2))).toBe(length);
    calls["hexDecode"]!(out, at, length);
    calls["float"]!(at, length);
    expect(calls["sipHash"]!(at, length)).toBe(calls["sipHash"]!(at, length));
  });
  expect(isGood).toBeGreaterThan(100);
  expect(memory.buffer.byteLength).toBe(pages);
});

test("parts of a head", limit, async () => {
  const [calls, memory, lines] = await open("assembly/probes/http.ts");
  const at = Number(calls["buffer"]!());
  const out = at + (1 << 20);
  const readers = Object.keys(calls).filter((name) =>
    /^(?:pathFlags|queryPairs|cookies|mediaType|contentLengthOf|authority|globMatches)$/.test(name),
  );
  expect(readers).toHaveLength(7);
  const done = fuzz("head", lines, (text) => {
    const length = text.length;
    new Uint8Array(memory.buffer, at, length).set(text);
    for (const name of readers) expect(calls[name]!(at, length)).toBe(calls[name]!(at, length));
    const size = Number(calls["normalize"]!(at, length, out));
    expect(size).toBeLessThanOrEqual(1 << 20);
    if (size > 0) {
      // What was normalised once stays as it is.
      const first = Buffer.from(memory.buffer.slice(out, out + size));
      new Uint8Array(memory.buffer, at, size).set(first);
      const again = Number(calls["normalize"]!(at, size, out));
      expect(Buffer.from(memory.buffer.slice(out, out + Math.max(again, 0)))).toEqual(first);
    }
    new Uint8Array(memory.buffer, at, length).set(text);
    expect([0, 4, 6]).toContain(Number(calls["ip"]!(at, length, out)));
  });
  expect(done).toBeGreaterThanOrEqual(shortTexts);
});
