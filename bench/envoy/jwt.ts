// One verified token a request in a real Envoy: native jwt_authn with and without its cache, and jwt.wasm remembering the token, and
// verifying it anew by Envoy's own BoringSSL and by its own code. The same token, provider and keys for all of them.
import { SignJWT, exportJWK, generateKeyPair } from "jose";
import { findEnvoy } from "../../host-test/envoy/find.ts";
import { hasProgram, type Bench, type Row } from "../record.ts";
import { filterFile } from "./limits.ts";
import { inTurns, type Shape } from "./turns.ts";
import { nativeJwt, noFilter, wasm } from "./variants.ts";

const algorithms = (process.env["MESHWARDEN_BENCH_ALGORITHMS"] ?? "RS256,ES256").split(",");
const issuer = "https://issuer.example";

export async function jwtBench(): Promise<Bench> {
  if (!hasProgram("wrk"))
    throw new Error("wrk is not on PATH; Debian and Ubuntu: apt-get install wrk");
  const file = await filterFile("assembly/filters/jwt.ts", "jwt");
  const floor = await filterFile("assembly/probes/jwt/floor.ts", "jwt-floor");
  const rows: Row[] = [];
  for (const algorithm of algorithms) rows.push(...(await rowsOf(algorithm, file, floor)));
  return {
    name: "envoy-jwt",
    title: "CPU that a token costs in Envoy 1.40.0: jwt.wasm against native jwt_authn",
    command: "npm run bench -- envoy-jwt",
    about:
      "GET with one bearer token (RSA of 2048 bits or P-256) among 7 headers, one worker, 8 keep-alive connections, direct response. " +
      "CPU of the Envoy process per request; “added” is against no filter in the same round, median and quartiles over " +
      "the rounds. “ratio” is added CPU against native jwt_authn, with its cache for the rows of a remembered token and of the host calls " +
      "that it takes, which no module can go below, without for the others.",
    rows,
  };
}

/** The remembered token alone, in more rounds: differences of a microsecond need them. */
export async function jwtCacheBench(): Promise<Bench> {
  const file = await filterFile("assembly/filters/jwt.ts", "jwt");
  const floor = await filterFile("assembly/probes/jwt/floor.ts", "jwt-floor");
  const rows: Row[] = [];
  for (const algorithm of algorithms) rows.push(...(await rowsOf(algorithm, file, floor, true)));
  return {
    name: "envoy-jwt-cache",
    title: "CPU that a remembered token costs in Envoy 1.40.0",
    command: "npm run bench -- envoy-jwt-cache",
    about:
      "As above, in 12 rounds. “ratio” is added CPU against native jwt_authn with its cache; no module that is given a token and takes it out " +
      "of the request can go below the host calls alone.",
    rows,
  };
}

async function rowsOf(
  algorithm: string,
  file: string,
  floor: string,
  isCacheOnly = false,
): Promise<Row[]> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: "k1", alg: algorithm, use: "sig" };
  const jwks = JSON.stringify({ keys: [jwk] });
  const token = await new SignJWT({ scope: "orders:read orders:write", client_id: "shop-web" })
    .setProtectedHeader({ alg: algorithm, kid: "k1", typ: "JWT" })
    .setIssuer(issuer)
    .setSubject("user-4711")
    .setAudience("https://api.example")
    .setIssuedAt()
    .setExpirationTime("2h")
    .sign(privateKey);
  const ours = (crypto: string, entries: number): object => ({
    version: 1,
    jwt: {
      crypto,
      cache: { entries },
      providers: {
        shop: { issuer, audiences: ["https://api.example"], localJwks: { inlineString: jwks } },
      },
      // The same rule as the native filter's.
      rules: [{ match: { prefix: "/" }, requires: { providerName: "shop" } }],
    },
  });
  const remembered = [
    nativeJwt("native jwt_authn, its cache", issuer, jwks, true),
    wasm("the same host calls and nothing else: path, header, clock, removal", floor, {}),
    wasm("jwt.wasm, remembered token", file, ours("auto", 128)),
  ];
  const anew = [
    wasm("jwt.wasm, no cache, crypto: auto", file, ours("auto", 0)),
    wasm("jwt.wasm, no cache, crypto: envoy", file, ours("envoy", 0)),
    wasm("jwt.wasm, no cache, crypto: builtin", file, ours("builtin", 0)),
  ];
  const native = nativeJwt("native jwt_authn", issuer, jwks, false);
  const variants = [noFilter, ...remembered, ...(isCacheOnly ? [] : [native, ...anew])];
  const shape: Shape = {
    name: "bearer token",
    path: "/orders?page=2",
    headers: {
      authorization: `Bearer ${token}`,
      "user-agent": "shop-web/4.2",
      accept: "application/json",
      "accept-encoding": "gzip, br",
      "x-tenant": "blue",
    },
  };
  const results = await inTurns(findEnvoy("1.40.0").binary, variants, shape, {
    rounds: Number(process.env["MESHWARDEN_BENCH_ROUNDS"] ?? (isCacheOnly ? 12 : 8)),
    seconds: 2,
  });
  const rivals = [1, 1, 1, 1, 4, 4, 4, 4];
  return results.map((result, i) => ({
    name: `${algorithm}: ${result.variant}`,
    "CPU µs": result.cpuUs.toFixed(1),
    "added µs": result.addedUs.toFixed(2),
    quartiles: `${result.addedLowUs.toFixed(2)} to ${result.addedHighUs.toFixed(2)}`,
    ratio:
      i === rivals[i] || i === 0 ? "" : (result.addedUs / results[rivals[i]].addedUs).toFixed(2),
    "requests/s": Math.round(result.requestsPerSecond),
    "ready s": result.readySeconds.toFixed(2),
  }));
}
