// What a limit promises, whatever the schedule: never more than burst + rate · t, never much less, for any number of workers
// that lose races, and for an attacker who rotates identities.
import { beforeAll, describe, expect, test } from "vitest";
import { loadProbe, random, Workers, type Policy } from "./ratelimit-workers.ts";

const second = 1_000_000_000n;
const start = 1_700_000_000n * second;
const admitted = 0;

/** More seeds for a longer run: MESHWARDEN_SEEDS=40000 is 10,000 seeds for each number of workers. */
const seeds = Number(process.env["MESHWARDEN_SEEDS"] ?? 240);

beforeAll(loadProbe);

/** Runs `total` requests of one identity over the workers, interleaved at store calls, and returns the admitted times. */
function race(
  policy: Policy,
  workerCount: number,
  seed: number,
  total: number,
  stepNs = 20_000_000,
  isCrowded = false,
): { admittedAt: bigint[]; end: bigint; conflicts: bigint; leased: bigint; isInSecond: boolean } {
  const next = random(seed);
  const workers = new Workers(workerCount, policy);
  if (isCrowded) crowdHome(workers);
  const admittedAt: bigint[] = [];
  let now = start;
  let left = total;
  const busy = new Set<number>();
  const one = (index: number): void => {
    busy.add(index);
    left--;
    now += BigInt(Math.floor(next() * stepNs));
    const at = now;
    if (workers.instances[index].take(7n, at, 1) === admitted) admittedAt.push(at);
    busy.delete(index);
  };
  workers.onStoreCall = () => {
    if (left <= 0 || busy.size >= 4 || next() > 0.3) return;
    const other = Math.floor(next() * workerCount);
    if (!busy.has(other)) one(other);
  };
  while (left > 0) one(Math.floor(next() * workerCount));
  const conflicts = workers.instances.reduce((sum, worker) => sum + worker.conflicts(), 0n);
  const leased = workers.instances.reduce((sum, worker) => sum + worker.leased(), 0n);
  const isInSecond = Buffer.from(workers.shards.get(1)?.bytes ?? [])
    .subarray(32, 528)
    .includes(7);
  return { admittedAt, end: now, conflicts, leased, isInSecond };
}

/** Identity 7 is at home in shard 0; says there that newcomers go to their second shard, and keeps the sum true. */
function crowdHome(workers: Workers): void {
  const home = workers.shards.get(0)!;
  const bytes = Buffer.from(home.bytes);
  const overflow = start + 86_400n * second;
  bytes.writeBigUInt64LE(overflow, 24);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, bytes.readBigUInt64LE(16) + overflow), 16);
  workers.shards.set(0, { bytes, version: home.version });
}

describe.each([
  ["at home", false],
  ["in its second shard", true],
])("GCRA over racing workers, the word %s", (_, isCrowded) => {
  for (const workerCount of [1, 2, 8, 32]) {
    test(`${workerCount} workers: never above burst + rate · t, and within 1 % below it`, () => {
      const policy: Policy = { kind: "gcra", unitNs: 20_000_000n, requests: 10, shards: 3 };
      let conflicts = 0n;
      for (let seed = 1; seed <= seeds / 4; seed++) {
        const run = race(policy, workerCount, seed, 300, 20_000_000, isCrowded);
        const allowed = 10 + Number((run.end - start) / policy.unitNs);
        expect(run.admittedAt.length, `seed ${seed}`).toBeLessThanOrEqual(allowed + 1);
        expect(everyWindowHolds(run.admittedAt, policy), `seed ${seed}`).toBe(true);
        conflicts += run.conflicts;
      }
      if (workerCount > 1) expect(conflicts).toBeGreaterThan(0n);
      const long = race(policy, workerCount, 99, 20_000, 20_000_000, isCrowded);
      const allowed = 10 + Number(long.end - start) / Number(policy.unitNs);
      expect(long.isInSecond).toBe(isCrowded);
      expect(long.admittedAt.length / allowed).toBeGreaterThan(0.99);
      expect(long.admittedAt.length / allowed).toBeLessThanOrEqual(1.01);
    });
  }
});

/** GCRA's promise for every interval, not only from the start: n admitted in time t means n ≤ burst + t / emission. */
function everyWindowHolds(times: bigint[], policy: Policy): boolean {
  const sorted = [...times].sort((a, b) => (a < b ? -1 : 1));
  for (let i = 0; i + policy.requests < sorted.length; i++) {
    for (const j of [i + policy.requests, Math.min(i + 3 * policy.requests, sorted.length - 1)]) {
      const count = j - i + 1;
      if (BigInt(count - policy.requests) * policy.unitNs > sorted[j] - sorted[i]) return false;
    }
  }
  return true;
}

