// `meshwarden waf test` and `waf exclude`: a request through a firewall configuration without Envoy, and from a false
// positive in the log to the directive that removes it.
import { existsSync, readFileSync } from "node:fs";
import type { Command } from "commander";
import { createHostSync, type Header, type Host } from "../../host-test/host/index.ts";
import { loadDocument } from "../config/document.ts";
import { exitCodes, UserError, type ExitCode } from "../exit.ts";
import type { Context } from "../program.ts";
import { filterConfig, readFilter } from "../serve/engine-load.ts";
import { table } from "../terminal/table.ts";
import { readMatch, readMatches, type RuleMatch } from "../waf/match-line.ts";
import { readScore, withScores } from "../waf/scores.ts";

interface TestOptions {
  config: string;
  filter: string;
  method?: string;
  header?: string[];
  data?: string;
}

/** Adds `waf` and its subcommands to the program. */
export function addWaf(program: Command, context: Context): void {
  const waf = program
    .command("waf")
    .summary("try firewall rules")
    .description("Tries firewall rules on requests, and helps with the false ones.");
  waf
    .command("test")
    .summary("show which rules a request meets")
    .description(
      "Plays one request through the firewall in the Node host: every rule that matched, where, on which bytes and on what,\n" +
        "what the scores came to, and the answer.",
    )
    .argument(
      "<target>",
      "path and query, for example '/search?q=1%27%20or%201=1', or @FILE with a whole HTTP request",
    )
    .requiredOption("-c, --config <file>", "configuration of the firewall")
    .option("--filter <name>", "shipped filter or path of a .wasm", "waf")
    .option("-X, --method <method>", "method of the request")
    .option(
      "-H, --header <line>",
      "a header, as NAME: VALUE; may be repeated",
      (line: string, all: string[] = []) => [...all, line],
    )
    .option("-d, --data <text>", "body; @FILE reads it from a file")
    .option("--json", "write the result as JSON to standard output")
    .addHelpText(
      "after",
      "\nExamples:\n  meshwarden waf test '/?q=<script>' -c shield.yaml\n  meshwarden waf test /login -c shield.yaml -d 'user=a&password=b'",
    )
    .action((target: string, options: TestOptions) =>
      context.run(() => test(target, options, context)),
    );
  waf
    .command("exclude")
    .summary("write the directive that removes a false positive")
    .description(
      "Reads a line of the filter's log or audit log (or of ModSecurity's, or Coraza's) and writes the directive that keeps its\n" +
        "rule from looking there.",
    )
    .argument("<line>", "the line; - reads lines from standard input")
    .option("--path <prefix>", "only for request paths that begin so")
    .option("--rule-id <id>", "id of the directive that --path needs", "10000")
    .addHelpText(
      "after",
      `\nExamples:\n  meshwarden waf exclude '[id "942100"] [matched "ARGS:q"]'\n  meshwarden waf exclude '[id "942100"] [matched "ARGS:q"]' --path /editor`,
    )
    .action((line: string, options: { path?: string; ruleId: string }) =>
      context.run(() => Promise.resolve(exclude(line, options, context))),
    );
}

async function test(
  target: string,
  options: TestOptions,
  { terminal, json }: Context,
): Promise<ExitCode> {
  const request = requestOf(target, options);
  const document = loadDocument(options.config).value as Record<string, unknown>;
  const section = document["waf"];
  if (typeof section !== "object" || section === null) {
    throw new UserError(
      `${options.config} has no section waf`,
      "name a configuration of the firewall",
    );
  }
  const shown = { ...document, waf: { ...withScores(section), logMatchedData: true } };
  const host = openHost(shown, options);
  const exchange = await host.request(request);
  host.close();
  const logged = exchange.logs.flatMap(({ message }) => readMatch(message) ?? []);
  const scores = Object.fromEntries(logged.flatMap((match) => [readScore(match)]).filter(isSome));
  const matches = logged.filter((match) => readScore(match) === undefined);
  const { status, denied } = exchange;
  if (json) {
    terminal.out(`${JSON.stringify({ status, denied, scores, matches }, null, 2)}\n`);
    return denied ? exitCodes.findings : exitCodes.ok;
  }
  const head = ["rule", "phase", "severity", "where", "bytes", "what", "message"];
  if (matches.length > 0) terminal.out(table(head, matches.map(row)));
  const some = Object.entries(scores).filter(([, value]) => value > 0);
  if (some.length > 0)
    terminal.out(`scores: ${some.map(([name, value]) => `${name} ${value}`).join(", ")}\n`);
  terminal.out(
    `${denied ? "denied" : "allowed"} with ${status}, ${matches.length} rules matched\n`,
  );
  return denied ? exitCodes.findings : exitCodes.ok;
}

