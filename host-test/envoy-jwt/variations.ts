// Tokens that differ from a good one in one point each, by name: what the two filters are compared on. `why` stands where ours refuses
// what Envoy 1.40 accepts, and `lenient` where it is the other way round; a difference without a reason fails the run.
import { goodClaims, type Key, minted, part, signatureOf, signed } from "./issuer.ts";

export interface Variation {
  name: string;
  /** A value for `authorization`. */
  value: (key: Key, other: Key) => string;
  /** Why ours refuses it though Envoy accepts it. */
  why?: string;
  /** Why ours accepts it though Envoy refuses it. */
  lenient?: string;
}

const bearer = (token: string): string => `Bearer ${token}`;
const header = (key: Key, more: object = {}): string =>
  JSON.stringify({ alg: key.alg, kid: key.kid, ...more });
const claims = (more: object = {}): string => JSON.stringify({ ...goodClaims(), ...more });
const now = (): number => Math.floor(Date.now() / 1000);

/** The good token with its three parts changed. */
function parts(key: Key, change: (parts: string[]) => string[]): string {
  return bearer(change(minted(key).split(".")).join("."));
}

/** @param more claims; a function where they depend on the time at which the token is made */
const of = (name: string, more: object | (() => object), head: object = {}): Variation => ({
  name,
  value: (key) =>
    bearer(minted(key, typeof more === "function" ? (more as () => object)() : more, head)),
});

const raw = (name: string, head: (key: Key) => string | Buffer, body: () => string | Buffer) => ({
  name,
  value: (key: Key): string => bearer(signed(key, head(key), body())),
});

