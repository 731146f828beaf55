// A Node host with jwt.wasm, and the requests its tests send.
import { expect } from "vitest";
import type { Exchange, Header, Host, RequestInit } from "../host/index.ts";
import { guarded } from "./guarded.ts";
import type { Issuer } from "./tokens.ts";

/** A provider block with the keys of an issuer. */
export const provider = (of: Issuer, fields: object = {}): object => ({
  issuer: "https://issuer.example",
  audiences: ["api"],
  localJwks: { inlineString: of.jwks },
  ...fields,
});

/** A host whose only filter is jwt.wasm with this section. */
export async function hostOf(section: object): Promise<Host> {
  const host = await guarded({
    filter: "jwt",
    config: JSON.stringify({ version: 1, jwt: section }),
    host: { lean: true },
  });
  expect(host.logs.filter(({ level }) => level === "error")).toEqual([]);
  return host;
}

/** One request against a section, with its exchange. */
export async function ask(section: object, request: RequestInit): Promise<Exchange> {
  const host = await hostOf(section);
  const exchange = await host.request(request);
  host.close();
  return exchange;
}

/** The usual place of a token. */
export const bearer = (token: string): Header[] => [["authorization", `Bearer ${token}`]];
/** Values of a header as the upstream got it. */
export const upstream = (exchange: Exchange, name: string): string[] =>
  exchange.upstream.headers.filter(([key]) => key === name).map(([, value]) => value);
