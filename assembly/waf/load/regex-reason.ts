// Why a pattern of a rule was refused, in words: the numbers are those of the regex room.
import { RegexStatus } from "../../regex/status";

/** In the order of RegexStatus. */
const reasons: string = `ok
the pattern is too long
groups are nested too deeply
the pattern makes too large a program
a repeat count is too large
a repeat range runs backwards
a repeat has nothing to repeat
a repeat of a repeat
a parenthesis is missing
a parenthesis too many
a bracket is missing
a class range runs backwards
an unknown class name
an unknown escape
the pattern ends in a backslash
an unknown group
a bad group name
a group name twice
too many groups
a code point above U+10FFFF
malformed UTF-8
a backreference, which takes no linear time
a lookahead, which takes no linear time
a lookbehind, which takes no linear time
an atomic group
a possessive repeat
a conditional
a recursion
a Unicode class
a branch reset
a verb
too many patterns
too many literals
the memory limit`;

export function regexReason(status: RegexStatus): string {
  const lines = reasons.split("\n");
  const index = <i32>status;
  return index < lines.length ? lines[index] : "refused";
}
