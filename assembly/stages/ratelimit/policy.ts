// One policy: for whom it is, who is counted, how much is allowed. Made by config.ts; its table comes into being with `prepare`,
// once the whole document is known to be good. All tiers share one table, so changing a client's tier changes what it may do and
// not what it did.
import { SharedStore } from "../../adapters/shared-store";
import { sipHash24 } from "../../base/siphash";
import { Identity } from "../../identity/identity";
import { Need, RequestFacts } from "../../identity/request-facts";
import { OnTableFull } from "../../ratelimit/admission";
import { Algorithm } from "../../ratelimit/algorithm";
import { Ban } from "../../ratelimit/ban";
import { DenyCache } from "../../ratelimit/deny-cache";
import { Limiter } from "../../ratelimit/limiter";
import { Occupancy } from "../../ratelimit/occupancy";
import { shardsFor } from "../../ratelimit/shard";
import { Mode } from "../verdict";
import { Condition } from "./condition";
import { Counters } from "./counters";
import { Descriptor } from "./descriptor";
import { LimitReply } from "./limit-reply";
import { Match } from "./match";
import { Quota } from "./quota";
import { RequestCost } from "./request-cost";

/** Denials that a VM remembers for each table. */
const denyEntries: u32 = 1024;
/** Hot identities that a VM watches for leases. */
const leaseEntries: u32 = 256;

/** A limit, and for which requests it holds. */
@final
export class Tier {
  condition: Condition = new Condition();
  /** The limit is of requests in flight. */
  isConcurrency: bool = false;
  /** The headers of its denials, also to gRPC clients; set when its policy is told to `Fields`. */
  reply: LimitReply | null = null;
  grpcReply: LimitReply | null = null;

  constructor(
    public algorithm: Algorithm,
    /** Requests and seconds as RateLimit-Policy tells them; 0 seconds: not told. */
    public requests: u32,
    public windowSeconds: u64,
  ) {}
}

@final
export class Policy {
  match: Match = new Match();
  mode: Mode = Mode.Enforce;
  failOpen: bool = false;
  onTableFull: OnTableFull = OnTableFull.Inherit;
  maxIdentities: u32 = 31744;
  /** Special tiers in order, the policy's own limit last. */
  tiers: Array<Tier> = [];
  exempt: Condition = new Condition();
  readonly cost: RequestCost = new RequestCost();
  /** Counts requests in flight, which are given back when they end. */
  isConcurrency: bool = false;
  leaseTokens: u32 = 0;
  /** Bit i of word i / 64: answers with status 100 + i count; null: every request counts. */
  countedStatuses: StaticArray<u64> | null = null;
  /** 0: no bans. */
  blockForNs: u64 = 0;
  /** A ban holds for every request, not only for those the policy matches. */
  blocksEverywhere: bool = false;
  /** What the algorithm and its window are called in the table's name; a change of either begins a new table. */
  geometryText: string = "";
  /** Set of `Need`. */
  needs: u32 = 0;
  /** It is for every request. */
  isForAll: bool = false;
  /** Nobody is exempt. */
  exemptsNobody: bool = false;
  /** What the rate-limit service is told; null: it is not asked. */
  descriptor: Descriptor | null = null;
  /** The limit that counts when the service does not answer; null: none beside the policy's own. */
  localTier: Tier | null = null;
  /** Hits taken ahead from the service, 0: none. */
  batch: u32 = 0;
  readonly counters: Counters = new Counters();
  /** One for each tier. */
  limiters: StaticArray<Limiter> = [];
  ban: Limiter | null = null;
  /** Made with the descriptor: what the service has denied until when, and what it has granted ahead. */
  globalDenials: DenyCache | null = null;
  quota: Quota | null = null;
  localLimiter: Limiter | null = null;
  occupancy: Occupancy | null = null;

  constructor(
    readonly name: string,
    readonly identity: Identity,
  ) {}

  /** Collects what has to be read of a request. */
  seal(): void {
    let needs = this.identity.needs | this.exempt.needs;
    if (this.match.hasPaths) needs |= Need.Path;
    if (this.match.hosts !== null) needs |= Need.Host;
    for (let i = 0; i < this.tiers.length; i++) needs |= this.tiers[i].condition.needs;
    const descriptor = this.descriptor;
    if (descriptor !== null) needs |= descriptor.needs;
    this.needs = needs;
    this.isForAll = this.match.isEmpty;
    this.exemptsNobody = this.exempt.isEmpty;
  }

