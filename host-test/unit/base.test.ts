// The base room against Node's own decoders: exhaustive where the inputs are few, seeded where they
// are many.
import { isUtf8 as nodeIsUtf8 } from "node:buffer";
import { describe, expect, test } from "vitest";
import { compile } from "../../cli/build/compile.ts";
import { instantiate } from "../bridge/specs.ts";
import { seededRandom } from "../vectors/seeded-random.ts";

const { wasm } = await compile({ entry: "assembly/probes/base.ts", target: "spec" });
const exports = instantiate(new WebAssembly.Module(wasm)).exports;
const memory = exports["memory"] as WebAssembly.Memory;
const call = exports as unknown as Record<string, (...args: number[]) => number>;
const input = call["reserve"](65536);
const output = call["reserve"](65536);

function put(bytes: Uint8Array): number {
  new Uint8Array(memory.buffer, input, 65536).set(bytes);
  return bytes.length;
}

function taken(length: number): Buffer {
  return Buffer.from(new Uint8Array(memory.buffer, output, length).slice());
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function isUtf8(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

describe("UTF-8", () => {
  test("agrees with TextDecoder on every sequence of one and two bytes", () => {
    const wrong: string[] = [];
    for (let n = 0; n < 65536 + 256; n++) {
      const bytes = n < 256 ? Uint8Array.of(n) : Uint8Array.of((n - 256) >> 8, n & 255);
      if ((call["utf8Prefix"](input, put(bytes)) === bytes.length) !== isUtf8(bytes)) {
        wrong.push(Buffer.from(bytes).toString("hex"));
      }
    }
    expect(wrong).toEqual([]);
  });

  test("agrees with Node on every sequence of three bytes", () => {
    // After a first byte below 0xc0 only two bytes are left, or none is valid: see above.
    let wrong = 0;
    let valid = 0;
    const bytes = new Uint8Array(3);
    for (let lead = 0xc0; lead < 0x100; lead++) {
      const expected = new Uint8Array(8192);
      bytes[0] = lead;
      for (let n = 0; n < 65536; n++) {
        bytes[1] = n >> 8;
        bytes[2] = n & 255;
        // TextDecoder takes long to throw; Node's own check is quick.
        if (!nodeIsUtf8(bytes)) continue;
        expected[n >> 3] |= 1 << (n & 7);
        valid++;
      }
      put(expected);
      wrong += call["utf8Differences"](lead, 3, input, output);
    }
    expect(wrong).toBe(0);
    expect(valid).toBe(1920 * 128 + 61440); // two bytes and an ASCII one, or three bytes
  });

  test("agrees with TextDecoder on 30,000 random texts around the 16-byte steps", () => {
    const random = seededRandom(3629);
    const edges = [0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xed];
    edges.push(0xef, 0xf0, 0xf4, 0xf5, 0xff);
    let valid = 0;
    for (let i = 0; i < 30_000; i++) {
      const text = "aé東😀".repeat(8).slice(0, random(24));
      const bytes = Buffer.concat([Buffer.alloc(random(20), 0x61), Buffer.from(text)]);
      if (random(2) === 0 && bytes.length > 0)
        bytes[random(bytes.length)] = edges[random(edges.length)];
      const cut = bytes.subarray(0, bytes.length - random(2));
      const ours = call["utf8Prefix"](input, put(cut));
      if (isUtf8(cut)) valid++;
      expect(ours === cut.length, cut.toString("hex")).toBe(isUtf8(cut));
      // What is before the fault is valid, and the fault itself is none.
      if (ours < cut.length) expect(isUtf8(cut.subarray(0, ours))).toBe(true);
    }
    expect(valid).toBeGreaterThan(5000);
  });

  test("writes every code point as Node does", () => {
    const wrong: number[] = [];
    for (let point = 0; point <= 0x110000; point += point < 0x900 ? 1 : 61) {
      const length = call["utf8Write"](output, point);
      const scalar = point > 0x10ffff || (point >= 0xd800 && point < 0xe000) ? 0xfffd : point;
      if (!taken(length).equals(Buffer.from(String.fromCodePoint(scalar)))) wrong.push(point);
    }
    expect(wrong).toEqual([]);
  });
});

describe("base64", () => {
  const decode = (text: string, isUrl: boolean) => {
    const length = call["base64Decode"](
      output,
      input,
      put(Buffer.from(text, "latin1")),
      isUrl ? 1 : 0,
    );
    return length < 0 ? undefined : taken(length);
  };

  test("round-trips what Node encodes, in both alphabets", () => {
    const random = seededRandom(4648);
    for (let length = 0; length < 400; length++) {
      const bytes = Buffer.from(Array.from({ length: length % 67 }, () => random(256)));
      for (const isUrl of [false, true]) {
        const text = bytes.toString(isUrl ? "base64url" : "base64");
        expect(decode(text, isUrl)).toEqual(bytes);
        const count = call["base64Encode"](output, input, put(bytes), isUrl ? 1 : 0);
        expect(taken(count).toString()).toBe(text);
      }
    }
  });

  test("refuses every other spelling", () => {
    // Each two-letter ending: only those whose four unused bits are zero stand for a byte.
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (const [i, letter] of [...letters].entries()) {
      expect(decode(`A${letter}`, true) !== undefined).toBe(i % 16 === 0);
      expect(decode(`AA${letter}`, true) !== undefined).toBe(i % 4 === 0);
    }
    for (const text of [
      "A",
      "AAAAA",
      "AA==",
      "AAA=",
      "AA A",
      "AA\n",
      "AA+/",
      "A=",
      "=",
      "AAAA=",
      "AA%3",
    ]) {
      expect(decode(text, true), text).toBeUndefined();
    }
    for (const text of [
      "AA",
      "AAA",
      "A===",
      "====",
      "=",
      "AA=A",
      "AA-_",
      "A A=",
      "AAAAAA=",
      "AB==",
      "AAB=",
    ]) {
      expect(decode(text, false), text).toBeUndefined();
    }
  });

  test("knows its alphabet byte by byte", () => {
    for (let byte = 0; byte < 256; byte++) {
      const text = String.fromCharCode(byte) + "AAA";
      expect(decode(text, true) !== undefined).toBe(/^[A-Za-z0-9_-]/.test(text));
      expect(decode(text, false) !== undefined).toBe(/^[A-Za-z0-9+/]/.test(text));
    }
  });
});

describe("hex", () => {
  test("round-trips every byte and refuses what is no digit", () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    call["hexEncode"](output, input, put(bytes));
    expect(taken(512).toString()).toBe(bytes.toString("hex"));
    expect(
      call["hexDecode"](output, input, put(Buffer.from(bytes.toString("hex").toUpperCase()))),
    ).toBe(256);
    expect(taken(256)).toEqual(bytes);
    for (const text of ["0", "0g", "g0", " 0", "0x", "--"]) {
      expect(call["hexDecode"](output, input, put(Buffer.from(text)))).toBe(-1);
    }
  });
});

describe("floats", () => {
  const read = (text: string) => call["float"](input, put(Buffer.from(text)));

  test("reads the hard ones as Node does", () => {
    const hard = [
      "0",
      "-0",
      "0.0e5",
      "1",
      "9007199254740993",
      "9007199254740992.5",
      "9007199254740993.0000001",
      "1e22",
      "1e23",
      "8.5e22",
      "0.1",
      "0.30000000000000004",
      "2.2250738585072014e-308",
      "2.2250738585072011e-308",
      "2.2250738585072012e-308",
      "4.9406564584124654e-324",
      "2.4703282292062327e-324",
      "2.4703282292062328e-324",
      "1.7976931348623157e308",
      "1.7976931348623158e308",
      "1.7976931348623159e308",
      "1e309",
      "1e-400",
      "1e100000000",
      "0e100000000",
      "123456789012345678901234567890",
      `${"1".repeat(400)}e-390`,
      `0.${"0".repeat(400)}1e401`,
      // Exactly between two doubles, and a hair above it 850 digits later.
      "1.00000000000000011102230246251565404236316680908203125",
      `1.00000000000000011102230246251565404236316680908203125${"0".repeat(850)}1`,
      "6929495644600919.5",
      "3.518437208883201171875e13",
      "1e-323",
      "5e-324",
      "3e-324",
    ];
    for (const text of hard) expect(Object.is(read(text), Number(text)), text).toBe(true);
  });

  test("reads 40,000 random numbers to the last bit", () => {
    const random = seededRandom(754);
    const wrong: string[] = [];
    const view = new DataView(new ArrayBuffer(8));
    const digits = (count: number) => Array.from({ length: count }, () => random(10)).join("");
    for (let i = 0; i < 40_000; i++) {
      let text: string;
      if (i % 2 === 0) {
        // Any double, written with fewer, exactly enough, or more digits than it needs.
        view.setUint32(0, random(2 ** 32));
        view.setUint32(4, random(2 ** 32));
        const value = Math.abs(view.getFloat64(0));
        if (!Number.isFinite(value)) continue;
        text = value.toExponential(random(22)).replace("e+", random(2) ? "e+" : "E");
      } else {
        text = `${random(3) ? "" : "-"}${1 + random(9)}${digits(random(30))}.${digits(1 + random(30))}`;
        if (random(2)) text += `e${random(700) - 350}`;
      }
      if (!Object.is(read(text), Number(text))) wrong.push(text);
    }
    expect(wrong).toEqual([]);
  });
});

/** Published 64-bit vectors: inputs of 0 to 63 bytes 00 01 02 …, results as little-endian bytes. */
const sipVectors =
  "310e0edd47db6f72 fd67dc93c539f874 5a4fa9d909806c0d 2d7efbd796666785 b7877127e09427cf 8da699cd64557618 " +
  "cee3fe586e46c9cb 37d1018bf50002ab 6224939a79f5f593 b0e4a90bdf82009e f3b9dd94c5bb5d7a a7ad6b22462fb3f4 " +
  "fbe50e86bc8f1e75 903d84c02756ea14 eef27a8e90ca23f7 e545be4961ca29a1 db9bc2577fcc2a3f 9447be2cf5e99a69 " +
  "9cd38d96f0b3c14b bd6179a71dc96dbb 98eea21af25cd6be c7673b2eb0cbf2d0 883ea3e395675393 c8ce5ccd8c030ca8 " +
  "94af49f6c650adb8 eab8858ade92e1bc f315bb5bb835d817 adcf6b0763612e2f a5c91da7acaa4dde 716595876650a2a6 " +
  "28ef495c53a387ad 42c341d8fa92d832 ce7cf2722f512771 e37859f94623f3a7 381205bb1ab0e012 ae97a10fd434e015 " +
  "b4a31508beff4d31 81396229f0907902 4d0cf49ee5d4dcca 5c73336a76d8bf9a d0a704536ba93e0e 925958fcd6420cad " +
  "a915c29bc8067318 952b79f3bc0aa6d4 f21df2e41d4535f9 87577519048f53a9 10a56cf5dfcd9adb eb75095ccd986cd0 " +
  "51a9cb9ecba312e6 96afadfc2ce666c7 72fe52975a4364ee 5a1645b276d592a1 b274cb8ebf87870a 6f9bb4203de7b381 " +
  "eaecb2a30b22a87f 9924a43cc1315724 bd838d3aafbf8db7 0b1a2a3265d51aea 135079a3231ce660 932b2846e4d70666 " +
  "e1915f5cb1eca46c f325965ca16d629f 575ff28e60381be5 724506eb4c328a95";

describe("SipHash-2-4", () => {
  test("gives the 64 published results", () => {
    const hash = call["sipHash"] as unknown as (ptr: number, length: number) => bigint;
    put(Uint8Array.from({ length: 64 }, (_, i) => i));
    const results = Array.from({ length: 64 }, (_, length) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(BigInt.asUintN(64, hash(input, length)));
      return bytes.toString("hex");
    });
    expect(results).toEqual(sipVectors.split(" "));
  });
});
