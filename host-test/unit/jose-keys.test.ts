// Keys in every encoding against node:crypto: what we read and write again is byte for byte what
// Node exports; mutated encodings are refused unless they still are that one strict encoding.
import { createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from "node:crypto";
import { describe, expect, test } from "vitest";
import { JoseProbe } from "../vectors/jose-probe.ts";

const probe = await JoseProbe.create();

const keys: { name: string; key: KeyObject }[] = [
  { name: "RSA 2048", key: generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey },
  {
    name: "RSA 3072, e = 3",
    key: generateKeyPairSync("rsa", { modulusLength: 3072, publicExponent: 3 }).publicKey,
  },
  ...["P-256", "P-384", "P-521", "secp256k1"].map((namedCurve) => ({
    name: namedCurve,
    key: generateKeyPairSync("ec", { namedCurve }).publicKey,
  })),
  { name: "Ed25519", key: generateKeyPairSync("ed25519").publicKey },
];

describe.each(keys)("$name", ({ key }) => {
  const spki = key.export({ type: "spki", format: "der" });

  test("SubjectPublicKeyInfo and PEM come back as they were", () => {
    expect(probe.rewriteKey("spki", spki)).toEqual(spki);
    const pem = key.export({ type: "spki", format: "pem" }) as string;
    expect(probe.rewriteKey("pem", Buffer.from(pem))).toEqual(spki);
    expect(probe.rewriteKey("pem", Buffer.from(`\n ${pem.replaceAll("\n", "\r\n")}`))).toEqual(
      spki,
    );
  });

  test("a changed or cut encoding is never read as another form of the same key", () => {
    for (let at = 0; at < spki.length; at++) {
      expect(typeof probe.rewriteKey("spki", spki.subarray(0, at))).toBe("string");
      const changed = Buffer.from(spki);
      changed[at]! ^= 1 << (at & 7);
      const read = probe.rewriteKey("spki", changed);
      if (typeof read !== "string") expect(read.equals(changed)).toBe(true);
    }
    expect(probe.rewriteKey("spki", Buffer.concat([spki, Buffer.alloc(1)]))).toBe("der");
  });

  test("the JWK is accepted, and refused with a member missing, private or of another type", () => {
    const jwk = { ...key.export({ format: "jwk" }), kid: "a" } as Record<string, unknown>;
    probe.reset();
    expect(probe.readKeys(jwk)).toBe("ok");
    expect(probe.readKeys({ keys: [jwk, { kty: "new" }] })).toBe("ok");
    expect(probe.skipped).toEqual({ count: 1, status: "jwk_key_type" });
    for (const name of Object.keys(jwk).filter((name) => name !== "kid")) {
      const without = { ...jwk, [name]: undefined };
      expect(probe.readKeys({ keys: [without] })).toMatch(/^(jwk_missing_member|jwk_key_type)$/);
      expect(probe.readKeys({ keys: [{ ...jwk, [name]: 1 }] })).toBe("jwk_shape");
      expect(probe.readKeys({ keys: [{ ...jwk, [name]: "%" }] })).not.toBe("ok");
      if (name !== "kty" && name !== "crv") {
        expect(probe.readKeys({ keys: [{ ...jwk, [name]: `${String(jwk[name])}=` }] })).toBe(
          "jwk_base64",
        );
      }
    }
    for (const [extra, status] of [
      [{ d: "AA" }, "jwk_private"],
      [{ use: "enc" }, "jwk_use"],
      [{ key_ops: ["sign"] }, "jwk_key_ops"],
      [{ key_ops: ["verify", "verify"] }, "jwk_key_ops"],
      [{ key_ops: "verify" }, "jwk_shape"],
      [{ alg: "none" }, "jwk_algorithm"],
      [{ alg: "HS256" }, "jwk_algorithm"],
      [{ alg: "es256" }, "jwk_algorithm"],
      [{ x5c: [] }, "jwk_certificate"],
      [{ x5c: ["AAAA"] }, "jwk_certificate"],
      [{ kid: "k".repeat(257) }, "kid_too_long"],
    ] as const) {
      expect(probe.readKeys({ keys: [{ ...jwk, ...extra }] })).toBe(status);
    }
  });
});

test("a bare RSA key comes back as the key it is", () => {
  for (const { key } of keys.slice(0, 2)) {
    const spki = key.export({ type: "spki", format: "der" });
    expect(probe.rewriteKey("pkcs1", key.export({ type: "pkcs1", format: "der" }))).toEqual(spki);
    const pem = key.export({ type: "pkcs1", format: "pem" }) as string;
    expect(probe.rewriteKey("pem", Buffer.from(pem))).toEqual(spki);
  }
});

test("PEM that is not exactly one block is refused", () => {
  const pem = keys[2]!.key.export({ type: "spki", format: "pem" }) as string;
  const read = (text: string) => probe.rewriteKey("pem", Buffer.from(text));
  expect(read("")).toBe("pem");
  expect(read(pem + pem)).toBe("pem");
  expect(read(`x${pem}`)).toBe("pem");
  expect(read(`${pem}x`)).toBe("pem");
  expect(read(pem.replace("END PUBLIC", "END RSA PUBLIC"))).toBe("pem");
  expect(read(pem.replaceAll("PUBLIC KEY", "PRIVATE KEY"))).toBe("pem");
  expect(read(pem.replaceAll("PUBLIC KEY", "CERTIFICATE"))).toBe("der");
  expect(read(pem.replace("M", "!"))).toBe("pem_base64");
});

test("RSA key policy", () => {
  const jwk = keys[0]!.key.export({ format: "jwk" });
  const n = Buffer.from(jwk.n!, "base64url");
  const read = (modulus: Buffer, e: string) =>
    probe.readKeys({ keys: [{ kty: "RSA", n: modulus.toString("base64url"), e }] });
  const set = (at: number, value: number) => {
    const copy = Buffer.from(n);
    copy[at] = value;
    return copy;
  };
  expect(read(n, "AQAB")).toBe("ok");
  expect(read(Buffer.concat([Buffer.alloc(1), n]), "AQAB")).toBe("ok");
  expect(read(Buffer.concat([Buffer.alloc(2), n]), "AQAB")).toBe("rsa_modulus");
  expect(read(n.subarray(0, 255), "AQAB")).toBe("rsa_too_small");
  expect(read(set(0, 0x7f), "AQAB")).toBe("rsa_too_small");
  expect(read(Buffer.alloc(1025, 0xff), "AQAB")).toBe("rsa_too_large");
  expect(read(set(255, n[255]! & 0xfe), "AQAB")).toBe("rsa_modulus");
  const multiple = (BigInt(`0x${n.toString("hex")}`) / 997n) * 997n;
  const odd = multiple % 2n === 1n ? multiple : multiple - 997n;
  expect(read(Buffer.from(odd.toString(16), "hex"), "AQAB")).toBe("rsa_modulus");
  for (const e of ["AQ", "Ag", "AAAA", "", "AQAA", "AgAAAAE", "AQAAAAAB"]) {
    expect(read(n, e)).toMatch(/^rsa_exponent$/);
  }
  for (const e of ["Aw", "EQ", "AQAB", "AQAAAAE"]) expect(read(n, e)).toBe("ok");
});

test("sets: mixed kinds, too many keys, broken JSON, and Google's map of certificates", () => {
  const jwk = keys[2]!.key.export({ format: "jwk" });
  const oct = { kty: "oct", k: Buffer.alloc(64, 7).toString("base64url") };
  expect(probe.readKeys({ keys: [jwk, oct] })).toBe("set_mixed");
  expect(probe.readKeys({ keys: [oct] })).toBe("ok");
  expect(probe.readKeys({ keys: [] })).toBe("set_empty");
  const many = Array.from({ length: 65 }, (_, i) => ({ ...oct, kid: `k${i}` }));
  expect(probe.readKeys({ keys: many })).toBe("set_too_many_keys");
  expect(probe.readKeys({ keys: many.slice(1) })).toBe("ok");
  for (const text of ["", "<html>", "{", '{"keys":[{]}', "{}x"]) {
    expect(probe.readKeys(text)).toBe("jwk_json");
  }
  for (const text of ["[]", "{}", '{"keys":{}}', '{"keys":[1]}', '"keys"']) {
    expect(probe.readKeys(text)).toBe("jwk_shape");
  }
  expect(probe.readKeys('{"keys":[],"\\u006beys":[]}')).toBe("jwk_json");
  expect(probe.keyCount).toBe(0);
});

test("signatures become DER that OpenSSL verifies", () => {
  for (const [namedCurve, half] of [
    ["P-256", 32],
    ["P-384", 48],
    ["P-521", 66],
  ] as const) {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve });
    for (let i = 0; i < 40; i++) {
      const message = Buffer.from(`message ${i}`);
      const raw = sign("sha256", message, { key: privateKey, dsaEncoding: "ieee-p1363" });
      expect(raw.length).toBe(2 * half);
      expect(verify("sha256", message, publicKey, probe.signatureToDer(raw))).toBe(true);
    }
    const edge = Buffer.alloc(2 * half);
    edge[half - 1] = 1;
    expect(probe.signatureToDer(edge).toString("hex")).toBe("3006020101020100");
    edge[half - 1] = 0x80;
    expect(probe.signatureToDer(edge).toString("hex")).toBe("300702020080020100");
    const ones = Buffer.alloc(2 * half, 0xff);
    const der = probe.signatureToDer(ones);
    expect(der.length).toBe((half === 66 ? 3 : 2) + 2 * (half + 3));
  }
  expect(
    createPublicKey(keys[0]!.key.export({ type: "spki", format: "pem" }) as string),
  ).toBeDefined();
});
