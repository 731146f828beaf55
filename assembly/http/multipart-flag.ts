// What is odd about a multipart body, one bit each. Two readers of one body disagree exactly where one of
// these is set, so that each names a way past a filter (RFC 7578 §4, RFC 2046 §5.1). The reader goes on
// where a lenient server would; what a flag leads to is the caller's business.

/** Oddities of a multipart body and of the Content-Type that announces it. */
export const enum MultipartFlag {
  /** The boundary stands in quotes: allowed by RFC 2046, unusual. */
  BoundaryQuoted = 1,
  /** Blanks around `=` or in the boundary, or after it in a delimiter line. */
  BoundaryWhitespace = 1 << 1,
  /** No boundary of RFC 2046: wrong bytes, more than 70, escapes, or `boundary*`. */
  BoundaryInvalid = 1 << 2,
  /** The Content-Type has two boundaries. */
  BoundaryRepeated = 1 << 3,
  /** Bytes before the first delimiter line. */
  DataBefore = 1 << 4,
  /** Bytes after the last delimiter line. */
  DataAfter = 1 << 5,
  /** A part header goes on in a line that begins with a blank. */
  HeaderFolding = 1 << 6,
  /** A folded line with nothing to fold, or one that begins with another white byte. */
  HeaderFoldingInvalid = 1 << 7,
  /** A line of the structure ends with LF alone. */
  LfLine = 1 << 8,
  /** A line of the structure ends with CR LF, as it should; together with LfLine: a mixture. */
  CrlfLine = 1 << 9,
  /** Parameters that no semicolon separates. */
  SemicolonMissing = 1 << 10,
  /** An open quote, text behind a closing one, or quotes of another kind. */
  QuotingInvalid = 1 << 11,
  /** A part without `form-data` or without a name. */
  PartInvalid = 1 << 12,
  /** A part header without colon, with a bad name, blanks before the colon or control bytes. */
  HeaderInvalid = 1 << 13,
  /** The same part header twice. */
  HeaderRepeated = 1 << 14,
  /** `name` or `filename` twice. */
  ParameterRepeated = 1 << 15,
  /** `filename*` or `name*` (RFC 7578 §4.2 forbids the first). */
  ParameterExtended = 1 << 16,
  /** A line of a part begins with `--` and is no delimiter: ordinary in text files, odd elsewhere. */
  BoundaryUnmatched = 1 << 17,
  /** A delimiter behind a CR that no LF follows: data here, the end of a part elsewhere. */
  BareCr = 1 << 18,
  /** Content-Transfer-Encoding: the value means other bytes than it shows (RFC 7578 §4.7). */
  TransferEncoding = 1 << 19,
  /** More files than the limit; reading stopped. */
  FileLimit = 1 << 20,
  /** The body ends before its last delimiter. */
  Incomplete = 1 << 21,
  /** Quoted pairs in a parameter: `name` and `filename` are as written. */
  QuotedPair = 1 << 22,
  /** A line begins with the whole delimiter and goes on: data here, a delimiter elsewhere. */
  BoundaryContinued = 1 << 23,
}

/** Number of flags. */
export const MULTIPART_FLAGS: u32 = 24;

/** Sets of flags. */
export const enum MultipartFlags {
  /** What ordinary clients send too: CrlfLine, BoundaryQuoted, QuotedPair, BoundaryUnmatched (dashes in text). */
  Harmless = (1 << 9) | 1 | (1 << 22) | (1 << 17),
}

/** Stable name of the flag `1 << bit`. */
export function multipartFlagName(bit: u32): string {
  return bit < MULTIPART_FLAGS ? NAMES[bit] : "";
}

const NAMES: StaticArray<string> = [
  "boundary_quoted",
  "boundary_whitespace",
  "boundary_invalid",
  "boundary_repeated",
  "data_before",
  "data_after",
  "header_folding",
  "header_folding_invalid",
  "lf_line",
  "crlf_line",
  "semicolon_missing",
  "quoting_invalid",
  "part_invalid",
  "header_invalid",
  "header_repeated",
  "parameter_repeated",
  "parameter_extended",
  "boundary_unmatched",
  "bare_cr",
  "transfer_encoding",
  "file_limit",
  "incomplete",
  "quoted_pair",
  "boundary_continued",
];
