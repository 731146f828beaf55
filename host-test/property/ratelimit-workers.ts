// Several workers that share one set of shards, each a Wasm instance of its own. A worker can be interrupted at every store
// call: the scheduler then lets others run whole requests before the call takes effect, which is what threads do to it.
import { compile } from "../../cli/build/compile.ts";

const shardBytes = 1024;
const absentVersion = 0xffffffff;

interface Exports {
  memory: WebAssembly.Memory;
  configure(
    kind: number,
    unitNs: bigint,
    requests: number,
    shards: number,
    onFull: number,
    deny: number,
  ): number;
  lease(tokens: number, entries: number): void;
  take(key: bigint, nowNs: bigint, cost: number): number;
  refund(key: bigint, nowNs: bigint, cost: number, sinceNs: bigint): void;
  charge(key: bigint, nowNs: bigint, cost: number): void;
  retry_after_ns(): bigint;
  remaining(): number;
  conflicts(): bigint;
  exhausted(): bigint;
  leased(): bigint;
  _initialize?(): void;
}

export interface Policy {
  kind: "gcra" | "fixedWindow" | "slidingWindow" | "concurrency";
  /** Emission interval for gcra, length of the window for the others. */
  unitNs: bigint;
  requests: number;
  shards: number;
  onFull?: "inherit" | "deny" | "reset" | "allow";
  denyEntries?: number;
  /** Tokens of a lease; absent = no leases. */
  leaseTokens?: number;
}

let module: WebAssembly.Module | undefined;

/** Compiles the probe once for all tests of a file. */
export async function loadProbe(): Promise<void> {
  const { wasm } = await compile({ entry: "assembly/probes/ratelimit.ts", target: "spec" });
  module ??= new WebAssembly.Module(wasm);
}

/** Small fast generator (mulberry32): the same seed gives the same run. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export class Workers {
  readonly instances: Exports[] = [];
  readonly shards = new Map<number, { bytes: Uint8Array; version: number }>();
  reads = 0;
  writes = 0;
  /** Called before each store call of a running worker takes effect; set by a test to interleave others. */
  onStoreCall: (() => void) | undefined;
  private counter = 0;

  constructor(count: number, policy: Policy) {
    const kinds = { gcra: 0, fixedWindow: 1, slidingWindow: 2, concurrency: 3 };
    const full = { inherit: 0, deny: 1, reset: 2, allow: 3 };
    for (let i = 0; i < count; i++) {
      const worker = this.instantiate();
      worker.configure(
        kinds[policy.kind],
        policy.unitNs,
        policy.requests,
        policy.shards,
        full[policy.onFull ?? "inherit"],
        policy.denyEntries ?? 256,
      );
      if (policy.leaseTokens !== undefined) worker.lease(policy.leaseTokens, 64);
      this.instances.push(worker);
    }
  }

  private instantiate(): Exports {
    let exports: Exports | undefined;
    const probe = {
      shard_read: (shard: number, target: number): number => {
        this.reads++;
        this.onStoreCall?.();
        const found = this.shards.get(shard);
        if (found === undefined) return 0;
        new Uint8Array(exports!.memory.buffer, target, shardBytes).set(found.bytes);
        return found.version;
      },
      shard_write: (shard: number, data: number, size: number, version: number): number => {
        this.writes++;
        this.onStoreCall?.();
        const found = this.shards.get(shard);
        if (found === undefined ? version >>> 0 !== absentVersion : found.version !== version >>> 0)
          return 0;
        const bytes = new Uint8Array(exports!.memory.buffer, data, size).slice();
        this.shards.set(shard, { bytes, version: ++this.counter });
        return 1;
      },
    };
    const env = {
      abort: (): never => {
        throw new Error("the rate-limit probe aborted");
      },
    };
    const instance = new WebAssembly.Instance(module!, { ratelimit: probe, env });
    exports = instance.exports as unknown as Exports;
    exports._initialize?.();
    return exports;
  }
}
