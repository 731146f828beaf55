// Two shortcuts of the JSON reader against plain oracles: strings beyond ASCII, sixteen bytes a step, and objects
// whose names stand where they stood in the object before.
import { isUtf8 } from "node:buffer";
import { expect, test } from "vitest";
import { JsonProbe } from "../vectors/json-probe.ts";
import { seededRandom } from "../vectors/seeded-random.ts";

const probe = await JsonProbe.create(1 << 16);

const sequences = ["a", "é", "ß", "東", "😀", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\u{10ffff}"]
  .map((text) => Buffer.from(text))
  .concat(
    ["80", "c0af", "c1bf", "e08080", "eda080", "edbfbf", "f0808080", "f4908080", "f5808080", "ff"]
      .concat(["c3", "e6", "e69d", "f0", "f09f", "f09f98", "bf", "e282", "f8888080"])
      .map((hex) => Buffer.from(hex, "hex")),
  );

/** Offset of the first byte that is part of no character. */
function firstWrong(text: Buffer): number {
  let good = 0;
  for (let end = 1; end <= text.length; end++) if (isUtf8(text.subarray(0, end))) good = end;
  return good;
}

test("strings are UTF-8 exactly when Node says so, wherever they stand", () => {
  const random = seededRandom(8);
  let wrong = 0;
  for (let i = 0; i < 30_000; i++) {
    const parts: Buffer[] = [Buffer.alloc(random(20), "x")];
    const bad = random(3) === 0;
    for (let n = random(24); n > 0; n--) {
      parts.push(sequences[random(bad ? sequences.length : 10)]!);
      if (random(3) === 0) parts.push(Buffer.alloc(random(18), "y"));
    }
    const inside = Buffer.concat(parts);
    const tail = Buffer.alloc(random(3) === 0 ? 0 : random(40), " ");
    const text = Buffer.concat([Buffer.from('["'), inside, Buffer.from('"]'), tail]);
    const good = isUtf8(inside);
    const status = probe.status(text);
    expect(status === "ok", text.toString("hex")).toBe(good);
    if (good) continue;
    wrong++;
    expect(probe.faultOffset(), text.toString("hex")).toBe(2 + firstWrong(inside));
  }
  expect(wrong).toBeGreaterThan(2000);
});

test("a name twice in one object is found among objects of like shapes", () => {
  const random = seededRandom(9);
  const names = ["id", "a", "name", "colour of it", "a-name-longer-than-15", "ä", "\\u0061", "i"];
  const meant = (name: string): string => JSON.parse(`"${name}"`) as string;
  let duplicates = 0;
  for (let i = 0; i < 20_000; i++) {
    const base = names.filter(() => random(2) === 0);
    let isDouble = false;
    const object = (depth: number): string => {
      const own = random(4) === 0 ? names.filter(() => random(2) === 0) : [...base];
      if (random(12) === 0 && own.length > 0) own.splice(random(own.length), 0, own[0]!);
      const seen = new Set(own.map(meant));
      if (seen.size < own.length) isDouble = true;
      const members = own.map((name) => {
        const gap = random(5) === 0 ? " " : "";
        const value = depth < 2 && random(5) === 0 ? object(depth + 1) : String(random(99));
        return `"${name}"${gap}:${gap}${value}`;
      });
      return `{${members.join(",")}}`;
    };
    const text = `[${Array.from({ length: 1 + random(5) }, () => object(0)).join(",")}]`;
    if (isDouble) duplicates++;
    expect(probe.status(Buffer.from(text)) === "ok", text).toBe(!isDouble);
  }
  expect(duplicates).toBeGreaterThan(1000);
});
