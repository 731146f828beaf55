// What node:crypto says of a token's signature, with a key chosen by the token's kid (which is its algorithm's name here) and an algorithm that is the key's: no JOSE
// library in between. Base64 is read as leniently as Node does, so only signatures are judged here.
import {
  constants,
  createHmac,
  createPublicKey,
  timingSafeEqual,
  verify,
  type JsonWebKey,
  type KeyObject,
} from "node:crypto";

type Verifier = (text: Buffer, signature: Buffer) => boolean;

/** Verifiers by kid. */
export function nodeVerifiers(jwks: (JsonWebKey & { kid?: string; alg?: string })[]) {
  const verifiers = new Map<string, { alg: string; check: Verifier }>();
  for (const jwk of jwks) verifiers.set(jwk.kid!, { alg: jwk.alg!, check: verifierOf(jwk) });
  return verifiers;
}

/** Whether the signature of a token is good; undefined when its form, key or algorithm leaves nothing to verify. */
export function nodeVerdict(
  token: string,
  verifiers: Map<string, { alg: string; check: Verifier }>,
): boolean | undefined {
  const parts = token.split(".");
  if (parts.length !== 3) return undefined;
  let header: { alg?: unknown; kid?: unknown };
  try {
    header = JSON.parse(Buffer.from(parts[0], "base64url").toString()) as typeof header;
  } catch {
    return undefined;
  }
  // Without a kid the one key of the algorithm is meant.
  const named = header.kid === undefined ? String(header.alg) : String(header.kid);
  const verifier = verifiers.get(named);
  if (verifier === undefined || verifier.alg !== header.alg) return undefined;
  const text = Buffer.from(`${parts[0]}.${parts[1]}`);
  return verifier.check(text, Buffer.from(parts[2], "base64url"));
}

function verifierOf(jwk: JsonWebKey & { alg?: string }): Verifier {
  const alg = jwk.alg!;
  const hash = `sha${alg.slice(2)}`;
  if (jwk.kty === "oct") {
    const secret = Buffer.from(jwk.k!, "base64url");
    return (text, signature) => {
      const mac = createHmac(hash, secret).update(text).digest();
      return mac.length === signature.length && timingSafeEqual(mac, signature);
    };
  }
  const key: KeyObject = createPublicKey({ key: jwk, format: "jwk" });
  if (jwk.kty === "OKP") return (text, signature) => verify(null, text, key, signature);
  if (jwk.kty === "EC") {
    const dsaEncoding = "ieee-p1363";
    return (text, signature) => verify(hash, text, { key, dsaEncoding }, signature);
  }
  if (!alg.startsWith("PS")) return (text, signature) => verify(hash, text, key, signature);
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  const saltLength = constants.RSA_PSS_SALTLEN_DIGEST;
  return (text, signature) => verify(hash, text, { key, padding, saltLength }, signature);
}
