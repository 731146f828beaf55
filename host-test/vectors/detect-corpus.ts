// The attack and benign lists that the detectors are measured with, one value a line, and the counts.
import { readFileSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { dataFolder } from "./data.ts";
import type { DetectProbe, Verdict } from "./detect-probe.ts";

/** A list of values by the name it is reported under. */
export interface ValueList {
  name: string;
  values: Buffer[];
}

/** Lines of a file as bytes, without their line ends; empty ones are left out. */
function lines(file: string): Buffer[] {
  const found: Buffer[] = [];
  const bytes = readFileSync(file);
  let start = 0;
  for (let i = 0; i <= bytes.length; i++) {
    if (i < bytes.length && bytes[i] !== 10) continue;
    if (i > start) found.push(bytes.subarray(start, i));
    start = i + 1;
  }
  return found;
}

function distinct(values: Buffer[]): Buffer[] {
  const seen = new Map<string, Buffer>();
  for (const value of values) seen.set(value.toString("latin1"), value);
  return [...seen.values()];
}

const filesOf = (folder: string): string[] =>
  readdirSync(folder)
    .sort()
    .filter((name) => !name.startsWith("LICENSE"))
    .map((name) => path.join(folder, name))
    .filter((name) => statSync(name).isFile());

/** The distinct lines of each attack class, `undefined` where the data is not found. */
export function attackLists(): ValueList[] | undefined {
  const folder = dataFolder("payloads/dev");
  if (folder === undefined) return undefined;
  return readdirSync(folder)
    .filter((name) => statSync(path.join(folder, name)).isDirectory())
    .map((name) => ({
      name,
      values: distinct(filesOf(path.join(folder, name)).flatMap(lines)),
    }));
}

/** All string values of a JSON document. */
function strings(value: unknown, found: Buffer[]): Buffer[] {
  if (typeof value === "string") found.push(Buffer.from(value, "utf8"));
  else if (typeof value === "object" && value !== null) {
    for (const member of Object.values(value)) strings(member, found);
  }
  return found;
}

/** Benign values: lines, string values of records and bodies, whole Markdown pages. */
export function benignLists(): ValueList[] | undefined {
  const folder = dataFolder("payloads/benign/dev");
  if (folder === undefined) return undefined;
  const lists = filesOf(folder).map((file) => ({
    name: path.basename(file),
    values: distinct(
      file.endsWith(".jsonl")
        ? lines(file).flatMap((line) => strings(JSON.parse(line.toString("utf8")), []))
        : lines(file),
    ),
  }));
  const pages = filesOf(path.join(folder, "markdown")).map((file) => readFileSync(file));
  return [...lists, { name: "markdown (pages)", values: pages }];
}

/** JSON bodies as the lists of their string values: a body is hit when one of them is. */
export function benignBodies(): ValueList[] | undefined {
  const folder = dataFolder("payloads/benign/dev/json-bodies");
  if (folder === undefined) return undefined;
  return filesOf(folder).map((file) => ({
    name: path.basename(file),
    values: strings(JSON.parse(readFileSync(file, "utf8")), []),
  }));
}

/** Benign documents as they are sent, by their media type. */
export function benignDocuments(): Record<string, Buffer[]> | undefined {
  const folder = dataFolder("payloads/benign/dev");
  if (folder === undefined) return undefined;
  const read = (name: string): Buffer[] =>
    filesOf(path.join(folder, name)).map((file) => readFileSync(file));
  return { "application/json": read("json-bodies"), "text/markdown": read("markdown") };
}

/** The hard benign lines of libinjection. */
export function hardLines(): ValueList | undefined {
  const folder = dataFolder("libinjection/data");
  if (folder === undefined) return undefined;
  const values = lines(path.join(folder, "false_positives.txt")).filter((line) => line[0] !== 35);
  return { name: "libinjection false_positives.txt", values };
}

export interface Score {
  name: string;
  values: number;
  hits: number;
  found: { value: Buffer; verdict: Verdict }[];
  missed: Buffer[];
}

/** Judges every value of a list at the default level. */
export function score(probe: DetectProbe, list: ValueList): Score {
  const found: Score["found"] = [];
  const missed: Buffer[] = [];
  for (const value of list.values) {
    const verdict = probe.judge(value);
    if (verdict.kind === "") missed.push(value);
    else found.push({ value, verdict });
  }
  return { name: list.name, values: list.values.length, hits: found.length, found, missed };
}
