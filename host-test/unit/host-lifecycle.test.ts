// Roots over time: configuration updates with old and new side by side, draining, ticks, shared VMs, queues, clocks.
import { describe, expect, test } from "vitest";
import "../vitest/index.ts";
import { encodeScript } from "../cases/script.ts";
import { createHost, VirtualClock, type Host } from "../host/index.ts";
import { probeFilter, probeHost, traceLines } from "./host-probe.ts";

function callbacksSince(host: Host, start: number): string[] {
  return traceLines(host, start).filter((line) => line.startsWith("@"));
}

describe("a configuration update", () => {
  test("puts a new root beside the old one, in the same VM, and ends the old one after the drain", async () => {
    const host = await probeHost({ requestHeaders: ["sset k v 0"] });
    expect(await host.request()).toBeAllowed();
    const start = host.logs.length;
    const result = host.updateConfig("probe", encodeScript({ requestHeaders: ["sget k"] }));
    expect(result).toMatchObject({ ok: true, error: "" });
    // The first stream took id 2, so the new root is 3.
    expect(
      callbacksSince(host, start).map((line) => line.split(" ").slice(0, 2).join(" ")),
    ).toEqual(["@create 3", "@vmStart 3", "@configure 3"]);
    const exchange = await host.request();
    expect(exchange).toHaveLogged("info", '"v"');
    const drained = host.logs.length;
    host.drain();
    expect(callbacksSince(host, drained)).toEqual(["@rootDone 1", "@rootDelete 1"]);
    expect(await host.request()).toBeAllowed();
  });

  test("that the guest refuses changes nothing", async () => {
    const host = await probeHost({ requestHeaders: ["add 0 x-old 1"] });
    const result = host.updateConfig("probe", encodeScript({ configure: ["return 0"] }));
    expect(result.ok).toBe(false);
    expect(result.error).toContain("probe");
    const exchange = await host.request();
    expect(exchange.upstream).toHaveHeader("x-old", "1");
  });
});

describe("ticks", () => {
  test("fire on the main thread and on every worker, re-armed after the callback", async () => {
    const clock = new VirtualClock();
    const host = await probeHost({ configure: ["tick 100"] }, { clock, workers: 2 });
    const start = host.logs.length;
    clock.advance(350);
    const ticks = host.logs.slice(start).filter((record) => record.message.startsWith('["@tick"'));
    expect(ticks.map((record) => record.worker)).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2]);
  });

  test("have a floor of 4 ms, and 0 stops them", async () => {
    const clock = new VirtualClock();
    const script = { configure: ["tick 1"], "tick#3": ["tick 0"] };
    const host = await probeHost({ ...script, requestHeaders: ["tick 0"] }, { clock, lean: true });
    const start = host.logs.length;
    clock.advance(11);
    expect(callbacksSince(host, start)).toHaveLength(2);
    await host.request();
    const stopped = host.logs.length;
    clock.advance(100);
    expect(callbacksSince(host, stopped)).toEqual([]);
  });
});

describe("VM sharing", () => {
  test("equal vm_id, VM configuration and code share a VM: root ids 1 and 2, streams count on", async () => {
    const host = await createHost({
      filters: [
        await probeFilter({}, { name: "a", vmId: "v" }),
        await probeFilter({ log: ["return 0"] }, { name: "b", vmId: "v" }),
        await probeFilter({}, { name: "c", vmId: "other" }),
      ],
      lean: true,
    });
    await host.request();
    const created = callbacksSince(host, 0).filter((line) => line.startsWith("@create"));
    expect(created).toEqual([
      "@create 1 0",
      "@create 2 0",
      "@create 1 0",
      "@create 3 1",
      "@create 4 2",
      "@create 2 1",
    ]);
  });
});

describe("time", () => {
  test("advance runs what falls due in order, jump moves the wall clock alone", () => {
    const clock = new VirtualClock(0);
    const startNs = clock.monotonicNs();
    // Go's runtime throws "nanotime returning zero" over a monotonic clock that starts there.
    expect(startNs).toBeGreaterThan(0);
    const order: string[] = [];
    clock.schedule(20, () => order.push("b"));
    clock.schedule(10, () => {
      order.push("a");
      clock.schedule(5, () => order.push("a2"));
    });
    const cancelled = clock.schedule(12, () => order.push("never"));
    cancelled.cancel();
    clock.advance("30ms");
    expect(order).toEqual(["a", "a2", "b"]);
    expect(clock.nowUs()).toBe(30_000);
    clock.jump("1h");
    expect(clock.nowUs()).toBe(3_600_030_000);
    expect(clock.monotonicNs() - startNs).toBe(30_000_000);
    expect(() => clock.advance("soon")).toThrow(RangeError);
  });
});

describe("the same seed", () => {
  test("gives the same run, byte for byte", async () => {
    const run = async (seed: number): Promise<string> => {
      const host = await probeHost({ requestHeaders: ["pairs 0"] }, { seed });
      await host.request();
      await host.request({ body: "x" });
      return traceLines(host).join("\n");
    };
    expect(await run(7)).toBe(await run(7));
    expect(await run(7)).not.toBe(await run(8));
  });
});

describe("capabilities", () => {
  test("what is not listed answers InternalFailure with an error line, or is not called", async () => {
    const host = await probeHost(
      { requestHeaders: ["get 0 :path", "sget k"] },
      {
        filter: {
          allowedCapabilities: [
            "proxy_log",
            "proxy_on_context_create",
            "proxy_on_vm_start",
            "proxy_on_configure",
            "proxy_on_request_headers",
            "proxy_get_buffer_bytes",
            "proxy_get_header_map_value",
          ],
        },
      },
    );
    const start = host.logs.length;
    const exchange = await host.request();
    expect(traceLines(host, start)).toContain("sget k -> 10");
    expect(exchange).toHaveLogged("error", /proxy_get_shared_data/);
    expect(callbacksSince(host, start).map((line) => line.split(" ")[0])).toEqual([
      "@create",
      "@requestHeaders",
    ]);
  });
});
