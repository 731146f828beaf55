// Requests that wait for keys: a fixed number of places for each worker, so that a flood of unknown key ids cannot park more. Whoever
// finds no place is answered at once.
import { Exchange } from "../exchange";

/** Requests that one worker lets wait. */
export const MAX_WAITING: i32 = 64;

@final
export class WaitingRequests {
  private exchanges: StaticArray<Exchange | null> = new StaticArray<Exchange | null>(MAX_WAITING);
  /** The providers each one waits for, a bit each. */
  private providers: StaticArray<u32> = new StaticArray<u32>(MAX_WAITING);
  private count: i32 = 0;

  /** False: there is no place. */
  add(exchange: Exchange, providers: u32): bool {
    if (this.count == MAX_WAITING) return false;
    for (let i = 0; i < MAX_WAITING; i++) {
      if (this.exchanges[i] !== null) continue;
      this.exchanges[i] = exchange;
      this.providers[i] = providers;
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

  /** Lets those go on that wait for one of these providers. One that has to wait again may take a place meanwhile. */
  resume(providers: u32): void {
    for (let i = 0; i < MAX_WAITING && this.count > 0; i++) {
      const exchange = this.exchanges[i];
      if (exchange === null || (this.providers[i] & providers) == 0) continue;
      this.clear(i);
      exchange.resume();
    }
  }

  private clear(place: i32): void {
    this.exchanges[place] = null;
    this.count--;
  }
}
