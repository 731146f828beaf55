// Requests made of the grammar of OpenAPI's styles and bodies and then damaged, against a description with all of them: no trap, no growth of
// memory, the same answer twice, and a good request is good after all of it. MESHWARDEN_FUZZ_SECONDS and MESHWARDEN_FUZZ_SEED as in
// parsers.test.ts.
import { expect, test } from "vitest";
import { OpenApiProbe, type ApiRequest } from "../vectors/openapi-probe.ts";
import { seededRandom } from "../vectors/seeded-random.ts";
import { description, parameters } from "./openapi-all-styles.ts";

const seconds = Number(process.env["MESHWARDEN_FUZZ_SECONDS"] ?? 0);
const seed = Number(process.env["MESHWARDEN_FUZZ_SEED"] ?? 20261127);
const shortRequests = 6000;

const names = [...parameters.map(({ name }) => name), "p", "a", "b", "c", "l", "o", "zz"];
const bits = [
  "1",
  "a",
  "true",
  "null",
  ",",
  ";",
  ".",
  "=",
  "&",
  "[",
  "]",
  "%5B",
  "%5D",
  "%20",
  "+",
  "|",
  "%7C",
  "%",
  "%zz",
  "%ff",
  "\\",
  '"',
  "{",
  "}",
  ":",
  '{"a":1}',
  "[1,2]",
  "%7B%22a%22:1%7D",
  "é",
  "-0.5e3",
  " ",
  "2024-02-29",
  "\0",
];
const types = [
  "application/json",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=b",
  "multipart/form-data",
  "text/plain",
  "application/xml",
  "",
];
const parts = [
  "--b\r\n",
  "--b--\r\n",
  "\r\n",
  'Content-Disposition: form-data; name="l"\r\n\r\n1\r\n',
  'Content-Disposition: form-data; name="o"\r\nContent-Type: application/json\r\n\r\n{"a":1}\r\n',
  'Content-Disposition: form-data; name="zz"; filename="f"\r\n\r\n.\r\n',
];

test("requests of every style, damaged", { timeout: (2 * seconds + 60) * 1000 }, async () => {
  const probe = await OpenApiProbe.create();
  expect(probe.load(description)).toEqual([]);
  const below = seededRandom(seed);
  const some = <T>(from: T[]): T => from[below(from.length)]!;
  const text = (most: number): string =>
    Array.from({ length: below(most) }, () => some(bits)).join("");
  const pairs = (mark: string): string =>
    Array.from(
      { length: below(12) },
      () => `${some(names)}${some(["", "[a]", "[b][c]", "%5Ba%5D"])}=${text(6)}`,
    ).join(mark);
  const request = (): ApiRequest => {
    const path = `/${some(["m", "l", "s", "x"])}/${some(["", ";p=", ".", "1-2."])}${text(8)}?${pairs("&")}`;
    const headers: [string, string][] = [["cookie", pairs("; ")]];
    for (let i = below(4); i > 0; i--) headers.push([some(names), text(8)]);
    if (below(2) === 0) return { path, headers };
    const type = some(types);
    headers.push(["content-type", type]);
    const made = type.startsWith("multipart")
      ? Array.from({ length: below(12) }, () => some(parts)).join("")
      : below(2) === 0
        ? pairs("&")
        : text(30);
    const body = Buffer.from(made);
    if (below(3) === 0 && body.length > 0) body[below(body.length)] = below(256);
    return { method: "POST", path, headers, body };
  };
  const good: ApiRequest = { path: "/m/;a=1;b=x?f0x=1&f0x=2", headers: [] };
  expect(probe.count(good)).toBe(0);
  const pages = probe.memory.buffer.byteLength;
  const stop = Date.now() + seconds * 1000;
  let done = 0;
  let passed = 0;
  while (seconds > 0 ? Date.now() < stop : done < shortRequests) {
    const made = request();
    try {
      const count = probe.count(made);
      expect(probe.count(made)).toBe(count);
      if (count === 0) passed++;
    } catch (error) {
      throw new Error(`request ${done}: ${JSON.stringify(made)}`, { cause: error });
    }
    if (++done % 1000 === 0) expect(probe.count(good)).toBe(0);
  }
  expect(probe.memory.buffer.byteLength).toBe(pages);
  expect(passed).toBeGreaterThan(10);
});
