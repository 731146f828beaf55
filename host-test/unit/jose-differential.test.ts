// Thousands of tokens, whole and mutated by a seeded generator, against jose and node:crypto. We may be stricter, and only for reasons
// that are listed; we never accept what one of them refuses, and call no signature wrong that node:crypto calls right.
import { compactVerify, importJWK, type CryptoKey, type JWK } from "jose";
import { expect, test } from "vitest";
import {
  b64,
  hmacToken,
  json,
  probe,
  publicKeys,
  secret,
  secretKeys,
  setKeys,
  signers,
  token,
} from "../vectors/jose-mint.ts";
import { nodeVerdict, nodeVerifiers } from "../vectors/node-verdict.ts";

let seed = 20240611;
/** xorshift32: the same tokens in every run, apart from signatures that are random by design. */
function random(below: number): number {
  seed ^= seed << 13;
  seed ^= seed >>> 17;
  seed ^= seed << 5;
  return (seed >>> 0) % below;
}

const pick = <T>(list: readonly T[]): T => list[random(list.length)]!;

/** Where we are stricter than jose on purpose, by status. */
const stricter = new Set([
  // jose decodes base64url leniently: blanks, padding, the other alphabet, unused bits.
  ...["jwt.header_base64", "jwt.payload_base64", "jwt.signature_base64"],
  // It takes the last of two names, and replaces bad UTF-8 and lone surrogates.
  ...["jwt.header_duplicate", "jwt.header_utf8", "jwt.header_surrogate", "jwt.header_json"],
  // It looks at kid and typ only where it is asked to, and knows b64: true.
  ...["jwt.header_shape", "jwt.kid_unknown", "jwt.kid_too_long", "jwt.b64", "jwt.token_too_long"],
]);

/** Tokens of each test; a long run sets MESHWARDEN_ROUNDS. */
const rounds = Number(process.env["MESHWARDEN_ROUNDS"] ?? 8000);

const headers: ((alg: string) => string)[] = [
  (alg) => json({ alg, kid: alg }),
  (alg) => json({ alg, kid: alg, typ: "JWT" }),
  (alg) => b64(` {"kid" : "${alg}",\r\n\t"alg":"${alg}" } `),
  (alg) => b64(`{"\\u0061lg":"${alg}","kid":"${alg}"}`),
  (alg) => b64(`{"alg":"${alg}","kid":"${alg}","alg":"${alg}"}`),
  (alg) => json({ alg, kid: alg, crit: ["exp"], exp: 1 }),
  (alg) => json({ alg, kid: alg, b64: true }),
  (alg) => json({ alg, kid: alg, jwk: { kty: "oct", k: "AA" }, x5c: ["a"] }),
  (alg) => json({ alg: alg.toLowerCase(), kid: alg }),
  (alg) => json({ alg: [alg], kid: alg }),
  (alg) => json([alg]),
  (alg) => b64(Buffer.from(`{"alg":"${alg}","kid":"${alg}","x":"\xff"}`, "latin1")),
];
const payloads = ["", "foo", "{}", '{"a":1}', "\u00e9\u20ac", "x".repeat(300)];

function mutate(text: string): string {
  const at = random(text.length);
  const letter = pick([..."ABCZaz019-_.=+/ \n\u00e9"]);
  const parts = text.split(".");
  switch (random(8)) {
    case 0:
      return text.slice(0, at) + letter + text.slice(at + 1);
    case 1:
      return text.slice(0, at) + letter + text.slice(at);
    case 2:
      return text.slice(0, at) + text.slice(at + 1);
    case 3:
      return text.slice(0, at);
    case 4:
      return [parts[0], parts[2], parts[1]].join(".");
    case 5:
      return `${text}${letter}`;
    case 6:
      return parts.with(random(3), "").join(".");
    default:
      return `${letter}${text}`;
  }
}

async function accepts(text: string, keys: Map<string, CryptoKey | Uint8Array>): Promise<boolean> {
  try {
    await compactVerify(text, (header) => {
      const key = keys.get(header.kid ?? "");
      if (key === undefined) throw new Error("no key");
      return key;
    });
    return true;
  } catch {
    return false;
  }
}

/** jose's verdict under the rule that a key is for its own algorithm alone. */
async function compare(make: () => { alg: string; text: string }, jwks: JWK[], count: number) {
  const keys = new Map<string, CryptoKey | Uint8Array>();
  for (const jwk of jwks) keys.set(jwk.kid!, await importJWK(jwk, jwk.alg));
  const verifiers = nodeVerifiers(jwks as Parameters<typeof nodeVerifiers>[0]);
  const seen = { both: 0, neither: 0, stricter: 0, signatures: 0 };
  for (let i = 0; i < count; i++) {
    const { alg, text } = make();
    const whole = i % 3 === 0;
    const given = whole ? text : mutate(text);
    const ours = probe.verify(given);
    const theirs = await accepts(given, keys);
    const shown = `${alg} ${JSON.stringify(given)}: ${ours}, jose ${theirs}`;
    const native = nodeVerdict(given, verifiers);
    if (ours === "jwt.ok") expect(native, shown).toBe(true);
    if (ours === "jwt.signature") expect(native, shown).toBe(false);
    if (ours === "jwt.ok" || ours === "jwt.signature") seen.signatures++;
    if (ours === "jwt.ok") {
      expect(theirs, shown).toBe(true);
      seen.both++;
    } else if (theirs) {
      expect(stricter.has(ours), shown).toBe(true);
      seen.stricter++;
    } else {
      seen.neither++;
    }
  }
  return seen;
}

test("public-key algorithms", { timeout: 1_200_000 }, async () => {
  setKeys(publicKeys);
  const known = signers.filter(({ alg }) => alg !== "ES256K");
  const jwks = publicKeys.keys.filter(({ alg }) => alg !== "ES256K") as JWK[];
  const made = known.flatMap((signer) =>
    headers.map((header) => ({
      alg: signer.alg,
      text: token(signer, header(signer.alg), b64(pick(payloads))),
    })),
  );
  const seen = await compare(() => pick(made), jwks, rounds);
  expect(seen.both).toBeGreaterThan(200);
  expect(seen.signatures).toBeGreaterThan(500);
  expect(seen.neither).toBeGreaterThan(500);
  expect(seen.stricter).toBeGreaterThan(20);
});

test("secrets", { timeout: 1_200_000 }, async () => {
  setKeys({ keys: secretKeys });
  const make = () => {
    const { alg } = pick(secretKeys);
    return { alg, text: hmacToken(alg, secret, pick([{}, { typ: "JWT" }, { kid: "x" }])) };
  };
  const seen = await compare(make, secretKeys, rounds);
  expect(seen.both).toBeGreaterThan(400);
  expect(seen.neither).toBeGreaterThan(1000);
});
