// What a run shows: the same shape from the Node host and from Envoy, and what is stored as a recording.
// Values that differ from run to run without meaning (dates, ports, random ids) are replaced by names; normalise.json lists
// each with its reason.
import { readFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../../cli/build/compile.ts";
import type { Header } from "./format.ts";

export interface ClientView {
  /** 0 when no head arrived. */
  status: number;
  headers: Header[];
  body: string;
  trailers: Header[];
  end: "complete" | "reset" | "hang";
}

export interface UpstreamView {
  method: string;
  path: string;
  authority: string;
  headers: Header[];
  body: string;
  trailers: Header[];
  complete: boolean;
}

/** Both ends of a TCP connection when its last event was over. */
export interface ConnectionView {
  received: string;
  /** The proxy ended or broke the client's connection. */
  ended: boolean;
  /** null when the upstream saw no connection. */
  upstream: string | null;
  upstreamEnded: boolean;
}

export interface LogLine {
  level: string;
  message: string;
}

export interface StepView {
  client?: ClientView;
  /** null when the request did not reach the upstream. */
  upstream?: UpstreamView | null;
  connection?: ConnectionView;
  details?: string;
  trace: string[];
  logs: LogLine[];
  /** For a step with an update: was it taken? */
  updated?: boolean;
  /** Node host only: message of the call that would end Envoy. */
  crash?: string;
}

export interface CaseView {
  /** Trace of every configured instance: canary, main thread, workers. */
  boot: string[][];
  steps: StepView[];
  callouts: Record<string, UpstreamView[]>;
  metrics: Record<string, number>;
  /** Set when the host refused to start. */
  bootError?: string;
}

interface Rule {
  where: "header" | "trace" | "body";
  match: string;
  put: string;
  reason: string;
}

let rules:
  { header: Map<string, Rule>; trace: [RegExp, Rule][]; body: [RegExp, Rule][] } | undefined;

function loadRules(): NonNullable<typeof rules> {
  if (rules !== undefined) return rules;
  const file = path.join(packageRoot, "host-test", "cases", "normalise.json");
  const list = (JSON.parse(readFileSync(file, "utf8")) as { rules: Rule[] }).rules;
  const header = new Map(list.filter((r) => r.where === "header").map((r) => [r.match, r]));
  const patterns = (where: string): [RegExp, Rule][] =>
    list.filter((r) => r.where === where).map((r) => [new RegExp(r.match, "g"), r]);
  return (rules = { header, trace: patterns("trace"), body: patterns("body") });
}

/** Replace run-dependent header values. */
export function normaliseHeaders(headers: Header[]): Header[] {
  const { header } = loadRules();
  return headers.map(([name, value]) => [name, header.get(name.toLowerCase())?.put ?? value]);
}

/** Replace run-dependent values in a trace line or a header list printed in one. */
export function normaliseTrace(line: string): string {
  const { trace, header } = loadRules();
  let text = line;
  for (const [pattern, rule] of trace) text = text.replace(pattern, rule.put);
  for (const [name, rule] of header) {
    text = text.replaceAll(new RegExp(`\\["${name}","[^"]*"\\]`, "g"), `["${name}","${rule.put}"]`);
  }
  return text;
}

/** Bodies as text with one character per byte; long ones keep their ends and their length. */
export function bodyText(bytes: Uint8Array): string {
  let text = Buffer.from(bytes).toString("latin1");
  for (const [pattern, rule] of loadRules().body) text = text.replace(pattern, rule.put);
  if (text.length <= 512) return text;
  return `${text.slice(0, 64)}...(${text.length} bytes)...${text.slice(-16)}`;
}

/** A trace record (a JSON array) as one readable line, or undefined when the log line is none. */
export function traceLine(message: string): string | undefined {
  if (!message.startsWith("[")) return undefined;
  let record: unknown[];
  try {
    record = JSON.parse(message) as unknown[];
  } catch {
    return undefined;
  }
  const [head, ...rest] = record;
  if (typeof head !== "string") return undefined;
  const values = rest.map((v) => JSON.stringify(v)).join(" ");
  if (head.startsWith("@") || head === "=") return normaliseTrace(`${head} ${values}`.trimEnd());
  return normaliseTrace(`${printable(head)} -> ${values}`);
}

/** Control bytes of an operation's text stay visible. */
function printable(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
