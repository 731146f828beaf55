// What the authz room reads of requests and tokens stays linear on the inputs that make a matcher go back.
import { describe, test } from "vitest";
import { compile } from "../../cli/build/compile.ts";
import { instantiate } from "../bridge/specs.ts";
import { expectGrowth } from "./exponent.ts";

type Reader = (source: number, length: number) => unknown;

const repeat = (piece: string, size: number): string =>
  piece.repeat(Math.ceil(size / piece.length)).slice(0, size);
const long = [4096, 16384, 65536, 262144];
/** Payloads end at 32 KiB, Linkerd's names at 2 KiB. */
const payload = [1024, 4096, 16384, 32000];
const name = [128, 512, 1024, 2000];

const inputs: [reader: string, piece: string, before: string, sizes: number[]][] = [
  ["matchesTemplate", "/b", "/a/x/b/", long],
  ["matchesTemplate", "b", "/a/", long],
  ["matchesNamespace", "/ns/", "", long],
  ["matchesNamespace", "aa", "spiffe://td/ns/", long],
  ["matchesNamespace", "aaaaab", "spiffe://td/ns/", long],
  ["matchesAccount", "/ns/aa/", "spiffe://td", long],
  ["matchesAccount", "/sa/a", "spiffe://td/ns/aa", long],
  ["matchesDomain", "aa", "spiffe://", long],
  ["readsXfcc", "URI=a;", "", long],
  ["readsXfcc", "URI=a,", "", long],
  ["readsXfcc", "\\\\", 'URI="', long],
  ["readsLinkerd", ".serviceaccount.identity.", "", name],
  ["readsLinkerd", ".", "", name],
  ["readsClaims", '"a":{"b":1},', "{", payload],
  ["readsClaims", "\\u0061", '{"scp":"', payload],
  ["readsClaims", "  ", '{"scp":"', payload],
  ["readsDenyList", '"a",', '{"tokens":[', long],
  ["readsDenyList", '{"jti":"a","issuer":"b"},', '{"tokens":[', long],
  ["readsDenyList", '{"issuedAfter":1},', '{"notBefore":[', long],
  ["readsDenyList", "\\u0061", '{"tokens":["', long],
  ["readsDenyList", " ", '{"tokens":', long],
];

describe("matchers of authz", async () => {
  const { wasm } = await compile({ entry: "assembly/probes/authz/matchers.ts", target: "spec" });
  const probe = instantiate(new WebAssembly.Module(wasm)).exports as unknown as {
    memory: WebAssembly.Memory;
    buffer(): number;
  } & Record<string, Reader>;
  const source = probe.buffer();

  test.each(inputs)("%s is linear on %j repeated after %j", (reader, piece, before, sizes) => {
    const run = probe[reader];
    expectGrowth(
      (size) => {
        const bytes = Buffer.from(before + repeat(piece, size - before.length), "latin1");
        return () => {
          new Uint8Array(probe.memory.buffer).set(bytes, source);
          return run(source, bytes.length);
        };
      },
      1.15,
      { sizes },
    );
  });
});
