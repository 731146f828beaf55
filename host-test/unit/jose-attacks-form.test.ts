// Attacks on the form of a token, one row of tokens each, across algorithms.
import { beforeAll, describe, expect, test } from "vitest";
import {
  now,
  claims,
  b64,
  json,
  signers,
  publicKeys,
  token,
  withHeader,
  withClaims,
  probe,
  setKeys,
  refuses,
  type Signer,
} from "../vectors/jose-mint.ts";

describe("attacks on the form of a token", () => {
  beforeAll(() => setKeys(publicKeys));

  test("7: crit of every form", () => {
    const forms = [["exp"], [], ["b64"], "exp", null, ["x", "x"], [1], ["alg"], {}, ["http://a"]];
    refuses(
      signers.flatMap((signer) => forms.map((crit) => withHeader(signer, { crit, exp: now + 9 }))),
      "jwt.crit",
    );
  });

  test("8: unencoded payloads", () => {
    refuses(
      signers.map((signer) => withHeader(signer, { b64: false })),
      "jwt.b64",
    );
    refuses(
      signers.map((signer) => withHeader(signer, { b64: false, crit: ["b64"] })),
      "jwt.b64",
      "jwt.crit",
    );
  });

  test("9: duplicate names in header and claims", () => {
    const header = (signer: Signer, more: string) =>
      token(signer, b64(`{"alg":"${signer.alg}","kid":"${signer.alg}",${more}}`), json(claims));
    refuses(
      signers.flatMap((signer) => [
        header(signer, `"alg":"${signer.alg}"`),
        header(signer, '"kid":"x"'),
        header(signer, '"a":{"b":1,"b":1}'),
      ]),
      "jwt.header_duplicate",
    );
    const body = JSON.stringify(claims).slice(0, -1);
    refuses(
      signers.flatMap((signer) => [
        withClaims(signer, `${body},"exp":9999999999}`),
        withClaims(signer, `${body},"sub":"root"}`),
        withClaims(signer, `${body},"x":[{"y":1,"y":2}]}`),
      ]),
      "jwt.payload_duplicate",
    );
  });

  test("10: escaped names, lone surrogates, overlong UTF-8, a byte order mark", () => {
    const raw = (bytes: string) => Buffer.from(bytes, "latin1").toString("base64url");
    const header = (signer: Signer, text: string) => token(signer, raw(text), json(claims));
    const { alg } = signers[6]!;
    // An escaped name is the name it stands for: alone it works, twice it is a duplicate.
    const escaped = `{"\\u0061lg":"${alg}","kid":"${alg}"}`;
    expect(probe.admit(header(signers[6]!, escaped), now)).toBe("jwt.ok");
    refuses(
      signers.map((s) => header(s, `{"alg":"${s.alg}","kid":"${s.alg}","\\u0061lg":"none"}`)),
      "jwt.header_duplicate",
    );
    refuses(
      signers.map((s) => header(s, `{"\\u0061lg":"none","kid":"${s.alg}","alg":"${s.alg}"}`)),
      "jwt.header_duplicate",
    );
    refuses(
      signers.map((s) => header(s, `{"alg":"${s.alg}","kid":"\\ud800"}`)),
      "jwt.header_surrogate",
    );
    refuses(
      signers.map((s) => header(s, `{"alg":"${s.alg}","kid":"\xc0\xaf"}`)),
      "jwt.header_utf8",
    );
    refuses(
      signers.map((s) => header(s, `\xef\xbb\xbf{"alg":"${s.alg}","kid":"${s.alg}"}`)),
      "jwt.header_json",
    );
    refuses(
      signers.map((s) => withClaims(s, '{"iss":"\\udc00"}')),
      "jwt.payload_surrogate",
    );
    refuses(
      signers.map((s) => token(s, json({ alg: s.alg, kid: s.alg }), raw('{"iss":"\xed\xa0\x80"}'))),
      "jwt.payload_utf8",
    );
  });

  test("11: base64url with padding, blanks, the other alphabet, or unused bits", () => {
    const tokens: string[] = [];
    for (const signer of signers) {
      const parts = withClaims(signer, { pad: "x" }).split(".");
      for (let part = 0; part < 3; part++) {
        const text = parts[part]!;
        const changes = [
          `${text}=`,
          `${text}==`,
          ` ${text}`,
          `${text}\n`,
          `${text}A`.slice(0, -1) + "+",
        ];
        changes.push(
          `${text.slice(0, 4)} ${text.slice(4)}`,
          `${text.slice(0, 4)}/${text.slice(5)}`,
        );
        changes.push(
          `${text.slice(0, 4)}\u00e9${text.slice(5)}`,
          `${text.slice(0, 4)}%2e${text.slice(4)}`,
        );
        for (const change of changes) tokens.push(parts.with(part, change).join("."));
      }
      const [header, payload, signature] = parts as [string, string, string];
      // A length of 1 modulo 4 encodes nothing.
      const cut = signature.slice(0, signature.length - ((signature.length + 3) % 4));
      tokens.push(
        `${header}.${payload}.${cut.length % 4 === 1 ? cut : `${cut}A`.slice(0, cut.length)}=`,
      );
    }
    refuses(tokens, "jwt.header_base64", "jwt.payload_base64", "jwt.signature_base64");
    const loose = signers.flatMap((signer) => {
      const text = withClaims(signer, {});
      if (Buffer.from(text.split(".")[2]!, "base64url").length % 3 === 0) return [];
      const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
      return [text.slice(0, -1) + alphabet[alphabet.indexOf(text.at(-1)!) + 1]!];
    });
    refuses(loose, "jwt.signature_base64");
  });

  test("12: other numbers of parts, empty parts, other serializations", () => {
    const tokens = signers.flatMap((signer) => {
      const text = withClaims(signer, {});
      const [header, payload, signature] = text.split(".") as [string, string, string];
      return [
        `${text}.`,
        `.${text}`,
        `${text}.AAAA`,
        `${text}.A.A`,
        `${header}.${payload}`,
        `${header}.${payload}.`,
        `.${payload}.${signature}`,
        `${header}..${payload}.${signature}`,
        header,
        "",
        ".",
        "..",
        "...",
        JSON.stringify({ protected: header, payload, signature }),
      ];
    });
    refuses(tokens, "jwt.malformed", "jwt.header_base64");
    refuses(
      signers.map((signer) => withClaims(signer, {}).replace(/\.[^.]*\./, "..")),
      "jwt.signature",
    );
  });

  test("13: something before or after the token", () => {
    const tokens = signers.flatMap((signer) => {
      const text = withClaims(signer, {});
      return ["Bearer ", " ", "\t", "x", ",", '"'].flatMap((junk) => [junk + text, text + junk]);
    });
    refuses(tokens, "jwt.header_base64", "jwt.header_json", "jwt.signature_base64");
  });

  test("24: tokens that are too long, deep or wide", () => {
    refuses(
      signers.map((signer) => withClaims(signer, { pad: "x".repeat(8000) })),
      "jwt.token_too_long",
    );
    const deep = `${"[".repeat(20)}${"]".repeat(20)}`;
    const wide = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`c${i}`, i]));
    refuses(
      signers.flatMap((s) => [withClaims(s, `{"a":${deep}}`), withClaims(s, wide)]),
      "jwt.payload_json",
    );
    const members = Object.fromEntries(Array.from({ length: 70 }, (_, i) => [`h${i}`, i]));
    refuses(
      signers.flatMap((s) => [
        withHeader(s, { pad: "x".repeat(4096) }),
        withHeader(s, members),
        token(s, b64(`{"alg":"${s.alg}","kid":"${s.alg}","a":${deep}}`), json(claims)),
      ]),
      "jwt.header_json",
    );
  });

  test("25: encryption and compression are not there", () => {
    const parts = [
      json({ alg: "RSA-OAEP", enc: "A128GCM", zip: "DEF" }),
      "AAAA",
      "AAAA",
      "AAAA",
      "AAAA",
    ];
    const algsOfJwe = ["dir", "RSA1_5", "RSA-OAEP", "ECDH-ES", "PBES2-HS256+A128KW", "A128KW"];
    refuses(
      algsOfJwe.map((alg) =>
        [json({ alg, enc: "A128GCM", p2c: 2 ** 31 }), ...parts.slice(1)].join("."),
      ),
      "jwt.malformed",
    );
    refuses(
      algsOfJwe.map((alg) => withHeader(signers[0]!, { alg, zip: "DEF" })),
      "jwt.alg_unknown",
    );
  });
});