describe("leases for hot identities", () => {
  const policy: Policy = {
    kind: "gcra",
    unitNs: 100_000n,
    requests: 256,
    shards: 1,
    leaseTokens: 4,
  };

  for (const workerCount of [2, 8, 32]) {
    test(`${workerCount} workers: never above burst + rate · t from the start, for any seed`, () => {
      let spent = 0n;
      for (let seed = 1; seed <= seeds / 4; seed++) {
        const run = race(policy, workerCount, seed, 600, 90_000);
        const allowed = policy.requests + Number((run.end - start) / policy.unitNs);
        expect(run.admittedAt.length, `seed ${seed}`).toBeLessThanOrEqual(allowed + 1);
        spent += run.leased;
      }
      expect(spent).toBeGreaterThan(0n);
    });
  }

  test("most requests need no store call", () => {
    const workers = new Workers(8, { ...policy, requests: 1024, leaseTokens: 16 });
    const next = random(5);
    let now = start;
    for (let i = 0; i < 4000; i++) {
      now += BigInt(Math.floor(next() * 60_000));
      workers.instances[Math.floor(next() * 8)].take(7n, now, 1);
    }
    expect(workers.writes).toBeLessThan(2000);
  });
});

describe("requests in flight over racing workers", () => {
  test("never more than the limit at any moment, whoever ends when, for any seed", () => {
    const policy: Policy = { kind: "concurrency", unitNs: 60n * second, requests: 5, shards: 1 };
    for (let seed = 1; seed <= seeds / 4; seed++) {
      const next = random(seed);
      const workers = new Workers(8, policy);
      const flying: { worker: number; at: bigint }[] = [];
      const busy = new Set<number>();
      let now = start;
      let left = 200;
      const one = (index: number): void => {
        busy.add(index);
        left--;
        now += BigInt(Math.floor(next() * 1_000_000));
        const at = now;
        if (flying.length > 0 && next() < 0.45) {
          // What has begun to end still counts for the limiter, and no longer for us.
          const [ends] = flying.splice(Math.floor(next() * flying.length), 1);
          workers.instances[index].refund(7n, at, 1, ends.at);
        } else if (workers.instances[index].take(7n, at, 1) === admitted) {
          flying.push({ worker: index, at });
          expect(flying.length, `seed ${seed}`).toBeLessThanOrEqual(5);
        }
        busy.delete(index);
      };
      workers.onStoreCall = () => {
        if (left <= 0 || busy.size >= 4 || next() > 0.3) return;
        const other = Math.floor(next() * 8);
        if (!busy.has(other)) one(other);
      };
      while (left > 0) one(Math.floor(next() * 8));
    }
  });
});

describe("rotating identities", () => {
  /** 5 a minute each; an attacker with 2,000 requests a second over `identities`, 120 s. */
  function attack(identities: number, shards: number): { share: number; goodDenied: number } {
    const policy: Policy = {
      kind: "gcra",
      unitNs: 12n * second,
      requests: 5,
      shards,
      denyEntries: 1024,
    };
    const workers = new Workers(2, policy);
    const next = random(identities);
    const hash = (n: number): bigint =>
      BigInt.asUintN(
        64,
        (BigInt(n + 1) * 0x9e3779b97f4a7c15n) ^ ((BigInt(n + 1) * 0xd6e8feb86659fd93n) >> 29n),
      );
    const seconds = 120;
    let passed = 0;
    let good = 0;
    let goodDenied = 0;
    for (let i = 0; i < seconds * 2000; i++) {
      const now = start + (BigInt(i) * second) / 2000n;
      if (workers.instances[i & 1].take(hash(i % identities), now, 1) === admitted) passed++;
      if (i % 200 === 0) {
        good++;
        const user = hash(1_000_000 + Math.floor(next() * 200));
        if (workers.instances[i & 1].take(user, now, 1) !== admitted) goodDenied++;
      }
    }
    const asked = Math.min(identities * (5 + seconds / 12), seconds * 2000);
    return { share: passed / asked, goodDenied: goodDenied / good };
  }

  test.each([21, 1001, 10001])("%i identities get no more than their share", (identities) => {
    const { share, goodDenied } = attack(identities, 512);
    expect(share).toBeLessThanOrEqual(1.05);
    expect(goodDenied).toBeLessThanOrEqual(0.01);
  });

  test("100 times the table gets no more than the table's share", () => {
    const table = 4 * 62;
    const { share } = attack(100 * table, 4);
    const tableShare = (table * (5 + 120 / 12)) / Math.min(100 * table * 15, 240_000);
    expect(share).toBeLessThanOrEqual(tableShare * 1.05);
  });
});

test("a denied identity costs no store call while its denial holds", () => {
  const workers = new Workers(1, { kind: "gcra", unitNs: second, requests: 5, shards: 1 });
  for (let i = 0; i < 6; i++) workers.instances[0].take(1n, start, 1);
  const before = workers.reads + workers.writes;
  for (let i = 0; i < 1000; i++) workers.instances[0].take(1n, start + BigInt(i), 1);
  expect(workers.reads + workers.writes).toBe(before);
});