  /** Makes the tables and metrics. False: shared data refused. */
  prepare(namespace: string): bool {
    const shards = shardsFor(this.maxIdentities);
    // The last number is the layout of shards: a module of another layout that still drains keeps shards of its own.
    const name = `${namespace}\n${this.name}\n${this.geometryText}\n${shards}\n2`;
    const geometry = hashOf(name);
    const limiters: Array<Limiter> = [];
    for (let i = 0; i < this.tiers.length; i++) {
      limiters.push(this.limiterOf(this.tiers[i], geometry, shards));
    }
    if (!limiters[0].prepare()) return false;
    this.limiters = StaticArray.fromArray(limiters);
    const algorithm = this.tiers[0].algorithm;
    this.occupancy = new Occupancy(algorithm, new SharedStore(geometry), shards, geometry);
    if (!this.prepareGlobal(hashOf(name + "\nlocal"), shards)) return false;
    this.counters.define(this.name);
    return this.blockForNs == 0 || this.prepareBan(hashOf(name + "\nban"), shards);
  }

  /** Its answers' heads are to be seen. */
  get wantsResponse(): bool {
    return this.countedStatuses !== null || this.cost.isLate;
  }

  /** Something is left to do when a stream is over. */
  get settlesAtEnd(): bool {
    return this.isConcurrency || this.cost.bytesPerToken > 0 || this.cost.pointer !== null;
  }

  /** Hands on the numbers, once a second. */
  publish(now: u64): void {
    const occupancy = this.occupancy;
    this.counters.publish(this.limiters, occupancy === null ? 0 : occupancy.estimate(now));
  }

  /** Shuts an identity out, when the policy does such. */
  block(key: u64, now: u64): void {
    const ban = this.ban;
    if (ban !== null) ban.charge(key, now, 1);
  }

  /** Index of the tier that a request falls into. */
  tierOf(facts: RequestFacts): i32 {
    const last = this.tiers.length - 1;
    for (let i = 0; i < last; i++) if (this.tiers[i].condition.all(facts)) return i;
    return last;
  }

  /** Whether an answer with this status counts; 0 (unreadable) always does. */
  counts(status: u32): bool {
    const statuses = this.countedStatuses;
    if (statuses === null || status < 100 || status > 599) return true;
    const bit = status - 100;
    return ((statuses[<i32>(bit >> 6)] >> (bit & 63)) & 1) == 1;
  }

  private limiterOf(tier: Tier, geometry: u64, shards: u32): Limiter {
    const store = new SharedStore(geometry);
    const full = this.onTableFull;
    const limiter = new Limiter(tier.algorithm, store, shards, geometry, full, denyEntries);
    const isGivenBack = this.countedStatuses !== null || this.isConcurrency;
    limiter.remembers = !isGivenBack;
    if (this.leaseTokens > 0) limiter.lease(this.leaseTokens, leaseEntries);
    return limiter;
  }

  private prepareGlobal(geometry: u64, shards: u32): bool {
    if (this.descriptor === null) return true;
    this.globalDenials = new DenyCache(denyEntries);
    if (this.batch > 0) this.quota = new Quota(this.batch);
    const tier = this.localTier;
    if (tier === null) return true;
    const limiter = this.limiterOf(tier, geometry, shards);
    this.localLimiter = limiter;
    return limiter.prepare();
  }

  /** A ban that finds its shard full of bans takes the place of the one that ends first, and nobody inherits one. */
  private prepareBan(geometry: u64, shards: u32): bool {
    const ban = new Limiter(
      new Ban(this.blockForNs),
      new SharedStore(geometry),
      shards,
      geometry,
      OnTableFull.Allow,
      denyEntries,
    );
    this.ban = ban;
    return ban.prepare();
  }
}

/** Names a table: no secret, the same in every worker. */
function hashOf(text: string): u64 {
  const length = <u32>(text.length << 1);
  return sipHash24(0x6d657368, 0x77617264, changetype<usize>(text), length);
}
