// What a failed bounds check, assertion or `throw` becomes in a shipped filter: one critical log
// line with the place, then a trap. asc calls it through `--use abort=assembly/abi/abort/abort`, so
// no module imports env.abort (Envoy would refuse it). It may run in the middle of anything, an
// exhausted heap included: it allocates nothing and writes into static memory.
import { proxy_log } from "./env";
import { LogLevel } from "./constants";

const lineLimitBytes: i32 = 512;

/** Copies a string as ASCII ('?' for the rest), at most up to the line limit; answers the new end of the line. */
function append(line: usize, at: i32, text: string): i32 {
  for (let i = 0, n = text.length; i < n && at < lineLimitBytes; i++) {
    const unit = text.charCodeAt(i);
    store<u8>(line + at, unit >= 0x20 && unit < 0x7f ? unit : 0x3f);
    at++;
  }
  return at;
}

/** Writes `:` and a decimal number. */
function appendPlace(line: usize, at: i32, value: u32): i32 {
  if (at + 11 > lineLimitBytes) return at;
  store<u8>(line + at, 0x3a);
  let digits = 1;
  for (let rest = value; rest >= 10; rest /= 10) digits++;
  for (let i = digits; i > 0; i--) {
    store<u8>(line + at + i, 0x30 + (value % 10));
    value /= 10;
  }
  return at + 1 + digits;
}

/** Logs `file:line:column message` at critical level and traps. */
export function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  const text = memory.data(lineLimitBytes);
  let at = append(text, 0, file !== null ? file : "unknown");
  at = appendPlace(text, at, line);
  at = appendPlace(text, at, column);
  at = append(text, at, " ");
  at = append(text, at, message !== null ? message : "abort");
  proxy_log(LogLevel.Critical, text, at);
  unreachable();
}
