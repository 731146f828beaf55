// The limiter against the model, operation by operation: the same verdicts and the same count of what is left, for every rule,
// whichever of two workers is asked. The model knows neither the packed words nor the table nor the deny cache.
import { beforeAll, describe, expect, test } from "vitest";
import { BucketModel, WindowModel, type Model } from "./ratelimit-model.ts";
import { loadProbe, random, Workers, type Policy } from "./ratelimit-workers.ts";

const seeds = Number(process.env["MESHWARDEN_SEEDS"] ?? 200);
/** A window of 2^36 ns, about 69 s: sliding windows weigh in steps of 1,024 ns. */
const window = 1n << 36n;
const start = (1_700_000_000_000_000_000n / window) * window;

beforeAll(loadProbe);

const rules: [Policy["kind"], bigint, number, () => Model][] = [
  ["gcra", 1n << 30n, 4, () => new BucketModel(1n << 30n, 4n)],
  ["fixedWindow", window, 12, () => new WindowModel(window, 12n, "fixedWindow")],
  ["slidingWindow", window, 12, () => new WindowModel(window, 12n, "slidingWindow")],
  ["concurrency", window, 5, () => new WindowModel(window, 5n, "concurrency")],
];

describe.each(rules)("%s", (kind, unitNs, requests, makeModel) => {
  test(`agrees with its model over ${seeds} seeds`, () => {
    const seen = { admitted: 0, denied: 0, refunds: 0 };
    for (let seed = 1; seed <= seeds; seed++) {
      const next = random(seed * 31 + requests);
      const workers = new Workers(2, { kind, unitNs, requests, shards: 2 });
      const model = makeModel();
      const used: { key: bigint; cost: number; at: bigint }[] = [];
      let now = start + (BigInt(Math.floor(next() * 1e9)) << 10n);
      for (let step = 0; step < 120; step++) {
        now += BigInt(Math.floor(next() * next() * 2 ** 21)) << 10n;
        const key = BigInt(1 + Math.floor(next() * 3));
        const worker = workers.instances[Math.floor(next() * 2)];
        const cost = 1 + Math.floor(next() * next() * 4);
        const what = next();
        if (what < 0.15 && used.length > 0) {
          const [back] = used.splice(Math.floor(next() * used.length), 1);
          // The other rules remember denials, and only the worker that gives back forgets its own: see the next test.
          if (kind === "concurrency") worker.refund(back.key, now, back.cost, back.at);
          if (kind === "concurrency") model.refund(back.key, now, BigInt(back.cost), back.at);
          seen.refunds++;
          continue;
        }
        const expected = model.take(key, now, BigInt(cost));
        const actual = worker.take(key, now, cost) === 0;
        expect(actual, `seed ${seed} step ${step} key ${key}`).toBe(expected);
        if (actual) {
          used.push({ key, cost, at: now });
          expect(BigInt(worker.remaining()), `seed ${seed} step ${step}`).toBe(
            model.remaining(key, now),
          );
          seen.admitted++;
        } else seen.denied++;
      }
    }
    expect(Math.min(seen.admitted, seen.denied)).toBeGreaterThan(seeds * 5);
  });

  test("what is given back and what is charged afterwards agree too", () => {
    for (let seed = 1; seed <= seeds; seed++) {
      const next = random(seed * 7 + requests);
      const workers = new Workers(1, { kind, unitNs, requests, shards: 1 });
      const [worker] = workers.instances;
      const model = makeModel();
      const used: { cost: number; at: bigint }[] = [];
      let now = start + (BigInt(Math.floor(next() * 1e9)) << 10n);
      for (let step = 0; step < 120; step++) {
        now += BigInt(Math.floor(next() * next() * 2 ** 21)) << 10n;
        const cost = 1 + Math.floor(next() * next() * 4);
        const what = next();
        if (what < 0.3 && used.length > 0) {
          const back = used.pop()!;
          worker.refund(1n, now, back.cost, back.at);
          model.refund(1n, now, BigInt(back.cost), back.at);
        } else if (what < 0.4 && kind !== "concurrency") {
          worker.charge(1n, now, cost);
          model.charge(1n, now, BigInt(cost));
        } else {
          const expected = model.take(1n, now, BigInt(cost));
          expect(worker.take(1n, now, cost) === 0, `seed ${seed} step ${step}`).toBe(expected);
          if (expected) used.push({ cost, at: now });
        }
      }
    }
  });
});
