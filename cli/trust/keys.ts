// Keys for signatures: PEM files as openssl and cosign write them. Private keys may be PKCS#8, plain or encrypted, or cosign's own
// encrypted form; public keys are SPKI. ECDSA on P-256 with SHA-256 is what cosign makes; Ed25519 is taken too.
// Source: sigstore's key format (scrypt, NaCl secretbox) as cosign generate-key-pair writes it.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  scryptSync,
  sign,
  verify,
  type KeyObject,
} from "node:crypto";
import { readFileSync } from "node:fs";
import { exitCodes, UserError } from "../exit.ts";
import { openSecretbox } from "./secretbox.ts";

/** What one may pay for a password at most: cosign writes N = 65536, r = 8. */
const scryptMemoryMaxBytes = 256 * 1024 * 1024;

function readPem(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new UserError(`${file} cannot be read`, "check the path of the key");
  }
}

/** A private key. @param password "" where the key has none @throws UserError */
export function loadPrivateKey(file: string, password: string): KeyObject {
  const pem = readPem(file);
  let key: KeyObject;
  try {
    const match = /-----BEGIN ENCRYPTED (?:SIGSTORE|COSIGN) PRIVATE KEY-----([^-]+)-----END/.exec(
      pem,
    );
    key =
      match === null
        ? createPrivateKey({ key: pem, ...(password === "" ? {} : { passphrase: password }) })
        : decryptSigstore(Buffer.from(match[1]!, "base64").toString("utf8"), password);
  } catch {
    throw new UserError(
      `${file} holds no private key that opens`,
      "set MESHWARDEN_KEY_PASSWORD (or COSIGN_PASSWORD) to the key's password",
    );
  }
  return usable(key, file);
}

interface EncryptedKey {
  kdf: { name: string; params: { N: number; r: number; p: number }; salt: string };
  cipher: { name: string; nonce: string };
  ciphertext: string;
}

function decryptSigstore(text: string, password: string): KeyObject {
  const { kdf, cipher, ciphertext } = JSON.parse(text) as EncryptedKey;
  if (kdf.name !== "scrypt" || cipher.name !== "nacl/secretbox") throw new Error("unknown form");
  const { N, r, p } = kdf.params;
  if (128 * N * r > scryptMemoryMaxBytes || p > 16) throw new Error("too costly");
  const salt = Buffer.from(kdf.salt, "base64");
  const key = scryptSync(password, salt, 32, { N, r, p, maxmem: scryptMemoryMaxBytes });
  const nonce = Buffer.from(cipher.nonce, "base64");
  const der = openSecretbox(Buffer.from(ciphertext, "base64"), nonce, key);
  if (der === undefined) throw new Error("wrong password");
  return createPrivateKey({ key: Buffer.from(der), format: "der", type: "pkcs8" });
}

/** A public key. @throws UserError */
export function loadPublicKey(file: string): KeyObject {
  const pem = readPem(file);
  let key: KeyObject;
  try {
    if (/PRIVATE KEY/.test(pem)) throw new Error("private");
    key = createPublicKey(pem);
  } catch {
    throw new UserError(`${file} holds no public key`, "give the .pub file of the pair");
  }
  return usable(key, file);
}

function usable(key: KeyObject, file: string): KeyObject {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  const good = type === "ed25519" || (type === "ec" && details?.namedCurve === "prime256v1");
  if (!good) {
    throw new UserError(
      `${file}: only P-256 and Ed25519 keys sign images`,
      "meshwarden sign --generate-key NAME makes one",
    );
  }
  return key;
}

/** A new P-256 pair as PEM; the private key is encrypted where a password is given. */
export function generateKeyPair(password: string): { privatePem: string; publicPem: string } {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const encryption = password === "" ? {} : { cipher: "aes-256-cbc", passphrase: password };
  return {
    privatePem: privateKey.export({ type: "pkcs8", format: "pem", ...encryption }) as string,
    publicPem: publicKey.export({ type: "spki", format: "pem" }) as string,
  };
}

/** How a bundle names its key: base64 of SHA-256 over the SPKI form. */
export function keyHint(key: KeyObject): string {
  const publicKey = key.type === "private" ? createPublicKey(key) : key;
  const der = publicKey.export({ type: "spki", format: "der" });
  return createHash("sha256").update(der).digest("base64");
}

const digestFor = (key: KeyObject): "sha256" | null =>
  key.asymmetricKeyType === "ed25519" ? null : "sha256";

/** Signature over some bytes; ECDSA in DER form. */
export function signBytes(key: KeyObject, bytes: Uint8Array): Uint8Array {
  return sign(digestFor(key), bytes, key);
}

export function verifyBytes(key: KeyObject, bytes: Uint8Array, signature: Uint8Array): boolean {
  return verify(digestFor(key), bytes, key, signature);
}

/** The error for content that nobody whom we trust has signed. */
export function untrusted(message: string, mend: string): UserError {
  return new UserError(message, mend, exitCodes.trust);
}
