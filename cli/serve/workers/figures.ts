// A thread's counters and gauges as numbers in memory that the main thread reads: one writer each, no messages.
import { Counters, gaugeNames, type Gauges } from "../counters.ts";
import type { Front } from "../front.ts";

const countersSize = new Counters().values().length;
/** Numbers a thread publishes: its counters, its gauges, memory pages of its filters. */
const size = countersSize + gaugeNames.length + 1;
export const figuresBytes = size * Float64Array.BYTES_PER_ELEMENT;

/** Writes a thread's figures; nothing before its first load. */
export function publish(figures: Float64Array, front: Front): void {
  figures.set(front.counters.values());
  const gauges = front.gauges();
  figures.set(
    gaugeNames.map((name) => gauges[name]),
    countersSize,
  );
  figures[size - 1] = Number(front.describe()["memoryPages"] ?? 0);
}

/** The sum of all threads' figures. */
export function sumOf(threads: Float64Array[]): {
  counters: Counters;
  gauges: Gauges;
  pages: number;
} {
  const counters = new Counters();
  for (const figures of threads) counters.add(figures);
  const total = (index: number): number =>
    threads.reduce((sum, figures) => sum + figures[index]!, 0);
  const gauges = Object.fromEntries(gaugeNames.map((name, i) => [name, total(countersSize + i)]));
  return { counters, gauges: gauges as Gauges, pages: total(size - 1) };
}
