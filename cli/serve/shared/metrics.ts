// Filters' metrics of all threads: one state a name in shared memory, changed by atomic operations, as Envoy's counters are.
// The lock is only taken to define one.
import { MetricType } from "../../../assembly/abi/constants.ts";
import { bucketBounds, Metrics, type Metric } from "../../../host-test/host/metrics.ts";
import type { SharedTable } from "./table.ts";

/** A metric's numbers of 64 bits: value or count, then of a histogram its sum in thousandths and a count a bucket. */
const plainLongs = 1;
const histogramLongs = 2 + bucketBounds.length;
const prefix = "m";

class ThreadMetric implements Metric {
  readonly name: string;
  readonly type: MetricType;
  /** No single record is kept: threads would each hold their own part. */
  readonly samples: readonly number[] = [];
  readonly #longs: BigInt64Array;
  readonly #at: number;

  constructor(type: MetricType, name: string, longs: BigInt64Array, at: number) {
    this.type = type;
    this.name = name;
    this.#longs = longs;
    this.#at = at;
  }

  get value(): bigint {
    return Atomics.load(this.#longs, this.#at);
  }

  add(delta: bigint): void {
    Atomics.add(this.#longs, this.#at, delta);
  }

  set(value: bigint): void {
    Atomics.store(this.#longs, this.#at, value);
  }

  observe(value: number): void {
    this.add(1n);
    Atomics.add(this.#longs, this.#at + 1, BigInt(Math.round(value * 1000)));
    const index = bucketBounds.findIndex((bound) => value <= bound);
    if (index >= 0) Atomics.add(this.#longs, this.#at + 2 + index, 1n);
  }

  get count(): number {
    return Number(this.value);
  }

  get sum(): number {
    return Number(Atomics.load(this.#longs, this.#at + 1)) / 1000;
  }

  countUpTo(boundIndex: number): number {
    let count = 0n;
    for (let i = 0; i <= boundIndex; i++) count += Atomics.load(this.#longs, this.#at + 2 + i);
    return Number(count);
  }
}

export class ThreadMetrics extends Metrics {
  readonly #table: SharedTable;

  constructor(table: SharedTable) {
    super();
    this.#table = table;
  }

  protected override create(type: MetricType, name: string): Metric {
    const { heap } = this.#table;
    const at = heap.locked(() => this.#place(type, name));
    return new ThreadMetric(type, name, heap.longs, at);
  }

  override prometheusText(): string {
    this.#learn();
    return super.prometheusText();
  }

  override statsText(): string {
    this.#learn();
    return super.statsText();
  }

  override value(name: string): number | undefined {
    this.#learn();
    return super.value(name);
  }

  override names(): string[] {
    this.#learn();
    return super.names();
  }

  /** Metrics that other threads defined. */
  #learn(): void {
    const keys = this.#table.heap.locked(() => [...this.#table.keys()]);
    for (const key of keys) {
      if (!key.startsWith(prefix)) continue;
      const space = key.indexOf(" ");
      this.define(Number(key.slice(prefix.length, space)) as MetricType, key.slice(space + 1));
    }
  }

  /** Index of the first number of a metric. */
  #place(type: MetricType, name: string): number {
    const table = this.#table;
    const entry = table.findOrAdd(`${prefix}${type} ${name}`);
    const known = entry === 0 ? 0 : table.number(entry);
    if (known !== 0) return known >> 3;
    const longs = type === MetricType.Histogram ? histogramLongs : plainLongs;
    const address = entry === 0 ? 0 : table.heap.allocate(longs * 8);
    if (address === 0) throw new Error("shared memory is full");
    table.heap.longs.fill(0n, address >> 3, (address >> 3) + longs);
    table.setNumber(entry, address);
    return address >> 3;
  }
}
