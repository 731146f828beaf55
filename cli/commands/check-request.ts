// `meshwarden check --request FILE`: what the filters would do with one request, and why. The request is an HTTP/1.1 message as
// it stands on the wire; it goes through the filters in the Node host, in front of a service that always answers 200.
import { readFileSync } from "node:fs";
import { createHost, type Header, type RequestInit } from "../../host-test/host/index.ts";
import { loadDocument } from "../config/document.ts";
import { readServeConfig } from "../config/serve-config.ts";
import { UserError, exitCodes, type ExitCode } from "../exit.ts";
import type { Context } from "../program.ts";
import { filterConfig, readFilter } from "../serve/engine-load.ts";
import { paint } from "../terminal/terminal.ts";

/** Every check with its defaults: what is used without a configuration file. */
const defaults = { version: 1, validate: { limits: {}, content: {} } };

/** Judges one request. Exit code 1 when it is denied. */
export async function checkRequest(
  file: string,
  config: string | undefined,
  filters: string[] | undefined,
  context: Context,
): Promise<ExitCode> {
  const request = parseRequest(readMessage(file));
  const { names, text } = configurationOf(config, filters);
  const host = await createHost({
    filters: names.map((name) => ({
      name,
      wasm: readFilter(name).wasm,
      config: text,
      allowOnHeadersStopIteration: true,
    })),
    workers: 1,
  });
  const refused = host.logs.filter((line) => line.level === "error").map((line) => line.message);
  if (refused.length > 0) {
    throw new UserError(
      `the configuration is refused: ${refused.join("; ")}`,
      "run meshwarden check on it",
    );
  }
  const exchange = await host.request(request);
  const findings = exchange.logs
    .map((line) => readFinding(line.message))
    .filter((f) => f !== undefined);
  host.close();
  const verdict = exchange.denied ? "denied" : "allowed";
  if (context.json) {
    const answer = {
      verdict,
      status: exchange.status,
      code: exchange.denied ? exchange.details : "",
      findings,
    };
    context.terminal.out(`${JSON.stringify(answer, null, 2)}\n`);
  } else {
    const colour = exchange.denied ? "red" : "green";
    const why = exchange.denied ? ` ${exchange.status} ${exchange.details}` : "";
    context.terminal.out(`${paint(context.terminal, colour, verdict)}${why}\n`);
    for (const finding of findings) context.terminal.out(`  ${sentence(finding)}\n`);
  }
  return exchange.denied ? exitCodes.findings : exitCodes.ok;
}

function configurationOf(
  file: string | undefined,
  filters: string[] | undefined,
): { names: string[]; text: string } {
  if (file === undefined) {
    const names = filters ?? ["validate"];
    return { names, text: filterConfig(defaults, names) };
  }
  const config = readServeConfig(loadDocument(file));
  const names = filters ?? config.serve.filters ?? ["guard"];
  return { names, text: filterConfig(config.filterDocument, names) };
}

type Finding = Record<string, unknown>;

/** An audit line, or undefined for any other line. */
function readFinding(line: string): Finding | undefined {
  if (!line.startsWith('{"event":"meshwarden.finding"')) return undefined;
  return without(JSON.parse(line) as Finding, ["event", "requestId"]);
}

function without(finding: Finding, names: string[]): Finding {
  return Object.fromEntries(Object.entries(finding).filter(([name]) => !names.includes(name)));
}

function sentence(finding: Finding): string {
  const rest = without(finding, ["code", "mode", "stage", "denied", "status"]);
  const details = Object.entries(rest).map(([name, value]) => `${name} ${String(value)}`);
  return [`${String(finding["code"])} (${String(finding["mode"])})`, ...details].join(", ");
}

function readMessage(file: string): Buffer {
  try {
    return readFileSync(file === "-" ? 0 : file);
  } catch {
    throw new UserError(`${file} cannot be read`, "name a file, or - for standard input");
  }
}

/** The request line, the fields, and the bytes behind the empty line. @throws UserError */
export function parseRequest(message: Buffer): RequestInit {
  const end = /\r?\n\r?\n/.exec(message.toString("latin1"));
  const head = message.toString("latin1", 0, end?.index ?? message.length).trimEnd();
  const [first = "", ...lines] = head.split(/\r?\n/);
  const line = /^([!-~]+) ([!-~\x80-\xff]+)(?: HTTP\/[0-9.]+)?$/.exec(first);
  if (line === null) {
    throw new UserError(
      "the request does not begin with a request line",
      'write "GET /path HTTP/1.1"',
    );
  }
  const headers: Header[] = [];
  let authority = "localhost";
  for (const text of lines) {
    const colon = text.indexOf(":");
    if (colon <= 0)
      throw new UserError(`no header field: ${JSON.stringify(text)}`, 'write "name: value"');
    const name = text.slice(0, colon).trim().toLowerCase();
    const value = text.slice(colon + 1).trim();
    if (name === "host") authority = value;
    else if (name !== "content-length" && name !== "transfer-encoding") headers.push([name, value]);
  }
  const body = end === null ? undefined : message.subarray(end.index + end[0].length);
  const init: RequestInit = { method: line[1], path: line[2], authority, headers };
  return body === undefined || body.length === 0 ? init : { ...init, body };
}
