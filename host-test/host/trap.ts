// A trap as a person wants to see it: message, export that was running, and AssemblyScript places instead of offsets.
// V8 names a frame `wasm-function[8]:0x752`; the offset is looked up in the compiler's source map (source-map.ts).
import type { SourceMap } from "./source-map.ts";

export interface TrapFrame {
  functionIndex: number;
  offset: number;
  /** Name section or "" in a release build. */
  functionName: string;
  /** "assembly/filters/guard.ts:12:3", "" without a source map. */
  place: string;
}

export interface Trap {
  /** "RuntimeError", "RangeError" for a full stack. */
  errorName: string;
  /** The engine's words, for example "unreachable". */
  message: string;
  /** Callback that was running, for example "proxy_on_request_headers". */
  callback: string;
  filter: string;
  /** Innermost first. */
  frames: TrapFrame[];
  /** Innermost place outside `~lib/`, "" when none is known. */
  place: string;
}

const framePattern = /at (?:(\S+) \()?(?:wasm:\/\/)?[^()\s]*wasm-function\[(\d+)\]:0x([0-9a-f]+)/g;

/** Turns the error that came out of a wasm call into a Trap; `offsetShift` is what the loader added before the code. */
export function describeTrap(
  error: unknown,
  callback: string,
  filter: string,
  sourceMap: SourceMap | undefined,
  offsetShift = 0,
): Trap {
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const frames: TrapFrame[] = [];
  for (const match of stack.matchAll(framePattern)) {
    const offset = parseInt(match[3], 16) - offsetShift;
    const found = sourceMap?.lookup(offset);
    frames.push({
      functionIndex: Number(match[2]),
      offset,
      functionName: match[1] ?? "",
      place: found === undefined ? "" : `${found.source}:${found.line}:${found.column}`,
    });
  }
  const errorName = error instanceof Error ? error.name : "Error";
  return { errorName, message, callback, filter, frames, place: ownPlace(frames) };
}

/** Innermost place outside the standard library, which is where an author looks first; else the innermost. */
function ownPlace(frames: TrapFrame[]): string {
  const placed = frames.filter((frame) => frame.place !== "");
  const own = placed.find((frame) => !frame.place.startsWith("~lib/"));
  return (own ?? placed[0])?.place ?? "";
}

/** The log line Envoy writes for it, with places added. */
export function trapMessage(trap: Trap): string {
  const lines = trap.frames.map((frame, index) => {
    const name = frame.functionName === "" ? "unknown" : frame.functionName;
    const place = frame.place === "" ? "" : ` (${frame.place})`;
    return `  ${index}:  0x${frame.offset.toString(16)} - ${name}${place}`;
  });
  const backtrace =
    lines.length === 0 ? "" : `\nProxy-Wasm plugin in-VM backtrace:\n${lines.join("\n")}`;
  return `Function: ${trap.callback} failed: Uncaught ${trap.errorName}: ${trap.message}${backtrace}`;
}
