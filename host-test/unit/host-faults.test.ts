// Faults on demand: refused host calls, an empty allocator, little memory, clocks that jump or stand.
import { describe, expect, test } from "vitest";
import "../vitest/index.ts";
import { runWorkers, VirtualClock, type Host } from "../host/index.ts";
import { probeHost, traceLines } from "./host-probe.ts";

function answers(host: Host, start: number): string[] {
  return traceLines(host, start).filter((line) => !/^[@=]/.test(line));
}

describe("a refused host call", () => {
  test("answers its status and does nothing", async () => {
    const host = await probeHost({
      requestHeaders: ["mdef 0 refused", "minc 4 1", "sset k v 0", "sget k"],
    });
    host.faults.refuse("proxy_define_metric");
    host.faults.refuse("proxy_set_shared_data", 8, { times: 1 });
    const start = host.logs.length;
    await host.request();
    expect(answers(host, start)).toEqual([
      "mdef 0 refused -> 10",
      "minc 4 1 -> 1",
      "sset k v 0 -> 8",
      "sget k -> 1",
    ]);
    expect(host.metrics.value("refused")).toBeUndefined();
    expect(Object.fromEntries(host.faults.happened)).toEqual({
      proxy_define_metric: 1,
      proxy_set_shared_data: 1,
    });
    await host.request();
    expect(answers(host, start).slice(-2)).toEqual(["sset k v 0 -> 0", "sget k -> 0 v 1"]);
    host.faults.clear();
    await host.request();
    expect(answers(host, start).at(-4)).toBe("mdef 0 refused -> 0 4");
  });

  test("of the log leaves no line, and the request goes on", async () => {
    const host = await probeHost({ requestHeaders: ["log 2 hello"] });
    host.faults.refuse("proxy_log");
    const exchange = await host.request();
    expect(exchange).toBeAllowed();
    expect(exchange.logs).toEqual([]);
  });

  test("may strike by chance, from the host's seed, and one plugin only", async () => {
    const run = async (seed: number, filter: string): Promise<number> => {
      const host = await probeHost({ requestHeaders: ["sset k v 0"] }, { seed, lean: true });
      host.faults.refuse("proxy_set_shared_data", 8, { rate: 0.5, filter });
      runWorkers(host, { flows: 100 });
      return host.faults.happened.get("proxy_set_shared_data") ?? 0;
    };
    const struck = await run(3, "probe");
    expect(struck).toBeGreaterThan(20);
    expect(struck).toBeLessThan(80);
    expect(await run(3, "probe")).toBe(struck);
    expect(await run(3, "another")).toBe(0);
  });
});

describe("memory", () => {
  test("that the allocator refuses is InvalidMemoryAccess for every call that returns bytes", async () => {
    const host = await probeHost({
      requestHeaders: ["get 0 :path", "pairs 0", "prop request.path"],
    });
    host.faults.refuseMemory();
    const start = host.logs.length;
    expect(await host.request()).toBeAllowed();
    expect(answers(host, start)).toEqual([
      "get 0 :path -> 6",
      "pairs 0 -> 6",
      "prop request.path -> 6",
    ]);
  });

  test("is limited: growing past the limit fails, and the limit makes another VM", async () => {
    const script = { requestHeaders: ["grow 300"] };
    const free = await probeHost(script);
    await free.request();
    const small = await probeHost(script, { filter: { memoryLimitPages: 256 } });
    await small.request();
    const grown = (host: Host): string => traceLines(host).find((l) => l.startsWith("grow"))!;
    expect(grown(small)).toBe("grow 300 -> 0");
    expect(grown(free)).toBe("grow 300 -> 1");
    expect(small.pages).toBeLessThanOrEqual(3 * 256);
  });
});

describe("the clock", () => {
  test("jumps and stands still for the guest's wall clock, while timers go on", () => {
    const clock = new VirtualClock(0);
    const startNs = clock.monotonicNs();
    let fired = 0;
    clock.schedule(50, () => fired++);
    clock.standStill(true);
    clock.advance(100);
    expect([clock.nowUs(), fired, clock.monotonicNs() - startNs]).toEqual([0, 1, 100e6]);
    clock.standStill(false);
    clock.advance(1);
    expect(clock.nowUs()).toBe(1000);
    clock.jump(-1);
    expect(clock.nowUs()).toBe(0);
    clock.jump("1h");
    expect(clock.nowUs()).toBe(3600e6);
  });
});
