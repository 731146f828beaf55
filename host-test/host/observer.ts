// Somebody who watches guest code run: callbacks as they begin and end, host calls with the guest's memory at hand, so that
// arguments can be read as what they point at. It must not change anything.
import type { GuestMemory } from "./memory.ts";

export interface Observer {
  /** @param worker 0 = main thread, 1.. = workers, -1 = canary */
  callbackBegins(worker: number, filter: string, name: string, args: number[]): void;
  /** Of the callback that began last and has not ended; "trap" when it did not return. */
  callbackEnds(result: number | undefined | "trap"): void;
  /** After the call, with what it answered. */
  hostCall(name: string, args: (number | bigint)[], status: number, memory: GuestMemory): void;
}
