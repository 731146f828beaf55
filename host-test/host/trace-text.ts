// A trace as text, one line an entry: whole, for comparing two runs byte by byte, or its shape, for a snapshot that the next
// build of the filter still meets.
import { pointerParameters } from "./abi-table.ts";
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

/**
 * The same without addresses, host calls indented: `w1 guard   proxy_get_header_map_value(0, *, 5, *, *) = 0`. A callback
 * stands behind the calls it made, since it is traced when it returns.
 */
export function traceShape(trace: readonly TraceEntry[]): string {
  return trace
    .map(({ kind, worker, filter, name, args, result }) => {
      const pointers = pointerParameters(name);
      const shown = args.map((arg, index) => (pointers?.[index] === true ? "*" : String(arg)));
      const answer = result === undefined ? "" : ` = ${result}`;
      const indent = kind === "hostcall" ? "  " : "";
      return `w${worker} ${filter} ${indent}${name}(${shown.join(", ")})${answer}`;
    })
    .join("\n");
}
