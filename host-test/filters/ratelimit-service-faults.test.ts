// What becomes of requests when the rate-limit service does not answer as it should: `onError` decides, the breaker opens, and nothing grows.
import { describe, expect, test } from "vitest";
import type { GrpcAnswer } from "../host/index.ts";
import { writeSaid } from "../rls/codec.ts";
import { statuses } from "./limited.ts";
import { answering, calls, failing, global, serviced, user } from "./serviced.ts";

describe("a service that does not answer", () => {
  const faults: [string, GrpcAnswer, string][] = [
    ["nobody listens", { instead: "refuse" }, "error"],
    ["no answer in time", { instead: "never" }, "timeout"],
    ["its head comes and no more", { instead: "hangAfterHead" }, "timeout"],
    ["it breaks off", { instead: "reset" }, "error"],
    ["it is full: the call cannot start", { instead: "overflow" }, "refused"],
    ["it has no healthy host", { instead: "noHealthyHost" }, "refused"],
    ["it reports an error", { status: 2, statusMessage: "redis is gone" }, "error"],
    ["bytes that are no message", { message: Uint8Array.of(0xff, 0xff, 0xff) }, "unusable"],
    ["an empty message: UNKNOWN", { message: "" }, "unusable"],
    ["no gRPC framing", { instead: "badFrame" }, "error"],
  ];

  test.each(faults)("%s: what onError says holds", async (_, answer, result) => {
    const wanted = { local: 200, allow: 200, deny: 503 };
    for (const [onError, status] of Object.entries(wanted)) {
      const host = await serviced([global], { onError });
      failing(host, answer);
      const exchange = await host.request(user("ann"));
      expect([onError, exchange.status]).toEqual([onError, status]);
      if (onError === "deny") expect(exchange.details).toBe("ratelimit.service_unavailable");
      host.clock.advance("1s");
      expect(calls(host, result), result).toBe(1);
      host.close();
    }
  });

  test("local: a limit that counts only then", async () => {
    const policy = { ...global, global: { localLimit: { requests: 2, per: "1m" } } };
    const host = await serviced([policy]);
    failing(host, { instead: "refuse" });
    expect(await statuses(host, 4, user("ann"))).toEqual([200, 200, 429, 429]);
    expect((await host.request(user("ann"))).details).toBe("ratelimit.limited");
    host.close();
  });

  test("after failures in a row nothing is called, until one call tries again", async () => {
    const host = await serviced([global], { breaker: { failures: 3, openFor: "10s" } });
    const cluster = failing(host, { instead: "refuse" });
    expect(await statuses(host, 100, user("ann"))).toEqual(Array<number>(100).fill(200));
    expect(cluster.grpcCalls).toHaveLength(3);
    host.clock.advance("1s");
    expect(calls(host, "breaker_open")).toBe(97);
    expect(host.metrics.value("meshwarden_ratelimit_service_breaker_open")).toBe(1);
    host.clock.advance("10s");
    answering(host, () => ({ code: 1 }));
    await statuses(host, 10, user("ann"));
    host.clock.advance("1s");
    expect(calls(host, "ok")).toBe(10);
    expect(host.metrics.value("meshwarden_ratelimit_service_breaker_open")).toBe(0);
    host.close();
  });

  test("an unknown cluster is a refused start, and its stray failure harms nobody", async () => {
    const host = await serviced([global], { cluster: "nowhere", onError: "deny" });
    const exchange = await host.request(user("ann"));
    expect(exchange.details).toBe("ratelimit.service_unavailable");
    host.close();
  });

  test("a client that leaves while the service thinks costs nothing but its own tokens", async () => {
    const host = await serviced([global]);
    failing(host, { message: writeSaid({ code: 1 }), delayMs: 50 });
    const exchanges = await Promise.all([host.request(user("ann")), host.request(user("bob"))]);
    expect(exchanges.map(({ status }) => status)).toEqual([200, 200]);
    host.close();
  });

  test("no memory grows with calls", async () => {
    const host = await serviced([global], {}, { host: { lean: true } });
    answering(host, () => ({ code: 1, responseHeaders: [["x-a", "b"]] }));
    await statuses(host, 200, user("ann"));
    const before = host.pages;
    await statuses(host, 3000, user("bob"));
    expect(host.pages).toBe(before);
    host.close();
  });
});
