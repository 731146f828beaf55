// Guest calls that take the whole Envoy process down (segfault or abort, the same on 1.36, 1.39 and 1.40): a local reply
// or close_stream while a stream is being logged or destroyed, close_stream twice in one callback, continue_stream of a
// response that does not exist, a gRPC call without a target, any host call from a wasm start section.

import type { LogRecord } from "./types.ts";

/** Thrown out of the guest: the real proxy would be gone now, with every connection it holds. */
export class EnvoyCrash extends Error {
  override name = "EnvoyCrash";
  readonly call: string;
  readonly phase: string;

  constructor(call: string, phase: string, why: string) {
    super(`would crash Envoy: ${call} in ${phase} (${why})`);
    this.call = call;
    this.phase = phase;
  }
}

/** A configuration, module or plugin that Envoy refuses to load; the message is Envoy's. */
export class LoadError extends Error {
  override name = "LoadError";
  /** Log lines written until then, the guest's own reasons among them. */
  logs: LogRecord[] = [];
}
