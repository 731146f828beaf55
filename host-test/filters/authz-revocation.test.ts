// Revoked tokens whose list is fetched: what it holds is refused, what breaks its server changes nothing, and without a list no token
// passes.
import { describe, expect, test } from "vitest";
import type { CalloutAnswer, Host } from "../host/index.ts";
import { documentWith, withClaims } from "./authz-host.ts";
import { guarded } from "./guarded.ts";
import { KeyServer, pass } from "./keys-fixture.ts";

const httpUri = { uri: "https://ids.example/revoked.json", cluster: "ids", timeout: "1s" };
const listOf = (...tokens: string[]): CalloutAnswer => ({
  status: 200,
  body: JSON.stringify({ tokens, subjects: ["mallory"] }),
});

function hostWith(server: KeyServer, remote: object = {}, workers = 1): Promise<Host> {
  return guarded({
    filter: "jwt",
    config: JSON.stringify(
      documentWith({ revocation: { tokens: ["inline"], remote: { httpUri, ...remote } } }),
    ),
    host: { lean: true, workers, clusters: { ids: ({ path }) => server.handle(path) } },
  });
}

async function verdict(host: Host, claims: object, worker = 0): Promise<string> {
  const soon = Math.floor(host.clock.nowUs() / 1e6) + 600;
  const request = await withClaims({ exp: soon, ...claims }, { worker });
  const { status, details } = await host.request(request);
  return status === 200 ? "200" : `${status} ${details}`;
}

const gone = "401 authz.revoked";
const unknown = "503 authz.revocation_unavailable";

describe("a list that is fetched", () => {
  test("is waited for by the first token, and holds beside the one in the configuration", async () => {
    const server = new KeyServer({ ...listOf("t1"), delayMs: 300 } as CalloutAnswer);
    const host = await hostWith(server);
    expect((await host.request({})).status).toBe(200);
    expect(server.asked).toEqual([]);
    expect(await verdict(host, { jti: "t1" })).toBe(gone);
    expect(await verdict(host, { jti: "t2" })).toBe("200");
    expect(await verdict(host, { jti: "inline" })).toBe(gone);
    expect(await verdict(host, { sub: "mallory" })).toBe(gone);
    expect(server.asked).toEqual(["/revoked.json"]);
    expect(Object.fromEntries(host.callouts[0].headers)["accept"]).toBe("application/json");
    host.close();
  });

  test("is renewed, and shared by all workers with one fetch", async () => {
    const server = new KeyServer(listOf("t1"));
    const host = await hostWith(server, {}, 4);
    pass(host, 2);
    for (let worker = 0; worker < 4; worker++) {
      expect(await verdict(host, { jti: "t1" }, worker)).toBe(gone);
      expect(await verdict(host, { jti: "t2" }, worker)).toBe("200");
    }
    expect(server.asked).toHaveLength(1);
    server.answer = listOf("t2");
    pass(host, 60);
    for (let worker = 0; worker < 4; worker++) {
      expect(await verdict(host, { jti: "t2" }, worker)).toBe(gone);
      expect(await verdict(host, { jti: "t1" }, worker)).toBe("200");
    }
    expect(server.asked).toHaveLength(2);
    host.close();
  });

  const broken: [string, CalloutAnswer][] = [
    ["an error page", { status: 200, body: "<html>Sign in</html>" }],
    ["500", { status: 500 }],
    ["an empty body", { status: 200 }],
    ["one entry that is none", { status: 200, body: '{"tokens":["t3",""]}' }],
    ["10 MB", { status: 200, body: " ".repeat(10 << 20) }],
    ["no answer", { never: true }],
    ["a refused connection", { refuse: true }],
  ];
  test.each(broken)("stays when the server answers with %s", async (_, answer) => {
    const server = new KeyServer(listOf("t1"));
    const host = await hostWith(server);
    pass(host, 2);
    server.answer = answer;
    for (let minutes = 0; minutes < 10; minutes++) {
      pass(host, 60);
      expect(await verdict(host, { jti: "t1" })).toBe(gone);
      expect(await verdict(host, { jti: "t3" })).toBe("200");
    }
    const said = host.logs.filter(({ message }) => message.includes("were not renewed"));
    expect(said.length).toBeGreaterThan(3);
    expect(said.some(({ message }) => message.includes("Sign in"))).toBe(false);
    host.close();
  });

  test("that is missing or too old lets no token pass, but requests without one", async () => {
    const server = new KeyServer({ status: 503 });
    const host = await hostWith(server, { staleFor: "120s" });
    expect(await verdict(host, { jti: "t2" })).toBe(unknown);
    expect((await host.request({})).status).toBe(200);
    server.answer = listOf("t1");
    pass(host, 3);
    expect(await verdict(host, { jti: "t2" })).toBe("200");
    server.answer = { never: true };
    pass(host, 170);
    expect(await verdict(host, { jti: "t2" })).toBe("200");
    pass(host, 20);
    expect(await verdict(host, { jti: "t2" })).toBe(unknown);
    host.close();
  });

  test("of a server that hangs ends the wait", async () => {
    const host = await hostWith(new KeyServer({ never: true }));
    const before = host.clock.nowUs();
    expect(await verdict(host, { jti: "t2" })).toBe(unknown);
    expect(host.clock.nowUs() - before).toBeLessThan(4e6);
    host.close();
  });

  test("of 65,536 entries is taken, and renewals leave memory where it was", async () => {
    const many = (first: string): CalloutAnswer =>
      listOf(first, ...Array.from({ length: 65_534 }, (_, i) => `token-${i}-of-a-user-somewhere`));
    const server = new KeyServer(many("t0"));
    const host = await hostWith(server);
    pass(host, 2);
    let before = 0;
    for (let turn = 1; turn < 12; turn++) {
      expect(await verdict(host, { jti: `t${turn - 1}` })).toBe(gone);
      expect(await verdict(host, { jti: "token-65533-of-a-user-somewhere" })).toBe(gone);
      expect(await verdict(host, { jti: `t${turn}` })).toBe("200");
      server.answer = many(`t${turn}`);
      pass(host, 60);
      if (turn === 4) before = host.pages;
    }
    expect(host.pages).toBe(before);
    host.close();
  });
});
