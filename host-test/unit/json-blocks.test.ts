// The JSON reader's steps of sixteen bytes against the plain oracles of Node: every sequence at every place of a step and at
// every distance from the end of the text, mutated bytes, blanks of every length, and names whose tags share bits.
import { expect, test } from "vitest";
import { JsonProbe } from "../vectors/json-probe.ts";
import { seededRandom } from "../vectors/seeded-random.ts";

const probe = await JsonProbe.create(1 << 16);
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

const sequences = [
  "41",
  "c3a9",
  "df bf",
  "e0a080",
  "e69db1",
  "ed9fbf",
  "ee8080",
  "f0908080",
  "f48fbfbf",
]
  .concat(["80", "bf", "c0af", "c1bf", "c3", "e6", "e69d", "e08080", "e09fbf", "eda080", "f08080"])
  .concat(["f0", "f09f", "f09f98", "f08fbfbf", "f4908080", "f5808080", "ff", "c3a9a9", "e69db180"])
  .map((hex) => Buffer.from(hex.replace(" ", ""), "hex"));

test("a sequence is judged alike at every place of a step and near every end", () => {
  let refused = 0;
  for (const sequence of sequences) {
    for (const filler of ["x", "é", "東"]) {
      for (let before = 0; before < 36; before++) {
        for (let behind = 0; behind < 20; behind++) {
          const inside = Buffer.concat([
            Buffer.alloc(before % Buffer.byteLength(filler), "y"),
            Buffer.from(filler.repeat(Math.floor(before / Buffer.byteLength(filler)))),
            sequence,
            Buffer.alloc(behind, "z"),
          ]);
          const text = Buffer.concat([Buffer.from('"'), inside, Buffer.from('"')]);
          // What stands behind the text in memory must not matter.
          probe.load(Buffer.concat([text, Buffer.alloc(32, behind % 2 === 0 ? 0xbf : 0x22)]));
          const status = probe.name(probe.run(text.length));
          const good = decoded(inside) !== undefined;
          expect(status, text.toString("hex")).toBe(good ? "ok" : "invalid-utf8");
          if (good) continue;
          refused++;
          const at = 1 + inside.length - behind - sequence.length;
          const own = decoded(sequence.subarray(0, 2)) ?? decoded(sequence.subarray(0, 3));
          const offset = probe.faultOffset();
          expect(offset - at, text.toString("hex")).toBe(
            own === undefined ? 0 : sequence.length - 1,
          );
        }
      }
    }
  }
  expect(refused).toBeGreaterThan(20_000);
});

test("mutated strings are taken exactly when Node decodes and parses them", () => {
  probe.limits({ allowLoneSurrogates: true });
  const random = seededRandom(61);
  const pieces = [
    "Grüße aus Zürich ",
    "東京, ",
    "😀",
    "plain text of a longer kind ",
    "\\n",
    "\\u00e9",
  ];
  const bytes = [
    0x00, 0x1f, 0x20, 0x21, 0x22, 0x23, 0x5b, 0x5c, 0x5d, 0x7f, 0x80, 0xbf, 0xc2, 0xe2, 0xf0,
  ];
  let refused = 0;
  for (let i = 0; i < 60_000; i++) {
    let body = "";
    for (let n = 1 + random(6); n > 0; n--) body += pieces[random(pieces.length)]!;
    const text = Buffer.from(`["${body}",${random(1000)}]`);
    for (let n = random(3); n > 0; n--) {
      text[2 + random(text.length - 2)] =
        random(2) === 0 ? bytes[random(bytes.length)]! : random(256);
    }
    const plain = decoded(text);
    let good = plain !== undefined;
    try {
      JSON.parse(plain ?? "");
    } catch {
      good = false;
    }
    if (!good) refused++;
    expect(probe.status(text) === "ok", text.toString("hex")).toBe(good);
  }
  expect(refused).toBeGreaterThan(10_000);
  probe.limits({});
});

test("a text cut off anywhere is refused, and nothing behind its end is read", () => {
  const text = Buffer.from(
    '{ "a" : [ "Grüße 東京 😀 and on", -12.5e3, true ],\n  "b\\u0061" : { "c" : null } }',
  );
  for (let length = 1; length < text.length; length++) {
    const status = probe.status(text.subarray(0, length));
    // The rest of the text still stands in the buffer.
    probe.load(text);
    expect(probe.name(probe.run(length)), `${length}`).toBe(status);
    expect(["unexpected-end", "invalid-utf8"], `${length}`).toContain(status);
    expect(status === "invalid-utf8").toBe(decoded(text.subarray(0, length)) === undefined);
  }
  expect(probe.status(text)).toBe("ok");
});

test("blanks of any length anywhere change nothing", () => {
  const random = seededRandom(62);
  const tokens =
    '{ "a" : [ 1 , -2.5 , "x" , [ ] ] , "b" : { "c" : null , "d" : true } , "e" : { } }'.split(" ");
  const plain = probe.pointers(Buffer.from(tokens.join("")), 256);
  expect(plain).toHaveLength(10);
  const blank = (): string => {
    const length = random(4) === 0 ? random(40) : random(3) * 4;
    return Array.from({ length }, () => " \n\t\r"[random(4)]).join("");
  };
  for (let i = 0; i < 20_000; i++) {
    const text = Buffer.from(blank() + tokens.map((token) => token + blank()).join(""));
    expect(probe.pointers(text, 256), JSON.stringify(text.toString())).toEqual(plain);
    // One byte that is no blank, though a control byte, in place of one of them.
    const at = text.findIndex((byte, j) => byte <= 0x20 && j >= random(text.length));
    if (at < 0) continue;
    text[at] = [0x00, 0x0b, 0x0c, 0x1f][random(4)]!;
    expect(probe.status(text), JSON.stringify(text.toString())).not.toBe("ok");
  }
});

test("a repeated name is found among up to forty, whatever objects stood before", () => {
  const random = seededRandom(63);
  let repeats = 0;
  for (let i = 0; i < 20_000; i++) {
    let isRepeated = false;
    const object = (): string => {
      const names = Array.from(
        { length: 1 + random(random(4) === 0 ? 40 : 16) },
        (_, n) => `n${n}`,
      );
      for (let n = random(3); n > 0; n--) names[random(names.length)] = `m${random(1000)}`;
      if (random(8) === 0) names[random(names.length)] = names[random(names.length)]!;
      if (new Set(names).size < names.length) isRepeated = true;
      return `{${names.map((name) => `"${random(20) === 0 ? name.replace("n", "\\u006e") : name}":1`).join()}}`;
    };
    const text = `[${Array.from({ length: 1 + random(4) }, object).join()}]`;
    if (isRepeated) repeats++;
    expect(probe.status(Buffer.from(text)), text).toBe(isRepeated ? "duplicate-name" : "ok");
  }
  expect(repeats).toBeGreaterThan(2000);
});
