// Shared data of the whole process: one namespace for each vm_id (the empty one is a namespace too, shared by all who
// give none), values with a compare-and-swap number that is global and never 0 (proxy-wasm-cpp-host shared_data.cc).
import type { Random } from "./random.ts";
import { Status } from "../../assembly/abi/constants.ts";

interface Entry {
  value: Uint8Array;
  cas: number;
}

export class SharedData {
  readonly #spaces = new Map<string, Map<string, Entry>>();
  #nextCas = 1;
  #conflicts = new Map<string, number>();
  #rate = 0;
  #random: Random | undefined;

  #space(vmId: string): Map<string, Entry> {
    let space = this.#spaces.get(vmId);
    if (space === undefined) this.#spaces.set(vmId, (space = new Map()));
    return space;
  }

  get(vmId: string, key: string): Entry | undefined {
    return this.#space(vmId).get(key);
  }

  /** cas 0 writes always; another one must match, but not for a key that does not exist yet (Envoy's way). */
  set(vmId: string, key: string, value: Uint8Array, cas: number): Status {
    const space = this.#space(vmId);
    const entry = space.get(key);
    if (cas !== 0 && this.#losesRace(key)) {
      if (entry !== undefined) entry.cas = this.#takeCas();
      return Status.CasMismatch;
    }
    if (entry !== undefined && cas !== 0 && entry.cas !== cas) return Status.CasMismatch;
    space.set(key, { value, cas: this.#takeCas() });
    return Status.Ok;
  }

  #losesRace(key: string): boolean {
    const forced = this.#conflicts.get(key) ?? 0;
    if (forced > 0) this.#conflicts.set(key, forced - 1);
    return forced > 0 || (this.#rate > 0 && this.#random!.next() < this.#rate);
  }

  #takeCas(): number {
    const cas = this.#nextCas;
    this.#nextCas = cas === 0xffffffff ? 1 : cas + 1;
    return cas;
  }

  /** Test control: the next `times` conditional writes of this key lose a race against another worker. */
  conflictNext(key: string, times = 1): void {
    this.#conflicts.set(key, times);
  }

  /** Test control: conditional writes lose with this chance (0 to 1), drawn from `random`. */
  conflictRate(rate: number, random: Random): void {
    this.#rate = rate;
    this.#random = random;
  }

  keys(vmId = ""): string[] {
    return [...this.#space(vmId).keys()];
  }
}
