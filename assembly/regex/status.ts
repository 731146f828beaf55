// Names and limits of the regex room: why a pattern is refused, which options it takes, and how large
// each structure may become. Numbers are stable (they reach Node through the probe); this file holds
// enums and literals only, so that Node imports it as it is.

/** Why a pattern or a set was refused. The position of the first offending byte goes with it. */
export const enum RegexStatus {
  OK = 0,
  PATTERN_TOO_LONG = 1,
  NESTED_TOO_DEEPLY = 2,
  PROGRAM_TOO_LARGE = 3,
  REPEAT_TOO_LARGE = 4,
  BAD_REPEAT_RANGE = 5,
  MISSING_REPEAT_ARGUMENT = 6,
  DOUBLE_REPEAT = 7,
  MISSING_PAREN = 8,
  UNEXPECTED_PAREN = 9,
  MISSING_BRACKET = 10,
  BAD_CLASS_RANGE = 11,
  BAD_CLASS_NAME = 12,
  BAD_ESCAPE = 13,
  TRAILING_BACKSLASH = 14,
  BAD_GROUP = 15,
  BAD_GROUP_NAME = 16,
  DUPLICATE_GROUP_NAME = 17,
  TOO_MANY_GROUPS = 18,
  CODE_POINT_TOO_LARGE = 19,
  INVALID_UTF8 = 20,
  BACKREFERENCE = 21,
  LOOKAHEAD = 22,
  LOOKBEHIND = 23,
  ATOMIC_GROUP = 24,
  POSSESSIVE = 25,
  CONDITIONAL = 26,
  RECURSION = 27,
  UNICODE_CLASS = 28,
  BRANCH_RESET = 29,
  VERB = 30,
  TOO_MANY_PATTERNS = 31,
  TOO_MANY_LITERALS = 32,
  MEMORY_LIMIT = 33,
}

/** Options of a pattern, also set by `(?imsUxu)` inside it (the first six). */
export const enum RegexFlag {
  NONE = 0,
  /** ASCII letters match both cases; no other byte folds. */
  CASE_INSENSITIVE = 1,
  /** `^` and `$` also match next to a line feed. */
  MULTI_LINE = 2,
  /** `.` matches a line feed too. */
  DOT_ALL = 4,
  /** Repeats are lazy unless followed by `?`. */
  UNGREEDY = 8,
  /** White space and `#` comments in the pattern are ignored. */
  EXTENDED = 16,
  /** A character is a UTF-8 sequence instead of one byte; classes and `.` match whole characters. */
  UTF8 = 32,
  /** `\s` holds vertical tab, as in Perl since 5.18 and PCRE2; RE2 and Go leave it out. */
  PERL_SPACE = 64,
  /** Leftmost-longest instead of leftmost-first. */
  LONGEST = 128,
  /** Groups do not capture: smaller program; for rules that only ask yes or no. */
  NO_CAPTURES = 256,
}

/** Bytes of one pattern. The longest pattern of the OWASP Core Rule Set 4 has 12,182. */
export const PATTERN_LIMIT_BYTES: u32 = 32768;
/** Open groups at one place; bounds the recursion of every walk over the syntax tree. */
export const NEST_LIMIT: u32 = 250;
/** Largest count in `{n,m}`; RE2's own limit. */
export const REPEAT_LIMIT: u32 = 1000;
/** Capture groups of one pattern, the whole match not counted. */
export const GROUP_LIMIT: u32 = 250;
/** Instructions of one pattern's program. */
export const PROGRAM_LIMIT: u32 = 131072;
/** Instructions of one set's program. */
export const SET_PROGRAM_LIMIT: u32 = 1048576;
/** Patterns of one set. */
export const SET_LIMIT: u32 = 4096;
/** Bytes of thread memory that one capturing search may need (program size × capture slots). */
export const THREADS_LIMIT_BYTES: u32 = 8388608;
