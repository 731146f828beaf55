// The http room against readers that others wrote: WHATWG URL vectors for paths, Node's net.isIP
// and URL for addresses.
import { existsSync, readFileSync } from "node:fs";
import { isIP } from "node:net";
import path from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { compile, packageRoot } from "../../cli/build/compile.ts";
import { instantiate } from "../bridge/specs.ts";

interface Probe {
  memory: WebAssembly.Memory;
  buffer(): number;
  normalize(source: number, length: number, target: number): number;
  pathFlags(source: number, length: number): number;
  ip(source: number, length: number, target: number): number;
}

let probe: Probe;
let source = 0;
const capacity = 1048576;

beforeAll(async () => {
  const { wasm } = await compile({ entry: "assembly/probes/http.ts", target: "spec" });
  probe = instantiate(new WebAssembly.Module(wasm)).exports as unknown as Probe;
  source = probe.buffer();
});

function put(text: string): number {
  const bytes = new TextEncoder().encode(text);
  new Uint8Array(probe.memory.buffer).set(bytes, source);
  return bytes.length;
}

function normalize(text: string): string {
  const length = probe.normalize(source, put(text), source + capacity);
  expect(length).toBeGreaterThan(0);
  return new TextDecoder("latin1").decode(
    new Uint8Array(probe.memory.buffer, source + capacity, length),
  );
}

const data = process.env["MESHWARDEN_DATA"] ?? path.resolve(packageRoot, "../shared/data");
const vectors = path.join(data, "uris/urltestdata.json");
const dotSegment = 8;

describe("path normalisation", () => {
  const found = existsSync(vectors);
  test.skipIf(!found)(
    `agrees with the WHATWG URL vectors${found ? "" : " (skipped: urltestdata.json not found)"}`,
    () => {
      const cases = JSON.parse(readFileSync(vectors, "utf8")) as unknown[];
      let compared = 0;
      for (const entry of cases) {
        if (typeof entry !== "object" || entry === null) continue;
        const { input, pathname } = entry as { input: string; pathname?: string };
        // Blanks around and line ends inside are removed before the path state; a lone surrogate
        // has no bytes.
        const match = /^https?:[/]{2}[^/\\?#]+([/\\][^?#]*)/.exec(input);
        if (pathname === undefined || match === null || /[\t\n\r]|^\s|\s$/.test(input)) continue;
        if (/\p{Surrogate}/u.test(input)) continue;
        expect(normalize(match[1]!), input).toBe(pathname);
        compared++;
      }
      expect(compared).toBeGreaterThanOrEqual(100);
    },
  );

  const piece = fc.constantFrom(
    ...[
      "/",
      "\\",
      ".",
      "..",
      "%2e",
      "%2E",
      "a",
      "%2f",
      "%5c",
      ";",
      "é",
      " ",
      "<",
      "%",
      "%zz",
      "{}",
      "~",
      "%00",
      "^",
      "'",
    ],
  );
  const paths = fc.array(piece, { maxLength: 12 }).map((pieces) => `/x${pieces.join("")}`);

  test("agrees with Node's URL on any path", () => {
    fc.assert(
      fc.property(paths, (text) => {
        // Node 20's parser predates the escaping of "^" in paths.
        const want = new URL(`http://h${text}`).pathname.replaceAll("^", "%5E");
        expect(normalize(text.replace(/ +$/, ""))).toBe(want);
      }),
      { numRuns: 3000 },
    );
  });

  test("leaves no dot segment that the scanner reports", () => {
    fc.assert(
      fc.property(paths, (text) => {
        const normal = normalize(text.replaceAll(/%2f|%5c/g, "/"));
        expect(probe.pathFlags(source, put(normal)) & dotSegment).toBe(0);
      }),
      { numRuns: 3000 },
    );
  });

  test("the scanner reports a dot segment exactly when a browser would remove one", () => {
    fc.assert(
      fc.property(paths, (text) => {
        const plain = text.replaceAll(/%2f|%5c/gi, "-");
        const kept = plain.replaceAll("\\", "/").split("/").length;
        const normal = normalize(plain).split("/").length;
        const ends = /[/\\](\.|%2e){1,2}$/i.test(plain);
        const dotted = (probe.pathFlags(source, put(plain)) & dotSegment) !== 0;
        expect(dotted, plain).toBe(normal !== kept || ends);
      }),
      { numRuns: 3000 },
    );
  });
});

describe("addresses", () => {
  function family(text: string): number {
    const length = put(text);
    return probe.ip(source, length, source + capacity);
  }

  function groups(): string {
    const view = new DataView(probe.memory.buffer, source + capacity, 16);
    const high = view.getBigUint64(0, true);
    const low = view.getBigUint64(8, true);
    return ((high << 64n) | low).toString(16);
  }

  function whatwg(text: string): string {
    const host = new URL(`http://[${text}]/`).hostname.slice(1, -1);
    const [left = "", right] = host.split("::");
    const head = left === "" ? [] : left.split(":");
    const tail = right === undefined || right === "" ? [] : right.split(":");
    const middle =
      right === undefined ? [] : Array<string>(8 - head.length - tail.length).fill("0");
    const all = [...head, ...middle, ...tail].map((group) => group.padStart(4, "0")).join("");
    return BigInt(`0x${all}`).toString(16);
  }

  test("are accepted and refused as Node does, and mean the same number", () => {
    const token = fc.constantFrom(
      "0",
      "1",
      "ffff",
      "abcd",
      "00a",
      ":",
      "::",
      ".",
      "192.0.2.1",
      "256",
      "g",
      "12345",
    );
    const texts = fc.oneof(
      fc.array(token, { maxLength: 14 }).map((tokens) => tokens.join("")),
      fc.ipV6(),
      fc.ipV4(),
    );
    let accepted = 0;
    fc.assert(
      fc.property(texts, (text) => {
        const found = family(text);
        expect(found !== 0, text).toBe(isIP(text) !== 0);
        if (found === 0 || isIP(text) === 4) return;
        accepted++;
        const want = whatwg(text);
        // A mapped address is kept as its IPv4 number.
        if (found === 4) expect(`ffff${groups().padStart(8, "0")}`).toBe(want);
        else expect(groups(), text).toBe(want);
      }),
      { numRuns: 5000 },
    );
    expect(accepted).toBeGreaterThan(500);
  });
});
