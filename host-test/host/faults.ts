// Faults on demand: host calls that are refused, an allocator that gives nothing. What a filter does when its surroundings
// fail is as much its behaviour as the rest, and in a real Envoy nobody can make these happen at will.
import { Status } from "../../assembly/abi/constants.ts";
import type { Random } from "./random.ts";

export interface FaultOptions {
  /** How often; default always. */
  times?: number;
  /** Chance for each call, 0 to 1, drawn from the host's seed; default 1. */
  rate?: number;
  /** Only calls of this plugin. */
  filter?: string;
}

interface Fault extends Required<Omit<FaultOptions, "filter">> {
  filter: string | undefined;
  status: Status;
}

export class Faults {
  readonly #random: Random;
  readonly #calls = new Map<string, Fault>();
  #malloc: Fault | undefined;
  /** Faults that happened, by host call ("malloc" for the allocator). */
  readonly happened = new Map<string, number>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** True while any fault is set: the quick test before each host call. */
  active = false;

  /** A host call ("proxy_log", "proxy_define_metric") answers `status` and does nothing; default 10, InternalFailure. */
  refuse(call: string, status: Status = Status.InternalFailure, options: FaultOptions = {}): void {
    this.active = true;
    this.#calls.set(call, fault(status, options));
  }

  /** The guest's allocator gives nothing: host calls that return bytes answer 6, InvalidMemoryAccess. */
  refuseMemory(options: FaultOptions = {}): void {
    this.#malloc = fault(Status.InvalidMemoryAccess, options);
  }

  /** Everything works again. */
  clear(): void {
    this.active = false;
    this.#calls.clear();
    this.#malloc = undefined;
  }

  /** @internal Status for a call that fails now, undefined when it does not. */
  statusOf(call: string, filter: string): Status | undefined {
    return this.#strike(call, filter, this.#calls.get(call));
  }

  /** @internal */
  memoryRefused(filter: string): boolean {
    return this.#malloc !== undefined && this.#strike("malloc", filter, this.#malloc) !== undefined;
  }

  #strike(name: string, filter: string, given: Fault | undefined): Status | undefined {
    if (given === undefined || given.times <= 0) return undefined;
    if (given.filter !== undefined && given.filter !== filter) return undefined;
    if (given.rate < 1 && this.#random.next() >= given.rate) return undefined;
    given.times--;
    this.happened.set(name, (this.happened.get(name) ?? 0) + 1);
    return given.status;
  }
}

function fault(status: Status, options: FaultOptions): Fault {
  const { times = Infinity, rate = 1, filter } = options;
  return { status, times, rate, filter };
}
