// Keys and tokens for tests, by the library jose: a new key of any algorithm, a key from JWK or PEM, a signed token.
import {
  type CryptoKey,
  type JWK,
  SignJWT,
  exportJWK,
  exportPKCS8,
  exportSPKI,
  generateKeyPair,
  importJWK,
  importPKCS8,
} from "jose";
import { randomBytes } from "node:crypto";
import { UserError } from "../exit.ts";

export interface SigningKey {
  alg: string;
  kid: string;
  sign: CryptoKey | Uint8Array;
  privateJwk: JWK;
  /** The key set that verifies its tokens: for HMAC it holds the secret itself. */
  jwks: { keys: JWK[] };
  /** Not for HMAC. */
  privatePem?: string;
  publicPem?: string;
}

const hmacBytes: Record<string, number> = { HS256: 32, HS384: 48, HS512: 64 };
const algorithms = /^(?:[RPEH]S(?:256|384|512)|EdDSA|Ed25519)$/;

/** A new key. @throws UserError for an algorithm that is not known */
export async function newKey(alg: string, kid: string): Promise<SigningKey> {
  if (!algorithms.test(alg)) {
    throw new UserError(
      `there is no algorithm ${JSON.stringify(alg)}`,
      "use RS256, ES256, EdDSA …",
    );
  }
  if (alg in hmacBytes) {
    const k = randomBytes(hmacBytes[alg]!).toString("base64url");
    return keyOf({ kty: "oct", k }, alg, kid);
  }
  const { privateKey } = await generateKeyPair(alg, { extractable: true });
  return keyOf(await exportJWK(privateKey), alg, kid);
}

/**
 * A key from the text of a file, JWK or PKCS#8 PEM.
 * @param alg needed for PEM, and for a JWK without `alg`
 * @throws UserError when it cannot sign
 */
export async function readKey(
  text: string,
  alg: string | undefined,
  kid: string,
): Promise<SigningKey> {
  try {
    if (text.includes("-----BEGIN")) {
      const chosen = alg ?? "ES256";
      const key = await importPKCS8(text, chosen, { extractable: true });
      return await keyOf(await exportJWK(key), chosen, kid);
    }
    const jwk = JSON.parse(text) as JWK;
    if (jwk.d === undefined && jwk.k === undefined) throw new Error("it is no private key");
    return await keyOf(jwk, alg ?? jwk.alg ?? defaultAlgorithm(jwk), jwk.kid ?? kid);
  } catch (error) {
    throw new UserError(
      `the key cannot be used: ${(error as Error).message}`,
      "give a private JWK, or PKCS#8 PEM with --alg",
    );
  }
}

function defaultAlgorithm(jwk: JWK): string {
  if (jwk.kty === "RSA") return "RS256";
  if (jwk.kty === "OKP") return "EdDSA";
  if (jwk.kty === "oct") return "HS256";
  return jwk.crv === "P-384" ? "ES384" : jwk.crv === "P-521" ? "ES512" : "ES256";
}

async function keyOf(source: JWK, alg: string, kid: string): Promise<SigningKey> {
  const privateJwk: JWK = { ...source, alg, kid, use: "sig" };
  const sign = await importJWK({ ...privateJwk, ext: true }, alg);
  if (sign instanceof Uint8Array)
    return { alg, kid, sign, privateJwk, jwks: { keys: [privateJwk] } };
  const { kty, crv, x, y, n, e } = source;
  const open: JWK = Object.fromEntries(
    Object.entries({ kty, crv, x, y, n, e, alg, kid, use: "sig" }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  const verify = await importJWK({ ...open, ext: true }, alg);
  return {
    alg,
    kid,
    sign,
    privateJwk,
    jwks: { keys: [open] },
    privatePem: await exportPKCS8(sign),
    publicPem: await exportSPKI(verify as CryptoKey),
  };
}

/**
 * A token of these claims; `iat` is now unless they say otherwise.
 * @param expires a time from now such as `10m`, or `never`
 */
export async function mint(
  key: SigningKey,
  claims: Record<string, unknown>,
  members: Record<string, unknown>,
  expires: string,
): Promise<{ token: string; payload: object; header: object }> {
  const now = Math.floor(Date.now() / 1000);
  const payload = { iat: now, ...lifetime(expires, now), ...claims };
  const header = { alg: key.alg, kid: key.kid, ...members };
  const token = await new SignJWT(payload).setProtectedHeader(header).sign(key.sign);
  return { token, payload, header };
}

const unitSeconds: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86400 };

function lifetime(expires: string, now: number): { exp?: number } {
  if (expires === "never") return {};
  const match = /^(-?\d+)([smhd])$/.exec(expires);
  if (match === null) {
    throw new UserError(`${JSON.stringify(expires)} is no time`, "write 30s, 10m, 1h, 7d or never");
  }
  return { exp: now + Number(match[1]) * unitSeconds[match[2]!]! };
}
