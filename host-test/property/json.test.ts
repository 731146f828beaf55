// Reader, writer, pointers and the Struct form against JavaScript's own, on values that fast-check
// invents.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeStruct } from "../host/struct.ts";
import { JsonProbe } from "../vectors/json-probe.ts";

const runs = { numRuns: 1500, seed: 8259 };
const string = fc.oneof(fc.string({ unit: "binary", maxLength: 40 }), fc.string({ maxLength: 12 }));
const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    string,
    number,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 6 }),
    fc.dictionary(string, tie("value"), { maxKeys: 6, noNullPrototype: true }),
  ),
}));

/** JSON text with arbitrary blanks and with some characters written as escapes that need none. */
const text = fc
  .tuple(value, fc.constantFrom("", " ", "\t", "\n  "), fc.boolean())
  .map(([v, indent, escape]) => {
    const plain = JSON.stringify(v, null, indent);
    return escape ? plain.replace(/[a-e/é\u{1f600}]/gu, escaped) : plain;
  });

/** Escapes inside strings alone: outside them the letters belong to literals, so those are left. */
function escaped(character: string, offset: number, whole: string): string {
  const quotes = whole.slice(0, offset).replace(/\\./gs, "").split('"').length - 1;
  const backslashes = /\\*$/.exec(whole.slice(0, offset))![0].length;
  if (
    quotes % 2 === 0 ||
    backslashes % 2 === 1 ||
    /\\u[0-9a-f]{0,3}$/.test(whole.slice(0, offset))
  ) {
    return character;
  }
  if (character === "/") return "\\/";
  return [...Array(character.length).keys()]
    .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`)
    .join("");
}

/** JSON Pointers of all values in document order. */
function pointersOf(item: unknown, at = ""): string[] {
  if (item === null || typeof item !== "object") return [at];
  const entries = Array.isArray(item) ? item.entries() : Object.entries(item);
  const children = [...entries].map(([key, child]) => {
    const token = String(key).replaceAll("~", "~0").replaceAll("/", "~1");
    return pointersOf(child, `${at}/${token}`);
  });
  return [at, ...children.flat()];
}

describe("JSON values", async () => {
  const probe = await JsonProbe.create(1 << 16);

  test("survive reading and writing", () => {
    fc.assert(
      fc.property(text, (source) => {
        const copy = probe.copy(Buffer.from(source));
        expect(copy).toBeDefined();
        expect(JSON.parse(copy!)).toEqual(JSON.parse(source));
        // What JavaScript writes without blanks is also what we write.
        const canonical = JSON.stringify(JSON.parse(source));
        const members = /"__proto__"|"\d+":/.test(canonical); // JavaScript reorders these
        if (!members && !/\d[.e]|-0|\d{16}/.test(source)) expect(copy).toBe(canonical);
      }),
      runs,
    );
  });

  test("have the pointers that RFC 6901 gives them", () => {
    fc.assert(
      fc.property(value, (item) => {
        const source = JSON.stringify(item);
        const ours = probe.pointers(Buffer.from(source), 4096)!;
        const theirs = pointersOf(JSON.parse(source)).map((pointer) => pointer.toString());
        // A line feed in a name would split our lines: compare joined.
        expect(ours.join("\n")).toBe(theirs.join("\n"));
      }),
      runs,
    );
  });

  test("have pointers cut off after a whole part where the room ends", () => {
    const source = Buffer.from('{"ab~c":[{"d/e":"x"}]}');
    const whole = probe.pointers(source, 100)!.at(-1)!;
    expect(whole).toBe("/ab~0c/0/d~1e");
    for (let room = 0; room < 40; room++) {
      const cut = probe.pointers(source, room)!.at(-1)!;
      expect(cut.length).toBeLessThanOrEqual(room);
      expect(["", "/ab~0c", "/ab~0c/0", whole]).toContain(cut);
    }
  });

  test("reach the filter the same as text and as Struct", () => {
    fc.assert(
      fc.property(fc.dictionary(string, value, { maxKeys: 8, noNullPrototype: true }), (item) => {
        const object = JSON.parse(JSON.stringify(item)) as Record<string, unknown>;
        if (Object.keys(object).length === 0) return; // an empty Struct has no bytes
        const ours = probe.fromStruct(encodeStruct(object));
        expect(ours).toBeDefined();
        expect(JSON.parse(ours!)).toEqual(JSON.parse(JSON.stringify(object)));
      }),
      runs,
    );
  });

  test("are never taken for a Struct when they are text", () => {
    fc.assert(
      fc.property(value, fc.constantFrom("\n", "\n\n", "\n  "), (item, blanks) => {
        expect(probe.fromStruct(Buffer.from(blanks + JSON.stringify(item)))).toBeUndefined();
      }),
      runs,
    );
  });

  test("are read without a trap whatever the bytes are", () => {
    const bytes = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(bytes, fc.constantFrom('{"a":"', "[[", '"\\u', "-", "\n"), (tail, head) => {
        const whole = Buffer.concat([Buffer.from(head), tail]);
        expect(typeof probe.status(whole)).toBe("string");
        probe.fromStruct(whole);
      }),
      runs,
    );
  });
});
