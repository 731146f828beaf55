// A Node host with jwt.wasm and a section `authz`, and the requests its tests send.
import { expect } from "vitest";
import type { Host, RequestInit } from "../host/index.ts";
import { guarded } from "./guarded.ts";
import { bearer } from "./token-host.ts";
import { type Issuer, issuer } from "./tokens.ts";

/** An issuer whose tokens every host of this file verifies. */
export const key: Issuer = await issuer("HS256");

/** The document of a section: tokens of any issuer are verified, and may be missing. */
export function documentWith(authz: object): object {
  const requirements = [{ providerName: "any" }, { allowMissing: {} }];
  return {
    version: 1,
    jwt: {
      providers: { any: { localJwks: { inlineString: key.jwks } } },
      rules: [{ match: { prefix: "/" }, requires: { requiresAny: { requirements } } }],
    },
    authz,
  };
}

/** A host whose only filter is jwt.wasm with this section; without `jwt` no token is looked at. */
export async function authorizing(authz: object, jwt = true): Promise<Host> {
  const host = await guarded({
    filter: "jwt",
    config: JSON.stringify(jwt ? documentWith(authz) : { version: 1, authz }),
    host: { lean: true },
  });
  expect(host.logs.filter(({ level }) => level === "error")).toEqual([]);
  return host;
}

/** A request with a token of these claims. */
export async function withClaims(
  claims: Record<string, unknown>,
  request: RequestInit = {},
): Promise<RequestInit> {
  const headers = [...(request.headers ?? []), ...bearer(await key.token(claims))];
  return { ...request, headers };
}

/** Status and details of one request after the other against a section. */
export async function answers(
  authz: object,
  requests: RequestInit[],
  jwt = true,
): Promise<string[]> {
  const host = await authorizing(authz, jwt);
  const found: string[] = [];
  for (const request of requests) {
    const { status, details } = await host.request(request);
    found.push(status === 200 ? "200" : `${status} ${details}`);
  }
  host.close();
  return found;
}
