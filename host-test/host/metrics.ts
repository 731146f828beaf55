// Custom metrics of filters: counters, gauges, histograms, shared by name between all VMs of the process while every
// definition hands out a fresh id (Envoy does not de-duplicate: a define per request leaks ids).
import { MetricType, Status } from "../../assembly/abi/constants.ts";

/** Upper bounds of a histogram's buckets: Envoy's defaults. */
export const bucketBounds = [
  0.5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, 60000, 300000, 600000,
  1800000, 3600000,
];

/** One metric's state. A platform with threads puts it where all of them see it. */
export interface Metric {
  readonly name: string;
  readonly type: MetricType;
  /** Of a counter or gauge. */
  readonly value: bigint;
  add(delta: bigint): void;
  set(value: bigint): void;
  /** Records a value of a histogram. */
  observe(value: number): void;
  /** Of a histogram: records, their sum, and how many were at most a bound of `bucketBounds`. */
  readonly count: number;
  readonly sum: number;
  countUpTo(boundIndex: number): number;
  /** Recorded values, as far as they are kept. */
  readonly samples: readonly number[];
}

class LocalMetric implements Metric {
  readonly name: string;
  readonly type: MetricType;
  value = 0n;
  count = 0;
  sum = 0;
  /** Capped: enough for tests and quantiles, bounded for long runs. */
  readonly samples: number[] = [];
  readonly #upTo = bucketBounds.map(() => 0);

  constructor(type: MetricType, name: string) {
    this.type = type;
    this.name = name;
  }

  add(delta: bigint): void {
    this.value += delta;
  }

  set(value: bigint): void {
    this.value = value;
  }

  observe(value: number): void {
    this.count++;
    this.sum += value;
    for (let i = 0; i < bucketBounds.length; i++) if (value <= bucketBounds[i]!) this.#upTo[i]!++;
    if (this.samples.length < keptSamples) this.samples.push(value);
  }

  countUpTo(boundIndex: number): number {
    return this.#upTo[boundIndex] ?? 0;
  }
}

const keptSamples = 10_000;

export class Metrics {
  readonly #byName = new Map<string, Metric>();
  /** Definitions so far, to show a filter that defines per request. */
  definitions = 0;

  define(type: MetricType, name: string): Metric {
    this.definitions++;
    const key = `${type} ${name}`;
    let metric = this.#byName.get(key);
    if (metric === undefined) {
      metric = this.create(type, name);
      this.#byName.set(key, metric);
    }
    return metric;
  }

  /** State for a metric that this process sees for the first time. */
  protected create(type: MetricType, name: string): Metric {
    return new LocalMetric(type, name);
  }

  #find(name: string): Metric | undefined {
    for (const metric of this.#byName.values()) if (metric.name === name) return metric;
    return undefined;
  }

  /** Value of a counter or gauge, number of records of a histogram; undefined when never defined. */
  value(name: string): number | undefined {
    const metric = this.#find(name);
    if (metric === undefined) return undefined;
    return metric.type === MetricType.Histogram ? metric.count : Number(metric.value);
  }

  names(): string[] {
    return [...this.#byName.values()].map((metric) => metric.name);
  }

  samples(name: string): readonly number[] {
    return this.#find(name)?.samples ?? [];
  }

  /** As Envoy's /stats: `wasmcustom.<name>: <value>`, sorted. */
  statsText(): string {
    const lines = [...this.#byName.values()]
      .filter((metric) => metric.type !== MetricType.Histogram)
      .map((metric) => `wasmcustom.${metric.name}: ${metric.value}`);
    return lines.sort().join("\n") + (lines.length > 0 ? "\n" : "");
  }

  /** As Envoy's /stats/prometheus: the bare name, sanitized; a leading digit makes Envoy drop the metric. */
  prometheusText(): string {
    const groups = new Map<string, string[]>();
    for (const metric of this.#byName.values()) {
      const name = metric.name.replace(/[^a-zA-Z0-9_:]/g, "_");
      if (/^[0-9]/.test(name) || name === "") continue;
      groups.set(name, prometheusLines(name, metric));
    }
    return [...groups.keys()]
      .sort()
      .map((name) => `${groups.get(name)!.join("\n")}\n`)
      .join("\n");
  }
}

function prometheusLines(name: string, metric: Metric): string[] {
  if (metric.type !== MetricType.Histogram) {
    const type = metric.type === MetricType.Counter ? "counter" : "gauge";
    return [`# TYPE ${name} ${type}`, `${name}{} ${metric.value}`];
  }
  const lines = [`# TYPE ${name} histogram`];
  bucketBounds.forEach((bound, index) => {
    lines.push(`${name}_bucket{le="${bound}"} ${metric.countUpTo(index)}`);
  });
  lines.push(`${name}_bucket{le="+Inf"} ${metric.count}`);
  lines.push(`${name}_sum{} ${metric.sum}`, `${name}_count{} ${metric.count}`);
  return lines;
}

/** The ids one VM was given: 4, 8, 12 .. for counters, 5, 9 .. for gauges, 6, 10 .. for histograms. */
export class MetricIds {
  readonly #metrics: Metrics;
  readonly #byId = new Map<number, Metric>();
  readonly #next: [number, number, number] = [4, 5, 6];

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  define(type: MetricType, name: string): number {
    const id = this.#next[type];
    this.#next[type] += 4;
    this.#byId.set(id, this.#metrics.define(type, name));
    return id;
  }

  increment(id: number, delta: bigint): Status {
    if (typeOf(id) === MetricType.Histogram) return Status.BadArgument;
    const metric = this.#byId.get(id);
    if (metric === undefined) return Status.NotFound;
    if (metric.type === MetricType.Counter && delta <= 0n) return Status.BadArgument;
    metric.add(delta);
    return Status.Ok;
  }

  record(id: number, value: bigint): Status {
    const metric = this.#byId.get(id);
    if (metric === undefined) return Status.NotFound;
    if (metric.type === MetricType.Counter) metric.add(value);
    else if (metric.type === MetricType.Gauge) metric.set(value);
    else metric.observe(Number(value));
    return Status.Ok;
  }

  /** Value, or a status when the id is unknown or a histogram's. */
  get(id: number): bigint | Status {
    if (typeOf(id) === MetricType.Histogram) return Status.BadArgument;
    return this.#byId.get(id)?.value ?? Status.NotFound;
  }
}

/** The two low bits of an id are the type, also of an id that was never given out. */
function typeOf(id: number): number {
  return id & 3;
}
