// What a test holds of a request: the view of client and upstream, following its stream until that is over.
import { concat, utf8Decode } from "./bytes.ts";
import type { FilterChain } from "./filter-chain.ts";
import type { Host } from "./host.ts";
import type { Cost, Exchange, Header, LogRecord, UpstreamView } from "./types.ts";

/** An exchange that follows its stream until it is over. */
export class LiveExchange implements Exchange {
  status = 0;
  headers: Header[] = [];
  trailers: Header[] = [];
  complete = false;
  reset = false;
  chain!: FilterChain;
  readonly clientChunks: Uint8Array[] = [];
  readonly upstreamChunks: Uint8Array[] = [];
  readonly upstream: UpstreamView;
  readonly #host: Host;
  readonly #logStart: number;
  readonly #trapStart: number;
  readonly #costStart: Cost;
  #logEnd: number | undefined;
  #cost: Cost | undefined;

  constructor(host: Host) {
    this.#host = host;
    this.#logStart = host.logs.length;
    this.#trapStart = host.traps.length;
    this.#costStart = host.counters.snapshot();
    const { upstreamChunks } = this;
    this.upstream = {
      reached: false,
      headers: [],
      trailers: [],
      complete: false,
      get body() {
        return join(upstreamChunks);
      },
    };
  }

  freeze(): void {
    this.#logEnd = this.#host.logs.length;
    this.#cost = this.#host.counters.since(this.#costStart);
  }

  get body(): Uint8Array {
    return join(this.clientChunks);
  }
  get details(): string {
    return this.chain.details;
  }
  get denied(): boolean {
    return this.chain.denied;
  }
  get paused(): "" | "request" | "response" | "request+response" {
    return pausedDirections(this.chain);
  }
  get logs(): LogRecord[] {
    return this.#host.logs.slice(this.#logStart, this.#logEnd);
  }
  get trap(): Exchange["trap"] {
    return this.#host.traps[this.#trapStart];
  }
  get cost(): Cost {
    return this.#cost ?? this.#host.counters.since(this.#costStart);
  }
  abort(): void {
    this.chain.clientReset();
  }
  text(): string {
    return utf8Decode(this.body);
  }
  header(name: string): string | undefined {
    return this.headers.find((header) => header[0] === name.toLowerCase())?.[1];
  }
}

/** Directions that wait for a filter. */
export function pausedDirections(
  chain: FilterChain,
): "" | "request" | "response" | "request+response" {
  if (chain.finished) return "";
  const request = chain.decode.pausedAt >= 0 && chain.encode.headers === undefined;
  const response = chain.encode.pausedAt >= 0;
  if (request && response) return "request+response";
  return request ? "request" : response ? "response" : "";
}

function join(parts: Uint8Array[]): Uint8Array {
  return concat(
    parts,
    parts.reduce((sum, part) => sum + part.length, 0),
  );
}
