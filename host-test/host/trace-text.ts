// A trace as text, one line an entry, for comparing two runs byte by byte.
import type { TraceEntry } from "./types.ts";

/** For example `w2 guard proxy_on_request_headers(5, 8, 1) = 0`. */
export function traceText(trace: readonly TraceEntry[]): string {
  return trace
    .map(({ worker, filter, name, args, result }) => {
      const answer = result === undefined ? "" : ` = ${result}`;
      return `w${worker} ${filter} ${name}(${args.join(", ")})${answer}`;
    })
    .join("\n");
}
