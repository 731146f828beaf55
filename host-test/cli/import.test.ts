// `meshwarden import`: what it prints loads into the filter and means what it meant, and what is lost is said.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { documentSchema } from "../filters/document-schema.ts";
import { guarded } from "../filters/guarded.ts";
import { bearer } from "../filters/token-host.ts";
import { issuer } from "../filters/tokens.ts";
import { meshwarden } from "./terminal-fixture.ts";

const folder = mkdtempSync(path.join(tmpdir(), "import-"));
afterAll(() => rmSync(folder, { recursive: true }));
const key = await issuer("ES256");
const isValid = documentSchema();

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** The result of an import, and what was said about it. */
async function imported(
  source: string,
  file: string,
): Promise<{ config: object; lost: string[]; notes: string[]; exitCode: number }> {
  const { exitCode, out } = await meshwarden("import", source, file, "--json");
  const { config, findings } = JSON.parse(out) as {
    config: object;
    findings: { level: string; at: string; message: string; mend: string }[];
  };
  const of = (wanted: string): string[] =>
    findings.filter(({ level }) => level === wanted).map(({ at }) => at);
  return { config, lost: of("lost"), notes: of("note"), exitCode };
}

/** Answers of the filter with an imported configuration. */
async function answers(
  config: object,
  requests: { path: string; token?: string; peer?: string }[],
): Promise<string[]> {
  expect(isValid(config), JSON.stringify(isValid.errors)).toBe(true);
  const host = await guarded({
    filter: "jwt",
    config: JSON.stringify(config),
    host: { lean: true },
  });
  expect(host.logs.filter(({ level }) => level === "error")).toEqual([]);
  const found: string[] = [];
  for (const { path: target, token, peer } of requests) {
    const headers = token === undefined ? [] : bearer(token);
    const tls = peer === undefined ? undefined : { mtls: true, uriSan: [peer] };
    const { status, details } = await host.request({ path: target, headers, tls });
    found.push(status === 200 ? "200" : details);
  }
  host.close();
  return found;
}

const indented = (text: string, by: number): string => text.replaceAll("\n", `\n${" ".repeat(by)}`);

describe("import envoy", () => {
  const filter = `
"@type": type.googleapis.com/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication
providers:
  shop:
    issuer: https://issuer.example
    audiences: [api]
    local_jwks: { inline_string: '${key.jwks}' }
    forward: true
    clock_skew_seconds: 5
    claim_to_headers: [{ header_name: x-sub, claim_name: sub }]
    jwt_cache_config: { jwt_cache_size: 50 }
  keys:
    issuer: https://other.example
    remote_jwks:
      http_uri: { uri: "https://other.example/keys", cluster: other, timeout: 2s }
      cache_duration: 300s
      async_fetch: { fast_listener: true }
      retry_policy: { num_retries: 2, retry_back_off: { base_interval: 1s } }
requirement_map: { s: { provider_name: shop } }
rules:
  - { match: { path: /health } }
  - { match: { path_separated_prefix: /shop }, requirement_name: s }
  - match: { prefix: /any }
    requires: { requires_any: { requirements: [{ provider_name: shop }, { allow_missing: {} }] } }
`;

  test("a filter's configuration goes over whole", async () => {
    const file = write("filter.yaml", filter);
    const { config, lost, exitCode } = await imported("envoy", file);
    expect([lost, exitCode]).toEqual([[], 0]);
    const token = await key.token();
    const eternal = await key.token({ exp: undefined });
    expect(
      await answers(config, [
        { path: "/health" },
        { path: "/elsewhere" },
        { path: "/shop" },
        { path: "/shop/1", token },
        { path: "/shop/1", token: eternal },
        { path: "/shopping" },
        { path: "/any" },
        { path: "/any", token: `${token}x` },
      ]),
    ).toEqual([
      "200",
      "200",
      "jwt.missing",
      "200",
      "200",
      "200",
      "200",
      expect.stringContaining("jwt."),
    ]);
    const { out } = await meshwarden("import", "envoy", file);
    expect(parse(out)).toEqual(config);
  });

  test("a bootstrap is searched, and what is lost is told with its place", async () => {
    const file = write(
      "bootstrap.yaml",
      `static_resources:
  listeners:
    - filter_chains:
        - filters:
            - typed_config:
                http_filters:
                  - name: jwt
                    typed_config: ${indented(filter.replace("forward: true", "payload_in_metadata: p\n    subjects: { prefix: a }"), 22)}
`.replace(
        "  - { match: { path: /health } }",
        '  - { match: { safe_regex: { regex: "/x.*" } } }\n                        - { match: { path: /health } }',
      ),
    );
    const { config, lost, exitCode } = await imported("envoy", file);
    const at =
      "static_resources.listeners[0].filter_chains[0].filters[0].typed_config.http_filters[0].typed_config";
    expect(lost).toEqual([
      `${at}.providers.shop.subjects`,
      `${at}.providers.shop.payloadInMetadata`,
      `${at}.rules[0].match.safeRegex`,
    ]);
    expect(exitCode).toBe(1);
    expect(await answers(config, [{ path: "/health" }])).toEqual(["200"]);
    const { out, err } = await meshwarden("import", "envoy", file);
    expect(out).toContain("providers:");
    expect(err).toContain("lost  ");
    expect(err).toContain("(list the subjects, or match them in authz by requestPrincipals)");
  });

  test("a file without the filter, or without YAML, is a mistake of the command line", async () => {
    expect((await meshwarden("import", "envoy", write("no.yaml", "a: 1"))).exitCode).toBe(2);
    expect((await meshwarden("import", "envoy", write("bad.yaml", "a: [1"))).exitCode).toBe(2);
    expect((await meshwarden("import", "nginx", write("no.yaml", "a: 1"))).exitCode).toBe(2);
    expect((await meshwarden("import", "envoy", path.join(folder, "gone"))).exitCode).toBe(2);
  });
});

