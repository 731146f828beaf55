// One policy: for whom it is, who is counted, how much is allowed. Made by config.ts; its table comes into being with `prepare`,
// once the whole document is known to be good. All tiers share one table, so changing a client's tier changes what it may do and
// not what it did.
import { SharedStore } from "../../adapters/shared-store";
import { sipHash24 } from "../../base/siphash";
import { CidrList } from "../../http/cidr";
import { equalsLiteral } from "../../http/literal";
import { Identity } from "../../identity/identity";
import { Need, RequestFacts } from "../../identity/request-facts";
import { OnTableFull } from "../../ratelimit/admission";
import { Algorithm } from "../../ratelimit/algorithm";
import { Ban } from "../../ratelimit/ban";
import { Limiter } from "../../ratelimit/limiter";
import { slotsPerShard } from "../../ratelimit/shard";
import { Mode } from "../verdict";
import { Counters } from "./counters";
import { HeaderMatch, Match } from "./match";

/** Denials that a VM remembers for each table. */
const denyEntries: u32 = 1024;
/** Hot identities that a VM watches for leases. */
const leaseEntries: u32 = 256;

/** A limit, and for which requests it holds. */
@final
export class Tier {
  /** Null: any address. */
  networks: CidrList | null = null;
  /** Null: no header is asked for. */
  header: HeaderMatch | null = null;

  constructor(
    public algorithm: Algorithm,
    /** Requests and seconds as RateLimit-Policy tells them; 0 seconds: not told. */
    public requests: u32,
    public windowSeconds: u64,
  ) {}

  holds(facts: RequestFacts): bool {
    const networks = this.networks;
    if (networks !== null && !(facts.hasAddress && networks.has(facts.address))) return false;
    const header = this.header;
    return header === null || header.matches(facts);
  }
}

/** A cost for one method. */
@final
export class MethodCost {
  constructor(
    public method: string,
    public cost: u32,
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
  exempt: CidrList | null = null;
  cost: u32 = 1;
  methodCosts: Array<MethodCost> = [];
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
  readonly counters: Counters = new Counters();
  /** One for each tier. */
  readonly limiters: Array<Limiter> = [];
  ban: Limiter | null = null;

  constructor(
    readonly name: string,
    readonly identity: Identity,
  ) {}

  /** Collects what has to be read of a request. */
  seal(): void {
    let needs = this.identity.needs;
    if (this.exempt !== null) needs |= Need.Address;
    if (this.match.paths.length > 0) needs |= Need.Path;
    for (let i = 0; i < this.tiers.length; i++) {
      if (this.tiers[i].networks !== null) needs |= Need.Address;
    }
    this.needs = needs;
  }

  /** Makes the tables and metrics. False: shared data refused. */
  prepare(namespace: string): bool {
    let shards: u32 = 1;
    while (shards * slotsPerShard < this.maxIdentities) shards <<= 1;
    const name = `${namespace}\n${this.name}\n${this.geometryText}\n${shards}`;
    const geometry = hashOf(name);
    for (let i = 0; i < this.tiers.length; i++) {
      const algorithm = this.tiers[i].algorithm;
      const store = new SharedStore(geometry);
      const limiter = new Limiter(
        algorithm,
        store,
        shards,
        geometry,
        this.onTableFull,
        denyEntries,
      );
      limiter.remembers = this.countedStatuses === null;
      if (this.leaseTokens > 0) limiter.lease(this.leaseTokens, leaseEntries);
      if (i == 0 && !limiter.prepare()) return false;
      this.limiters.push(limiter);
    }
    this.counters.define(this.name);
    return this.blockForNs == 0 || this.prepareBan(hashOf(name + "\nban"), shards);
  }

  /** Index of the tier that a request falls into. */
  tierOf(facts: RequestFacts): i32 {
    const last = this.tiers.length - 1;
    for (let i = 0; i < last; i++) if (this.tiers[i].holds(facts)) return i;
    return last;
  }

  costOf(facts: RequestFacts): u32 {
    const costs = this.methodCosts;
    for (let i = 0; i < costs.length; i++) {
      if (equalsLiteral(facts.method, facts.methodLength, costs[i].method)) return costs[i].cost;
    }
    return this.cost;
  }

  isExempt(facts: RequestFacts): bool {
    const exempt = this.exempt;
    return exempt !== null && facts.hasAddress && exempt.has(facts.address);
  }

  /** Whether an answer with this status counts; 0 (unreadable) always does. */
  counts(status: u32): bool {
    const statuses = this.countedStatuses;
    if (statuses === null || status < 100 || status > 599) return true;
    const bit = status - 100;
    return ((statuses[<i32>(bit >> 6)] >> (bit & 63)) & 1) == 1;
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
