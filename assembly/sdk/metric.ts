// Counters, gauges and histograms, defined at configure time. Every define makes Envoy hand out a new
// id, also for a name it knows, so ids are kept for the life of the VM and shared by its plugins: a
// configuration update defines nothing again. No identity belongs in a metric name.
import { MetricType, Status } from "../abi/constants";
import { proxy_define_metric, proxy_increment_metric, proxy_record_metric } from "../abi/env";
import { View } from "../abi/view";
import { isConfiguring } from "./lifecycle";
import { Refusal, refuse } from "./refusal";

let known: Metric | null = null;

/** One metric. `id` 0: it could not be defined, and changing it does nothing. */
@final
export class Metric {
  next: Metric | null = null;

  constructor(
    readonly type: MetricType,
    readonly name: View,
    readonly id: u32,
  ) {}

  /** Counters: `delta` above 0 (less is ignored: Envoy refuses it). Gauges: any. Histograms: no. */
  increment(delta: i64 = 1): Status {
    if (this.id == 0) return Status.NotFound;
    if (this.type == MetricType.Histogram) return Status.BadArgument;
    if (this.type == MetricType.Counter && delta <= 0) return Status.BadArgument;
    return <Status>proxy_increment_metric(this.id, delta);
  }

  /** Gauges take the value, histograms a sample. On a counter it would add: refused as BadArgument. */
  record(value: u64): Status {
    if (this.id == 0) return Status.NotFound;
    if (this.type == MetricType.Counter) return Status.BadArgument;
    return <Status>proxy_record_metric(this.id, value);
  }
}

/** Defines a metric, or gives the one of that name and type. Configure time only; what is refused comes
 * back as a metric with id 0, so that no filter has to stop for its statistics. */
export function defineMetric(type: MetricType, name: string): Metric {
  const bytes = View.of(name);
  let at = known;
  while (at !== null) {
    if (at.type == type && at.name.equals(bytes)) return at;
    at = at.next;
  }
  if (!isConfiguring()) {
    refuse(Refusal.MetricOutsideConfigure, "refused: a metric defined outside of configure");
    return new Metric(type, bytes, 0);
  }
  if (!isMetricName(bytes)) {
    refuse(Refusal.MetricMalformed, "refused: a metric name with blanks or without first letter");
    return new Metric(type, bytes, 0);
  }
  const slot = memory.data(4, 4);
  const status = <Status>proxy_define_metric(type, bytes.ptr, bytes.length, slot);
  const metric = new Metric(type, bytes, status == Status.Ok ? load<u32>(slot) : 0);
  if (metric.id != 0) {
    metric.next = known;
    known = metric;
  }
  return metric;
}

/** Printable ASCII that begins with a letter: Prometheus drops names with a leading digit. */
function isMetricName(name: View): bool {
  if (name.length == 0) return false;
  const first = load<u8>(name.ptr) | 0x20;
  if (first < 0x61 || first > 0x7a) return false;
  for (let i: u32 = 0; i < name.length; i++) {
    const byte = load<u8>(name.ptr + i);
    if (byte <= 0x20 || byte >= 0x7f) return false;
  }
  return true;
}
