// What must not get anyone past a limit, nor anyone shut out for good: lost races, a foreign hand in the shared data, clocks that
// jump, tables that are full and identities by the thousand.
import { describe, expect, test } from "vitest";
import type { Host } from "../host/index.ts";
import {
  admitted,
  fivePerMinute,
  from,
  limited,
  refusal,
  section,
  statuses,
  type Policy,
} from "./limited.ts";

/** One shard, so that its key is known. */
const small: Policy = { ...fivePerMinute, maxIdentities: 62 };

const shardKeys = (host: Host): string[] =>
  host.shared.keys().filter((key) => /^meshwarden\/rl\/[0-9a-f]{16}\/[0-9a-f]{8}$/.test(key));

const event = (host: Host, name: string): number | undefined =>
  host.metrics.value(`policy=.=five;.;event=.=${name};.;meshwarden_ratelimit_table_events`);

describe("races", () => {
  test("a lost one is run again, and nothing is counted twice", async () => {
    const host = await limited({ policies: [small] });
    host.shared.conflictNext(shardKeys(host)[0], 63);
    expect(await admitted(host, 9)).toBe(5);
    host.clock.advance("1s");
    expect(event(host, "conflict")).toBe(63);
    host.close();
  });

  test("when all are lost the request is denied, unless the policy fails open", async () => {
    const host = await limited({ policies: [small] });
    host.shared.conflictNext(shardKeys(host)[0], 64);
    const exchange = await host.request({});
    expect([exchange.status, exchange.details]).toEqual([503, "ratelimit.contended"]);
    expect(exchange.header("retry-after")).toBe("1");
    host.close();
    const open = await limited({ policies: [{ ...small, failOpen: true }] });
    open.shared.conflictNext(shardKeys(open)[0], 64);
    const passed = await open.request({});
    expect(passed.status).toBe(200);
    expect(passed.logs[0].message).toContain('"code":"ratelimit.contended"');
    open.close();
  });
});

describe("shared data in other hands", () => {
  test.each([
    ["other bytes", new Uint8Array(1024).fill(0x41)],
    ["nothing", new Uint8Array(0)],
    ["something longer", new Uint8Array(4096)],
    ["something shorter", new Uint8Array(8)],
  ])("%s in our key: the shard starts afresh, and says so", async (_, value) => {
    const host = await limited({ policies: [small], host: { workers: 2 } });
    await admitted(host, 3);
    host.shared.set("", shardKeys(host)[0], value, 0);
    expect(await admitted(host, 9)).toBe(5);
    host.clock.advance("1s");
    expect(event(host, "reformatted")).toBe(1);
    host.close();
  });

  test("a proxy that starts anew begins afresh, and a worker that starts later finds the counts", async () => {
    const first = await limited({ policies: [small] });
    expect(await admitted(first, 9)).toBe(5);
    first.close();
    const second = await limited({ policies: [small] });
    expect(await admitted(second, 9)).toBe(5);
    expect(second.updateConfig("limiter", section({ policies: [small] })).ok).toBe(true);
    second.drain();
    expect(await admitted(second, 9)).toBe(0);
    second.close();
  });

  test("one flipped bit in a count is seen", async () => {
    const host = await limited({ policies: [small] });
    await admitted(host, 5);
    const key = shardKeys(host)[0];
    const value = host.shared.get("", key)!.value.slice();
    value[600] ^= 4;
    host.shared.set("", key, value, 0);
    expect(await admitted(host, 1, from("10.0.0.8:1"))).toBe(1);
    host.clock.advance("1s");
    expect(event(host, "reformatted")).toBe(1);
    host.close();
  });

  test("a foreign value under the seed's key is replaced before anything is counted", async () => {
    const host = await limited({ policies: [small] });
    host.shared.set("", "meshwarden/rl/seed", new TextEncoder().encode("not ours"), 0);
    expect(host.updateConfig("limiter", section({ policies: [small] })).ok).toBe(true);
    expect(host.shared.get("", "meshwarden/rl/seed")!.value).toHaveLength(32);
    expect(await admitted(host, 9)).toBe(5);
    host.close();
  });

  test("no identity stands in it", async () => {
    const policy = { ...small, identity: [{ header: "x-key" }] };
    const host = await limited({ policies: [policy] });
    await host.request({ headers: [["x-key", "s3cr3t-k3y-of-a-client"]] });
    const texts = host.shared
      .keys()
      .map((key) => key + Buffer.from(host.shared.get("", key)!.value).toString("latin1"));
    expect(texts.join()).not.toContain("s3cr3t");
    host.close();
  });

  test("namespaces keep two plugins with policies of one name apart", async () => {
    const host = await limited({ policies: [small] });
    await admitted(host, 5);
    const other = section({ policies: [small], section: { namespace: "other" } });
    expect(host.updateConfig("limiter", other).ok).toBe(true);
    expect(await admitted(host, 9)).toBe(5);
    host.close();
  });

  test("without shared data the configuration is refused", async () => {
    const capabilities = ["proxy_on_context_create", "proxy_on_configure", "proxy_log"];
    const make = limited({
      policies: [small],
      host: { onCrash: "trap" },
    });
    const host = await make;
    const result = host.updateConfig("limiter", section({ policies: [small] }), {
      allowedCapabilities: [
        ...capabilities,
        "proxy_abi_version_0_2_1",
        "proxy_on_memory_allocate",
        "proxy_get_current_time_nanoseconds",
        "proxy_define_metric",
        "proxy_get_buffer_bytes",
        "proxy_get_log_level",
      ],
    });
    expect(result.ok).toBe(false);
    expect(result.logs.map((line) => line.message).join("\n")).toContain("shared data");
    host.close();
  });
});