export const variations: Variation[] = [
  of("good", {}),
  of("good, typ JWT", {}, { typ: "JWT" }),
  of("good, several audiences", { aud: ["x", "https://api.example"] }),
  of("good, many claims", { a: { b: [1, 2, { c: null }] }, d: "x".repeat(500) }),
  of("good, nbf past", () => ({ nbf: now() - 10 })),
  of("good, expired within the skew", () => ({ exp: now() - 30 })),
  of("good, nbf within the skew", () => ({ nbf: now() + 30 })),
  raw(
    "good, blanks in JSON",
    (key) => ` ${header(key)} `,
    () => ` ${claims()}\n`,
  ),
  raw("good, escaped name", (key) => header(key).replace('"alg"', '"\\u0061lg"'), claims),
  of("good, unicode", { name: "\u00e9\u4e2d\u{1f600}" }),
  of("expired", () => ({ exp: now() - 3600 })),
  of("not yet valid", () => ({ nbf: now() + 3600 })),
  {
    ...of("issued in the future", () => ({ iat: now() + 3600 })),
    why: "RFC 7519 §4.1.6 leaves `iat` to the reader; a token from the future is a forged clock or a forged token",
  },
  of("another issuer", { iss: "https://other.example" }),
  of("issuer as an array", { iss: ["https://issuer.example"] }),
  of("another audience", { aud: "other" }),
  of("audience with a number", { aud: ["https://api.example", 1] }),
  of("no audience", { aud: undefined }),
  {
    ...of("no expiry", { exp: undefined }),
    why: "`requireExpiration` is true by default; Envoy's `require_expiration` is not",
  },
  { ...of("expiry 0", { exp: 0 }), why: "Envoy reads 0 as no expiry: the token never expires" },
  of("expiry negative", { exp: -1 }),
  of("expiry as text", () => ({ exp: String(now() + 3600) })),
  {
    ...of("expiry with a fraction", () => ({ exp: now() + 3600.5 })),
    lenient: "RFC 7519 §2: a NumericDate may have a fraction",
  },
  raw("expiry huge", header, () => claims().replace(/"exp":\d+/, '"exp":1e400')),
  of("expiry null", { exp: null }),
  of("nbf as text", { nbf: "0" }),
  of("subject a number", { sub: 7 }),
  { ...of("jti a number", { jti: 7 }) },
  {
    ...of("crit unknown", {}, { crit: ["x"], x: 1 }),
    why: "RFC 7515 §4.1.11: a critical extension that is not understood makes a token invalid",
  },
  { ...of("crit empty", {}, { crit: [] }), why: "RFC 7515 §4.1.11: `crit` must not be empty" },
  {
    ...of("b64 false", {}, { b64: false, crit: ["b64"] }),
    why: "RFC 7797 §6: the payload would have to be unencoded",
  },
  of("jwk in the header", {}, { jwk: { kty: "oct", k: "AA" } }),
  of("kid unknown", {}, { kid: "nobody" }),
  of("kid a number", {}, { kid: 5 }),
  of("kid a path", {}, { kid: "../../dev/null" }),
  { ...of("kid of 300 bytes", {}, { kid: "k".repeat(300) }) },
  of("alg none", {}, { alg: "none" }),
  of("alg in another case", {}, { alg: "Rs256" }),
  of("alg of a secret", {}, { alg: "HS256" }),
  of("alg an array", {}, { alg: ["RS256"] }),
  raw("alg missing", (key) => JSON.stringify({ kid: key.kid }), claims),
  {
    ...raw("header name twice", (key) => header(key).replace("{", `{"kid":"${key.kid}",`), claims),
  },
  { ...raw("claim twice", header, () => claims().replace("{", '{"sub":"admin",')) },
  {
    ...raw(
      "header not UTF-8",
      (key) =>
        Buffer.concat([
          Buffer.from(header(key).slice(0, -1) + ',"x":"'),
          Buffer.from([0xff]),
          Buffer.from('"}'),
        ]),
      claims,
    ),
  },
  {
    ...raw("claims not UTF-8", header, () =>
      Buffer.concat([
        Buffer.from(claims().slice(0, -1) + ',"x":"'),
        Buffer.from([0xc0, 0xaf]),
        Buffer.from('"}'),
      ]),
    ),
  },
  { ...raw("lone surrogate", header, () => claims({}).replace("{", '{"x":"\\ud800",')) },
  raw("claims an array", header, () => "[1]"),
  raw("claims empty", header, () => ""),
  raw("claims with bytes behind", header, () => `${claims()}x`),
  {
    ...raw("claims with a comma too much", header, () => claims().replace("}", ",}")),
    why: "RFC 8259 §4: no comma behind the last member",
  },
  raw("claims with a comment", header, () => claims().replace("{", "{/**/")),
  raw("claims of depth 100", header, () =>
    claims().replace("{", `{"x":${"[".repeat(100)}${"]".repeat(100)},`),
  ),
  raw("header an array", () => "[]", claims),
  {
    name: "signature of another key",
    value: (key, other) => bearer(signed({ ...other, alg: other.alg }, header(key), claims())),
  },
  {
    name: "a bit turned",
    value: (key) => parts(key, ([h, p, s]) => [h, p, (s[9] === "A" ? "B" : "A") + s.slice(1)]),
  },
  { name: "signature empty", value: (key) => parts(key, ([h, p]) => [h, p, ""]) },
  { name: "signature cut", value: (key) => parts(key, ([h, p, s]) => [h, p, s.slice(0, -4)]) },
  { name: "signature longer", value: (key) => parts(key, ([h, p, s]) => [h, p, `${s}AAAA`]) },
  {
    name: "signature of zeros",
    value: (key) =>
      parts(key, ([h, p, s]) => [h, p, part(Buffer.alloc(Buffer.from(s, "base64url").length))]),
  },
  {
    name: "signature with padding",
    why: "RFC 7515 §2: base64url without padding",
    value: (key) => parts(key, ([h, p, s]) => [h, p, `${s}==`]),
  },
  {
    name: "signature in the other alphabet",
    value: (key) => parts(key, ([h, p, s]) => [h, p, s.replaceAll("-", "+").replaceAll("_", "/")]),
  },
  {
    name: "unused bits of the signature",
    why: "RFC 4648 §3.5: one signature would have several spellings, and a deny list of tokens could be passed",
    value: unusedBits,
  },
  { name: "a part more", value: (key) => parts(key, (all) => [...all, "x"]) },
  { name: "a part less", value: (key) => parts(key, ([h, p]) => [h, p]) },
  {
    name: "a dot behind",
    why: "RFC 7515 §3.1: three parts, two dots",
    value: (key) => `${bearer(minted(key))}.`,
  },
  {
    name: "a dot before",
    why: "RFC 7515 §3.1: three parts, two dots",
    value: (key) => bearer(`.${minted(key)}`),
  },
  {
    name: "a blank behind",
    why: "RFC 7515 §3.1: blanks are no part of a token; Envoy skips them, and takes an ECDSA signature of a wrong length",
    value: (key) => `${bearer(minted(key))} x`,
  },
  {
    name: "a comma and another token",
    value: (key) => `${bearer(minted(key))},${bearer(minted(key))}`,
  },
  {
    name: "text before the scheme",
    why: "RFC 9110 §11.4: credentials begin with their scheme",
    value: (key) => `x ${bearer(minted(key))}`,
  },
  {
    name: "scheme in lower case",
    lenient: "RFC 9110 §11.1: schemes are compared in any case",
    value: (key) => `bearer ${minted(key)}`,
  },
  { name: "two blanks", value: (key) => `Bearer  ${minted(key)}` },
  {
    name: "signed over other text",
    value: (key) => bearer(`${part(header(key))}.${part(claims())}.${part(signatureOf(key, "x"))}`),
  },
];

/** The last letter with a bit that decodes to nothing set, where the length leaves one. */
function unusedBits(key: Key): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  return parts(key, ([h, p, s]) => {
    const last = letters[letters.indexOf(s.at(-1)!) ^ (s.length % 4 === 0 ? 0 : 1)];
    return [h, p, s.slice(0, -1) + last];
  });
}
