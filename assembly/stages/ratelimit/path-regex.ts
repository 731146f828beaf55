// A regular expression that a whole canonical path has to match. Linear in the path, whatever the pattern (assembly/regex).
import { ConfigValue } from "../../config/value";
import { Regex, compileRegex, freeRegex, matches, regexFailureOffset } from "../../regex/regex";
import { RegexFlag } from "../../regex/status";

@final
export class PathRegex {
  /** @param regex compiled; given back by `dispose` */
  constructor(private regex: Regex | null) {}

  matches(path: usize, length: u32): bool {
    const regex = this.regex;
    return regex !== null && matches(regex, path, length);
  }

  dispose(): void {
    const regex = this.regex;
    if (regex !== null) freeRegex(regex);
    this.regex = null;
  }
}

/** Reads a pattern of RE2 syntax, which is anchored at both ends; null and reported when it is refused. */
export function readPathRegex(value: ConfigValue): PathRegex | null {
  if (!value.isText(1, 1024)) return null;
  const text = `^(?:${value.string("")})$`;
  const bytes = String.UTF8.encode(text);
  const flags = RegexFlag.NO_CAPTURES;
  const regex = compileRegex(changetype<usize>(bytes), <u32>bytes.byteLength, flags);
  if (regex !== null) return new PathRegex(regex);
  const at = max<i32>(<i32>regexFailureOffset() - 4, 0);
  value.fail(
    `is no regular expression, see its byte ${at}`,
    'write RE2 syntax such as "/v[0-9]+/users"',
  );
  return null;
}
