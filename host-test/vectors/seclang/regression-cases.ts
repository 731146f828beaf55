// The regression files of ModSecurity v3: rules, a request, a response, and what the engine should do. What a case expects
// of a status or of the parser is judged as it stands; values that its debug log should name are asked for by rules put beside
// the case's own; everything else it expects of that log is about ModSecurity's own words and cannot be judged.
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { dataFolder } from "../data.ts";

export interface RegressionCase {
  /** File and place, for example `action-allow.json#0`. */
  id: string;
  title: string;
  rules: string[];
  /** `address:port`. */
  source: string;
  destination: string;
  method: string;
  uri: string;
  headers: [string, string][];
  body: Buffer;
  response: { headers: [string, string][]; body: string };
  expected: {
    http_code?: number;
    parser_error?: string;
    error_log?: string;
    debug_log?: string;
    audit_log?: string;
    redirect_url?: string;
  };
}

/** All cases; undefined when the files are not on this machine. */
export function regressionCases(): RegressionCase[] | undefined {
  const folder = dataFolder("seclang/modsecurity/regression");
  if (folder === undefined) return undefined;
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  return files.sort().flatMap((file) => {
    const cases = JSON.parse(readFileSync(path.join(folder, file), "utf8")) as Raw[];
    return cases.map((raw, index) => ({
      id: `${file}#${index}`,
      title: raw.title,
      rules: raw.rules,
      source: address(raw.client),
      destination: address(raw.server),
      method: raw.request?.method ?? "GET",
      uri: raw.request?.uri ?? "/",
      headers: pairs(raw.request?.headers),
      body: Buffer.from(lines(raw.request?.body)),
      response: {
        headers: pairs(raw.response?.headers),
        body: lines(raw.response?.body),
      },
      expected: raw.expected,
    }));
  });
}

/** Files that rules of the cases name, by name. */
export function regressionFiles(): Record<string, string> {
  const folder = dataFolder("seclang/modsecurity/data");
  if (folder === undefined) return {};
  const names = readdirSync(folder).filter((name) => /\.(txt|conf)$/.test(name));
  return Object.fromEntries(
    names.map((name) => [name, readFileSync(path.join(folder, name), "utf8")]),
  );
}

interface Peer {
  ip?: string;
  port?: number;
}

interface Raw {
  title: string;
  rules: string[];
  client?: Peer;
  server?: Peer;
  request?: {
    method?: string;
    uri?: string;
    headers?: Record<string, string | string[]>;
    body?: string | string[];
  };
  response?: { headers?: Record<string, string | string[]>; body?: string | string[] };
  expected: RegressionCase["expected"];
}

/** A body as the suite's own runner sends it: each line of a list with its end. */
function lines(body: string | string[] = ""): string {
  return typeof body === "string" ? body : body.map((line) => `${line}\n`).join("");
}

function address({ ip = "127.0.0.1", port = 80 }: Peer = {}): string {
  return ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`;
}

function pairs(headers: Record<string, string | string[]> = {}): [string, string][] {
  return Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().map((value): [string, string] => [name.toLowerCase(), value.trim()]),
  );
}
