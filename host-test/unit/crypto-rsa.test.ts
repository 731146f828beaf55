// RSA against node:crypto: seeded corruption of a third of the signatures, modulus lengths around
// each change of limb size and padding, several exponents, in both builds (SIMD and scalar).
import { constants, generateKeyPairSync, randomBytes, sign, verify } from "node:crypto";
import { describe, expect, test } from "vitest";
import { CryptoProbe } from "../vectors/crypto-probe.ts";

const builds = [
  { build: "simd", probe: await CryptoProbe.create(), messages: 60 },
  { build: "scalar", probe: await CryptoProbe.create(["--disable", "simd"]), messages: 25 },
];

// 3526 bits is the widest modulus with limbs of 28 bits; 2049 to 2056 move the PSS top octet; 2072
// makes L = 4 mod 8.
const shapes: [bits: number, exponent: number][] = [
  [2048, 65537],
  [2049, 65537],
  [2050, 3],
  [2056, 17],
  [2072, 65537],
  [2240, 257],
  [3072, 65537],
  [3526, 65537],
  [3527, 65537],
  [4096, 65537],
];

const keys = shapes.map(([bits, exponent]) => ({
  bits,
  exponent,
  ...generateKeyPairSync("rsa", { modulusLength: bits, publicExponent: exponent }),
}));

describe.each(builds)("$build build", ({ probe, messages }) => {
  test.each(keys)("$bits bits, e = $exponent", ({ exponent, privateKey, publicKey }) => {
    const n = Buffer.from(publicKey.export({ format: "jwk" }).n!, "base64url");
    const key = probe.rsaKey(n, BigInt(exponent));
    const plain = probe.rsaKey(n, BigInt(exponent), false);
    let accepted = 0;
    for (let i = 0; i < messages; i++) {
      const message = randomBytes(i);
      const name = (["sha256", "sha384", "sha512"] as const)[i % 3]!;
      const signature = Buffer.from(sign(name, message, privateKey));
      const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: -1 } as const;
      const pssSignature = Buffer.from(sign(name, message, { key: privateKey, ...pss }));
      if (i % 3 === 1) {
        signature[i % signature.length]! ^= 1 << (i & 7);
        pssSignature[(i * 7) % signature.length]! ^= 1 << (i & 7);
      }
      const want = verify(name, message, publicKey, signature);
      const wantPss = verify(name, message, { key: publicKey, ...pss }, pssSignature);
      expect(probe.rsaVerifyPkcs1(key, name, message, signature)).toBe(want);
      expect(probe.rsaVerifyPkcs1(plain, name, message, signature)).toBe(want);
      expect(probe.rsaVerifyPss(key, name, message, pssSignature)).toBe(wantPss);
      expect(probe.rsaVerifyPkcs1(key, name, message, pssSignature)).toBe(false);
      accepted += Number(want) + Number(wantPss);
    }
    expect(accepted).toBeGreaterThan(messages);
    expect(accepted).toBeLessThan(2 * messages);
  });

  test("a signature that is not below the modulus, or of another length, is refused", () => {
    const { privateKey, publicKey } = keys[0]!;
    const n = Buffer.from(publicKey.export({ format: "jwk" }).n!, "base64url");
    const key = probe.rsaKey(n, 65537n);
    const message = Buffer.from("message");
    const good = BigInt(`0x${sign("sha256", message, privateKey).toString("hex")}`);
    const modulus = BigInt(`0x${n.toString("hex")}`);
    const octets = (value: bigint, size: number) =>
      Buffer.from(value.toString(16).padStart(2 * size, "0"), "hex");
    expect(probe.rsaVerifyPkcs1(key, "sha256", message, octets(good, 256))).toBe(true);
    expect(probe.rsaVerifyPkcs1(key, "sha256", message, octets(good, 257))).toBe(false);
    expect(probe.rsaVerifyPkcs1(key, "sha256", message, octets(0n, 256))).toBe(false);
    expect(probe.rsaVerifyPkcs1(key, "sha256", message, octets(modulus - good, 256))).toBe(false);
    if (good + modulus < 1n << 2048n) {
      expect(probe.rsaVerifyPkcs1(key, "sha256", message, octets(good + modulus, 256))).toBe(false);
    }
    expect(probe.rsaVerifyPkcs1(key, "sha256", message, octets(modulus, 256))).toBe(false);
  });

  test("the power is exact at the edges of the range", () => {
    const { publicKey } = keys[0]!;
    const n = Buffer.from(publicKey.export({ format: "jwk" }).n!, "base64url");
    const modulus = BigInt(`0x${n.toString("hex")}`);
    const key = probe.rsaKey(n, 3n);
    const out = probe.allocate(256);
    for (const s of [0n, 1n, 2n, (1n << 700n) - 1n, modulus >> 1n, modulus - 2n, modulus - 1n]) {
      const bytes = Buffer.from(s.toString(16).padStart(512, "0"), "hex");
      expect(probe.exports["rsaPower"]!(key, probe.put(0, bytes), 256, out)).toBe(1);
      expect(BigInt(`0x${probe.read(out, 256).toString("hex")}`)).toBe(s ** 3n % modulus);
    }
  });
});
