// Requests that wait for what a stage fetches: a fixed number of places for each worker, so that a flood of unknown key ids cannot park
// more. Whoever finds no place is answered at once.
import { Exchange, StageState } from "./exchange";

/** How often one request has waited. */
@final
export class WaitCount extends StageState {
  waits: i32 = 0;

  reset(): void {
    this.waits = 0;
  }
}

/** Requests that one worker lets wait. */
export const MAX_WAITING: i32 = 64;

@final
export class WaitingRequests {
  private exchanges: StaticArray<Exchange | null> = new StaticArray<Exchange | null>(MAX_WAITING);
  /** The sources each one waits for, a bit each. */
  private sources: StaticArray<u32> = new StaticArray<u32>(MAX_WAITING);
  private count: i32 = 0;

  /** False: there is no place. */
  add(exchange: Exchange, sources: u32): bool {
    if (this.count == MAX_WAITING) return false;
    for (let i = 0; i < MAX_WAITING; i++) {
      if (this.exchanges[i] !== null) continue;
      this.exchanges[i] = exchange;
      this.sources[i] = sources;
      this.count++;
      return true;
    }
    return false;
  }

  /** Forgets a request that waits no more. */
  remove(exchange: Exchange): void {
    for (let i = 0; i < MAX_WAITING && this.count > 0; i++) {
      if (this.exchanges[i] === exchange) this.clear(i);
    }
  }

  /** Lets those go on that wait for one of these sources. One that has to wait again may take a place meanwhile. */
  resume(sources: u32): void {
    for (let i = 0; i < MAX_WAITING && this.count > 0; i++) {
      const exchange = this.exchanges[i];
      if (exchange === null || (this.sources[i] & sources) == 0) continue;
      this.clear(i);
      exchange.resume();
    }
  }

  private clear(place: i32): void {
    this.exchanges[place] = null;
    this.count--;
  }
}
