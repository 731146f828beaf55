// Two places per identity: with crowded shards and racing workers nobody gets more than burst + rate · t, whether his word stands
// at home, in his second shard, or was thrown out of either; and while the table has room, everybody gets exactly his own.
import { beforeAll, expect, test } from "vitest";
import { BucketModel } from "./ratelimit-model.ts";
import { loadProbe, random, Workers, type Policy } from "./ratelimit-workers.ts";

const seeds = Number(process.env["MESHWARDEN_SEEDS"] ?? 60);
const second = 1_000_000_000n;
const start = 1_700_000_000n * second;
const admitted = 0;
const unitNs = 8n * second;
const policy: Policy = { kind: "gcra", unitNs, requests: 3, shards: 3, denyEntries: 64 };

beforeAll(loadProbe);

/** As the filter's keys: both halves look random. */
function hash(n: number): bigint {
  const next = random(n);
  const half = (): bigint => BigInt(Math.floor(next() * 2 ** 32));
  return (half() << 32n) | half();
}

/** Most that one identity was ahead of burst + rate · t over any stretch of its admissions. */
function mostAhead(times: bigint[], burst: number, unitNs: bigint): number {
  let tat = 0n;
  let ahead = -Infinity;
  for (const at of times) {
    tat = (tat > at ? tat : at) + unitNs;
    ahead = Math.max(ahead, Number(tat - at) / Number(unitNs) - burst);
  }
  return ahead;
}

/** As `mostAhead` over the stretches that begin with its first admission. */
function aheadOfStart(times: bigint[], burst: number, unitNs: bigint): number {
  const earned = (at: bigint): number => Number(at - times[0]!) / Number(unitNs);
  return Math.max(...times.map((at, n) => n + 1 - earned(at) - burst));
}

/** Key of an identity with these two places in a table of three shards. */
function placed(home: number, other: number, n: number): bigint {
  const half = (shard: number): bigint => BigInt(Math.floor(((shard + 0.5) / 3) * 2 ** 32));
  return (half(other) << 32n) | (half(home) + BigInt(n));
}

interface Load {
  policy: Policy;
  workers: number;
  identities: number;
  /** Mean time between two requests, so that words run out in the middle of a run. */
  pauseNs: number;
  /** Share of requests that go to one identity and mostly one worker, another one every hundred requests. */
  hot?: number;
}

interface Outcome {
  workers: Workers;
  /** Most that one identity was ahead of burst + rate · t over any stretch, and counted from its first request. */
  ahead: number;
  aheadOfStart: number;
}

/** Random requests of racing workers. */
function race(load: Load, seed: number): Outcome {
  const next = random(seed);
  const workers = new Workers(load.workers, load.policy);
  const admissions = new Map<number, bigint[]>();
  const busy = new Set<number>();
  let now = start;
  let left = 1500;
  let isHot = false;
  const one = (index: number): void => {
    busy.add(index);
    left--;
    now += BigInt(Math.floor(next() * 2 * load.pauseNs));
    const at = now;
    const who = isHot ? Math.ceil(left / 100) : Math.floor(next() * load.identities);
    if (workers.instances[index]!.take(hash(seed * 1000 + who), at, 1) === admitted)
      admissions.set(who, [...(admissions.get(who) ?? []), at]);
    busy.delete(index);
  };
  const any = (): number => {
    isHot = load.hot !== undefined && next() < load.hot;
    return isHot && next() < 0.9
      ? Math.ceil(left / 100) % load.workers
      : Math.floor(next() * load.workers);
  };
  workers.onStoreCall = () => {
    if (left <= 0 || busy.size >= 4 || next() > 0.3) return;
    const other = any();
    if (!busy.has(other)) one(other);
  };
  while (left > 0) one(any());
  const { requests, unitNs } = load.policy;
  const times = [...admissions.values()].map((each) => each.sort((a, b) => (a < b ? -1 : 1)));
  return {
    workers,
    ahead: Math.max(...times.map((each) => mostAhead(each, requests, unitNs))),
    aheadOfStart: Math.max(...times.map((each) => aheadOfStart(each, requests, unitNs))),
  };
}

/** Shards that have sent newcomers to their second place. */
function overflowing(workers: Workers): number {
  const words = [...workers.shards.values()].map(({ bytes }) =>
    Buffer.from(bytes).readBigUInt64LE(24),
  );
  return words.filter((word) => word > 0n).length;
}

const loads: [string, number][] = [
  ["with room", 120],
  ["as full as it goes", 186],
  ["three times over", 558],
];

test.each(loads)("a table %s: never above burst + rate · t + 1, for any seed", (_, identities) => {
  let crowdedRuns = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const pauseNs = seed % 2 === 0 ? 3_000_000 : 30_000_000;
    const { workers, ahead } = race({ policy, workers: 8, identities, pauseNs }, seed);
    expect(ahead, `seed ${seed}`).toBeLessThanOrEqual(1);
    if (overflowing(workers) > 0) crowdedRuns++;
  }
  if (identities > 150) expect(crowdedRuns).toBeGreaterThan(seeds / 3);
});

