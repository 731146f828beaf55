// The JSON reader against JSON.parse on seeded mutations of sound texts. They may differ only where
// the reader is stricter on purpose, and then for the reason it names.
import { describe, expect, test } from "vitest";
import { JsonProbe } from "../vectors/json-probe.ts";
import { seededRandom } from "../vectors/seeded-random.ts";

const seeds = [
  '{"iss":"https://issuer.example","sub":"user-1","aud":["a","b"],"exp":1764000000,"scope":"read write"}',
  '{"a":{"b":{"c":[1,-2.5e+10,0.125,true,false,null,"x\\u00e9\\n\\"\\\\\\/"]}},"empty":{},"list":[]}',
  '[{"id":1,"name":"Zürich – 東京 😀"},{"id":2,"name":"\\ud83d\\ude00"},{"id":3,"name":""}]',
  ' \t\r\n[ 1 , 2 , { "k" : "v" , "k2" : [ ] } ] \n',
  '{"long":"0123456789abcdef0123456789abcdef0123456789abcdef\\tend","n":1E-7,"m":-0}',
  '"just a string with \\u0041\\b\\f"',
];
const bytes = Buffer.from(
  '{}[]:,"\\0123456789eE+-.utrfalsn \t\n\x00\x1f\x7f\x80\xbf\xc0\xe0\xed\xf0\xf4\xff',
  "latin1",
);

function mutate(text: Buffer, random: (below: number) => number): Buffer {
  let out = Buffer.from(text);
  for (let edits = 1 + random(3); edits > 0; edits--) {
    const at = random(out.length + 1);
    const byte = bytes.subarray(random(bytes.length)).subarray(0, 1);
    const kind = random(5);
    if (kind === 0) out = Buffer.concat([out.subarray(0, at), byte, out.subarray(at)]);
    else if (kind === 1) out = Buffer.concat([out.subarray(0, at), out.subarray(at + 1)]);
    else if (kind === 2 && at < out.length) out[at] = byte[0];
    else if (kind === 3) {
      const from = random(out.length + 1);
      const piece = out.subarray(from, from + random(12));
      out = Buffer.concat([out.subarray(0, at), piece, out.subarray(at)]);
    } else out = out.subarray(0, at);
  }
  return out;
}

function accepts(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Whether JSON.parse accepts the bytes, read as strict UTF-8. */
function oracle(text: Uint8Array): boolean {
  try {
    return accepts(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(text));
  } catch {
    return false;
  }
}

/** Members that are left after JSON.parse let the last of each name win. */
function members(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + members(item), 0);
  if (value === null || typeof value !== "object") return 0;
  return Object.values(value).reduce((sum: number, item) => sum + 1 + members(item), 0);
}

function hasLoneSurrogate(value: unknown): boolean {
  if (typeof value === "string") return /\p{Surrogate}/u.test(value);
  if (value === null || typeof value !== "object") return false;
  return Object.entries(value).some(([k, v]) => hasLoneSurrogate(k) || hasLoneSurrogate(v));
}

/** Members in the text: colons outside strings. */
function membersWritten(text: string): number {
  const withoutStrings = text.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  return withoutStrings.split(":").length - 1;
}

describe("JSON reader against JSON.parse", async () => {
  const probe = await JsonProbe.create(4096);
  const corpus = 24_000;

  test(`agrees on ${corpus} mutations, but for duplicate names and lone surrogates`, () => {
    const random = seededRandom(20_24);
    const unexplained: string[] = [];
    const counts: Record<string, number> = {};
    for (let i = 0; i < corpus; i++) {
      const text = mutate(Buffer.from(seeds[i % seeds.length]), random);
      const status = probe.status(text);
      const ours = status === "ok";
      const theirs = oracle(text);
      counts[status] = (counts[status] ?? 0) + 1;
      if (ours === theirs) continue;
      const decoded = text.toString("utf8");
      const value: unknown = theirs ? JSON.parse(decoded) : undefined;
      const explained =
        theirs &&
        ((status === "duplicate-name" && membersWritten(decoded) > members(value)) ||
          (status === "lone-surrogate" && hasLoneSurrogate(value)));
      if (!explained) unexplained.push(`${status}: ${JSON.stringify(decoded)}`);
    }
    expect(unexplained).toEqual([]);
    // The mutations must reach both sides and the many ways to be wrong, or the agreement means
    // nothing.
    expect(counts["ok"]).toBeGreaterThan(corpus / 20);
    expect(Object.keys(counts).length).toBeGreaterThanOrEqual(10);
  });

  test("agrees on every mutation of one byte to any value", () => {
    probe.limits({ refuseDuplicates: false, allowLoneSurrogates: true });
    const wrong: string[] = [];
    for (const seed of seeds) {
      const text = Buffer.from(seed);
      for (let at = 0; at < text.length; at++) {
        const before = text[at];
        for (let value = 0; value < 256; value++) {
          text[at] = value;
          if ((probe.status(text) === "ok") !== oracle(text)) wrong.push(text.toString("latin1"));
        }
        text[at] = before;
      }
    }
    probe.limits({});
    expect(wrong).toEqual([]);
  });
});
