// Transformations against Node's own codecs and hashes, and the identity tests at every offset of a 16-byte step.
import { createHash } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { seededRandom } from "../vectors/seeded-random.ts";
import { TransformProbe } from "../vectors/seclang/transform-probe.ts";

let probe: TransformProbe;
beforeAll(async () => {
  probe = await TransformProbe.create();
});

const apply = (name: string, value: Buffer | string): Buffer => {
  const bytes = Buffer.isBuffer(value) ? value : Buffer.from(value);
  return probe.apply(probe.byName(name), bytes) ?? bytes;
};
const text = (name: string, value: string): string => apply(name, value).toString("latin1");

/** Results that do not depend on what stands before the value. */
const local: [name: string, value: string][] = [
  ["cmdLine", 'C:^ "a" ;,(b) / X\''],
  ["compressWhitespace", " \t a\u00a0\u0085 b  "],
  ["cssDecode", "\\3c b\\\nc\\zq"],
  ["escapeSeqDecode", "\\x41\\101\\n\\q\\"],
  ["htmlEntityDecode", "&lt&#x3c;&colon;&notit;&#60a&amp;lt;&"],
  ["jsDecode", "\\u003c\\x3c\\74\\uff1c\\q"],
  ["lowercase", "ABCxyz\u00c0Q"],
  ["uppercase", "abcXYZ\u00c0q"],
  ["parityEven7bit", "ac\u0080"],
  ["parityZero7bit", "\u00e9a"],
  ["removeComments", "a/* b */c<!-- d -->e#f"],
  ["removeCommentsChar", "a/*b*/c<!--d-->e--f#g"],
  ["removeNulls", "a\0b\0"],
  ["replaceNulls", "a\0b\0"],
  ["removeWhitespace", "a b\tc\u00a0\u2003\u3000d"],
  ["replaceComments", "a/*b*/c/*d"],
  ["sqlHexDecode", "0x4142430 and 0X3c"],
  ["urlDecode", "%41+%zz%4"],
  ["urlDecodeUni", "%u0041%uff1c%u201c+%u12%41"],
  ["urlEncode", "a b&c*"],
  ["utf8toUnicode", "\u00e9\u4e2d\u{1f600}x"],
];

describe("transformations", () => {
  test.each(local)("%s answers alike wherever its value stands in a longer one", (name, value) => {
    const alone = apply(name, value);
    for (let pad = 1; pad <= 40; pad++) {
      const before = name === "uppercase" ? "0".repeat(pad) : "_".repeat(pad);
      const expected = Buffer.concat([apply(name, before), alone]);
      expect(apply(name, before + value)).toEqual(expected);
    }
  });

  test.each(local)("%s leaves a value without its bytes unchanged, whatever its length", (name) => {
    if (name === "urlEncode") return;
    // Bit counts of these are even, and none of the names touches them.
    const plain = name === "uppercase" ? "0" : "c";
    for (let length = 0; length <= 40; length++) {
      expect(probe.apply(probe.byName(name), Buffer.from(plain.repeat(length)))).toBeUndefined();
    }
  });

  test("hashes and encoders agree with Node at every length of two blocks", () => {
    const random = seededRandom(7);
    for (let length = 1; length <= 150; length++) {
      const value = Buffer.from(Array.from({ length }, () => random(256)));
      expect(apply("md5", value)).toEqual(createHash("md5").update(value).digest());
      expect(apply("sha1", value)).toEqual(createHash("sha1").update(value).digest());
      expect(apply("hexEncode", value).toString()).toBe(value.toString("hex"));
      expect(apply("base64Encode", value).toString()).toBe(value.toString("base64"));
      expect(apply("hexDecode", value.toString("hex"))).toEqual(value);
      expect(apply("base64Decode", value.toString("base64"))).toEqual(value);
      expect(apply("base64DecodeExt", `.${value.toString("base64url")}`)).toEqual(value);
      expect(text("length", "x".repeat(length))).toBe(String(length));
    }
  });

  test("no value makes a result longer than the table says, or reads past its end", () => {
    const random = seededRandom(11);
    const alphabet = "\\%&#xuU0ff41;/*-<!. \0\xa0\xc2\xe2\x80\xf0+'\"^([]_a";
    const ids = probe.names().map((_, id) => id);
    for (let round = 0; round < 800; round++) {
      const size = random(48);
      const value = Array.from({ length: size }, () => alphabet[random(alphabet.length)]);
      const bytes = Buffer.from(value.join(""), "latin1");
      // What follows the value in memory must not matter.
      const followed = Buffer.concat([bytes, Buffer.from("41*/;&lt;]'")]);
      for (const id of ids) {
        const result = probe.apply(id, bytes);
        if (id === probe.byName("length")) continue;
        probe.load(followed);
        const again = probe.run(id, bytes.length);
        if (again !== (result === undefined ? 0xffffffff : result.length)) {
          throw new Error(`${probe.names()[id]} of ${bytes.toString("hex")}: ${again}`);
        }
      }
    }
  });

  test("an answer of bytes is a change, but for hashes and encoders", () => {
    const ids = probe.names();
    for (const value of ["plain", "a/b/c.txt", "%", "%zz", "&", "&foo;", "a-b", "a*b", "x/y"]) {
      for (const [id, name] of ids.entries()) {
        if (/md5|sha1|length|base64|hexDecode|hexEncode/.test(name)) continue;
        const result = probe.apply(id, Buffer.from(value));
        expect(result?.toString(), `${name} of ${value}`).not.toBe(value);
      }
    }
  });
});
