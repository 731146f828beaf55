// SHA-2 and HMAC against node:crypto: every length across three blocks, every key length across
// two, in both builds (SIMD and scalar).
import { createHash, createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { CryptoProbe, hashes, type HashName } from "../vectors/crypto-probe.ts";

const names = Object.keys(hashes) as HashName[];

/** Bytes that look random and are the same in every run. */
function bytes(seed: string, size: number): Buffer {
  const blocks: Buffer[] = [];
  for (let i = 0; i * 64 < size; i++) {
    blocks.push(createHash("sha512").update(`${seed}/${i}`).digest());
  }
  return Buffer.concat(blocks).subarray(0, size);
}

const builds = [
  { build: "simd", probe: await CryptoProbe.create() },
  { build: "scalar", probe: await CryptoProbe.create(["--disable", "simd"]) },
];

describe.each(builds)("$build build", ({ probe }) => {
  test.each(names)("%s equals node:crypto for every length up to 400", (name) => {
    for (let size = 0; size <= 400; size++) {
      const data = bytes(name, size);
      expect(probe.hash(name, data).equals(createHash(name).update(data).digest())).toBe(true);
    }
  });

  test.each(names)("%s of 100,000 bytes", (name) => {
    const data = bytes("long", 100_000);
    expect(probe.hash(name, data)).toEqual(createHash(name).update(data).digest());
  });

  test.each(names)("hmac-%s accepts its tag and nothing else", (name) => {
    for (let size = 0; size <= 300; size += 7) {
      const secret = bytes("secret", size);
      const message = bytes("message", size * 3);
      const tag = createHmac(name, secret).update(message).digest();
      const key = probe.hmacKey(name, secret);
      expect(probe.hmacVerify(key, message, tag)).toBe(true);
      expect(probe.hmacVerify(key, message, tag.subarray(0, tag.length - 1))).toBe(false);
      expect(probe.hmacVerify(key, message, Buffer.concat([tag, Buffer.alloc(1)]))).toBe(false);
      for (const at of [0, tag.length >> 1, tag.length - 1]) {
        const wrong = Buffer.from(tag);
        wrong[at]! ^= 1 << (size & 7);
        expect(probe.hmacVerify(key, message, wrong)).toBe(false);
      }
    }
  });
});