describe("clocks", () => {
  test("one that goes back costs a client at most one burst's time", async () => {
    const host = await limited({ policies: [small] });
    await admitted(host, 6);
    host.clock.jump(-86_400_000);
    const exchange = await host.request({});
    expect(exchange.status).toBe(429);
    expect(Number(exchange.header("retry-after"))).toBeLessThanOrEqual(60);
    host.clock.advance("60s");
    expect(await admitted(host, 9)).toBe(5);
    host.close();
  });

  test("one that goes back gains nothing", async () => {
    for (const algorithm of ["gcra", "fixedWindow", "slidingWindow"]) {
      const host = await limited({ policies: [{ ...small, algorithm }] });
      await admitted(host, 5);
      host.clock.jump(-1_000);
      expect(await admitted(host, 5), algorithm).toBe(0);
      host.close();
    }
  });

  test("one that stands still admits the burst and no more", async () => {
    for (const algorithm of ["gcra", "fixedWindow", "slidingWindow"]) {
      const host = await limited({ policies: [{ ...small, algorithm }], host: { workers: 2 } });
      const all = await statuses(host, 200);
      expect(
        all.filter((status) => status === 200),
        algorithm,
      ).toHaveLength(5);
      host.close();
    }
  });

  test("one that jumps ahead lets nobody in twice for the same time", async () => {
    const host = await limited({ policies: [small] });
    await admitted(host, 5);
    host.clock.jump(86_400_000);
    expect(await admitted(host, 9)).toBe(5);
    host.close();
  });
});

describe("sizes", () => {
  const keyed = { ...small, identity: [{ header: "x-key" }] };
  const key = (i: number): { headers: [string, string][] } => ({ headers: [["x-key", `k${i}`]] });

  test("rotating through many times the table gains nothing", async () => {
    const host = await limited({ policies: [keyed], host: { workers: 2, lean: true } });
    let passed = 0;
    let pages = 0;
    for (let i = 0; i < 3000; i++) {
      passed += (await host.request(key(i))).status === 200 ? 1 : 0;
      if (i === 300) pages = host.pages;
    }
    expect(host.pages).toBe(pages);
    expect(passed).toBeLessThanOrEqual(62 * 5);
    expect(shardKeys(host)).toHaveLength(1);
    host.close();
  });

  test("a full table can deny instead", async () => {
    const host = await limited({
      policies: [{ ...keyed, onTableFull: "deny" }],
      host: { lean: true },
    });
    const seen = await statuses(
      host,
      Array.from({ length: 64 }, (_, i) => key(i)),
    );
    expect(seen.filter((status) => status === 200)).toHaveLength(62);
    expect((await host.request(key(99))).details).toBe("ratelimit.table_full");
    expect(await admitted(host, 1, key(3))).toBe(1);
    host.close();
  });

  test("an identity of 64 KB is told apart from none, and costs nothing", async () => {
    const host = await limited({ policies: [keyed] });
    const exchange = await host.request({ headers: [["x-key", "k".repeat(65_536)]] });
    expect(exchange.details).toBe("ratelimit.identity_oversized");
    expect(await admitted(host, 9, key(1))).toBe(5);
    host.close();
  });

  test("a path longer than any buffer matches every policy", async () => {
    const policy = { ...small, match: { paths: [{ exact: "/login" }] } };
    const host = await limited({ policies: [policy] });
    const path = `/${"a".repeat(50_000)}/../login`;
    expect(await admitted(host, 9, { path })).toBe(5);
    host.close();
  });

  test("one request a year holds", async () => {
    const policy = { ...small, limit: { requests: 1, per: "365d" } };
    const host = await limited({ policies: [policy] });
    expect(await statuses(host, 2)).toEqual([200, 429]);
    host.clock.jump(8000 * 3_600_000);
    const exchange = await host.request({});
    expect(exchange.header("retry-after")).toBe(String(365 * 86_400 - 8000 * 3600));
    host.close();
  });

  test("a burst that stands for a million years is refused, and the longest that is allowed holds", async () => {
    const yearly = { ...small, limit: { requests: 1, per: "365d", burst: 1_000_000 } };
    expect(await refusal({ policies: [yearly] })).toContain("more than 400 days");
    const long = { ...small, limit: { requests: 1_000_000, per: "365d", burst: 1_000_000 } };
    const host = await limited({ policies: [{ ...long, cost: 999_999 }] });
    expect(await statuses(host, 2)).toEqual([200, 429]);
    host.close();
  });

  test("a cost that never fits is refused", async () => {
    expect(await refusal({ policies: [{ ...small, cost: 6 }] })).toContain(
      "a cost of 6 and a burst of 5",
    );
  });

  test("two policies of one name are refused", async () => {
    expect(await refusal({ policies: [small, small] })).toContain("names another policy too");
  });

  test("a WebSocket counts once, however long it lasts", async () => {
    const host = await limited({ policies: [small], host: { upgrades: ["websocket"] } });
    const upgrade: [string, string][] = [
      ["upgrade", "websocket"],
      ["connection", "Upgrade"],
    ];
    const seen = await statuses(host, 6, { headers: upgrade, upstream: { status: 101 } });
    expect(seen.filter((status) => status === 429)).toHaveLength(1);
    host.close();
  });

  test("every identity of a table of 1,000 keeps its own count", async () => {
    const policy = { ...keyed, maxIdentities: 10_000 };
    const host = await limited({ policies: [policy], host: { workers: 4, lean: true } });
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 1000; i++) expect((await host.request(key(i))).status).toBe(200);
    }
    host.close();
  });
});
