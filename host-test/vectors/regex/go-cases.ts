// Go's copies of RE2's search tests and of AT&T's testregex files, as plain cases.
import { readFileSync } from "node:fs";

/** Expected offsets, start and end in turn, -1 for a group that took no part; null: no match. */
export type Expected = number[] | null;

export interface SearchCase {
  line: number;
  pattern: Uint8Array;
  text: Uint8Array;
  /** Whole text, then leftmost-first anywhere, then both again leftmost-longest. */
  expected: [Expected, Expected, Expected, Expected];
}

/** The cases of re2-search.txt. */
export function searchCases(file: string): SearchCase[] {
  const cases: SearchCase[] = [];
  let strings: Uint8Array[] = [];
  let inStrings = false;
  let pattern: Uint8Array = new Uint8Array();
  let next = 0;
  readFileSync(file, "utf8")
    .split("\n")
    .forEach((line, index) => {
      if (line === "strings") {
        strings = [];
        inStrings = true;
      } else if (line === "regexps") inStrings = false;
      else if (line.startsWith('"')) {
        const text = unquote(line.slice(1, -1));
        if (inStrings) strings.push(text);
        else {
          pattern = text;
          next = 0;
        }
      } else if (/^[-0-9]/.test(line)) {
        const expected = line.split(";").map(offsets) as SearchCase["expected"];
        cases.push({ line: index + 1, pattern, text: strings[next++]!, expected });
      }
    });
  return cases;
}

function offsets(field: string): Expected {
  if (field === "-") return null;
  return field
    .split(" ")
    .flatMap((pair) => (pair === "-" ? [-1, -1] : pair.split("-").map(Number)));
}

/** Go's string escapes. */
function unquote(body: string): Uint8Array {
  const parts: Buffer[] = [];
  const simple: Record<string, string> = {
    n: "\n",
    t: "\t",
    r: "\r",
    a: "\x07",
    b: "\b",
    f: "\f",
    v: "\v",
    '"': '"',
    "\\": "\\",
  };
  for (let i = 0; i < body.length; i++) {
    if (body[i] !== "\\") {
      const character = String.fromCodePoint(body.codePointAt(i)!);
      parts.push(Buffer.from(character));
      i += character.length - 1;
      continue;
    }
    const kind = body[++i]!;
    const digits = kind === "x" ? 2 : kind === "u" ? 4 : kind === "U" ? 8 : 0;
    const value = parseInt(body.slice(i + 1, i + 1 + digits), 16);
    i += digits;
    if (kind === "x") parts.push(Buffer.from([value]));
    else if (digits > 0) parts.push(Buffer.from(String.fromCodePoint(value)));
    else if (/[0-7]/.test(kind)) {
      parts.push(Buffer.from([parseInt(body.slice(i, i + 3), 8)]));
      i += 2;
    } else parts.push(Buffer.from(simple[kind]!));
  }
  return Buffer.concat(parts);
}

export interface PosixCase {
  line: number;
  pattern: string;
  text: string;
  ignoreCase: boolean;
  compiles: boolean;
  /** null: no match; empty: a match without offsets. */
  expected: Expected;
  notApplicable: string;
}

/** The cases of one AT&T testregex file; the format is described in testregex(1). */
export function posixCases(file: string): PosixCase[] {
  const cases: PosixCase[] = [];
  let last = "";
  readFileSync(file, "latin1")
    .split("\n")
    .forEach((line, index) => {
      const fields = line.split(/\t+/).map((field) => (field === "NULL" ? "" : field));
      let mode = fields[0]!;
      if (/^[?&|;{}]/.test(mode)) mode = mode.slice(1);
      else if (mode.startsWith(":")) mode = mode.split(":")[2] ?? "";
      if (mode === "" || /^[CNT0-9#]/.test(mode) || fields.length < 4 || line.includes("NIL"))
        return;
      let [pattern, text] = [fields[1]!, fields[2]!];
      if (mode.includes("$"))
        [pattern, text] = [pattern, text].map((t) =>
          Buffer.from(unquote(t)).toString("latin1"),
        ) as [string, string];
      if (pattern === "SAME") pattern = last;
      last = pattern;
      const result = fields[3]!;
      const compiles = result === "NOMATCH" || !/^[A-Z]/.test(result);
      const expected = result.startsWith("(")
        ? [...result.matchAll(/\(([\d?]+),([\d?]+)\)/g)].flatMap((m) =>
            [m[1]!, m[2]!].map((n) => (n === "?" ? -1 : Number(n))),
          )
        : result === "NOMATCH" || !compiles
          ? null
          : [];
      const notApplicable = mode.includes("E")
        ? ""
        : mode.includes("L")
          ? "literal mode"
          : "basic regular expression (POSIX BRE)";
      cases.push({
        line: index + 1,
        pattern,
        text,
        ignoreCase: mode.includes("i"),
        compiles,
        expected,
        notApplicable,
      });
    });
  return cases;
}
