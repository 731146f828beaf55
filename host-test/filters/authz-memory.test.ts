// Requests through jwt and authz leave the guest's memory where it was, whatever rules ask for; so do updates of the configuration.
import { expect, test } from "vitest";
import { compile } from "../../cli/build/compile.ts";
import { loadGuest } from "../../bench/node/driver.ts";
import { documentWith, key } from "./authz-host.ts";
import { full } from "./authz-mutations.ts";
import { guarded } from "./guarded.ts";

const headers: [string, string][] = [
  [":authority", "shop.example.com"],
  [":path", "/orders/7?a=1"],
  [":method", "GET"],
  [":scheme", "https"],
  ["x-v", "a"],
  ["x-v", "b"],
  ["x-forwarded-client-cert", "URI=spiffe://td/ns/a/sa/b,URI=spiffe://td/ns/c/sa/d"],
  ["x-forwarded-for", "192.0.2.1, 192.0.2.2"],
];

/** Rules of every kind that do not hold, before the one that does. */
const section = {
  peer: { from: "xfcc", trustedHops: 2 },
  clientIp: { from: "xForwardedFor", trustedHops: 1 },
  issuers: {
    a: { issuer: "https://issuer.example", preset: "keycloak", permissions: { r: ["p"] } },
  },
  revocation: { tokens: ["t1"], notBefore: [{ sub: "x", issuedAfter: 5 }] },
  certificateBinding: "ifPresent",
  policies: [
    {
      rules: [
        { when: [{ key: "request.auth.permissions", values: ["p"] }] },
        { when: [{ key: "request.auth.roles", values: ["x*"] }] },
        { when: [{ key: "request.auth.claims[scope]", values: ["write"] }] },
        { when: [{ key: "request.headers[x-v]", values: ["c"] }] },
        { from: [{ source: { namespaces: ["b*"], remoteIpBlocks: ["10.0.0.0/8"] } }] },
        { to: [{ operation: { paths: ["/orders/{*}/x"], hosts: ["*.example.org"] } }] },
        { from: [{ source: { serviceAccounts: ["a/b"], requestPrincipals: ["*/user-1"] } }] },
      ],
    },
  ],
};

test("100,000 requests leave memory where it was", async () => {
  const claims = {
    exp: 4102444800,
    iat: 1,
    realm_access: { roles: ["user", "vie\u2028wer"] },
    scope: "read list",
  };
  const token: [string, string] = ["authorization", `Bearer ${await key.token(claims)}`];
  const { wasm } = await compile({ entry: "assembly/filters/jwt.ts", target: "release" });
  const guest = loadGuest(wasm, [...headers, token], JSON.stringify(documentWith(section)));
  for (let i = 0; i < 100; i++) guest.request();
  const before = guest.memoryPages();
  for (let i = 0; i < 100_000; i++) guest.request();
  expect(guest.memoryPages()).toBe(before);
});

test("60 updates leave memory where it was", async () => {
  const text = JSON.stringify({ version: 1, authz: full });
  const host = await guarded({ filter: "jwt", config: text, host: { lean: true } });
  let before = 0;
  for (let i = 0; i < 80; i++) {
    expect(host.updateConfig("guard", text).ok).toBe(true);
    host.drain();
    if (i === 20) before = host.pages;
  }
  expect(host.pages).toBe(before);
  host.close();
});
