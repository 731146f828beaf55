// Stores in shared memory: they behave as the host core's own, whatever is done to them, and hold when threads race.
import fc from "fast-check";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { MetricType, Status } from "../../assembly/abi/constants.ts";
import { packageRoot } from "../../cli/build/sources.ts";
import { ThreadSharedData } from "../../cli/serve/shared/data.ts";
import { SharedHeap } from "../../cli/serve/shared/heap.ts";
import { ThreadMetrics } from "../../cli/serve/shared/metrics.ts";
import { ThreadSharedQueues } from "../../cli/serve/shared/queues.ts";
import { SharedTable } from "../../cli/serve/shared/table.ts";
import { MetricIds, Metrics } from "../host/metrics.ts";
import { SharedData } from "../host/shared-data.ts";
import { SharedQueues } from "../host/queues.ts";

const table = (): SharedTable => new SharedTable(new SharedHeap());
const key = fc.constantFrom("", "a", "b", "key with \xff bytes\0", "longer key ".repeat(30));
const value = fc.uint8Array({ maxLength: 300 });

describe("as the host core's own", () => {
  test("shared data", () => {
    const operation = fc.record({
      vm: fc.constantFrom("", "vm"),
      key,
      value,
      cas: fc.constantFrom("none", "right", "wrong"),
    });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
        const ours = new ThreadSharedData(table());
        const theirs = new SharedData();
        for (const { vm, key, value, cas } of operations) {
          const number = (store: SharedData): number =>
            cas === "none" ? 0 : cas === "right" ? (store.get(vm, key)?.cas ?? 0) : 4_000_000_000;
          expect(ours.set(vm, key, value, number(ours))).toBe(
            theirs.set(vm, key, value, number(theirs)),
          );
          expect(ours.get(vm, key)).toEqual(theirs.get(vm, key));
        }
        expect(ours.keys("vm").sort()).toEqual(theirs.keys("vm").sort());
      }),
    );
  });

  test("queues", () => {
    const operation = fc.oneof(
      fc.record({ kind: fc.constant("register" as const), name: key }),
      fc.record({ kind: fc.constant("push" as const), id: fc.integer({ min: 0, max: 4 }), value }),
      fc.record({ kind: fc.constant("pop" as const), id: fc.integer({ min: 0, max: 4 }) }),
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
        const told: [number[], number[]] = [[], []];
        const stores = [new ThreadSharedQueues(table(), 1, () => {}), new SharedQueues()];
        for (const one of operations) {
          const [ours, theirs] = stores.map((store, i) => {
            if (one.kind === "register")
              return store.register("", one.name, (id) => told[i]!.push(id));
            return one.kind === "push" ? store.enqueue(one.id, one.value) : store.dequeue(one.id);
          });
          expect(ours).toEqual(theirs);
        }
        expect(told[0]).toEqual(told[1]);
      }),
    );
  });

  test("metrics", () => {
    const operation = fc.record({
      type: fc.constantFrom(MetricType.Counter, MetricType.Gauge, MetricType.Histogram),
      name: fc.constantFrom("a", "b", "with space"),
      record: fc.boolean(),
      amount: fc.integer({ min: -5, max: 4_000 }),
    });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 40 }), (operations) => {
        const stores = [new ThreadMetrics(table()), new Metrics()];
        const ids = stores.map((store) => new MetricIds(store));
        for (const { type, name, record, amount } of operations) {
          const [ours, theirs] = ids.map((one) => {
            const id = one.define(type, name);
            const status = record
              ? one.record(id, BigInt(amount))
              : one.increment(id, BigInt(amount));
            return [status, one.get(id)];
          });
          expect(ours).toEqual(theirs);
        }
        expect(stores[0]!.prometheusText()).toBe(stores[1]!.prometheusText());
      }),
    );
  });
});

test("thousands of keys and growing values stay readable", () => {
  const data = new ThreadSharedData(table());
  for (let i = 0; i < 5000; i++) data.set("", `key ${i}`, new Uint8Array(i % 200).fill(i & 255), 0);
  for (let i = 0; i < 5000; i++)
    data.set("", `key ${i}`, new Uint8Array((i * 7) % 400).fill(i & 255), 0);
  let right = 0;
  for (let i = 0; i < 5000; i++) {
    const expected = new Uint8Array((i * 7) % 400).fill(i & 255);
    if (Buffer.compare(data.get("", `key ${i}`)!.value, expected) === 0) right++;
  }
  expect(right).toBe(5000);
});

