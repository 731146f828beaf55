// Issuers for the tests of the jwt stage: keys of every kind, and tokens minted with jose against the host's virtual clock.
import { type CryptoKey, SignJWT, exportJWK, generateKeyPair } from "jose";
import { VirtualClock } from "../host/index.ts";

/** Seconds since 1970 at which every test's clock stands. */
export const now = Math.floor(new VirtualClock().nowUs() / 1e6);

export interface Issuer {
  alg: string;
  kid: string;
  /** Public key set, as JSON text. */
  jwks: string;
  /** A token with these claims over those of a good one, and these header members. */
  token: (claims?: Record<string, unknown>, header?: Record<string, unknown>) => Promise<string>;
}

/** A new issuer with one key. */
export async function issuer(alg: string, kid = `${alg}-1`): Promise<Issuer> {
  if (alg.startsWith("HS")) {
    const secret = new Uint8Array(64).fill(7);
    const k = Buffer.from(secret).toString("base64url");
    return issuerOf(alg, kid, secret, { kty: "oct", k });
  }
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return issuerOf(alg, kid, privateKey, { ...(await exportJWK(publicKey)) });
}

function issuerOf(alg: string, kid: string, key: CryptoKey | Uint8Array, jwk: object): Issuer {
  return {
    alg,
    kid,
    jwks: JSON.stringify({ keys: [{ ...jwk, kid, alg, use: "sig" }] }),
    token: (claims = {}, header = {}) =>
      new SignJWT({
        iss: "https://issuer.example",
        sub: "user-1",
        aud: "api",
        iat: now,
        exp: now + 600,
        ...claims,
      })
        .setProtectedHeader({ alg, kid, ...header })
        .sign(key),
  };
}
