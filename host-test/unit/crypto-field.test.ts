// The five fields against BigInt, with limbs pushed to the bounds that each field file states: all
// high, all low, mixed signs, and random between. A product must be right there and come out tight
// enough for the next one.
import { describe, expect, test } from "vitest";
import { CryptoProbe } from "../vectors/crypto-probe.ts";

interface Field {
  name: string;
  curve: number;
  limbs: number;
  bits: number;
  prime: bigint;
  /** Montgomery radix, or 1. */
  radix: bigint;
  /** Bits by which limbs of a result may leave [0, 2^bits). */
  loose: number;
}

const k1 = 2n ** 256n - 2n ** 32n - 977n;
const p256 = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const p384 = 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n;
const fields: Field[] = [
  { name: "P-256", curve: 0, limbs: 9, bits: 29, prime: p256, radix: 2n ** 261n, loose: 0 },
  { name: "P-384", curve: 1, limbs: 14, bits: 28, prime: p384, radix: 2n ** 392n, loose: 0 },
  { name: "P-521", curve: 2, limbs: 19, bits: 28, prime: 2n ** 521n - 1n, radix: 1n, loose: 19 },
  { name: "secp256k1", curve: 3, limbs: 9, bits: 29, prime: k1, radix: 1n, loose: 18 },
  { name: "25519", curve: 4, limbs: 9, bits: 29, prime: 2n ** 255n - 19n, radix: 1n, loose: 17 },
];

let seed = 12345;
/** xorshift32: the same numbers in every run. */
function random(): number {
  seed ^= seed << 13;
  seed ^= seed >>> 17;
  seed ^= seed << 5;
  return (seed >>> 0) / 2 ** 32;
}

function mod(a: bigint, m: bigint): bigint {
  return ((a % m) + m) % m;
}

function power(base: bigint, exponent: bigint, m: bigint): bigint {
  let [result, square] = [1n, mod(base, m)];
  for (let e = exponent; e > 0n; e >>= 1n) {
    if (e & 1n) result = (result * square) % m;
    square = (square * square) % m;
  }
  return result;
}

/** Limbs within +-limit, the top one within eight times the prime. */
function pattern(field: Field, kind: number, limit: number): number[] {
  const topBits = field.prime.toString(2).length - field.bits * (field.limbs - 1);
  return Array.from({ length: field.limbs }, (_, i) => {
    const bound = i === field.limbs - 1 ? Math.min(limit, 4 * 2 ** topBits) : limit;
    if (kind === 0) return bound;
    if (kind === 1) return -bound;
    if (kind === 2) return i % 2 === 0 ? bound : -bound;
    if (kind === 3) return 0;
    return Math.trunc((random() * 2 - 1) * bound);
  });
}

function value(field: Field, limbs: number[]): bigint {
  return limbs.reduceRight((sum, limb) => sum * 2n ** BigInt(field.bits) + BigInt(limb), 0n);
}

const builds = [
  { build: "simd", probe: await CryptoProbe.create() },
  { build: "scalar", probe: await CryptoProbe.create(["--disable", "simd"]) },
];

describe.each(builds)("$build build", ({ probe }) => {
  describe.each(fields)("$name", (field) => {
    const { exports, memory } = probe;
    exports["prepareField"]!(field.curve);
    const slots = Array.from({ length: 6 }, () => probe.allocate(80));
    const write = (slot: number, limbs: number[]) =>
      new Int32Array(memory.buffer, slots[slot]!, field.limbs).set(limbs);
    const read = (slot: number) => [...new Int32Array(memory.buffer, slots[slot]!, field.limbs)];
    const unit = 2 ** field.bits;
    const slack = field.loose === 0 ? 16 : 2 ** field.loose;
    const inverse = power(field.radix, field.prime - 2n, field.prime);

    function expectTight(limbs: number[]): void {
      for (const limb of limbs.slice(0, -1)) {
        expect(limb >= -slack && limb <= unit + slack).toBe(true);
      }
      expect(Math.abs(limbs.at(-1)!)).toBeLessThan(unit);
    }

    test("products are exact up to the stated bounds", () => {
      for (let round = 0; round < 400; round++) {
        const a = pattern(field, round % 7, unit + slack);
        const wide = round % 5 === 4 ? 1 : 2;
        const b = pattern(field, Math.floor(round / 7) % 7, wide * (unit + slack));
        write(0, a);
        write(1, b);
        exports["multiply"]!(field.curve, slots[2]!, slots[0]!, slots[1]!);
        const want = mod(value(field, a) * value(field, b) * inverse, field.prime);
        expect(mod(value(field, read(2)), field.prime)).toBe(want);
        expectTight(read(2));
        exports["square"]!(field.curve, slots[2]!, slots[0]!);
        expect(mod(value(field, read(2)), field.prime)).toBe(
          mod(value(field, a) ** 2n * inverse, field.prime),
        );
        expectTight(read(2));
      }
    });

    // The Edwards formulas never need a difference of products, so that field has none.
    const differenceTest = field.curve === 4 ? () => undefined : test;
    differenceTest("differences of products are exact up to the bounds", () => {
      for (let round = 0; round < 300; round++) {
        const operands = [0, 1, 2, 3].map((i) =>
          pattern(field, Math.floor(round / 3 ** i) % 6, unit + slack),
        );
        operands.forEach((limbs, i) => write(i, limbs));
        exports["multiplySubtract"]!(
          field.curve,
          slots[4]!,
          slots[0]!,
          slots[1]!,
          slots[2]!,
          slots[3]!,
        );
        const [a, b, c, d] = operands.map((limbs) => value(field, limbs)) as [
          bigint,
          bigint,
          bigint,
          bigint,
        ];
        const want = mod((a * b - c * d) * inverse, field.prime);
        expect(mod(value(field, read(4)), field.prime)).toBe(want);
        expectTight(read(4));
      }
    });

    test("a carry keeps the value and makes limbs tight", () => {
      for (let round = 0; round < 100; round++) {
        const a = pattern(field, round % 7, 2 ** 31 - 64);
        write(0, a);
        exports["carry"]!(field.curve, slots[0]!);
        expect(value(field, read(0))).toBe(value(field, a));
        for (const limb of read(0).slice(0, -1)) {
          expect(limb >= -8 && limb < unit + 8).toBe(true);
        }
      }
    });

    test("an element becomes its one number below p, and inverts", () => {
      const size = field.curve === 1 ? 48 : field.curve === 2 ? 66 : 32;
      const out = probe.allocate(80);
      const octets = (slot: number) => {
        exports["elementToBytes"]!(field.curve, slots[slot]!, out);
        return BigInt(`0x${probe.read(out, size).toString("hex")}`);
      };
      for (let round = 0; round < 120; round++) {
        const a = pattern(field, round % 8, unit + slack);
        write(0, a);
        const plain = mod(value(field, a) * inverse, field.prime);
        expect(octets(0)).toBe(plain);
        if (plain === 0n) continue;
        exports["invertElement"]!(field.curve, slots[1]!, slots[0]!);
        expect(octets(1)).toBe(power(plain, field.prime - 2n, field.prime));
      }
      const limbsOf = (v: bigint) =>
        Array.from({ length: field.limbs }, (_, i) =>
          Number((v >> BigInt(i * field.bits)) & BigInt(unit - 1)),
        );
      for (const v of [0n, field.prime, field.prime - 1n, 1n, field.prime + 1n]) {
        write(0, limbsOf(v));
        expect(octets(0)).toBe(mod(v * inverse, field.prime));
      }
    });
  });
});