test.each(loads)("a table %s with leases: no more than without, for any seed", (_, identities) => {
  const leased: Policy = { ...policy, unitNs: 100_000_000n, requests: 24, leaseTokens: 4 };
  // A lease is spent within 20 ms after it was paid, which is all that a stretch can gain; from the start on it is nothing.
  const slack = 20_000_000 / Number(leased.unitNs);
  let crowdedRuns = 0;
  let spent = 0n;
  for (let seed = 1; seed <= seeds; seed++) {
    const load = { policy: leased, workers: 2 + (seed % 7), identities, hot: 0.5 };
    const run = race({ ...load, pauseNs: seed % 2 === 0 ? 80_000 : 250_000 }, seed);
    expect(run.ahead, `seed ${seed}`).toBeLessThanOrEqual(1 + slack);
    expect(run.aheadOfStart, `seed ${seed}`).toBeLessThanOrEqual(1);
    spent += run.workers.instances.reduce((sum, worker) => sum + worker.leased(), 0n);
    if (overflowing(run.workers) > 0) crowdedRuns++;
  }
  expect(spent).toBeGreaterThan(BigInt(seeds) * 10n);
  if (identities > 150) expect(crowdedRuns).toBeGreaterThan(seeds / 3);
});

test("while there is room, everybody gets exactly his own, wherever his word stands", () => {
  let crowdedRuns = 0;
  for (let seed = 1; seed <= seeds; seed++) {
    const next = random(seed);
    const workers = new Workers(2, policy);
    const model = new BucketModel(unitNs, BigInt(policy.requests));
    let now = start;
    for (let step = 0; step < 1500; step++) {
      // Now and then long enough for every word to run out.
      now += BigInt(Math.floor(next() * (next() < 0.002 ? 1e11 : 2e7)));
      const key = hash(seed * 1000 + Math.floor(next() * 155));
      const expected = model.take(key, now, 1n);
      const actual = workers.instances[Math.floor(next() * 2)]!.take(key, now, 1) === admitted;
      expect(actual, `seed ${seed} step ${step}`).toBe(expected);
    }
    if (overflowing(workers) > 0) crowdedRuns++;
  }
  expect(crowdedRuns).toBeGreaterThan(seeds / 3);
});

/** Shard 0 crowded, shard 1 full, room in shard 2: the next with home 0 and second place 1 throws somebody out of shard 1. */
function crowd(worker: Workers["instances"][number], taken: number): void {
  for (let n = 0; n < 62; n++)
    for (let i = 0; i < taken; i++) worker.take(placed(1, 2, n), start, 1);
  for (let n = 0; n < 56 + 6; n++)
    for (let i = 0; i < taken; i++) worker.take(placed(0, 1, n), start, 1);
}

test("under deny, who is thrown out by a late cost of another does not begin anew", () => {
  const worker = new Workers(1, { ...policy, onFull: "deny", denyEntries: 0 }).instances[0]!;
  crowd(worker, policy.requests);
  worker.charge(placed(0, 1, 1000), start, 1);
  for (let n = 0; n < 62; n++)
    expect(worker.take(placed(1, 2, n), start, 1), `${n}`).not.toBe(admitted);
});

test("a floor counts until it has run out or the clock went back behind it", () => {
  const worker = new Workers(1, policy).instances[0]!;
  crowd(worker, 1);
  expect(worker.take(placed(0, 1, 1000), start, 1)).toBe(admitted);
  worker.take(placed(1, 2, 1000), start, 1);
  expect(worker.remaining()).toBe(policy.requests - 2);
  const before = start - 3600n * second;
  expect(worker.take(placed(1, 2, 1001), before, 1)).toBe(admitted);
  expect(worker.remaining()).toBe(policy.requests - 1);
});

test("newcomers find room while nine tenths of the table come and go", () => {
  const shards = 512 + Math.floor(512 / 7);
  const workers = new Workers(1, { ...policy, unitNs: 12n * second, requests: 5, shards });
  const worker = workers.instances[0]!;
  // Each uses up his five and is idle a minute later.
  const perMinute = Math.floor(31_744 * 0.9);
  let denied = 0;
  const late = perMinute * 3;
  for (let who = 0; who < late + perMinute; who++) {
    const now = start + (BigInt(who) * 60n * second) / BigInt(perMinute);
    if (worker.take(hash(who), now, 1) !== admitted && who >= late) denied++;
    worker.take(hash(who), now, 4);
  }
  expect(denied / perMinute).toBeLessThanOrEqual(0.01);
});

test("good users find room while the table is nine tenths full", () => {
  const slots = 31_744;
  const shards = 512 + Math.floor(512 / 7);
  const workers = new Workers(1, { ...policy, unitNs: 12n * second, requests: 5, shards });
  const worker = workers.instances[0]!;
  for (let round = 0; round < 5; round++)
    for (let who = 0; who < slots * 0.9; who++) worker.take(hash(who), start, 1);
  let denied = 0;
  for (let who = 0; who < 2000; who++)
    if (worker.take(hash(10_000_000 + who), start, 1) !== admitted) denied++;
  expect(denied / 2000).toBeLessThanOrEqual(0.01);
});
