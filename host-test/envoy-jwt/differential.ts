// Every variation of a token for each algorithm through jwt.wasm and Envoy's jwt_authn in one chain of a real Envoy. Both let
// everything pass and tell the upstream what they think; the answer repeats it, so that one request gives both verdicts.
import { readFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../../cli/build/compile.ts";
import { EnvoyProcess } from "../envoy/process.ts";
import { bootstrap, nativeFilter, wasmFilter } from "./bootstrap.ts";
import { Client } from "./client.ts";
import { audience, issuerName, keyFor, keySet } from "./issuer.ts";
import { variations } from "./variations.ts";

const algorithms = ["RS256", "RS512", "PS256", "ES256", "ES384", "ES512", "EdDSA"];

export interface Difference {
  name: string;
  algorithms: string[];
  ours: string;
  native: string;
  reason: string | undefined;
}

/** Plays all tokens; `crypto` is the engine of jwt.wasm. */
export async function differential(
  binary: string,
  crypto: string,
): Promise<{ tokens: number; differences: Difference[] }> {
  const keys = algorithms.map((alg) => keyFor(alg));
  const others = algorithms.map((alg) => keyFor(alg));
  const jwks = { inline_string: keySet(...keys) };
  const native = {
    providers: {
      a: {
        issuer: issuerName,
        audiences: [audience],
        local_jwks: jwks,
        forward: true,
        claim_to_headers: [{ header_name: "x-native", claim_name: "iss" }],
        failed_status_in_metadata: "failed",
      },
    },
    rules: [
      {
        match: { prefix: "/" },
        requires: {
          requires_any: { requirements: [{ provider_name: "a" }, { allow_missing_or_failed: {} }] },
        },
      },
    ],
  };
  const ours = {
    mode: "tag",
    crypto,
    providers: {
      a: {
        issuer: issuerName,
        audiences: [audience],
        localJwks: { inlineString: jwks.inline_string },
        forward: true,
        claimToHeaders: [{ headerName: "x-ours", claimName: "iss" }],
      },
    },
  };
  const folder = EnvoyProcess.folder();
  const file = path.join(packageRoot, "build", "jwt.wasm");
  readFileSync(file);
  const envoy = await EnvoyProcess.start(
    binary,
    folder,
    bootstrap([wasmFilter(file, ours), nativeFilter(native)], {
      "x-ours": "%REQ(x-ours)%",
      "x-findings": "%REQ(x-meshwarden-findings)%",
      "x-native": "%REQ(x-native)%",
      "x-native-why": "%DYNAMIC_METADATA(envoy.filters.http.jwt_authn:failed:message)%",
    }),
  );
  const client = new Client((await envoy.ports()).get("l")!, 1);
  const found = new Map<string, Difference>();
  let tokens = 0;
  for (const [i, key] of keys.entries()) {
    for (const { name, value, why, lenient } of variations) {
      const { status, headers } = await client.get({ authorization: value(key, others[i]) });
      tokens++;
      if (status !== 200) throw new Error(`${key.alg}, ${name}: status ${status}`);
      const said = (header: string): string => String(headers[header] ?? "-");
      const [accepted, nativeAccepted] = [said("x-ours"), said("x-native")].map(
        (text) => text !== "-" && text !== "",
      );
      if (accepted === (said("x-findings") !== "-" && said("x-findings") !== "")) {
        throw new Error(`${key.alg}, ${name}: verified and found wrong`);
      }
      if (accepted === nativeAccepted) continue;
      const difference = found.get(name) ?? {
        name,
        algorithms: [],
        ours: accepted ? "accepted" : said("x-findings"),
        native: nativeAccepted ? "accepted" : said("x-native-why"),
        reason: accepted ? lenient : why,
      };
      difference.algorithms.push(key.alg);
      found.set(name, difference);
    }
  }
  client.close();
  envoy.stop();
  return { tokens, differences: [...found.values()] };
}
