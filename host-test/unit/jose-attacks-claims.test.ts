// Attacks on claims, one row of tokens each, across algorithms.
import { beforeAll, describe, expect, test } from "vitest";
import {
  now,
  claims,
  json,
  signers,
  publicKeys,
  token,
  withHeader,
  withClaims,
  probe,
  rules,
  setKeys,
  refuses,
} from "../vectors/jose-mint.ts";

describe("attacks on claims", () => {
  beforeAll(() => setKeys(publicKeys));

  test("15: dates that are no dates", () => {
    const bad = [
      '"1900000000"',
      "-1",
      "1e400",
      "null",
      "true",
      "[1]",
      "{}",
      "9007199254740992",
      "1e16",
    ];
    for (const name of ["exp", "nbf", "iat"]) {
      const body = JSON.stringify({ ...claims, [name]: undefined }).slice(0, -1);
      refuses(
        bad.map((value, i) =>
          withClaims(signers[i % signers.length]!, `${body},"${name}":${value}}`),
        ),
        "jwt.date",
      );
    }
    const body = JSON.stringify({ ...claims, exp: undefined }).slice(0, -1);
    const expired = [
      "0",
      "1",
      "0.5",
      `${now - 61}`,
      `${now - 60}`,
      `${now - 60}.000`,
      "17e8",
      "1e-9",
    ];
    refuses(
      expired.map((value, i) =>
        withClaims(signers[i % signers.length]!, `${body},"exp":${value}}`),
      ),
      "jwt.expired",
    );
    for (const value of [`${now - 59}`, `${now}.5`, "18e8", "1.9e9", "9007199254740991"]) {
      expect(probe.admit(withClaims(signers[6]!, `${body},"exp":${value}}`), now)).toBe("jwt.ok");
    }
    refuses(
      signers.map((signer) => withClaims(signer, { nbf: now + 61 })),
      "jwt.not_yet_valid",
    );
    refuses(
      signers.map((signer) => withClaims(signer, { iat: now + 61, exp: now + 900 })),
      "jwt.issued_in_future",
    );
  });

  test("16: no expiry, or one far away", () => {
    refuses(
      signers.map((signer) => withClaims(signer, { exp: undefined })),
      "jwt.exp_missing",
    );
    setKeys(publicKeys, { ...rules, maxLifetimeSeconds: 3600 });
    refuses(
      signers.map((signer) => withClaims(signer, { exp: now + 3601 })),
      "jwt.lifetime_too_long",
    );
    setKeys(publicKeys);
  });

  test("17: issuer, audience and subject of the wrong type or value", () => {
    const shapes = [
      ...[{ iss: [claims.iss] }, { iss: 1 }, { iss: null }, { iss: { a: 1 } }],
      ...[
        { aud: 1 },
        { aud: ["api", 1] },
        { aud: ["api", null] },
        { aud: { api: 1 } },
        { aud: [["api"]] },
      ],
      ...[{ sub: 1 }, { sub: ["ann"] }, { jti: 1 }],
    ];
    refuses(
      signers.flatMap((signer) => shapes.map((extra) => withClaims(signer, extra))),
      "jwt.claim_shape",
    );
    const issuers = [
      undefined,
      "",
      "https://issuer.example/",
      "https://ISSUER.example",
      "https://issuer",
    ];
    refuses(
      signers.flatMap((signer) => issuers.map((iss) => withClaims(signer, { iss }))),
      "jwt.issuer",
    );
    const audiences = [undefined, "", "API", "api ", [], ["ap"], "api,other"];
    refuses(
      signers.flatMap((signer) => audiences.map((aud) => withClaims(signer, { aud }))),
      "jwt.audience",
    );
    expect(probe.admit(withClaims(signers[0]!, { aud: ["x", "api"] }), now)).toBe("jwt.ok");
    refuses(
      ["[]", '"x"', "1", "null", "true"].map((text) => withClaims(signers[6]!, text)),
      "jwt.claim_shape",
    );
  });

  test("18: a token of another kind", () => {
    setKeys(publicKeys, { ...rules, types: ["at+jwt"], required: ["sub", "client_id"] });
    refuses(
      signers.flatMap((s) =>
        [undefined, "JWT", "jwt", "id+jwt", "at+jwt ", "application/at+jwt2", ""].map((typ) =>
          withHeader(s, { typ }),
        ),
      ),
      "jwt.type",
    );
    refuses(
      signers.map((signer) => withHeader(signer, { typ: "at+jwt" })),
      "jwt.claim_missing",
    );
    const right = (typ: string) =>
      token(
        signers[6]!,
        json({ alg: "ES256", kid: "ES256", typ }),
        json({ ...claims, client_id: "c" }),
      );
    for (const typ of ["at+jwt", "AT+JWT", "application/at+jwt", "Application/At+Jwt"]) {
      expect(probe.admit(right(typ), now)).toBe("jwt.ok");
    }
    setKeys(publicKeys);
  });
});
