// Guest time of a request with a token: one that is remembered, and ones that are verified anew. The module runs on the thin driver
// of the guest bench, so what is timed is the filter and not a host.
import { SignJWT, exportJWK, generateKeyPair } from "jose";
import { compile } from "../../cli/build/compile.ts";
import { interleave } from "../interleave.ts";
import type { Bench } from "../record.ts";
import { loadGuest } from "./driver.ts";

const issuer = "https://issuer.example";

/** Token and key set of a new issuer. */
async function issued(alg: string): Promise<{ token: string; jwks: string }> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: "k1", alg, use: "sig" };
  const token = await new SignJWT({ scope: "orders:read orders:write", client_id: "shop-web" })
    .setProtectedHeader({ alg, kid: "k1", typ: "JWT" })
    .setIssuer(issuer)
    .setSubject("user-4711")
    .setAudience("https://api.example")
    .setIssuedAt()
    .setExpirationTime("2h")
    .sign(privateKey);
  return { token, jwks: JSON.stringify({ keys: [jwk] }) };
}

export async function jwtBench(): Promise<Bench> {
  const wasm = (await compile({ entry: "assembly/filters/jwt.ts", target: "release" })).wasm;
  const nothing = (await compile({ entry: "assembly/probes/null.ts", target: "release" })).wasm;
  const candidates = [];
  const bytes: number[] = [0];
  for (const [alg, entries, what] of [
    ["RS256", 128, "remembered"],
    ["ES256", 128, "remembered"],
    ["RS256", 0, "verified anew"],
    ["ES256", 0, "verified anew"],
  ] as const) {
    const { token, jwks } = await issued(alg);
    const headers: [string, string][] = [
      [":authority", "shop.example.com"],
      [":path", "/orders?page=2"],
      [":method", "GET"],
      [":scheme", "https"],
      ["user-agent", "shop-web/4.2"],
      ["accept", "application/json"],
      ["authorization", `Bearer ${token}`],
    ];
    const shop = { issuer, audiences: ["https://api.example"], localJwks: { inlineString: jwks } };
    const jwt = { crypto: "builtin", cache: { entries }, providers: { shop } };
    if (candidates.length === 0) {
      candidates.push({ name: "boundary", guest: loadGuest(nothing, headers) });
    }
    const guest = loadGuest(wasm, headers, JSON.stringify({ version: 1, jwt }));
    candidates.push({ name: `${alg}, ${what}`, guest });
    bytes.push(token.length);
  }
  const [boundary, ...timings] = interleave(
    candidates.map(({ name, guest }) => ({
      name,
      run(count: number): void {
        for (let i = 0; i < count; i++) guest.request();
      },
    })),
  );
  return {
    name: "jwt",
    title: "Guest time of a request with a token",
    command: "npm run bench -- jwt",
    about:
      "jwt.wasm, one request life with 7 headers on the driver of the guest bench, `crypto: builtin`. Guest time is what remains " +
      "when the time of a module whose callbacks return at once is taken off; it includes this driver's copies. 5th percentile of interleaved slices.",
    rows: timings.map((timing, i) => ({
      name: timing.name,
      "token bytes": bytes[i + 1],
      "µs of guest time": ((timing.bestNs - boundary.bestNs) / 1000).toFixed(2),
    })),
  };
}
