// One expectation of Google's samples against what was seen after a phase. Their header map joins lines of one name with
// ", ", their regular expressions must match the whole text.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Header } from "../host/index.ts";
import type { TextMessage } from "./textproto.ts";

export interface Observed {
  headers: readonly Header[];
  body: string;
  denied: boolean;
  status: number;
  details: string;
  logs: string[];
}

export class Expectation {
  readonly #folder: string;
  readonly #expected: TextMessage;

  constructor(folder: string, expected: TextMessage) {
    this.#folder = folder;
    this.#expected = expected;
  }

  /** @throws Error that names the phase and what differs */
  hold(phase: string, seen: Observed): void {
    const expected = this.#expected;
    const fail = (text: string): never => {
      throw new Error(`[${phase}] ${text}; log: ${JSON.stringify(seen.logs.slice(-6))}`);
    };
    const headers = joined(seen.headers);
    const immediate = expected["immediate"]?.[0] as TextMessage | undefined;
    if ((immediate !== undefined) !== seen.denied && !/^(plugin|stream)_/.test(phase)) {
      fail(seen.denied ? `answered ${seen.status} by itself` : "did not answer by itself");
    }
    for (const header of messages(expected["has_header"])) {
      const [key, value] = [text(header["key"]).toLowerCase(), text(header["value"])];
      if (headers.get(key) !== value) fail(`${key} is "${headers.get(key)}", expected "${value}"`);
    }
    for (const header of messages(expected["no_header"])) {
      const key = text(header["key"]).toLowerCase();
      if (headers.has(key)) fail(`${key} is there: "${headers.get(key)}"`);
    }
    const lines = [...headers].map(([key, value]) => `${key}: ${value}`);
    const lists: [string, string[], boolean][] = [
      ["headers", lines, true],
      ["body", [seen.body], false],
      ["log", seen.logs, false],
    ];
    for (const [field, found, lowerName] of lists) {
      for (const matcher of messages(expected[field])) {
        if (!this.#matches(matcher, found, lowerName)) {
          fail(
            `${field} ${JSON.stringify(matcher)} not met by ${JSON.stringify(found).slice(0, 400)}`,
          );
        }
      }
    }
    if (immediate === undefined) return;
    const status = text(immediate["http_status"]);
    if (status !== "" && Number(status) !== seen.status)
      fail(`status ${seen.status}, not ${status}`);
    const details = text(immediate["details"]);
    if (details !== "" && details.replaceAll(/\s/g, "_") !== seen.details) {
      fail(`details "${seen.details}", not "${details}"`);
    }
  }

  #matches(matcher: TextMessage, found: string[], lowerName: boolean): boolean {
    const invert = text(matcher["invert"]) === "true";
    const file = text(matcher["file"]);
    let exact = text(matcher["exact"]);
    if (file !== "") exact = readFileSync(join(this.#folder, file), "latin1");
    if (lowerName) exact = exact.replace(/^[^:]*.[^:]*/, (name) => name.toLowerCase());
    const regex = matcher["regex"] === undefined ? undefined : whole(text(matcher["regex"]));
    const hit = found.some((entry) => (regex === undefined ? entry === exact : regex.test(entry)));
    return hit !== invert;
  }
}

/** RE2's FullMatch. What JavaScript writes otherwise in these suites: inline flags, and the POSIX class of hex digits. */
function whole(pattern: string): RegExp {
  const inline = /^\(\?([a-z]+)\)/.exec(pattern);
  const flags = (inline?.[1] ?? "").replaceAll(/[^ism]/g, "");
  const rest = pattern.slice(inline?.[0].length ?? 0).replaceAll("[:xdigit:]", "0-9a-fA-F");
  return new RegExp(`^(?:${rest})$`, flags);
}

function joined(headers: readonly Header[]): Map<string, string> {
  const map = new Map<string, string>();
  for (const [name, value] of headers) {
    const before = map.get(name);
    map.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return map;
}

function messages(values: unknown[] | undefined): TextMessage[] {
  return (values ?? []) as TextMessage[];
}

function text(values: unknown[] | undefined): string {
  const value = values?.[0];
  return typeof value === "string" ? value : "";
}
