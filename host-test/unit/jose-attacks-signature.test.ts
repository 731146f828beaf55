// Attacks on signatures, one row of tokens each, across algorithms.
import { constants, sign } from "node:crypto";
import { beforeAll, describe, test } from "vitest";
import {
  claims,
  b64,
  json,
  signatureOf,
  signers,
  publicKeys,
  secret,
  secretKeys,
  hmacToken,
  setKeys,
  refuses,
} from "../vectors/jose-mint.ts";

describe("attacks on signatures", () => {
  beforeAll(() => setKeys(publicKeys));

  test("4: signatures of zeros, of the order, and of other lengths", () => {
    const tokens = signers.flatMap((signer) => {
      const text = `${json({ alg: signer.alg, kid: signer.alg })}.${json(claims)}`;
      const good = signatureOf(signer.alg, signer.privateKey, text);
      const zeros = Buffer.alloc(good.length);
      const ones = Buffer.alloc(good.length, 0xff);
      const halves = Buffer.concat([good.subarray(0, good.length / 2), zeros]).subarray(
        0,
        good.length,
      );
      const longer = Buffer.concat([good, Buffer.alloc(1)]);
      const padded = Buffer.concat([Buffer.alloc(1), good]);
      const forms = [zeros, ones, halves, longer, padded, good.subarray(1), good.subarray(0, -1)];
      return forms.map((form) => `${text}.${b64(form)}`);
    });
    refuses(tokens, "jwt.signature", "jwt.signature_length");
  });

  test("19, 20: RSA signatures that are nearly right", () => {
    const rsa = signers.slice(0, 6);
    const tokens = rsa.flatMap((signer) => {
      const text = `${json({ alg: signer.alg, kid: signer.alg })}.${json(claims)}`;
      const n = BigInt(`0x${Buffer.from(signer.jwk.n!, "base64url").toString("hex")}`);
      const good = BigInt(`0x${signatureOf(signer.alg, signer.privateKey, text).toString("hex")}`);
      const octets = (v: bigint) => Buffer.from(v.toString(16).padStart(512, "0"), "hex");
      const values = [0n, 1n, n - 1n, n, n - good, (1n << 2048n) - 1n];
      const hash = `sha${signer.alg.slice(2)}`;
      const otherSalts = [0, 20, 64].map((saltLength) =>
        sign(hash, Buffer.from(text), {
          key: signer.privateKey,
          padding: constants.RSA_PKCS1_PSS_PADDING,
          saltLength: saltLength === 64 && hash === "sha512" ? 32 : saltLength,
        }),
      );
      const otherHash = sign(
        hash === "sha256" ? "sha512" : "sha256",
        Buffer.from(text),
        signer.privateKey,
      );
      return [...values.map(octets), ...otherSalts, otherHash].map(
        (form) => `${text}.${b64(form)}`,
      );
    });
    refuses(tokens, "jwt.signature");
  });

  test("21, 22: malleable and degenerate curve signatures", () => {
    const tokens = signers.slice(6).flatMap((signer) => {
      const text = `${json({ alg: signer.alg, kid: signer.alg })}.${json(claims)}`;
      const good = signatureOf(signer.alg, signer.privateKey, text);
      const half = good.length / 2;
      const orders: Record<string, string> = {
        ES256: "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        ES256K: "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141",
      };
      const order = orders[signer.alg];
      const one = Buffer.alloc(half);
      one[signer.alg.startsWith("ES") ? half - 1 : 0] = 1;
      const forms = [
        Buffer.concat([one, one]),
        Buffer.concat([one, good.subarray(half)]),
        Buffer.concat([good.subarray(0, half), one]),
        Buffer.concat([good.subarray(half), good.subarray(0, half)]),
      ];
      if (order !== undefined) {
        const n = Buffer.from(order, "hex");
        forms.push(
          Buffer.concat([n, good.subarray(half)]),
          Buffer.concat([good.subarray(0, half), n]),
        );
      }
      if (!signer.alg.startsWith("ES")) {
        // S + L: the same point, another encoding (RFC 8032 §5.1.7).
        const l = (1n << 252n) + 27742317777372353535851937790883648493n;
        const s = BigInt(`0x${Buffer.from(good.subarray(32)).reverse().toString("hex")}`) + l;
        const bytes = Buffer.from(s.toString(16).padStart(64, "0"), "hex").reverse();
        forms.push(Buffer.concat([good.subarray(0, 32), bytes]));
      }
      return forms.map((form) => `${text}.${b64(form)}`);
    });
    refuses(tokens, "jwt.signature");
  });

  test("31: a MAC that is right in all bytes but one", () => {
    setKeys({ keys: secretKeys });
    const tokens = secretKeys.flatMap(({ alg }) => {
      const text = hmacToken(alg, secret);
      const [header, payload, tag] = text.split(".") as [string, string, string];
      const bytes = Buffer.from(tag, "base64url");
      return [0, 1, bytes.length >> 1, bytes.length - 2, bytes.length - 1].map((at) => {
        const copy = Buffer.from(bytes);
        copy[at]! ^= 1;
        return `${header}.${payload}.${b64(copy)}`;
      });
    });
    refuses(tokens, "jwt.signature");
    refuses(
      secretKeys.flatMap(({ alg }) => ["", "\0", "secret"].map((key) => hmacToken(alg, key))),
      "jwt.signature",
    );
    setKeys(publicKeys);
  });

  test("33: oversized signatures", () => {
    refuses(
      signers.flatMap((signer) =>
        [65, 200, 1000, 2000, 4000].map((size) => {
          const text = `${json({ alg: signer.alg, kid: signer.alg })}.${json(claims)}`;
          return `${text}.${b64(Buffer.alloc(size, 1))}`;
        }),
      ),
      "jwt.signature_length",
    );
  });
});
