// Log lines, and whether they are wanted. The level is asked of the host at most once in a callback
// (it costs about a tenth of a microsecond and can be changed at run time through Envoy's /logging, so
// a longer memory would be wrong). Build no text before `logs(level)` said yes.
// Never log a token, a cookie, a body value or a key.
import { allocate } from "../abi/arena";
import { LogLevel, Status } from "../abi/constants";
import { proxy_get_log_level, proxy_log } from "../abi/env";

/** Longest line that is sent; the rest is cut. */
export const logLineLimitBytes: u32 = 4096;

let known: bool = false;
let threshold: u32 = 0;

/** Would a line of this level be written? The answer holds for one callback. */
export function logs(level: LogLevel): bool {
  if (!known) {
    const slot = memory.data(4, 4);
    const status = <Status>proxy_get_log_level(slot);
    // A host that does not know the call gets every line and filters itself.
    threshold = status == Status.Ok ? load<u32>(slot) : 0;
    known = true;
  }
  return <u32>level >= threshold;
}

/** The next `logs` asks the host again. Called at the end of each callback. */
export function forgetLogLevel(): void {
  known = false;
}

/** Writes an ASCII text (the rest becomes '?') when its level is wanted. Never built from request
 * bytes: use a literal. */
export function log(level: LogLevel, text: string): void {
  if (!logs(level)) return;
  const length = min<u32>(text.length, logLineLimitBytes);
  const line = allocate(length);
  if (line == 0) return;
  for (let i: u32 = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    store<u8>(line + i, unit >= 0x20 && unit < 0x7f ? unit : 0x3f);
  }
  logBytes(level, line, length);
}

/** Writes bytes as they are (cut at the line limit), without asking for the level first. */
export function logBytes(level: LogLevel, ptr: usize, length: u32): void {
  proxy_log(level, ptr, min<u32>(length, logLineLimitBytes));
}