test("writing the same keys again and again takes no more memory", () => {
  const heap = new SharedHeap();
  const data = new ThreadSharedData(new SharedTable(heap));
  const queues = new ThreadSharedQueues(new SharedTable(heap), 1, () => {});
  const id = queues.register("", "q", () => {});
  const round = (): void => {
    for (let size = 0; size < 500; size++) {
      data.set("", `key ${size % 7}`, new Uint8Array(size), 0);
      queues.enqueue(id, new Uint8Array(size));
    }
    while (queues.dequeue(id) !== Status.Empty);
  };
  round();
  const { usedBytes } = heap;
  for (let i = 0; i < 50; i++) round();
  expect(heap.usedBytes).toBe(usedBytes);
});

test("what does not fit is refused, and what was there stays", () => {
  const data = new ThreadSharedData(table());
  expect(data.set("", "a", Uint8Array.of(1), 0)).toBe(Status.Ok);
  expect(data.set("", "a", new Uint8Array(600 * 1024 * 1024), 0)).toBe(Status.InternalFailure);
  expect(data.get("", "a")!.value).toEqual(Uint8Array.of(1));
});

describe("four threads at once", () => {
  const threads = 4;
  const times = 3000;
  const module = (name: string): string =>
    pathToFileURL(path.join(packageRoot, "dist", "cli", "serve", "shared", `${name}.js`)).href;

  /** Runs `body` in each thread, with the stores and its number at hand; the sum of what they return. */
  async function race(heap: SharedHeap, body: string): Promise<number> {
    const code = `
      const { parentPort, workerData } = require("node:worker_threads");
      (async () => {
        const { SharedHeap } = await import("${module("heap")}");
        const { SharedTable } = await import("${module("table")}");
        const { ThreadSharedData } = await import("${module("data")}");
        const { ThreadSharedQueues } = await import("${module("queues")}");
        const { ThreadMetrics } = await import("${module("metrics")}");
        const table = new SharedTable(new SharedHeap(workerData.memory));
        const data = new ThreadSharedData(table);
        const queues = new ThreadSharedQueues(table, workerData.thread, () => {});
        const metrics = new ThreadMetrics(table);
        const { times, thread } = workerData;
        parentPort.postMessage(await (async () => { ${body} })());
      })();`;
    const all = Array.from({ length: threads }, (_, i) => {
      const workerData = { memory: heap.buffer, thread: i + 1, times };
      const worker = new Worker(code, { eval: true, workerData });
      return new Promise<number>((resolve, reject) =>
        worker.on("message", resolve).on("error", reject),
      );
    });
    return (await Promise.all(all)).reduce((sum, one) => sum + one, 0);
  }

  test("no addition is lost: cas loops, atomic counters, histograms", async () => {
    const heap = new SharedHeap();
    await race(
      heap,
      `for (let i = 0; i < times; i++) {
        for (;;) {
          const before = data.get("", "n");
          const next = Buffer.alloc(4);
          next.writeUInt32LE((before === undefined ? 0 : Buffer.from(before.value).readUInt32LE(0)) + 1);
          // The first write of a key has nothing to be compared with: one thread makes it.
          if (before === undefined && thread !== 1) { await new Promise(setImmediate); continue; }
          if (data.set("", "n", next, before?.cas ?? 0) === 0) break;
        }
        metrics.define(0, "counter").add(1n);
        metrics.define(2, "histogram").observe(i % 3);
      }
      return 0;`,
    );
    const shared = new SharedTable(heap);
    const { value } = new ThreadSharedData(shared).get("", "n")!;
    expect(Buffer.from(value).readUInt32LE(0)).toBe(threads * times);
    const metrics = new ThreadMetrics(shared);
    expect(metrics.value("counter")).toBe(threads * times);
    expect(metrics.value("histogram")).toBe(threads * times);
    expect(metrics.prometheusText()).toContain(`histogram_sum{} ${threads * times}`);
  });

  test("every item is taken once", async () => {
    const heap = new SharedHeap();
    const queues = new ThreadSharedQueues(new SharedTable(heap), 0, () => {});
    const id = queues.register("", "q", () => {});
    const taken = await race(
      heap,
      `let sum = 0;
      for (let i = 0; i < times; i++) {
        queues.enqueue(${id}, Uint8Array.of(1));
        const item = queues.dequeue(${id});
        if (typeof item !== "number") sum += item[0];
      }
      return sum;`,
    );
    let left = 0;
    while (typeof queues.dequeue(id) !== "number") left++;
    expect(taken + left).toBe(threads * times);
  });
});
