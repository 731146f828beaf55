// The floors of ARCHITECTURE.md: imports go down only, engines never know the host, nothing runs at module load.
import { describe, expect, test } from "vitest";
import { assemblyFiles, importsOf, read } from "./tree.ts";

/** Room to floor. A room that is not listed fails the test: give it a floor before its first file. */
const floors: Record<string, number> = {
  base: 0,
  json: 1,
  http: 1,
  xml: 1,
  crypto: 1,
  regex: 1,
  abi: 1,
  sdk: 2,
  jose: 2,
  jwks: 2,
  detect: 2,
  fields: 2,
  schema: 2,
  transform: 2,
  // Between two floors: it stands on `detect`, and `waf` stands on it.
  operators: 2.5,
  // It stands on `schema`.
  openapi: 2.5,
  seclang: 2,
  ruleset: 2,
  identity: 2,
  ratelimit: 2,
  rls: 2,
  authz: 2,
  config: 2,
  waf: 3,
  adapters: 3,
  stages: 4,
  filters: 5,
  // Test doors: never shipped, may open any room.
  probes: 6,
  // What the command line runs itself.
  tools: 6,
};

/** Rooms that may touch the host; every other room gets bytes, time and storage as arguments. */
const knowsTheHost = new Set(["abi", "sdk", "adapters", "stages", "filters", "probes"]);

const roomOf = (name: string): string => name.split("/")[1];
const sources = assemblyFiles.filter((name) => !name.endsWith(".spec.ts"));

/** A function, class or table on one line of its own, or an initialiser that asc folds into the data section. */
const foldable =
  /^(?:const enum|enum|declare)\b|=\s*(?:-?[\d.]|0x|"|'|`|true\b|false\b|null\b|memory\.data|\[|<|[A-Za-z_.]+\s*[;+*|<-]|-?\(?[A-Za-z0-9_. +*|<()-]+\)?;)/;

describe("floors of assembly/", () => {
  test("every room has a floor", () => {
    const rooms = new Set(sources.map(roomOf));
    expect([...rooms].filter((room) => !(room in floors))).toEqual([]);
  });

  test("imports go down only, and between rooms of one floor never", () => {
    const upward: string[] = [];
    for (const name of assemblyFiles) {
      for (const target of importsOf(name)) {
        const from = roomOf(name);
        const to = roomOf(target);
        if (from !== to && floors[to] >= floors[from]) upward.push(`${name} imports ${target}`);
      }
    }
    expect(upward).toEqual([]);
  });

  test("only rooms at the edge know the host", () => {
    const knowing = sources.filter((name) => !knowsTheHost.has(roomOf(name)));
    const found = knowing.flatMap((name) =>
      importsOf(name)
        .filter((target) => /^assembly\/(abi|sdk)\//.test(target))
        .map((target) => `${name} imports ${target}`),
    );
    expect(found).toEqual([]);
  });

  test("no import cycles", () => {
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (name: string, trail: string[]): void => {
      if (trail.includes(name)) {
        cycles.push([...trail.slice(trail.indexOf(name)), name].join(" -> "));
        return;
      }
      if (done.has(name)) return;
      for (const target of importsOf(name))
        if (target.endsWith(".ts")) visit(target, [...trail, name]);
      done.add(name);
    };
    for (const name of assemblyFiles) visit(name, []);
    expect(cycles).toEqual([]);
  });

  test("no barrels: only filters and probes re-export", () => {
    const barrels = sources
      .filter((name) => !/^assembly\/(filters|probes)\//.test(name))
      .filter((name) => /^export\s*(?:\*|\{[^}]*\})\s*from\b/m.test(read(name)));
    expect(barrels).toEqual([]);
  });

  test("no statement runs when a module loads, install() in filters and probes aside", () => {
    const found: string[] = [];
    for (const name of sources) {
      const atEdge = /^assembly\/(filters|probes)\//.test(name);
      for (const line of topLevelLines(read(name))) {
        if (
          /^(?:import|export\s*[{*]|export\s+(?:default\s+)?(?:abstract\s+)?(?:class|function|interface|enum|const enum|declare|namespace|type)|abstract class|class|function|interface|enum|const enum|type|declare|namespace|@)/.test(
            line,
          )
        )
          continue;
        if (atEdge && /^install\(/.test(line)) continue;
        if (/^(?:export\s+)?(?:const|let|var)\b/.test(line)) {
          if (!/=/.test(line) || foldable.test(line.replace(/^[^=]*?(?==)/, ""))) continue;
        }
        found.push(`${name}: ${line}`);
      }
    }
    expect(found).toEqual([]);
  });

  test("no function or variable decorators, which tsc and prettier cannot read", () => {
    const decorated = sources.filter((name) =>
      /^@(?:inline|lazy|global|external|unsafe|builtin)\b/m.test(read(name)),
    );
    expect(decorated).toEqual([]);
  });
});

/** First lines of the statements at nesting depth 0, comments and strings blanked. */
function topLevelLines(source: string): string[] {
  const blank = source
    .replace(/\/\*[\s\S]*?\*\//g, "")
    .replace(/\/\/[^\n]*/g, "")
    .replace(/"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/g, '""');
  const lines: string[] = [];
  let depth = 0;
  let open = false;
  for (const line of blank.split("\n")) {
    const text = line.trim();
    if (depth === 0 && !open && text !== "" && !/^[\])};,.]/.test(text)) lines.push(text);
    for (const c of text) {
      if ("([{".includes(c)) depth++;
      else if (")]}".includes(c)) depth--;
    }
    open =
      depth === 0 && text !== "" ? !/[;}]$/.test(text) && (open || !text.startsWith("@")) : open;
    if (depth > 0) open = false;
  }
  return lines;
}
