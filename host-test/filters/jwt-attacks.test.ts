// Rows of the attack table that only a whole filter can be asked about: forged outputs, several tokens, the cache, what is told
// outside, and clocks. The rows about tokens and keys alone are host-test/unit/jose-attacks-*.test.ts; 29 and 30 (unknown key ids,
// bad key sets) are jwt-remote.test.ts and jwt-workers.test.ts.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Exchange, Header, Host, RequestInit, VirtualClock } from "../host/index.ts";
import { ask, bearer, hostOf, provider, upstream } from "./token-host.ts";
import { type Issuer, issuer, now } from "./tokens.ts";

const algorithms = ["RS256", "PS256", "ES256", "EdDSA", "HS256"];
let issuers: Issuer[];
beforeAll(async () => {
  issuers = await Promise.all(algorithms.map((alg) => issuer(alg)));
});

/** Requests sent for each row, each counted once. */
const sent = new Map<string, Set<string>>();

function send(host: Host, request: RequestInit): Promise<Exchange> {
  const row = /\d+/.exec(expect.getState().currentTestName!)![0];
  sent.set(row, (sent.get(row) ?? new Set()).add(JSON.stringify(request)));
  return host.request(request);
}

afterAll(() => {
  expect([...sent.keys()].map(Number)).toEqual([26, 27, 28, 32, 34]);
  for (const [row, requests] of sent) expect(requests.size, row).toBeGreaterThanOrEqual(5);
});

/** Denied with this code, and not seen upstream. */
async function denied(host: Host, headers: Header[], details: string, path = "/"): Promise<void> {
  const exchange = await send(host, { headers, path });
  expect(exchange.details).toBe(details);
  expect(exchange.upstream.reached).toBe(false);
}

describe("26: headers that only the filter may set", () => {
  const names = ["x-user", "X-User", "x-payload", "x-role", "x-USER"];
  test.each([
    ["open route", "/open", 200],
    ["guarded route", "/", 401],
  ])("are taken out on an %s", async (_, path, status) => {
    const fields = {
      forwardPayloadHeader: "x-payload",
      claimToHeaders: [
        { headerName: "x-user", claimName: "sub" },
        { headerName: "x-role", claimName: "role" },
      ],
    };
    const rules = [
      { match: { path: "/open" } },
      { match: { prefix: "/" }, requires: { providerName: "a" } },
    ];
    const host = await hostOf({ providers: { a: provider(issuers[0], fields) }, rules });
    for (const name of names) {
      const forged: Header[] = [
        [name, "admin"],
        [name, "root"],
      ];
      const exchange = await send(host, { path, headers: forged });
      expect(exchange.status).toBe(status);
      expect(upstream(exchange, name.toLowerCase())).toEqual([]);
      const token = await issuers[0].token();
      const good = await send(host, { headers: [...forged, ...bearer(token)] });
      expect(upstream(good, "x-user")).toEqual(["user-1"]);
      expect(upstream(good, "x-role")).toEqual([]);
    }
    host.close();
  });
});

test("27: two tokens are never tried one after the other", async () => {
  for (const [i, one] of issuers.entries()) {
    const fields = { fromParams: ["t"], fromHeaders: [{ name: "x-t" }] };
    const host = await hostOf({ providers: { a: provider(one, fields) } });
    const token = await one.token();
    const bad = await issuers[(i + 1) % issuers.length].token();
    const many = "jwt.multiple_credentials";
    await denied(host, [["x-t", `${token},${token}`]], many);
    await denied(host, [["x-t", `${bad},${token}`]], many);
    await denied(host, [["x-t", token]], many, `/?t=${token}`);
    await denied(host, [["x-t", bad]], many, `/?t=${token}`);
    await denied(host, [], many, `/?t=${token}&t=${bad}`);
    await denied(
      host,
      [
        ["x-t", token],
        ["x-t", bad],
      ],
      many,
    );
    host.close();
  }
});

describe("28: what the cache remembers helps nobody else", () => {
  test.each(algorithms)("%s", async (alg) => {
    const one = issuers[algorithms.indexOf(alg)];
    const two = provider(one, { audiences: ["other"] });
    const rules = [
      { match: { prefix: "/b" }, requires: { providerName: "b" } },
      { match: { prefix: "/" }, requires: { providerName: "a" } },
    ];
    const host = await hostOf({ providers: { a: provider(one), b: two }, rules });
    const token = await one.token();
    for (let i = 0; i < 3; i++) {
      expect((await send(host, { headers: bearer(token) })).status).toBe(200);
    }
    const [head, body, signature] = token.split(".");
    const other = (await one.token({ sub: "admin" })).split(".");
    // The same signature over other claims, another signature over the same ones, and the token under another provider.
    await denied(host, bearer(`${head}.${other[1]}.${signature}`), "jwt.signature");
    await denied(host, bearer(`${head}.${body}.${other[2]}`), "jwt.signature");
    await denied(host, bearer(`${token}AAAA`), "jwt.signature_length");
    await denied(host, bearer(token), "jwt.audience", "/b");
    // It dies in time, remembered or not.
    (host.clock as VirtualClock).advance(700_000);
    await denied(host, bearer(token), "jwt.expired");
    host.close();
  });
});

test("32: neither token nor claim nor key is told outside", async () => {
  for (const one of issuers) {
    const host = await hostOf({ providers: { a: provider(one) } });
    const secret = "S3cretClaim";
    const tokens = [
      await one.token({ note: secret, exp: now - 4000 }),
      await one.token({ note: secret, aud: secret }),
      await one.token({ note: secret, iss: secret }),
      await one.token({ note: secret }, { kid: secret }),
      (await one.token({ note: secret })).slice(0, -3) + "AAA",
      await one
        .token({ note: secret }, { typ: secret, crit: [secret], [secret]: 1 })
        .catch(() => ""),
    ];
    for (const token of tokens.filter((text) => text !== "")) {
      const exchange = await send(host, { headers: bearer(token) });
      expect(exchange.status).toBe(401);
      const answer = JSON.stringify([exchange.headers, Buffer.from(exchange.body).toString()]);
      const said = JSON.stringify([host.logs, [...host.stats]]) + answer;
      for (const piece of [secret, ...token.split(".")]) expect(said).not.toContain(piece);
    }
    host.close();
  }
});

test("34: the clock is the host's, forwards and back", async () => {
  for (const one of issuers) {
    const host = await hostOf({ providers: { a: provider(one) } });
    const clock = host.clock as VirtualClock;
    const token = await one.token({ nbf: now - 10 });
    const get = async (more: Header[] = []): Promise<string> => {
      const { status, details } = await send(host, { headers: [...bearer(token), ...more] });
      return status === 200 ? "ok" : details;
    };
    const told: string[] = [];
    for (const jump of ["0s", "500s", "200s"]) {
      clock.jump(jump);
      told.push(await get([["date", "Thu, 01 Jan 1970 00:00:00 GMT"]]));
    }
    clock.jump(-700_000);
    told.push(await get());
    clock.jump(-3_600_000);
    told.push(await get([["date", "Thu, 01 Jan 2026 00:00:00 GMT"]]));
    expect(told).toEqual(["ok", "ok", "jwt.expired", "ok", "jwt.not_yet_valid"]);
    host.close();
  }
});

test("the rows above do not fail everything", async () => {
  for (const one of issuers) {
    const token = await one.token();
    expect(
      (await ask({ providers: { a: provider(one) } }, { headers: bearer(token) })).status,
    ).toBe(200);
  }
});
