// A set of patterns in one scan against V8's RegExp, which must run them one after another. Two groups of
// patterns: a hundred of our own in the style of injection rules, and, where the Core Rule Set is found,
// its first hundred patterns that a set joins in one automaton.
import { dataFolder } from "../../host-test/vectors/data.ts";
import { crsPatterns } from "../../host-test/vectors/regex/crs-patterns.ts";
import {
  CompiledSet,
  openRegexProbe,
  RegexFlag,
  type RegexProbe,
} from "../../host-test/vectors/regex/probe.ts";
import { interleave } from "../interleave.ts";
import type { Bench, Row } from "../record.ts";

const functions =
  "sleep benchmark load_file concat group_concat extractvalue updatexml pg_sleep char ascii substring version user " +
  "database eval assert system passthru shell_exec popen proc_open base64_decode unserialize require include";
const phrases = [
  "union\\s+(?:all\\s+)?select\\b",
  "\\bor\\s+\\d+\\s*=\\s*\\d+",
  "['\"]\\s*(?:or|and)\\s+['\"\\d]",
  ";\\s*(?:drop|alter|truncate)\\s+table\\b",
  "<(?:script|iframe|object|embed|svg)\\b",
  "\\bon(?:error|load|click|focus|mouseover)\\s*=",
  "(?:java|vb)script\\s*:",
  "(?:\\.\\./){2,}",
  "/etc/(?:passwd|shadow|hosts)\\b",
  "\\$\\{(?:jndi|env|sys):",
];

/** A hundred patterns that hardly ever match ordinary text. */
function ownPatterns(): string[] {
  const calls = functions
    .split(" ")
    .flatMap((name) => [
      `\\b${name}\\s*\\(`,
      `[;|&]\\s*${name}\\b`,
      `\\$\\(${name}\\b`,
      `=\\s*['"]${name}['"]`,
    ]);
  return [...phrases, ...calls].slice(0, 100);
}

const words =
  "the quick order number customer shipped address street please update account settings email report " +
  "meeting summary project version release notes user search results page filter price total cart item";

/** Ordinary text: words, numbers, punctuation and some query strings. */
function benignText(bytes: number): string {
  const list = words.split(" ");
  let seed = 42;
  const next = (below: number): number => (seed = (seed * 48271) % 0x7fffffff) % below;
  let text = "";
  while (text.length < bytes) {
    const kind = next(12);
    text += list[next(list.length)];
    if (kind === 0) text += `=${next(10000)}&`;
    else text += kind === 1 ? ". " : kind === 2 ? ", " : " ";
  }
  return text.slice(0, bytes);
}

function row(
  probe: RegexProbe,
  name: string,
  patterns: string[],
  text: string,
  rounds: number,
): Row {
  const bytes = Buffer.from(text, "latin1");
  const set = new CompiledSet(probe, patterns, RegexFlag.CASE_INSENSITIVE);
  const address = probe.place(bytes, 1024);
  const hits = (address + bytes.length + 7) & ~7;
  const scan = probe.raw["scan"]!;
  // Inline flags are the rules' own; V8 takes them outside only.
  const rivals = patterns.map((pattern) => new RegExp(pattern.replace(/^\(\?[ims]+\)/, ""), "i"));
  let sink = 0;
  const [ours, theirs] = interleave(
    [
      {
        name: "set",
        run: (count) => {
          for (let i = 0; i < count; i++) sink += scan(set.handle, address, bytes.length, hits);
        },
      },
      {
        name: "V8",
        run: (count) => {
          for (let i = 0; i < count; i++)
            for (const rival of rivals) sink += rival.test(text) ? 1 : 0;
        },
      },
    ],
    { rounds, warmup: 20 },
  ).map((timing) => timing.bestNs);
  set.free();
  if (sink < 0) throw new Error("nothing ran");
  return {
    name,
    bytes: bytes.length,
    patterns: patterns.length,
    "set, µs": (ours! / 1000).toFixed(1),
    "MB/s": Math.round((bytes.length / ours!) * 1000),
    "× V8, one after another": (theirs! / ours!).toFixed(1),
  };
}

/** Patterns that V8 accepts and that a set does not give an automaton of their own. */
function joinedCrsPatterns(probe: RegexProbe, rules: string): string[] {
  return crsPatterns(rules).filter((pattern) => {
    const bytes = Buffer.from(pattern, "latin1");
    if (probe.raw["spreadsStates"]!(probe.place(bytes), bytes.length, 0) !== 0) return false;
    try {
      // A pattern that the text matches at once says nothing about scanning.
      return !new RegExp(pattern.replace(/^\(\?[ims]+\)/, ""), "i").test(benignText(4096));
    } catch {
      return false;
    }
  });
}

/** Set scan against V8; a ratio above 1 means that the set is faster. */
export async function regexBench(rounds = 40): Promise<Bench> {
  const probe = await openRegexProbe();
  probe.raw["reserveCache"]!(4 << 20);
  const own = ownPatterns();
  const rows = [
    row(probe, "own patterns, text", own, benignText(65536), rounds),
    row(probe, "own patterns, one value", own, benignText(200), rounds),
  ];
  const rules = dataFolder("crs/rules");
  if (rules !== undefined) {
    const joined = joinedCrsPatterns(probe, rules).slice(0, 100);
    rows.push(row(probe, "Core Rule Set, joined", joined, benignText(65536), rounds));
    rows.push(row(probe, "Core Rule Set, joined, one value", joined, benignText(200), rounds));
  }
  return {
    name: "regex",
    title: "Regex sets",
    command: "npm run bench -- regex",
    about:
      "One scan that reports every pattern of a set that matches, on ordinary text that matches none, against V8's " +
      "`RegExp` for each pattern in turn, in the same run. Cache of 4 MiB.",
    rows,
  };
}
