// Tokens for the attack rows: keys of every algorithm, raw signatures over whatever text, and the
// two checks that all rows share.
import {
  constants,
  createHmac,
  generateKeyPairSync,
  sign,
  type JsonWebKey,
  type KeyObject,
} from "node:crypto";
import { expect } from "vitest";
import { JoseProbe, type Rules } from "./jose-probe.ts";

export const now = 1_800_000_000;
export const claims = {
  iss: "https://issuer.example",
  aud: "api",
  sub: "ann",
  exp: now + 300,
  iat: now,
};

export interface Signer {
  alg: string;
  privateKey: KeyObject;
  jwk: JsonWebKey;
}

export const b64 = (data: string | Buffer) => Buffer.from(data).toString("base64url");
export const json = (value: unknown) => b64(JSON.stringify(value));

export function signerOf(alg: string): Signer {
  const pair =
    alg[0] === "E" && alg !== "EdDSA" && alg !== "Ed25519"
      ? generateKeyPairSync("ec", {
          namedCurve: { ES256: "P-256", ES384: "P-384", ES512: "P-521", ES256K: "secp256k1" }[alg]!,
        })
      : alg[0] === "E"
        ? generateKeyPairSync("ed25519")
        : generateKeyPairSync("rsa", { modulusLength: 2048 });
  const jwk = { ...pair.publicKey.export({ format: "jwk" }), alg, kid: alg };
  return { alg, privateKey: pair.privateKey, jwk };
}

/** The signature of an algorithm over whatever text, right or wrong. */
export function signatureOf(alg: string, key: KeyObject, text: string): Buffer {
  const hash = `sha${/\d{3}/.exec(alg)?.[0] ?? "512"}`;
  if (alg === "EdDSA" || alg === "Ed25519") return sign(null, Buffer.from(text), key);
  if (alg.startsWith("ES")) {
    return sign(hash, Buffer.from(text), { key, dsaEncoding: "ieee-p1363" });
  }
  if (!alg.startsWith("PS")) return sign(hash, Buffer.from(text), key);
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  return sign(hash, Buffer.from(text), {
    key,
    padding,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  });
}

export const algs = [
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
  ...["ES256", "ES384", "ES512", "EdDSA", "Ed25519", "ES256K"],
];
export const signers = algs.map(signerOf);
export const publicKeys = { keys: signers.map(({ jwk }) => jwk) };

/** Signs raw header and payload parts as they are. */
export function token(signer: Signer, header: string, payload: string): string {
  const text = `${header}.${payload}`;
  return `${text}.${b64(signatureOf(signer.alg, signer.privateKey, text))}`;
}

export function withHeader(signer: Signer, extra: object): string {
  return token(signer, json({ alg: signer.alg, kid: signer.alg, ...extra }), json(claims));
}

export function withClaims(signer: Signer, extra: object | string): string {
  const payload = typeof extra === "string" ? extra : JSON.stringify({ ...claims, ...extra });
  return token(signer, json({ alg: signer.alg, kid: signer.alg }), b64(payload));
}

export const secret = Buffer.alloc(64, 0x5a);
export const secretKeys = ["HS256", "HS384", "HS512"].map((alg) => ({
  kty: "oct",
  k: secret.toString("base64url"),
  alg,
  kid: alg,
}));

export function hmacToken(alg: string, key: Buffer | string, header: object = {}): string {
  const text = `${json({ alg, kid: alg, ...header })}.${json(claims)}`;
  const mac = createHmac(`sha${alg.slice(2)}`, key)
    .update(text)
    .digest();
  return `${text}.${b64(mac)}`;
}

export const probe = await JoseProbe.create();
export const rules: Rules = { issuers: [claims.iss], audiences: ["api"] };

export function setKeys(keys: object | string, with_: Rules = rules): void {
  probe.setRules(with_);
  expect(probe.readKeys(keys)).toBe("ok");
}

/** Every token must be refused, with one of the statuses of its row. */
export function refuses(tokens: string[], ...statuses: string[]): void {
  expect(tokens.length).toBeGreaterThanOrEqual(5);
  for (const [index, text] of tokens.entries()) {
    const status = probe.admit(text, now);
    expect(statuses, `token ${index}: ${status}`).toContain(status);
  }
}
