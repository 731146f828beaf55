// What became of the calls to the rate-limit service: counted in this VM, published once a second.
import { MetricType } from "../../abi/constants";
import { Metric, defineMetric } from "../../sdk/metric";

export const enum CallResult {
  Ok = 0,
  OverLimit,
  /** Paid ahead: no call was made. */
  Quota,
  /** Denied by what the service had said before: no call was made. */
  CachedDenial,
  Timeout,
  /** Any other failure that Envoy or the service reports. */
  Error,
  /** The call could not be started. */
  Refused,
  /** What came was no answer. */
  Unusable,
  /** The breaker is open: no call was made. */
  Open,
  Count,
}

@final
export class ServiceCounters {
  private results: StaticArray<u64> = new StaticArray<u64>(<i32>CallResult.Count);
  private metrics: Array<Metric> = [];
  private open: Metric | null = null;
  private published: u64 = 0;

  /** Defines the metrics: configure time only. */
  define(): void {
    // In the order of CallResult.
    const names =
      "ok,over_limit,quota,cached_denial,timeout,error,refused,unusable,breaker_open".split(",");
    for (let i = 0; i < names.length; i++) {
      const name = `result=.=${names[i]};.;meshwarden_ratelimit_service_calls`;
      this.metrics.push(defineMetric(MetricType.Counter, name));
    }
    this.open = defineMetric(MetricType.Gauge, "meshwarden_ratelimit_service_breaker_open");
  }

  count(result: CallResult): void {
    this.results[<i32>result] += 1;
  }

  /**
   * Hands on what has come since the last time.
   * @param cachedDenials denied so far by what the service had said before
   */
  publish(isOpen: bool, cachedDenials: u64): void {
    this.results[<i32>CallResult.CachedDenial] = cachedDenials - this.published;
    this.published = cachedDenials;
    for (let i = 0; i < this.metrics.length; i++) {
      const delta = this.results[i];
      if (delta == 0) continue;
      this.metrics[i].increment(<i64>delta);
      this.results[i] = 0;
    }
    const open = this.open;
    if (open !== null) open.record(isOpen ? 1 : 0);
  }
}
