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
  Count,
}

/** What the limiter itself counts, in the order of `published`. */
const eventNames: string = "conflict,inherited,reformatted,cached_denial,leased";
const eventCount: i32 = 5;

@final
export class Counters {
  private decisions: StaticArray<u64> = new StaticArray<u64>(<i32>Decision.Count);
  private decisionMetrics: Array<Metric> = [];
  private eventMetrics: Array<Metric> = [];
  private published: StaticArray<u64> = new StaticArray<u64>(eventCount);
  private near: u64 = 0;
  private nearMetric: Metric | null = null;

  /** Defines the metrics: configure time only. */
  define(policy: string): void {
    const label = `policy=.=${policy};.;`;
    // In the order of Decision.
    const names =
      "admitted,limited,blocked,table_full,contended,store_unavailable,unidentified,exempt";
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
  }

  count(decision: Decision): void {
    this.decisions[<i32>decision] += 1;
  }

  /** An admission that left a fifth of the limit or less. */
  countNear(): void {
    this.near++;
  }

  /** Hands on what has come since the last time. */
  publish(limiters: Array<Limiter>): void {
    for (let i = 0; i < this.decisionMetrics.length; i++) {
      const delta = this.decisions[i];
      if (delta == 0) continue;
      this.decisionMetrics[i].increment(<i64>delta);
      this.decisions[i] = 0;
    }
    const near = this.nearMetric;
    if (near !== null && this.near > 0) near.increment(<i64>this.near);
    this.near = 0;
    let conflicts: u64 = 0;
    let inherited: u64 = 0;
    let reformatted: u64 = 0;
    let cached: u64 = 0;
    let leased: u64 = 0;
    for (let i = 0; i < limiters.length; i++) {
      const limiter = limiters[i];
      conflicts += limiter.conflicts;
      inherited += limiter.inherited;
      reformatted += limiter.reformatted;
      cached += limiter.cacheHits;
      leased += limiter.leaseHits;
    }
    this.publishEvent(0, conflicts);
    this.publishEvent(1, inherited);
    this.publishEvent(2, reformatted);
    this.publishEvent(3, cached);
    this.publishEvent(4, leased);
  }

  private publishEvent(event: i32, total: u64): void {
    const delta = total - this.published[event];
    if (delta == 0) return;
    this.eventMetrics[event].increment(<i64>delta);
    this.published[event] = total;
  }
}
