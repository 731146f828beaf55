// The readers of the http room, and patterns with stars, stay linear on the inputs that make a reader go back.
import { describe, test } from "vitest";
import { compile } from "../../cli/build/compile.ts";
import { instantiate } from "../bridge/specs.ts";
import { expectGrowth } from "./exponent.ts";

type Reader = (source: number, length: number, target: number) => unknown;

const repeat = (piece: string, size: number): string =>
  piece.repeat(Math.ceil(size / piece.length)).slice(0, size);
const sizes = [4096, 16384, 65536, 262144];

const inputs: [reader: string, piece: string, before?: string][] = [
  ["pathFlags", "/.."],
  ["pathFlags", "%25%32"],
  ["pathFlags", "%e2%82"],
  ["pathFlags", "\\%5c..;"],
  ["pathFlags", "a", "/a?"],
  ["normalize", "/a/.."],
  ["normalize", "/aaaaaaaaaaaaaaa", "/"],
  ["normalize", "/%2e%2E"],
  ["normalize", " "],
  ["queryPairs", "&"],
  ["queryPairs", "a"],
  ["queryPairs", "a=b&"],
  ["cookies", "; "],
  ["cookies", " "],
  ["cookies", "a=b;"],
  ["mediaType", ";", "a/b"],
  ["mediaType", '; a="\\\\"', "a/b"],
  ["mediaType", "\\", 'a/b; c="'],
  ["contentLengthOf", "0"],
  ["contentLengthOf", "1,"],
  ["authority", "a"],
  ["authority", ":", "["],
  ["ip", "0:"],
  ["ip", "::"],
  ["ip", "1."],
  ["globMatches", "a"],
  ["globMatches", "aaaaaaaaaaaaaaab"],
];

describe("readers of request bytes", async () => {
  const { wasm } = await compile({ entry: "assembly/probes/http.ts", target: "spec" });
  const probe = instantiate(new WebAssembly.Module(wasm)).exports as unknown as {
    memory: WebAssembly.Memory;
    buffer(): number;
  } & Record<string, Reader>;
  const source = probe.buffer();

  test.each(inputs)("%s is linear on %j repeated", (reader, piece, before = "") => {
    const run = probe[reader];
    expectGrowth(
      (size) => {
        const bytes = Buffer.from(before + repeat(piece, size), "latin1");
        return () => {
          new Uint8Array(probe.memory.buffer).set(bytes, source);
          return run(source, bytes.length, source + 1048576);
        };
      },
      1.25,
      { sizes, rounds: 4, sliceMs: 1 },
    );
  });
});
