// Istio's semantics in the Node host: every case of istio-policies.yaml, its policies pasted as they are.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Header, Host, RequestInit } from "../host/index.ts";
import { guarded } from "./guarded.ts";
import {
  claimsOf,
  documentOf,
  headersOf,
  policyCases,
  type PolicyCase,
  type PolicyRequest,
} from "./istio-cases.ts";
import { bearer } from "./token-host.ts";
import { type Issuer, issuer } from "./tokens.ts";

const port = 10000;
let host: Host;
let key: Issuer;
beforeAll(async () => {
  key = await issuer("HS256");
  const config = { version: 1, authz: { defaultAction: "deny" } };
  host = await guarded({ filter: "jwt", config: JSON.stringify(config), host: { lean: true } });
});
afterAll(() => host.close());

async function sent(request: PolicyRequest): Promise<RequestInit> {
  const headers: Header[] = headersOf(request).map(([name, value]) => [name.toLowerCase(), value]);
  if (request.claims !== undefined) headers.push(...bearer(await key.token(claimsOf(request))));
  const { peer, sni, tls } = request;
  return {
    method: request.method ?? "GET",
    path: request.path ?? "/",
    authority: request.host ?? "example.com",
    headers,
    source: `${request.ip ?? "127.0.0.1"}:50000`,
    destination: `${request.to ?? "127.0.0.1"}:${port}`,
    ...(peer === undefined && tls !== true
      ? {}
      : { tls: { mtls: peer !== undefined, uriSan: peer === undefined ? [] : [peer], sni } }),
  };
}

async function statuses(requests: PolicyRequest[] = []): Promise<number[]> {
  const found: number[] = [];
  for (const request of requests) found.push((await host.request(await sent(request))).status);
  return found;
}

const cases = policyCases();

test("there are at least 90 cases, each with a verdict, most with both", () => {
  const names = new Set(cases.map(({ name }) => name));
  expect(names.size).toBe(cases.length);
  expect(cases.length).toBeGreaterThanOrEqual(90);
  expect(cases.filter(({ allow, deny }) => allow && deny).length).toBeGreaterThanOrEqual(90);
});

describe.each(cases)("$name", (one: PolicyCase) => {
  test("is as in Istio", async () => {
    const document = documentOf(one, key.jwks, port);
    const result = host.updateConfig("guard", JSON.stringify(document));
    expect(result.logs.filter(({ level }) => level === "error")).toEqual([]);
    expect(await statuses(one.allow), "allowed").toEqual((one.allow ?? []).map(() => 200));
    expect(await statuses(one.deny), "denied").toEqual((one.deny ?? []).map(() => 403));
  });
});
