// The rust-lang/regex test data as cases for this engine, each either applicable or with the reason why
// not. Reasons are derived from the case and from the engine's own refusal, never listed by name.
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { RegexFlag } from "../../../assembly/regex/status.ts";
import { parseTests, type TomlTable, type TomlValue } from "./toml.ts";

export interface RustCase {
  name: string;
  patterns: Uint8Array[];
  /** RegexFlag bits. */
  flags: number;
  haystack: Uint8Array;
  from: number;
  to: number;
  anchored: boolean;
  compiles: boolean;
  /** Whether an empty match may not split a UTF-8 sequence. */
  utf8: boolean;
  limit: number;
  /** Non-overlapping leftmost-first matches with groups are expected; otherwise only the pattern ids. */
  iterates: boolean;
  /** All patterns of a set that match are expected, not only the first. */
  reportsAll: boolean;
  matches: { id: number; spans: ([number, number] | null)[] }[];
  /** Why the case says nothing about this engine; empty when it applies. */
  notApplicable: string;
}

/** Every case of the folder, in file order. */
export function rustCases(folder: string): RustCase[] {
  const cases: RustCase[] = [];
  for (const name of (readdirSync(folder, { recursive: true }) as string[]).sort()) {
    if (!name.endsWith(".toml")) continue;
    const group = name.replaceAll(path.sep, "/").replace(/\.toml$/, "");
    for (const table of parseTests(readFileSync(path.join(folder, name), "utf8"))) {
      cases.push(toCase(group, table));
    }
  }
  return cases;
}

function toCase(group: string, table: TomlTable): RustCase {
  const regex = Array.isArray(table["regex"])
    ? (table["regex"] as string[])
    : [String(table["regex"])];
  const haystack =
    table["unescape"] === true
      ? unescape(String(table["haystack"]))
      : Buffer.from(String(table["haystack"]));
  const unicode = table["unicode"] !== false;
  const bounds = (table["bounds"] ?? { start: 0, end: haystack.length }) as TomlValue;
  const [from, to] = Array.isArray(bounds)
    ? (bounds as [number, number])
    : [(bounds as { start: number }).start, (bounds as { end: number }).end];
  const kind = table["match-kind"] ?? "leftmost-first";
  const search = table["search-kind"] ?? "leftmost";
  return {
    name: `${group}/${String(table["name"])}`,
    patterns: regex.map((text) => Buffer.from(text)),
    flags:
      (unicode ? RegexFlag.UTF8 : 0) |
      RegexFlag.PERL_SPACE |
      (table["case-insensitive"] === true ? RegexFlag.CASE_INSENSITIVE : 0),
    haystack,
    from,
    to,
    anchored: table["anchored"] === true,
    compiles: table["compiles"] !== false,
    utf8: table["utf8"] !== false,
    limit: (table["match-limit"] as number | undefined) ?? Infinity,
    iterates: regex.length === 1 && kind === "leftmost-first" && search === "leftmost",
    reportsAll: kind === "all" && search === "overlapping",
    matches: (table["matches"] as TomlValue[]).map(toMatch),
    notApplicable: reasonNotApplicable(group, table, regex, haystack, unicode),
  };
}

function toMatch(value: TomlValue): { id: number; spans: ([number, number] | null)[] } {
  if (!Array.isArray(value)) {
    const { id, span, spans } = value as { id: number; span?: TomlValue; spans?: TomlValue[] };
    return { id, spans: (spans ?? [span!]).map(toSpan) };
  }
  if (typeof value[0] === "number") return { id: 0, spans: [toSpan(value)] };
  return { id: 0, spans: value.map(toSpan) };
}

function toSpan(value: TomlValue): [number, number] | null {
  const pair = value as number[];
  return pair.length === 0 ? null : [pair[0]!, pair[1]!];
}

/** The escapes that `unescape = true` asks for: \xHH, \n, \r, \t, \0, \\ and the like, to bytes. */
function unescape(text: string): Uint8Array {
  const bytes: number[] = [];
  const source = Buffer.from(text);
  const simple: Record<string, number> = {
    n: 10,
    r: 13,
    t: 9,
    "0": 0,
    "\\": 92,
    a: 7,
    f: 12,
    v: 11,
  };
  for (let i = 0; i < source.length; i++) {
    if (source[i] !== 92) {
      bytes.push(source[i]!);
      continue;
    }
    const kind = String.fromCharCode(source[++i]!);
    if (kind === "x") {
      bytes.push(parseInt(source.subarray(i + 1, i + 3).toString(), 16));
      i += 2;
    } else bytes.push(simple[kind] ?? source[i]!);
  }
  return Uint8Array.from(bytes);
}

const beyondAscii = /[^\x00-\x7f]/;

function reasonNotApplicable(
  group: string,
  table: TomlTable,
  regex: string[],
  haystack: Uint8Array,
  unicode: boolean,
): string {
  const text = regex.join("\n");
  const wide = haystack.some((byte) => byte >= 0x80);
  const folded = table["case-insensitive"] === true || /\(\?[a-zA-Z]*i/.test(text);
  if (table["line-terminator"] !== undefined) return "configurable line terminator";
  if (/\(\?[a-zA-Z]*R/.test(text)) return "flag R (CRLF line ends), which only rust has";
  if (/\\b\{|\\[<>]/.test(text)) return "half word boundaries, which only rust has";
  if (/\\[pP]/.test(text)) return "Unicode class";
  if (/\\[uU]/.test(text)) return "escapes \\u and \\U, which only rust has";
  if (/&&|--|~~|\[[^\]\\]*\[[^:]/.test(text))
    return "nested classes and class operations, which only rust has";
  if (/[*+?}][*+{]/.test(text.replace(/\\./g, "x")))
    return "repeat of a repeat, which RE2 and PCRE refuse";
  if (group === "regex-lite" && !unicode)
    return "bytes off and Unicode off at once, which only regex-lite means";
  if (text === "(?)") return "empty flags, which RE2 and PCRE accept";
  if (/\{(\d*,)?\d{4,}\}/.test(text)) return "count above 1000, RE2's limit";
  if (unicode && wide && /\\[wWdDsSbB]/.test(text)) return "Unicode meaning of \\w \\d \\s \\b";
  if (unicode && folded && (wide || beyondAscii.test(text))) return "Unicode case folding";
  return "";
}
