// Many workers with one store, interleaved by a seed: the same seed is the same run, races are real, limits hold.
import { describe, expect, test } from "vitest";
import "../vitest/index.ts";
import {
  createHost,
  runWorkers,
  traceText,
  VirtualClock,
  type Host,
  type HostOptions,
} from "../host/index.ts";
import { probeFilter, type ProbeScript } from "./host-probe.ts";

async function workers(
  count: number,
  script: ProbeScript,
  more: Partial<HostOptions> = {},
): Promise<Host> {
  const filters = more.filters ?? [await probeFilter(script)];
  return createHost({ workers: count, lean: true, clock: new VirtualClock(), ...more, filters });
}

const reading = { requestHeaders: ["sget k", "sset k v 0", "sget k", "get 0 :path"] };

describe("runWorkers", () => {
  test("with the same seed gives byte-equal traces, with another seed another order", async () => {
    const run = async (seed: number): Promise<string> => {
      const host = await workers(4, reading, { trace: true, seed });
      const report = runWorkers(host, { flows: 40, request: (n) => ({ path: `/${n}` }) });
      expect(report.exchanges).toHaveLength(40);
      expect(report.exchanges.every((exchange) => exchange.complete)).toBe(true);
      expect(report.switches).toBeGreaterThan(0);
      return traceText(host.trace!);
    };
    const first = await run(7);
    expect(await run(7)).toBe(first);
    expect(await run(8)).not.toBe(first);
  });

  test("lets whole callbacks of other workers run inside a host call, never of the same one", async () => {
    const host = await workers(3, reading, { trace: true });
    runWorkers(host, { flows: 60, preempt: 0.5, depth: 3 });
    const open: number[] = [];
    let nested = 0;
    // A callback is traced when it returns, its host calls before that: a host call of one worker between two of another
    // one, whose callback has not returned, is an interruption.
    for (const { kind, worker } of host.trace!) {
      if (kind === "hostcall") {
        if (open.at(-1) !== worker) {
          expect(open).not.toContain(worker);
          open.push(worker);
          if (open.length > 1) nested++;
        }
      } else if (open.at(-1) === worker) open.pop();
    }
    expect(nested).toBeGreaterThan(10);
  });

  test("conditional writes lose real races between workers", async () => {
    // Reads, then writes with the number that was read: whoever came between makes it fail.
    const race = { requestHeaders: ["sget k", "sset k v read"] };
    const count = async (plan: { preempt: number; conflicts?: number }): Promise<number> => {
      const host = await workers(4, race, { trace: true });
      host.shared.set("", "k", new Uint8Array(1), 0);
      runWorkers(host, { flows: 100, ...plan });
      const writes = host.trace!.filter((entry) => entry.name === "proxy_set_shared_data");
      expect(writes).toHaveLength(100);
      return writes.filter((entry) => entry.result === 8).length;
    };
    expect(await count({ preempt: 0 })).toBe(0);
    expect(await count({ preempt: 0.5 })).toBeGreaterThan(5);
    expect(await count({ preempt: 0, conflicts: 1 })).toBe(100);
  });

  test("every worker ticks by itself while flows run", async () => {
    const host = await workers(3, { configure: ["tick 10"], tick: ["sget k"] }, { trace: true });
    runWorkers(host, { flows: 300, jobMs: 0.1 });
    const ticks = host.trace!.filter((entry) => entry.name === "proxy_on_tick");
    expect(new Set(ticks.map((entry) => entry.worker))).toEqual(new Set([1, 2, 3]));
  });

  test("a lost worker answers 503 until its VM is reloaded, the others go on", async () => {
    const filters = [await probeFilter({}, { failurePolicy: "FAIL_RELOAD", reloadBackoffMs: 5 })];
    const host = await workers(2, {}, { filters });
    const report = runWorkers(host, {
      flows: 200,
      jobMs: 0.1,
      request: (n) => ({ worker: n % 2 }),
      onFlow: (ended) => {
        if (ended === 50) host.worker(0).lose();
      },
    });
    const failed = report.exchanges.filter((exchange) => exchange.status === 503);
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.every((exchange) => report.exchanges.indexOf(exchange) % 2 === 0)).toBe(true);
    expect(report.exchanges[198].status).toBe(200);
    expect(host.stats.get("wasm.probe.vm_reload_success")).toBe(1);
  });

  test("names its seed when something goes wrong", async () => {
    const host = await workers(2, { log: ["reply 403 ~ x -1"] });
    expect(() => runWorkers(host, { flows: 5, seed: 4711 })).toThrow(/would crash.*\(seed 4711\)/);
  });

  test("32 workers share one store and all their flows end", async () => {
    const host = await workers(32, reading);
    const report = runWorkers(host, { flows: 640 });
    expect(report.exchanges.filter((exchange) => exchange.status === 200)).toHaveLength(640);
  });

  test("32 workers with ticks, callouts, lost races, a lost worker and refused calls: one seed, one trace", async () => {
    const script = {
      configure: ["tick 5"],
      tick: ["sget k"],
      requestHeaders: [
        "sget k",
        "sset k v read",
        "call gate 200 ~ :method GET :path / :authority a",
      ],
      callResponse: ["get 6 :status", "sget k"],
    };
    const run = async (seed: number): Promise<{ trace: string; statuses: number[] }> => {
      const filters = [
        await probeFilter(script, { failurePolicy: "FAIL_RELOAD", reloadBackoffMs: 5 }),
      ];
      const host = await workers(32, {}, { filters, trace: true, seed });
      host.setCluster("gate", ({ path }) => ({ status: 200, delayMs: path.length % 3 }));
      host.shared.set("", "k", new Uint8Array(1), 0);
      host.faults.refuse("proxy_get_shared_data", 10, { rate: 0.05 });
      const { exchanges } = runWorkers(host, {
        flows: 640,
        conflicts: 0.2,
        patienceMs: 2000,
        onFlow: (ended) => {
          if (ended === 100) host.worker(7).lose();
        },
      });
      return {
        trace: traceText(host.trace!),
        statuses: exchanges.map((exchange) => exchange.status),
      };
    };
    const first = await run(32);
    expect(first.statuses.filter((status) => status === 200).length).toBeGreaterThan(600);
    expect(first.trace).toMatch(/proxy_set_shared_data.* 8$/m);
    expect((await run(32)).trace === first.trace).toBe(true);
    expect((await run(33)).trace === first.trace).toBe(false);
  });
});
