// Keys of an issuer and raw tokens of theirs: header and payload are written as they are, right or wrong.
import { constants, generateKeyPairSync, sign, type KeyObject } from "node:crypto";

export const issuerName = "https://issuer.example";
export const audience = "https://api.example";

export interface Key {
  alg: string;
  kid: string;
  privateKey: KeyObject;
  jwk: Record<string, unknown>;
}

export const part = (value: string | Buffer): string => Buffer.from(value).toString("base64url");

const curves: Record<string, string> = { ES256: "P-256", ES384: "P-384", ES512: "P-521" };

export function keyFor(alg: string, kid = alg, modulusLength = 2048): Key {
  const pair = alg.startsWith("ES")
    ? generateKeyPairSync("ec", { namedCurve: curves[alg] })
    : alg === "EdDSA"
      ? generateKeyPairSync("ed25519")
      : generateKeyPairSync("rsa", { modulusLength });
  const jwk = { ...pair.publicKey.export({ format: "jwk" }), alg, kid, use: "sig" };
  return { alg, kid, privateKey: pair.privateKey, jwk };
}

export const keySet = (...keys: Key[]): string =>
  JSON.stringify({ keys: keys.map(({ jwk }) => jwk) });

/** The signature of a key over any text. */
export function signatureOf(key: Key, text: string): Buffer {
  const { alg, privateKey } = key;
  const data = Buffer.from(text);
  if (alg === "EdDSA") return sign(null, data, privateKey);
  const hash = `sha${alg.slice(2)}`;
  if (alg.startsWith("ES")) return sign(hash, data, { key: privateKey, dsaEncoding: "ieee-p1363" });
  if (alg.startsWith("RS")) return sign(hash, data, privateKey);
  return sign(hash, data, {
    key: privateKey,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  });
}

export function signed(key: Key, header: string | Buffer, payload: string | Buffer): string {
  const text = `${part(header)}.${part(payload)}`;
  return `${text}.${part(signatureOf(key, text))}`;
}

/** Claims of a good token. */
export const goodClaims = (): Record<string, unknown> => {
  const now = Math.floor(Date.now() / 1000);
  return { iss: issuerName, aud: audience, sub: "user-1", iat: now, exp: now + 3600 };
};

/** A good token with these claims and header members changed. */
export function minted(key: Key, claims: object = {}, header: object = {}): string {
  return signed(
    key,
    JSON.stringify({ alg: key.alg, kid: key.kid, ...header }),
    JSON.stringify({ ...goodClaims(), ...claims }),
  );
}
