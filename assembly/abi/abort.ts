// What a failed bounds check, assertion or `throw` becomes in a shipped filter: one critical log
// line with the place, then a trap. asc calls it through `--use abort=assembly/abi/abort/abort`, so
// no module imports env.abort (Envoy would refuse it). It may run in the middle of anything, an
// exhausted heap included: it allocates nothing and writes into static memory.
import { proxy_log } from "./env";
import { LogLevel } from "./constants";

const lineLimitBytes: i32 = 512;
/** Where texts end: the rest is room for the place, at most 23 bytes, at the end of the buffer. */
const textLimitBytes: i32 = 464;

/** Logs `file:line:column message` at critical level and traps. */
export function abort(message: string | null, file: string | null, line: u32, column: u32): void {
  const text = memory.data(lineLimitBytes);
  let at = 0;
  for (let round = 0; round < 2; round++) {
    let part = round == 0 ? file : message;
    if (part === null) part = "?";
    if (round == 1) at = appendPlace(text, at, line, column);
    for (let i = 0, n = part.length; i < n && at < textLimitBytes; i++) {
      const unit = part.charCodeAt(i);
      store<u8>(text + at, unit >= 0x20 && unit < 0x7f ? unit : 0x3f);
      at++;
    }
  }
  proxy_log(LogLevel.Critical, text, at);
  unreachable();
}

/** Writes `:line:column ` and answers the new end of the line. */
function appendPlace(text: usize, at: i32, line: u32, column: u32): i32 {
  // Digits come out last first, so the place is written backwards, then moved to the line.
  let start = lineLimitBytes;
  store<u8>(text + --start, 0x20);
  for (let round = 0; round < 2; round++) {
    let rest = round == 0 ? column : line;
    do {
      store<u8>(text + --start, 0x30 + (rest % 10));
      rest /= 10;
    } while (rest != 0);
    store<u8>(text + --start, 0x3a);
  }
  memory.copy(text + at, text + start, lineLimitBytes - start);
  return at + lineLimitBytes - start;
}
