// istio-policies.yaml as tests read it, and what becomes of a case: a configuration and requests.
import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { packageRoot } from "../../cli/build/compile.ts";

/** A request of a case; what is absent is as the file's first lines say. */
export interface PolicyRequest {
  method?: string;
  path?: string;
  host?: string;
  headers?: Record<string, string | string[]>;
  /** Where it comes from, an address of the loopback network. */
  ip?: string;
  /** The address it is sent to. */
  to?: string;
  tls?: boolean;
  peer?: string;
  sni?: string;
  claims?: Record<string, unknown>;
}

export interface PolicyCase {
  name: string;
  policies: Record<string, unknown>[];
  trustDomains?: string[];
  allow?: PolicyRequest[];
  deny?: PolicyRequest[];
}

/** Every case of the file. */
export function policyCases(): PolicyCase[] {
  const file = path.join(packageRoot, "host-test", "filters", "istio-policies.yaml");
  return (parse(readFileSync(file, "utf8")) as { cases: PolicyCase[] }).cases;
}

/** Claims of a request's token. */
export function claimsOf(request: PolicyRequest): Record<string, unknown> {
  return { iss: "https://issuer.example", sub: "user-1", ...request.claims };
}

/** Header lines of a request, without its token. */
export function headersOf(request: PolicyRequest): [string, string][] {
  return Object.entries(request.headers ?? {}).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name, one]),
  );
}

/** Our configuration for a case: its policies as they are, and a provider of any issuer whose tokens may be missing. */
export function documentOf(one: PolicyCase, jwks: string, port: number): object {
  const policies = JSON.parse(
    JSON.stringify(one.policies).replaceAll('"$PORT"', JSON.stringify(String(port))),
  ) as object[];
  const requirements = [{ providerName: "any" }, { allowMissing: {} }];
  return {
    version: 1,
    jwt: {
      providers: { any: { localJwks: { inlineString: jwks } } },
      rules: [{ match: { prefix: "/" }, requires: { requiresAny: { requirements } } }],
    },
    authz: {
      policies,
      ...(one.trustDomains === undefined ? {} : { trustDomains: one.trustDomains }),
    },
  };
}
