// Streams that wait for another service, in a host that behaves like Envoy: the answer comes on the
// root context, and whoever forgets to act as the stream gets Ok and a stream that hangs.
import { beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../cli/build/compile.ts";
import { createHost, type ClusterHandler, type Host } from "../host/index.ts";

describe("a request that waits for a callout", () => {
  let wasm: Uint8Array<ArrayBuffer>;
  beforeAll(async () => {
    wasm = (await compile({ entry: "assembly/probes/callouts.ts", target: "release" })).wasm;
  });
  const load = (authz: ClusterHandler): Promise<Host> =>
    createHost({ filters: [{ name: "ask", wasm }], clusters: { authz } });

  test("goes on when the answer is good", async () => {
    const host = await load(() => ({ status: 200, delayMs: 10 }));
    const exchange = await host.request({ body: ["ab", "cd"] });
    expect(exchange.status).toBe(200);
    expect(new TextDecoder().decode(exchange.upstream.body)).toBe("abcd");
  });

  test("is answered 503 when the callout breaks off", async () => {
    const host = await load(() => ({ resetAfterHead: true }));
    const exchange = await host.request({});
    expect(exchange.status).toBe(503);
    expect(exchange.upstream.reached).toBe(false);
  });

  test("goes on after the host's own 504 for an answer that never comes", async () => {
    const host = await load(() => ({ never: true }));
    const exchange = await host.request({});
    // The probe lets every answer with headers pass; what matters is that nothing hangs.
    expect(exchange.status).toBe(200);
  });

  test("twenty at once each get their own answer", async () => {
    let call = 0;
    const host = await load(() => ({ status: 200, delayMs: 50 - (call++ % 7) * 7 }));
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, i) => host.request({ path: `/${i}` })),
    );
    const paths = all.map(
      (exchange) => exchange.upstream.headers.find(([n]) => n === ":path")?.[1],
    );
    expect(all.map((exchange) => exchange.status)).toEqual(Array.from({ length: 20 }, () => 200));
    expect(paths).toEqual(Array.from({ length: 20 }, (_, i) => `/${i}`));
  });

  test("an unknown cluster pauses nothing", async () => {
    const host = await createHost({ filters: [{ name: "ask", wasm }] });
    expect((await host.request({})).status).toBe(200);
  });
});
