// Attacks on the choice of key and algorithm, one row of tokens each. Nobody here holds a key of
// the set unless a row says so. What lies above a token (headers, caches, key fetching) is tested
// with the stage.
import { CompactSign } from "jose";
import { beforeAll, describe, expect, test } from "vitest";
import {
  now,
  claims,
  b64,
  json,
  signerOf,
  algs,
  signers,
  publicKeys,
  token,
  withHeader,
  withClaims,
  secret,
  secretKeys,
  hmacToken,
  probe,
  setKeys,
  refuses,
} from "../vectors/jose-mint.ts";

describe("tokens that must pass, so that the rows below fail for their own reason", () => {
  beforeAll(() => setKeys(publicKeys));

  test.each(signers)("$alg", async (signer) => {
    expect(probe.admit(withClaims(signer, {}), now)).toBe("jwt.ok");
    expect(probe.payload.toString()).toBe(JSON.stringify(claims));
    if (signer.alg === "ES256K") return;
    const minted = await new CompactSign(Buffer.from(JSON.stringify(claims)))
      .setProtectedHeader({ alg: signer.alg, kid: signer.alg })
      .sign(signer.privateKey);
    expect(probe.admit(minted, now)).toBe("jwt.ok");
  });

  test("HS256, HS384, HS512", () => {
    setKeys({ keys: secretKeys });
    for (const { alg } of secretKeys)
      expect(probe.admit(hmacToken(alg, secret), now)).toBe("jwt.ok");
    setKeys(publicKeys);
  });
});

describe("attacks on the choice of key and algorithm", () => {
  beforeAll(() => setKeys(publicKeys));

  test("1: alg none in any spelling, with and without a signature", () => {
    const spellings = ["none", "None", "NONE", "nOnE"];
    const tokens = spellings.flatMap((alg) =>
      signers.map((signer) => token(signer, json({ alg, kid: signer.alg }), json(claims))),
    );
    refuses(tokens, "jwt.alg_none");
    refuses(
      spellings.flatMap((alg) => [
        `${json({ alg })}.${json(claims)}.`,
        `${json({ alg })}.${json(claims)}.AA`,
      ]),
      "jwt.malformed",
      "jwt.alg_none",
    );
    const others = [
      "",
      " none",
      "none ",
      "no\u0000ne",
      "hs256",
      "HS256 ",
      "RS1",
      "ES521",
      "A256GCM",
    ];
    refuses(
      others.map((alg) => token(signers[0]!, json({ alg, kid: "RS256" }), json(claims))),
      "jwt.alg_unknown",
    );
  });

  test("2: a public key taken as a secret", () => {
    const tokens = signers.flatMap(({ alg: kid, jwk, privateKey }) => {
      void privateKey;
      const forms = [
        JSON.stringify(jwk),
        Buffer.from(jwk.n ?? jwk.x ?? "", "base64url"),
        jwk.n ?? jwk.x!,
      ];
      return forms.map((form) => hmacToken("HS256", form, { kid }));
    });
    refuses(tokens, "jwt.key_mismatch");
  });

  test("3: one curve's algorithm with another curve's key", () => {
    const tokens = ["ES256", "ES384", "ES512", "ES256K"].flatMap((alg) =>
      signers
        .filter((signer) => signer.alg.startsWith("ES") && signer.alg !== alg)
        .map((signer) => withHeader(signer, { alg })),
    );
    refuses(tokens, "jwt.key_mismatch");
    // Without alg in the keys the curve still decides.
    setKeys({ keys: signers.map(({ jwk }) => ({ ...jwk, alg: undefined })) });
    refuses(tokens, "jwt.key_mismatch");
    setKeys(publicKeys);
  });

  test("5: keys and addresses of keys in the header", () => {
    const own = signers.map(({ alg }) => signerOf(alg));
    const tokens = own.flatMap((signer) => [
      withHeader(signer, { jwk: signer.jwk }),
      withHeader(signer, { jku: "https://attacker.example/jwks.json" }),
      withHeader(signer, { x5u: "https://attacker.example/cert.pem" }),
      withHeader(signer, { x5c: ["MIIB"], "x5t#S256": "AAAA" }),
    ]);
    refuses(tokens, "jwt.signature");
    refuses(
      own.map((signer) =>
        withHeader(signer, { kid: "other", jwk: { ...signer.jwk, kid: "other" } }),
      ),
      "jwt.kid_unknown",
    );
  });

  test("6: kid as a path, a query, a prefix, something long or something else than text", () => {
    const kids = [
      "../../dev/null",
      "x' UNION SELECT 'key",
      "RS256\u0000",
      "RS25",
      "RS2566",
      "rs256",
      "",
    ];
    refuses(
      signers.flatMap((signer) => kids.map((kid) => withHeader(signer, { kid }))),
      "jwt.kid_unknown",
    );
    refuses(
      signers.map((signer) => withHeader(signer, { kid: "k".repeat(257) })),
      "jwt.kid_too_long",
    );
    refuses(
      [1, null, true, ["RS256"], { a: 1 }].map((kid) => withHeader(signers[0]!, { kid })),
      "jwt.header_shape",
    );
  });

  test("14: keys are typed when they are loaded, not when they are used", () => {
    const pem = Buffer.from(" \n-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n");
    setKeys({ keys: [{ ...secretKeys[0], k: b64(Buffer.concat([pem, Buffer.alloc(32)])) }] });
    refuses(
      signers.slice(0, 6).map((signer) => withHeader(signer, { kid: "HS256" })),
      "jwt.key_mismatch",
    );
    setKeys(publicKeys);
  });

  test("23: no kid and more than one key that would do", () => {
    const keys = [signerOf("ES256"), signerOf("ES256")].map(({ jwk }, i) => ({
      ...jwk,
      kid: `${i}`,
    }));
    setKeys({ keys });
    const other = signerOf("ES256");
    const bare = (i: number) => token(other, json({ alg: "ES256", i }), json(claims));
    refuses([0, 1, 2, 3, 4].map(bare), "jwt.key_ambiguous");
    setKeys({ keys: [keys[0]!, { ...keys[1]!, kid: "0" }] });
    refuses(
      [0, 1, 2, 3, 4].map((i) => token(other, json({ alg: "ES256", kid: "0", i }), json(claims))),
      "jwt.key_ambiguous",
    );
    setKeys({ keys: [signers[0]!.jwk] });
    refuses([0, 1, 2, 3, 4].map(bare), "jwt.no_key");
    setKeys(publicKeys);
  });

  test("an algorithm that is not allowed here is refused whatever the key", () => {
    for (const signer of signers) {
      probe.reset(0xfffe & ~(1 << (signer.alg === "ES256K" ? 15 : 4 + algs.indexOf(signer.alg))));
      probe.readKeys(publicKeys);
      expect(probe.verify(withClaims(signer, {}))).toBe("jwt.alg_not_allowed");
    }
  });
});
