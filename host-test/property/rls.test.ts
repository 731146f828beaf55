// Answers of a rate-limit service, made at random and read back: every part arrives. Cut short or with a byte changed they are refused
// or read as something else, and never do harm. Numbers are found in JSON wherever a parser finds them.
import { beforeAll, expect, test } from "vitest";
import { writeSaid, type Said } from "../rls/codec.ts";
import { RlsProbe } from "../rls/probe.ts";
import { seededRandom } from "../vectors/seeded-random.ts";

let probe: RlsProbe;
beforeAll(async () => {
  probe = await RlsProbe.create(1 << 17);
});

function said(random: (below: number) => number): Said {
  const text = (most: number): string => "abc-ä".repeat(1 + random(most));
  const pairs = (): [string, string][] =>
    Array.from({ length: random(5) }, () => [text(3), random(4) === 0 ? "" : text(40)]);
  return {
    code: 1 + random(2),
    statuses: Array.from({ length: random(33) }, () => ({
      code: random(3),
      remaining: random(2 ** 31),
      resetSeconds: random(1_000_000),
    })),
    responseHeaders: pairs(),
    requestHeaders: pairs(),
    body: random(2) === 0 ? "" : text(100),
  };
}

/** As the probe's `digest`. */
function digestOf(said: Said): bigint {
  let sum = BigInt(said.code);
  const add = (value: number): void => {
    sum = BigInt.asUintN(64, sum * 31n + BigInt(value));
  };
  for (const { code, remaining = 0, resetSeconds = 0 } of said.statuses ?? []) {
    add(code);
    add(remaining);
    add(resetSeconds);
  }
  for (const [name, value] of [...said.responseHeaders!, ...said.requestHeaders!]) {
    add(Buffer.byteLength(name));
    add(Buffer.byteLength(value));
  }
  add(Buffer.byteLength(said.body!));
  return sum;
}

test("every part of an answer arrives", () => {
  for (let seed = 1; seed <= 500; seed++) {
    const answer = said(seededRandom(seed));
    expect(probe.digest(writeSaid(answer)), `seed ${seed}`).toBe(digestOf(answer));
  }
});

test("bytes that are no answer, or another one, do no harm", () => {
  let refused = 0;
  for (let seed = 1; seed <= 300; seed++) {
    const random = seededRandom(seed);
    const bytes = writeSaid(said(random));
    for (let i = 0; i < 40; i++) {
      const broken = bytes.slice(0, random(2) === 0 ? random(bytes.length) : bytes.length);
      if (broken.length > 0) broken[random(broken.length)] = random(256);
      if (probe.digest(broken) === undefined) refused++;
    }
  }
  expect(refused).toBeGreaterThan(3000);
});

test("a number is found where a parser finds it, in documents of any shape", () => {
  const value = (random: (below: number) => number, depth: number): unknown => {
    const kind = random(depth > 4 ? 4 : 6);
    if (kind === 0) return random(100_000);
    if (kind === 1) return ['"', "a,b", "{", "]", "n:1", "\\", "é"][random(7)];
    if (kind === 2) return [true, false, null][random(3)];
    if (kind === 3) return -random(50);
    const list = Array.from({ length: random(4) }, () => value(random, depth + 1));
    if (kind === 4) return list;
    return Object.fromEntries(
      list.map(
        (item, i) => ["a", "b", "n", "0"].map((name) => [name, item] as const)[(i + random(4)) % 4],
      ),
    );
  };
  const pointers = ["/a", "/a/n", "/a/b/n", "/a/0", "/a/1/n", "/b/0/0"];
  let found = 0;
  for (let seed = 1; seed <= 4000; seed++) {
    const random = seededRandom(seed);
    const pointer = pointers[random(pointers.length)];
    const document = { a: value(random, 0), b: value(random, 0) };
    const wanted = pointer
      .slice(1)
      .split("/")
      .reduce<unknown>(
        (at, part) =>
          at !== null && typeof at === "object" ? (at as Record<string, unknown>)[part] : undefined,
        document,
      );
    const text = Buffer.from(JSON.stringify(document, null, random(3)));
    probe.point(pointer);
    probe.load(text);
    const expected = typeof wanted === "number" ? Math.max(0, wanted) : -1;
    if (expected >= 0) found++;
    expect(Number(probe.find(text.length)), `${pointer} in ${text.toString()}`).toBe(expected);
  }
  expect(found).toBeGreaterThan(200);
});