describe("import istio", () => {
  const resources = `apiVersion: security.istio.io/v1
kind: RequestAuthentication
metadata: { name: jwt, namespace: shop }
spec:
  selector: { matchLabels: { app: shop } }
  jwtRules:
    - issuer: https://issuer.example
      audiences: [api]
      jwks: '${key.jwks}'
      forwardOriginalToken: true
      outputClaimToHeaders: [{ header: x-sub, claim: sub }]
    - issuer: https://other.example
      jwksUri: https://other.example/keys
      spaceDelimitedClaims: [scope, groups]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: need-token, namespace: shop }
spec:
  selector: { matchLabels: { app: shop } }
  action: DENY
  rules:
    - from: [{ source: { notRequestPrincipals: ["*"] } }]
      to: [{ operation: { notPaths: [/healthz] } }]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: prod, namespace: shop, annotations: { istio.io/dry-run: "true" } }
spec:
  rules: [{ from: [{ source: { serviceAccounts: [web] } }] }]
---
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: ext, namespace: shop }
spec: { action: CUSTOM, provider: { name: opa }, rules: [{}] }
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: { name: default, namespace: shop }
spec: { mtls: { mode: STRICT } }
`;

  test("tokens and policies go over together, and what does not is told", async () => {
    const { config, lost, notes, exitCode } = await imported(
      "istio",
      write("istio.yaml", resources),
    );
    expect(exitCode).toBe(1);
    expect(lost).toEqual([
      "RequestAuthentication/shop/jwt.spec.selector",
      "RequestAuthentication/shop/jwt.spec.jwtRules[1].spaceDelimitedClaims",
      "AuthorizationPolicy/shop/need-token.spec.selector",
      "AuthorizationPolicy/shop/ext",
      "PeerAuthentication/shop/default",
    ]);
    expect(notes).toContain("RequestAuthentication/shop/jwt.spec.jwtRules[1].jwksUri");
    expect(
      await answers(config, [
        { path: "/healthz" },
        { path: "/a" },
        { path: "/a", token: await key.token() },
        { path: "/a", token: await key.token({ exp: undefined }) },
        { path: "/healthz", token: await key.token({ aud: "x" }) },
      ]),
    ).toEqual(["200", "authz.denied", "200", "200", "jwt.audience"]);
  });

  test("a list as kubectl prints it, and a policy alone", async () => {
    const policy = {
      apiVersion: "security.istio.io/v1",
      kind: "AuthorizationPolicy",
      metadata: { name: "none", namespace: "shop", uid: "x" },
      spec: {},
    };
    const list = JSON.stringify({ kind: "List", items: [policy] });
    const { config, lost, exitCode } = await imported("istio", write("list.json", list));
    expect([config, lost, exitCode]).toEqual([
      { version: 1, authz: { policies: [{ name: "none", namespace: "shop" }] } },
      [],
      0,
    ]);
    expect(await answers(config, [{ path: "/" }])).toEqual(["authz.not_allowed"]);
    expect((await meshwarden("import", "istio", write("no.yaml", "kind: Pod"))).exitCode).toBe(2);
  });
});
