// Operators on what the public vectors leave out: list forms, refusals, every byte against every place of a step.
import { beforeAll, describe, expect, test } from "vitest";
import { type Judge, OperatorProbe } from "../vectors/seclang/operator-probe.ts";
import { seededRandom } from "../vectors/seeded-random.ts";

let probe: OperatorProbe;
beforeAll(async () => {
  probe = await OperatorProbe.create();
});
const prepared = (name: string, argument: string): Judge => {
  const judge = probe.prepare(name, argument);
  if (typeof judge === "string") throw new Error(judge);
  return judge;
};

describe("@validateByteRange", () => {
  test("agrees with a plain loop for every byte at every place of a 16-byte step", () => {
    const judge = prepared("validateByteRange", "9, 10,13, 32-126 , 200-255");
    const allowed = (byte: number): boolean =>
      byte === 9 || byte === 10 || byte === 13 || (byte >= 32 && byte <= 126) || byte >= 200;
    for (let byte = 0; byte < 256; byte++) {
      for (const place of [0, 1, 15, 16, 17, 31, 36]) {
        const value = Buffer.alloc(37, "a");
        value[place] = byte;
        if (judge(value) === allowed(byte)) throw new Error(`byte ${byte} at ${place}`);
      }
    }
  });

  test.each(["256", "1-", "a", "1-300", "1;2", "-5"])("refuses %j", (list) => {
    expect(probe.prepare("validateByteRange", list)).toMatch(/numbers from 0 to 255/);
  });

  test("allows nothing where nothing is listed", () => {
    expect(prepared("validateByteRange", "")("a")).toBe(true);
    expect(prepared("validateByteRange", "")("")).toBe(false);
  });
});

describe("@ipMatch", () => {
  test("agrees with a walk over all networks, whatever their order and overlap", () => {
    const random = seededRandom(3);
    for (let round = 0; round < 40; round++) {
      const nets = Array.from({ length: 1 + random(30) }, () => ({
        base: (10 << 24) | random(1 << 16),
        bits: 16 + random(17),
      }));
      const dotted = (n: number): string =>
        [24, 16, 8, 0].map((shift) => (n >>> shift) & 255).join(".");
      const list = nets.map((net) => `${dotted(net.base)}/${net.bits}`).join(", ");
      const judge = prepared("ipMatch", list);
      for (let i = 0; i < 100; i++) {
        const address = (10 << 24) | random(1 << 16);
        const inside = nets.some(
          ({ base, bits }) => address >>> (32 - bits) === base >>> (32 - bits),
        );
        expect(judge(dotted(address)), `${dotted(address)} in ${list}`).toBe(inside);
      }
    }
  });

  test("reads files line by line, with comments", () => {
    const judge = prepared("ipMatchFromFile", "# office\n192.0.2.0/28\r\n\n2001:db8::/32 # lab\n");
    expect(judge("192.0.2.15")).toBe(true);
    expect(judge("192.0.2.16")).toBe(false);
    expect(judge("2001:db8:1::1")).toBe(true);
    expect(judge("not an address")).toBe(false);
  });

  test("names the entry that it refuses", () => {
    expect(probe.prepare("ipMatch", "10.0.0.1, example.com")).toMatch(/neither: example\.com/);
  });
});

describe("check digits", () => {
  test("skips a candidate that fails and finds the next", () => {
    const judge = prepared("verifyCC", "\\b\\d{13,16}\\b");
    expect(judge("4111111111111112 4111111111111111")).toBe(true);
    expect(probe.captured()).toBe("4111111111111111");
    expect(judge("4111111111111112")).toBe(false);
  });

  test("reads Chilean numbers with every kind of last sign", () => {
    const judge = prepared("validateNid", "cl [0-9]{1,2}\\.?[0-9]{3}\\.?[0-9]{3}-[0-9kK]");
    expect(judge("30.686.957-4")).toBe(true);
    expect(judge("1.000.005-K")).toBe(true);
    expect(judge("30.686.957-5")).toBe(false);
    expect(probe.prepare("validateNid", "fr .*")).toMatch(/cl or us/);
  });
});

describe("phrases of @pm", () => {
  test("reads hexadecimal between bars, blanks included", () => {
    expect(probe.phrases("one |74 77 6f| t|68|ree |zz| a|b |", false)).toEqual([
      "one",
      "two",
      "three",
      "|zz|",
      "a|b",
      "|",
    ]);
  });

  test("leaves bars in files alone", () => {
    expect(probe.phrases("a |41|\n# no\n\n b \n", true)).toEqual(["a |41|", "b"]);
  });
});
