// zlib and signatures for the simulator's foreign functions, from Node's own modules.
import { createPublicKey, createPrivateKey, sign, verify } from "node:crypto";
import { deflateSync, inflateSync } from "node:zlib";
import type { ForeignAdapter } from "../host/index.ts";

export const foreignAdapter: ForeignAdapter = {
  verifySignature({ hash, keyDer, keyPem, signature, text }) {
    try {
      const key =
        keyPem === ""
          ? createPublicKey({ key: Buffer.from(keyDer), format: "der", type: "spki" })
          : createPublicKey(keyPem);
      const ok = verify(hash, text, key, signature);
      return { ok, error: ok ? "" : "Failed to verify digest. Error code: 0" };
    } catch {
      return { ok: false, error: "Failed to initialize digest verify." };
    }
  },
  sign({ hash, keyDer, keyPem, text }) {
    try {
      const key =
        keyPem === ""
          ? createPrivateKey({ key: Buffer.from(keyDer), format: "der", type: "pkcs8" })
          : createPrivateKey(keyPem);
      return { ok: true, signature: new Uint8Array(sign(hash, text, key)), error: "" };
    } catch {
      return {
        ok: false,
        signature: new Uint8Array(0),
        error: "Failed to initialize digest sign.",
      };
    }
  },
  compress: (bytes) => new Uint8Array(deflateSync(bytes)),
  uncompress(bytes) {
    try {
      return new Uint8Array(inflateSync(bytes));
    } catch {
      return undefined;
    }
  },
};