/** The filter in the Node host. @throws UserError with its own words when it refuses the configuration */
function openHost(document: Record<string, unknown>, options: TestOptions): Host {
  const { name, wasm } = readFilter(options.filter);
  const config = filterConfig(document, [options.filter]);
  try {
    return createHostSync({
      filters: [{ name, wasm, config, allowOnHeadersStopIteration: true }],
    });
  } catch (error) {
    const { logs = [] } = error as { logs?: { message: string }[] };
    if (logs.length === 0) throw error;
    throw new UserError(
      `${options.config} is refused:\n${logs.map(({ message }) => message).join("\n")}`,
      `meshwarden check ${options.config} shows the places`,
    );
  }
}

const isSome = <T>(value: T | undefined): value is T => value !== undefined;

function row({ id, phase, severity, target, span, data, message }: RuleMatch): string[] {
  const found = /^Matched Data: ([^]*?) found within /.exec(data)?.[1] ?? data;
  return [String(id), phase, severity, target, span, found.slice(0, 60), message.slice(0, 70)];
}

function requestOf(
  target: string,
  options: TestOptions,
): {
  method: string;
  path: string;
  authority: string;
  headers: Header[];
  body?: string;
} {
  if (target.startsWith("@")) return wholeRequest(textOf(target));
  const headers = (options.header ?? []).map(headerOf);
  const authority = headers.find(([name]) => name === "host")?.[1] ?? "localhost";
  const others = headers.filter(([name]) => name !== "host");
  const body = options.data === undefined ? undefined : textOf(options.data);
  const method = options.method ?? (body === undefined ? "GET" : "POST");
  if (body === undefined) return { method, path: target, authority, headers: others };
  if (!others.some(([name]) => name === "content-type")) {
    others.push(["content-type", "application/x-www-form-urlencoded"]);
  }
  return { method, path: target, authority, headers: others, body };
}

/** A request as it is sent: request line, headers, an empty line, the body. */
function wholeRequest(text: string): ReturnType<typeof requestOf> {
  const [head, ...rest] = text.split(/\r?\n\r?\n/);
  const [requestLine, ...lines] = head.split(/\r?\n/);
  const [method, path] = requestLine.split(" ");
  if (path === undefined)
    throw new UserError("the file holds no request line", "begin it with GET / HTTP/1.1");
  const headers = lines.filter((line) => line !== "").map(headerOf);
  const authority = headers.find(([name]) => name === "host")?.[1] ?? "localhost";
  const body = rest.join("\r\n\r\n");
  const others = headers.filter(([name]) => name !== "host");
  return { method, path, authority, headers: others, ...(body === "" ? {} : { body }) };
}

function headerOf(line: string): Header {
  const colon = line.indexOf(":");
  if (colon < 1)
    throw new UserError(`${JSON.stringify(line)} is no header`, "write it as NAME: VALUE");
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}

function textOf(argument: string): string {
  if (!argument.startsWith("@")) return argument;
  const file = argument.slice(1);
  if (!existsSync(file)) throw new UserError(`${file} does not exist`, "check the path");
  return readFileSync(file, "utf8");
}

function exclude(
  line: string,
  { path, ruleId }: { path?: string; ruleId: string },
  { terminal }: Context,
): ExitCode {
  const text = line === "-" ? readFileSync(0, "utf8") : line;
  const matches = text.split("\n").flatMap(readMatches);
  const named = matches.filter(({ target, id }) => target !== "" && !isSum(id));
  if (named.length === 0) {
    throw new UserError(
      "no matched rule with a target is in it",
      'give a line with [id "N"] and [matched "ARGS:name"]',
    );
  }
  const seen = new Map(named.map((match) => [`${match.id} ${match.target}`, match]));
  let id = Number(ruleId);
  for (const match of seen.values()) terminal.out(`${directive(match, path, id++)}\n`);
  return exitCodes.ok;
}

/** Rules that add up what others found: leaving one out would leave all out. */
function isSum(id: number): boolean {
  return (id >= 949000 && id < 950000) || (id >= 959000 && id < 960000) || id >= 980000;
}

function directive(
  { id, target, message }: RuleMatch,
  path: string | undefined,
  own: number,
): string {
  const comment = message === "" ? "" : `# ${message}\n`;
  if (path === undefined)
    return `${comment}# behind the rules:\nSecRuleUpdateTargetById ${id} "!${target}"`;
  return `${comment}# before the rules:\nSecRule REQUEST_FILENAME "@beginsWith ${path}" "id:${own},phase:1,pass,nolog,ctl:ruleRemoveTargetById=${id};${target}"`;
}
