// Deterministic cost of guest work: how many host calls and callbacks ran and how many bytes crossed the border. Counts
// are what budgets in tests compare; times are too noisy for that.
import type { Cost } from "./types.ts";

export class Counters {
  readonly names: string[] = [];
  counts = new Float64Array(0);
  callbacks = 0;
  /** Bytes copied from the host into guest memory. */
  bytesIn = 0;
  /** Bytes copied out of guest memory. */
  bytesOut = 0;
  #index = new Map<string, number>();

  /** Slot of a host function; the caller increments `counts[slot]`. */
  slot(name: string): number {
    let slot = this.#index.get(name);
    if (slot === undefined) {
      slot = this.names.length;
      this.#index.set(name, slot);
      this.names.push(name);
      const grown = new Float64Array(slot + 1);
      grown.set(this.counts);
      this.counts = grown;
    }
    return slot;
  }

  get hostCalls(): number {
    let sum = 0;
    for (const count of this.counts) sum += count;
    return sum;
  }

  /** Calls of each host function that was called at all. */
  get hostCallsByName(): Record<string, number> {
    const byName: Record<string, number> = {};
    for (let i = 0; i < this.names.length; i++) {
      if (this.counts[i] > 0) byName[this.names[i]] = this.counts[i];
    }
    return byName;
  }

  snapshot(): Cost {
    return {
      hostCalls: this.hostCalls,
      callbacks: this.callbacks,
      bytesIn: this.bytesIn,
      bytesOut: this.bytesOut,
      hostCallsByName: this.hostCallsByName,
    };
  }

  /** What was spent since `before`. */
  since(before: Cost): Cost {
    const now = this.snapshot();
    const byName: Record<string, number> = {};
    for (const [name, count] of Object.entries(now.hostCallsByName)) {
      const spent = count - (before.hostCallsByName[name] ?? 0);
      if (spent > 0) byName[name] = spent;
    }
    return {
      hostCalls: now.hostCalls - before.hostCalls,
      callbacks: now.callbacks - before.callbacks,
      bytesIn: now.bytesIn - before.bytesIn,
      bytesOut: now.bytesOut - before.bytesOut,
      hostCallsByName: byName,
    };
  }
}
