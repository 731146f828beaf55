// Two modules of different table layouts in one Envoy, as while a new version rolls out and the old one drains: the layout's
// number is in the table's name and in each shard, so that neither ever reads the other's counts as its own.
import { beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../cli/build/compile.ts";
import { createHost, type Host, type VirtualClock } from "../host/index.ts";
import { admitted, fivePerMinute, limited, section } from "./limited.ts";

const config = section({ policies: [{ ...fivePerMinute, maxIdentities: 62 }] });
const shardKey = /^meshwarden\/rl\/([0-9a-f]{16})\/[0-9a-f]{8}$/;
/** "MWRL" and 62 slots in the mark of a shard; between them the layout's number. */
const [magic, slots] = [0x4c52574dn, 0x3en];

let current: Uint8Array;

beforeAll(async () => {
  current = (await compile({ entry: "assembly/filters/ratelimit.ts", target: "release" })).wasm;
});

/** The module with another layout number at the end of its tables' names: a constant text of four bytes, behind its length. */
function withLayout(digit: number): Uint8Array {
  const text = [2, 0, 0, 0, 4, 0, 0, 0, 10, 0];
  const wasm = Buffer.from(current);
  const at = wasm.indexOf(Buffer.from([...text, 0x32]));
  expect(at).toBeGreaterThan(0);
  expect(wasm.indexOf(Buffer.from([...text, 0x32]), at + 1)).toBe(-1);
  wasm[at + text.length] = 0x30 + digit;
  return wasm;
}

async function both(older: Uint8Array): Promise<Host & { clock: VirtualClock }> {
  const filters = [
    { name: "older", wasm: new WebAssembly.Module(older as BufferSource), config },
    { name: "newer", wasm: new WebAssembly.Module(current as BufferSource), config },
  ];
  return (await createHost({ filters, useRemoteAddress: true })) as Host & { clock: VirtualClock };
}

const event = (host: Host, name: string): number =>
  host.metrics.value(`policy=.=five;.;event=.=${name};.;meshwarden_ratelimit_table_events`) ?? 0;

const tables = (host: Host): string[] =>
  host.shared.keys().flatMap((key) => shardKey.exec(key)?.[1] ?? []);

describe("two modules with a policy of one name", () => {
  test("of one layout count together", async () => {
    const host = await both(current);
    // Each request passes both and costs two.
    expect(await admitted(host, 9)).toBe(2);
    expect(new Set(tables(host)).size).toBe(1);
    host.close();
  });

  test("of two layouts keep tables of their own, and neither mends the other's", async () => {
    const host = await both(withLayout(1));
    expect(await admitted(host, 9)).toBe(5);
    expect(new Set(tables(host)).size).toBe(2);
    host.clock.advance("2s");
    expect(event(host, "reformatted")).toBe(0);
    host.close();
  });
});

describe("a shard in our key", () => {
  /** Layout number in a shard's mark, and the shard with another one and a true checksum. */
  const markOf = (host: Host): { key: string; value: Buffer; geometry: bigint } => {
    const key = host.shared.keys().find((each) => shardKey.test(each))!;
    const value = Buffer.from(host.shared.get("", key)!.value);
    return { key, value, geometry: BigInt(`0x${shardKey.exec(key)![1]}`) };
  };

  test("carries the number that the table's name ends with", async () => {
    const host = await limited({ policies: [{ ...fivePerMinute, maxIdentities: 62 }] });
    const { value, geometry } = markOf(host);
    expect(value.readBigUInt64LE(0) ^ geometry).toBe((slots << 48n) | (2n << 32n) | magic);
    host.close();
  });

  test.each([
    [1n, 5, 1],
    [2n, 0, 0],
    [3n, 5, 1],
  ])(
    "of layout %i and a true checksum is begun anew unless the layout is ours",
    async (layout, more, reformatted) => {
      const host = await limited({ policies: [{ ...fivePerMinute, maxIdentities: 62 }] });
      expect(await admitted(host, 5)).toBe(5);
      const { key, value, geometry } = markOf(host);
      const was = value.readBigUInt64LE(0);
      const mark = geometry ^ ((slots << 48n) | (layout << 32n) | magic);
      value.writeBigUInt64LE(mark, 0);
      const sum = value.readBigUInt64LE(16) - was + mark;
      value.writeBigUInt64LE(BigInt.asUintN(64, sum), 16);
      host.shared.set("", key, value, 0);
      expect(await admitted(host, 9)).toBe(more);
      host.clock.advance("1s");
      expect(event(host, "reformatted")).toBe(reformatted);
      host.close();
    },
  );
});
