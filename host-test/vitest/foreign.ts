// Crypto and compression of Envoy's foreign functions on Node: hand the result to `HostOptions.foreign`. Lives outside
// the simulator's core, which imports nothing of Node. Texts of failures are Envoy's.
import {
  createPrivateKey,
  createPublicKey,
  sign as signBytes,
  verify as verifyBytes,
  type KeyObject,
} from "node:crypto";
import { deflateSync, inflateSync } from "node:zlib";
import type { ForeignAdapter } from "../host/index.ts";

const hashes = new Set(["sha1", "sha224", "sha256", "sha384", "sha512"]);

function publicKey(der: Uint8Array, pem: string): KeyObject | undefined {
  try {
    if (pem !== "") return createPublicKey(pem);
    return createPublicKey({ key: Buffer.from(der), format: "der", type: "spki" });
  } catch {
    return undefined;
  }
}

function privateKey(der: Uint8Array, pem: string): KeyObject | undefined {
  try {
    if (pem !== "") return createPrivateKey(pem);
    return createPrivateKey({ key: Buffer.from(der), format: "der", type: "pkcs8" });
  } catch {
    return undefined;
  }
}

/** RSA PKCS#1 v1.5 and ECDSA with DER signatures, as Envoy has them; no PSS, no Ed25519. */
export function nodeForeign(): ForeignAdapter {
  return {
    verifySignature({ hash, keyDer, keyPem, signature, text }) {
      const name = hash.toLowerCase();
      if (!hashes.has(name)) return { ok: false, error: `${hash} is not supported.` };
      const key = publicKey(keyDer, keyPem);
      const kind = key?.asymmetricKeyType;
      if (key === undefined || (kind !== "rsa" && kind !== "ec")) {
        return { ok: false, error: "Failed to initialize digest verify." };
      }
      const ok = verifyBytes(name, text, key, signature);
      return { ok, error: ok ? "" : "Failed to verify digest. Error code: 0" };
    },
    sign({ hash, keyDer, keyPem, text }) {
      const none = new Uint8Array(0);
      const name = hash.toLowerCase();
      if (!hashes.has(name))
        return { ok: false, signature: none, error: `${hash} is not supported.` };
      const key = privateKey(keyDer, keyPem);
      if (key === undefined) {
        return { ok: false, signature: none, error: "Failed to initialize digest sign." };
      }
      return { ok: true, signature: signBytes(name, text, key), error: "" };
    },
    compress: (bytes) => deflateSync(bytes),
    uncompress(bytes) {
      try {
        return inflateSync(bytes);
      } catch {
        return undefined;
      }
    },
  };
}
