// A policy's numbers: counted in this VM, published once a second, so that a request that passes costs no host call for them.
import { MetricType } from "../../abi/constants";
import { Limiter } from "../../ratelimit/limiter";
import { Metric, defineMetric } from "../../sdk/metric";

/** What became of a request under one policy. */
export const enum Decision {
  Admitted = 0,
  Limited,
  Blocked,
  TableFull,
  Contended,
  StoreUnavailable,
  /** The identity has a fault and the policy skips or denies such. */
  Unidentified,
  Exempt,
  /** The rate-limit service said so, now or within what it said before. */
  LimitedGlobally,
  Count,
}

/** What the limiter itself counts, in the order of `published`. */
const eventNames = "conflict,exhausted,expired,inherited,reset,reformatted,cached_denial,leased";
const eventCount: i32 = 8;

@final
export class Counters {
  private decisions: StaticArray<u64> = new StaticArray<u64>(<i32>Decision.Count);
  private decisionMetrics: Array<Metric> = [];
  private eventMetrics: Array<Metric> = [];
  private published: StaticArray<u64> = new StaticArray<u64>(eventCount);
  private near: u64 = 0;
  private nearMetric: Metric | null = null;
  private unpriced: u64 = 0;
  private unpricedMetric: Metric | null = null;
  private occupancyMetric: Metric | null = null;

  /** Defines the metrics: configure time only. */
  define(policy: string): void {
    const label = `policy=.=${policy};.;`;
    // In the order of Decision.
    const names =
      "admitted,limited,blocked,table_full,contended,store_unavailable,unidentified,exempt,limited_globally";
    const decisions = names.split(",");
    for (let i = 0; i < decisions.length; i++) {
      const name = `${label}outcome=.=${decisions[i]};.;meshwarden_ratelimit_decisions`;
      this.decisionMetrics.push(defineMetric(MetricType.Counter, name));
    }
    const events = eventNames.split(",");
    for (let i = 0; i < events.length; i++) {
      const name = `${label}event=.=${events[i]};.;meshwarden_ratelimit_table_events`;
      this.eventMetrics.push(defineMetric(MetricType.Counter, name));
    }
    const near = `${label}meshwarden_ratelimit_near_limit`;
    this.nearMetric = defineMetric(MetricType.Counter, near);
    const unpriced = `${label}meshwarden_ratelimit_unpriced_responses`;
    this.unpricedMetric = defineMetric(MetricType.Counter, unpriced);
    const occupancy = `${label}meshwarden_ratelimit_table_occupancy`;
    this.occupancyMetric = defineMetric(MetricType.Gauge, occupancy);
  }

  count(decision: Decision): void {
    this.decisions[<i32>decision] += 1;
  }

  /** An admission that left a fifth of the limit or less. */
  countNear(): void {
    this.near++;
  }

  /** A response did not say what it cost. */
  countUnpriced(): void {
    this.unpriced++;
  }

  /**
   * Hands on what has come since the last time.
   * @param occupancy identities in the table, estimated
   */
  publish(limiters: StaticArray<Limiter>, occupancy: u64): void {
    for (let i = 0; i < this.decisionMetrics.length; i++) {
      const delta = this.decisions[i];
      if (delta == 0) continue;
      this.decisionMetrics[i].increment(<i64>delta);
      this.decisions[i] = 0;
    }
    hand(this.nearMetric, this.near);
    this.near = 0;
    hand(this.unpricedMetric, this.unpriced);
    this.unpriced = 0;
    const gauge = this.occupancyMetric;
    if (gauge !== null) gauge.record(occupancy);
    for (let event = 0; event < eventCount; event++) {
      let total: u64 = 0;
      for (let i = 0; i < limiters.length; i++) total += eventOf(limiters[i], event);
      const delta = total - this.published[event];
      if (delta == 0) continue;
      this.eventMetrics[event].increment(<i64>delta);
      this.published[event] = total;
    }
  }
}

function hand(metric: Metric | null, delta: u64): void {
  if (metric !== null && delta > 0) metric.increment(<i64>delta);
}

/** In the order of `eventNames`. */
function eventOf(limiter: Limiter, event: i32): u64 {
  switch (event) {
    case 0:
      return limiter.conflicts;
    case 1:
      return limiter.exhausted;
    case 2:
      return limiter.expired;
    case 3:
      return limiter.inherited;
    case 4:
      return limiter.evicted;
    case 5:
      return limiter.reformatted;
    case 6:
      return limiter.cacheHits;
    default:
      return limiter.leaseHits;
  }
}
