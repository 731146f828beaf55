// Limits by verified claims, in guard: who is counted, which tier holds and who is exempt is read from what the jwt stage has proven, and
// from nothing else that a client says.
import { expect, test } from "vitest";
import type { Host, RequestInit } from "../host/index.ts";
import { limited, statuses, type Policy } from "./limited.ts";
import { bearer, provider } from "./token-host.ts";
import { issuer } from "./tokens.ts";

const shop = await issuer("EdDSA");

const policy: Policy = {
  name: "plan",
  identity: [{ jwtClaim: "sub" }],
  limit: { requests: 2, per: "1h" },
  tiers: [
    { when: { claim: { name: "plan", in: ["gold", "7"] } }, limit: { requests: 4, per: "1h" } },
  ],
  exempt: { claim: { name: "staff", in: ["true"] } },
};

async function guarding(fields: Partial<Policy> = {}, jwt: object = {}): Promise<Host> {
  const section = {
    providers: { shop: provider(shop) },
    rules: [{ match: { prefix: "/" }, requires: { providerName: "shop" } }],
    ...jwt,
  };
  return limited({
    policies: [{ ...policy, ...fields }],
    filter: "guard",
    document: { jwt: section },
  });
}

const as = async (claims: Record<string, unknown>): Promise<RequestInit> => ({
  headers: bearer(await shop.token(claims)),
});

test("each subject has its own count, and its plan decides how much", async () => {
  const host = await guarding();
  expect(await statuses(host, 3, await as({ sub: "ann" }))).toEqual([200, 200, 429]);
  expect(await statuses(host, 5, await as({ sub: "bob", plan: "gold" }))).toEqual([
    200, 200, 200, 200, 429,
  ]);
  expect(await statuses(host, 5, await as({ sub: "eve", plan: 7 }))).toEqual([
    200, 200, 200, 200, 429,
  ]);
  host.close();
});

test("another token of the same subject is the same subject", async () => {
  const host = await guarding();
  const requests = [
    await as({ sub: "ann", jti: "1" }),
    await as({ sub: "ann", jti: "2" }),
    await as({ sub: "ann", jti: "3" }),
  ];
  expect(await statuses(host, requests)).toEqual([200, 200, 429]);
  host.close();
});

test("a claim is text, a number or a boolean at the top; anything else is none", async () => {
  const host = await guarding();
  for (const plan of [["gold"], { gold: true }, "Gold", "gold ", null]) {
    const seen = await statuses(host, 3, await as({ sub: `user-${JSON.stringify(plan)}`, plan }));
    expect(seen, JSON.stringify(plan)).toEqual([200, 200, 429]);
  }
  host.close();
});

test("who is exempt is not counted; a header of that name exempts nobody", async () => {
  const host = await guarding();
  expect(await statuses(host, 5, await as({ sub: "ops", staff: true }))).toEqual([
    200, 200, 200, 200, 200,
  ]);
  const forged = await as({ sub: "ann" });
  forged.headers!.push(["staff", "true"], ["plan", "gold"]);
  expect(await statuses(host, 3, forged)).toEqual([200, 200, 429]);
  host.close();
});

test("an empty or absent claim is missing", async () => {
  const host = await guarding({ missing: "deny" });
  expect((await host.request(await as({ sub: "" }))).details).toBe("ratelimit.identity_missing");
  host.close();
});

test("on a route that asks for no token nobody has claims", async () => {
  const host = await guarding({ missing: "deny" }, { rules: [{ match: { prefix: "/" } }] });
  const exchange = await host.request(await as({ sub: "ann", plan: "gold" }));
  expect(exchange.details).toBe("ratelimit.identity_missing");
  host.close();
});

test("a filter without the jwt stage refuses claims", async () => {
  const refused = limited({ policies: [policy] });
  await expect(refused).rejects.toThrow();
});
