// ECDSA and Ed25519 against node:crypto with random keys and messages, a third of the signatures
// corrupted, with and without a key table, in both builds. Many messages matter: a wrong bound in a
// field shows in a few of thousands.
import { generateKeyPairSync, randomBytes, sign, verify } from "node:crypto";
import { describe, expect, test } from "vitest";
import { CryptoProbe, type EcCurve, type HashName } from "../vectors/crypto-probe.ts";

const builds = [
  { build: "simd", probe: await CryptoProbe.create() },
  { build: "scalar", probe: await CryptoProbe.create(["--disable", "simd"]) },
];

const cases: { curve: EcCurve; hash: HashName; messages: number }[] = [
  { curve: "P-256", hash: "sha256", messages: 200 },
  { curve: "P-384", hash: "sha384", messages: 60 },
  { curve: "P-521", hash: "sha512", messages: 45 },
  { curve: "secp256k1", hash: "sha256", messages: 90 },
];

const octets = (text: string | undefined) => Buffer.from(text!, "base64url");

describe.each(builds)("$build build", ({ probe }) => {
  describe.each([true, false])("key table: %s", (table) => {
    test.each(cases)("$curve equals node:crypto", ({ curve, hash, messages }) => {
      let accepted = 0;
      for (let k = 0; k < 3; k++) {
        const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: curve });
        const jwk = publicKey.export({ format: "jwk" });
        const key = probe.ecdsaKey(curve, octets(jwk.x), octets(jwk.y), table)!;
        for (let i = 0; i < messages; i++) {
          const message = randomBytes(i % 70);
          const dsaEncoding = "ieee-p1363";
          const signature = Buffer.from(sign(hash, message, { key: privateKey, dsaEncoding }));
          if (i % 3 === 0) signature[(i * 5) % signature.length]! ^= 1 << (i & 7);
          const want = verify(hash, message, { key: publicKey, dsaEncoding }, signature);
          expect(probe.ecdsaVerify(key, hash, message, signature)).toBe(want);
          accepted += Number(want);
        }
      }
      expect(accepted).toBeGreaterThanOrEqual(messages * 2 - 3);
    });

    test("Ed25519 equals node:crypto", () => {
      let accepted = 0;
      for (let k = 0; k < 3; k++) {
        const { privateKey, publicKey } = generateKeyPairSync("ed25519");
        const key = probe.ed25519Key(octets(publicKey.export({ format: "jwk" }).x), table)!;
        for (let i = 0; i < 200; i++) {
          const message = randomBytes(i);
          const signature = Buffer.from(sign(null, message, privateKey));
          if (i % 3 === 0) signature[(i * 5) % signature.length]! ^= 1 << (i & 7);
          const want = verify(null, message, publicKey, signature);
          expect(probe.ed25519Verify(key, message, signature)).toBe(want);
          accepted += Number(want);
        }
      }
      expect(accepted).toBeGreaterThanOrEqual(397);
    });
  });

  test.each(cases)("$curve refuses points off the curve and coordinates above p", ({ curve }) => {
    const jwk = generateKeyPairSync("ec", { namedCurve: curve }).publicKey.export({
      format: "jwk",
    });
    const [x, y] = [octets(jwk.x), octets(jwk.y)];
    expect(probe.ecdsaKey(curve, x, y, false)).toBeDefined();
    const other = Buffer.from(y);
    other[other.length - 1]! ^= 1;
    expect(probe.ecdsaKey(curve, x, other, false)).toBeUndefined();
    expect(probe.ecdsaKey(curve, y, x, false)).toBeUndefined();
    const ones = Buffer.alloc(x.length, 0xff);
    expect(probe.ecdsaKey(curve, ones, y, false)).toBeUndefined();
    expect(probe.ecdsaKey(curve, Buffer.alloc(x.length), Buffer.alloc(x.length), false)).toBe(
      undefined,
    );
  });

  test("Ed25519 refuses keys of small order and encodings that are not canonical", () => {
    const refused = [
      "0000000000000000000000000000000000000000000000000000000000000000",
      "0100000000000000000000000000000000000000000000000000000000000000",
      "0100000000000000000000000000000000000000000000000000000000000080",
      "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
      "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
      "0200000000000000000000000000000000000000000000000000000000000000",
    ];
    for (const hex of refused)
      expect(probe.ed25519Key(Buffer.from(hex, "hex"), false)).toBe(undefined);
  });
});
