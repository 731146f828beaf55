// `meshwarden start`: see it work. The quickstart's configuration in front of a built-in service, requests good and bad through
// real connections, a table of verdicts, and then it keeps serving.
import type { Command } from "commander";
import path from "node:path";
import { packageRoot } from "../build/sources.ts";
import { exitCodes, type ExitCode } from "../exit.ts";
import type { Context } from "../program.ts";
import { collectVerdicts, loadRequests, type Verdict } from "../sample/verdicts.ts";
import { SampleService } from "../sample/sample-service.ts";
import type { AccessRecord } from "../serve/access-log.ts";
import { hostEngineLoader } from "../serve/host-engine.ts";
import { Proxy } from "../serve/proxy.ts";
import { processTimers } from "../serve/timers.ts";
import { table } from "../terminal/table.ts";
import { paint, say, type Terminal } from "../terminal/terminal.ts";
import { collect, portNumber } from "./options.ts";
import { proxyEvents, runUntilStopped } from "./serve.ts";

interface StartOptions {
  once?: boolean;
  port: number;
  adminPort: number;
  example: string;
  filter?: string[];
}

/** Adds `start` to the program. */
export function addStart(program: Command, context: Context): void {
  program
    .command("start")
    .summary("run the quickstart: sample service, filters, verdicts")
    .description(
      "Starts a sample service on loopback, puts the filters with the quickstart's configuration in front of it, sends\n" +
        "requests good and bad, prints what became of each, and keeps serving until Ctrl-C.",
    )
    .option("--once", "end after the table, for scripts")
    .option("--port <port>", "port of the proxy; a free one when it is taken", portNumber, 8080)
    .option(
      "--admin-port <port>",
      "port for metrics, health and status; likewise",
      portNumber,
      9901,
    )
    .option(
      "--example <folder>",
      "folder with config.yaml and requests.yaml",
      "examples/quickstart",
    )
    .option("--filter <name>", "filter instead of the configured ones; may be repeated", collect)
    .addHelpText("after", "\nExamples:\n  meshwarden start\n  meshwarden start --once --json")
    .action((options: StartOptions) => context.run(() => start(options, context)));
}

async function start(options: StartOptions, context: Context): Promise<ExitCode> {
  const { terminal, json, signal } = context;
  const folder = path.resolve(packageRoot, options.example);
  const requests = loadRequests(path.join(folder, "requests.yaml"));
  const service = new SampleService();
  const records: AccessRecord[] = [];
  let live = false;
  const takeLog = (text: string): void => {
    if (live) terminal.out(text);
    else for (const line of text.trimEnd().split("\n")) records.push(JSON.parse(line));
  };
  const proxy = new Proxy(
    {
      configFile: path.join(folder, "config.yaml"),
      upstream: await service.listen(),
      port: options.port,
      adminPort: options.adminPort,
      anyPort: true,
      watch: options.once !== true,
      ...(options.filter !== undefined ? { filters: options.filter } : {}),
    },
    // The table says what the filters decided; their own log lines begin with the serving.
    hostEngineLoader("info"),
    processTimers,
    {
      ...proxyEvents(terminal, takeLog),
      filterLog: (level, line) => live && say(terminal, `${level}: ${line}`),
    },
  );
  try {
    if (!(await proxy.start())) return exitCodes.usage;
    const flush = (): void => proxy.front?.sweep();
    const verdicts = await collectVerdicts(requests, proxy.url, records, flush);
    const right = verdicts.every((verdict) => verdict.right);
    if (json) terminal.out(`${JSON.stringify({ url: proxy.url, right, verdicts }, null, 2)}\n`);
    else terminal.out(report(verdicts, service.requests, terminal));
    if (!right) return exitCodes.findings;
    if (options.once === true) return exitCodes.ok;
    live = !json;
    invite(proxy, terminal);
    await runUntilStopped(proxy, signal, terminal);
    return exitCodes.ok;
  } finally {
    await proxy.stop();
    await service.close();
  }
}

function report(verdicts: Verdict[], reached: number, terminal: Terminal): string {
  const rows = verdicts.map((verdict) => [
    verdict.right ? paint(terminal, "green", "ok") : paint(terminal, "red", "WRONG"),
    verdict.name,
    expectation(verdict),
    String(verdict.status),
    verdict.reason,
  ]);
  const wrong = verdicts.filter(({ right }) => !right).length;
  const summary =
    wrong === 0
      ? `${verdicts.length} requests, all verdicts right; ${reached} reached the service\n`
      : paint(terminal, "red", `${wrong} of ${verdicts.length} verdicts are wrong\n`);
  return `${table(["", "request", "expected", "got", "reason"], rows)}\n${summary}`;
}

function expectation({ expectedStatus, expectedReason }: Verdict): string {
  return expectedReason === undefined
    ? String(expectedStatus)
    : `${expectedStatus} ${expectedReason}`;
}

function invite(proxy: Proxy, terminal: Terminal): void {
  say(terminal, `\nserving on ${paint(terminal, "bold", proxy.url)}, Ctrl-C ends it. Try:`);
  say(terminal, `  curl -i ${proxy.url}/items/1`);
  say(terminal, `  curl -i --path-as-is ${proxy.url}/items/..%2f..%2fetc/passwd`);
  say(terminal, `  curl ${proxy.adminUrl}/stats/prometheus\n`);
}
