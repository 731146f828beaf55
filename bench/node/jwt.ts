// What a token costs: a whole request through jwt.wasm with the token remembered, and verified anew, against jose.jwtVerify on the same
// token and key in the same run. The module runs on the thin driver of the guest bench, so what is timed is the filter and not a host.
import {
  SignJWT,
  exportJWK,
  generateKeyPair,
  importJWK,
  jwtVerify,
  type JWK,
  type JWTVerifyOptions,
} from "jose";
import { compile } from "../../cli/build/compile.ts";
import type { Bench, Row } from "../record.ts";
import { loadGuest, type GuestFilter } from "./driver.ts";

const issuer = "https://issuer.example";

const audience = "https://api.example";
const algorithms = [
  ...["HS256", "HS384", "HS512"],
  ...["RS256", "RS384", "RS512"],
  ...["PS256", "PS384", "PS512"],
  ...["ES256", "ES384", "ES512", "EdDSA"],
];
const rounds = 30;
/** Length of one turn. */
const sliceMs = 6;

interface Issued {
  token: string;
  jwk: JWK;
}

/** A token of a new issuer. */
async function issued(alg: string): Promise<Issued> {
  const isSecret = alg.startsWith("HS");
  const pair = isSecret ? undefined : await generateKeyPair(alg, { extractable: true });
  const secret = new Uint8Array(64).fill(9);
  const exported =
    pair === undefined
      ? { kty: "oct", k: Buffer.from(secret).toString("base64url") }
      : await exportJWK(pair.publicKey);
  const token = await new SignJWT({ scope: "orders:read orders:write", client_id: "shop-web" })
    .setProtectedHeader({ alg, kid: "k1", typ: "JWT" })
    .setIssuer(issuer)
    .setSubject("user-4711")
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime("2h")
    .sign(pair?.privateKey ?? secret);
  return { token, jwk: { ...exported, kid: "k1", alg, use: "sig" } };
}

/** jwt.wasm with one provider. */
function filterOf(wasm: BufferSource, { token, jwk }: Issued, entries: number): GuestFilter {
  const localJwks = { inlineString: JSON.stringify({ keys: [jwk] }) };
  const shop = { issuer, audiences: [audience], localJwks };
  const jwt = { crypto: "builtin", cache: { entries }, providers: { shop } };
  return loadGuest(wasm, requestWith(token), JSON.stringify({ version: 1, jwt }));
}

const requestWith = (token: string): [string, string][] => [
  [":authority", "shop.example.com"],
  [":path", "/orders?page=2"],
  [":method", "GET"],
  [":scheme", "https"],
  ["user-agent", "shop-web/4.2"],
  ["accept", "application/json"],
  ["authorization", `Bearer ${token}`],
];

type Run = (count: number) => void | Promise<void>;

/** Nanoseconds per operation of each, in turns; 5th percentile of the slices. */
async function inTurns(runs: Run[]): Promise<number[]> {
  const counts: number[] = [];
  for (const run of runs) {
    await run(300);
    const start = performance.now();
    await run(50);
    const each = (performance.now() - start) / 50;
    counts.push(Math.max(1, Math.round(sliceMs / each)));
  }
  const slices: number[][] = runs.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, run] of runs.entries()) {
      const start = performance.now();
      await run(counts[i]);
      slices[i].push(((performance.now() - start) * 1e6) / counts[i]);
    }
  }
  return slices.map((all) => all.sort((a, b) => a - b)[Math.floor(all.length / 20)]);
}

const requests =
  (guest: GuestFilter): Run =>
  (count) => {
    for (let i = 0; i < count; i++) guest.request();
  };

/** V8 optimises jose over thousands of calls: without these the first rows would flatter us. */
async function warmUp(options: JWTVerifyOptions): Promise<void> {
  for (const alg of ["HS256", "RS256"]) {
    const { token, jwk } = await issued(alg);
    const key = await importJWK(jwk, alg);
    for (let i = 0; i < 10_000; i++) await jwtVerify(token, key, options);
  }
}

export async function jwtBench(): Promise<Bench> {
  const wasm = (await compile({ entry: "assembly/filters/jwt.ts", target: "release" })).wasm;
  const nothing = (await compile({ entry: "assembly/probes/null.ts", target: "release" })).wasm;
  const rows: Row[] = [];
  const options = { issuer, audience };
  await warmUp(options);
  for (const alg of algorithms) {
    const one = await issued(alg);
    const key = await importJWK(one.jwk, alg);
    const [boundary, remembered, anew, jose] = await inTurns([
      requests(loadGuest(nothing, requestWith(one.token))),
      requests(filterOf(wasm, one, 128)),
      requests(filterOf(wasm, one, 0)),
      async (count) => {
        for (let i = 0; i < count; i++) await jwtVerify(one.token, key, options);
      },
    ]);
    rows.push({
      name: alg,
      "token bytes": one.token.length,
      "remembered, µs of guest time": ((remembered - boundary) / 1000).toFixed(2),
      "verified anew, µs of the whole request": (anew / 1000).toFixed(1),
      "jose.jwtVerify, µs": (jose / 1000).toFixed(1),
      "× jose": (jose / anew).toFixed(2),
    });
  }
  return {
    name: "jwt",
    title: "A token through jwt.wasm, against jose.jwtVerify",
    command: "npm run bench -- jwt",
    about:
      "One request life with 7 headers on the driver of the guest bench, `crypto: builtin`, RSA keys of 2048 bits. Guest time is what " +
      "remains when the time of a module whose callbacks return at once is taken off. The whole request is compared with jose's verification alone, " +
      "same token, key, issuer and audience, in turns; 5th percentile of the turns. Ratios above 1 mean that ours is faster.",
    rows,
  };
}
