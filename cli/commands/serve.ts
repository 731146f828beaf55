// `meshwarden serve`: the filters in front of a service, on real connections, without Envoy.
import { Option, type Command } from "commander";
import { openSync, writeSync } from "node:fs";
import { exitCodes, UserError, type ExitCode } from "../exit.ts";
import { findingText } from "../config/finding.ts";
import type { Context } from "../program.ts";
import { hostEngineLoader } from "../serve/host-engine.ts";
import { Proxy, type ProxyEvents } from "../serve/proxy.ts";
import { processTimers } from "../serve/timers.ts";
import type { TlsSection } from "../serve/tls-files.ts";
import { say, type Terminal } from "../terminal/terminal.ts";
import { fetchFilters } from "../publish/fetch-filters.ts";
import { collect, logLevels, portNumber, workerCount } from "./options.ts";
import { addRegistryOptions, type RegistryCommandOptions } from "./registry-options.ts";

export interface ServeOptions extends RegistryCommandOptions {
  config?: string;
  upstream?: string;
  host?: string;
  port?: number;
  adminPort?: number;
  workers?: number;
  upstreamHttp2?: boolean;
  tlsCert?: string;
  tlsKey?: string;
  tlsClientCa?: string;
  tlsRequireClient?: boolean;
  record?: string;
  filter?: string[];
  accessLog: string;
  logLevel: string;
  watch: boolean;
}

/** Adds `serve` to the program. */
export function addServe(program: Command, context: Context): void {
  const command = program
    .command("serve")
    .summary("run filters in front of a service")
    .description(
      "A reverse proxy that runs the very .wasm files Envoy would load. The configuration is the filters' own document;\n" +
        "its sections serve and clusters belong to the proxy. Changed files are loaded again while it serves (also on SIGHUP);\n" +
        "a change that does not load is reported and leaves what runs untouched.",
    )
    .argument("[filters...]", "the filters, as --filter names them")
    .option("-c, --config <file>", "configuration, YAML or JSON")
    .option("--upstream <url>", "service behind the proxy, like http://127.0.0.1:3000")
    .option("--port <port>", "port to listen on (default 8080, 0 = a free one)", portNumber)
    .option("--admin-port <port>", "port for metrics, health and status", portNumber)
    .option("--host <address>", "address to listen on (default 127.0.0.1)")
    .option(
      "--workers <count>",
      "threads that serve, with one state of all (default 1)",
      workerCount,
    )
    .option("--upstream-http2", "speak HTTP/2 to the service")
    .option("--tls-cert <file>", "serve TLS with this certificate chain (PEM)")
    .option("--tls-key <file>", "its private key (PEM)")
    .option(
      "--tls-client-ca <file>",
      "ask for client certificates that these authorities signed (PEM)",
    )
    .option("--tls-require-client", "refuse clients without a certificate")
    .option(
      "--filter <name>",
      "shipped filter, path of a .wasm, or oci://registry/name:tag; may be repeated",
      collect,
    )
    .option(
      "--record <file>",
      "write a case file of the traffic, for meshwarden test (holds credentials)",
    )
    .option("--access-log <file>", 'where to append one JSON line a request; "-" or "off"', "-")
    .addOption(
      new Option("--log-level <level>", "filter log lines shown")
        .choices([...logLevels])
        .default("info"),
    )
    .option("--no-watch", "do not load changed files by itself");
  addRegistryOptions(command)
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  meshwarden serve -c shield.yaml --upstream http://127.0.0.1:3000\n" +
        "  meshwarden serve -c shield.yaml --upstream http://127.0.0.1:3000 --admin-port 9901 --filter validate\n" +
        "  meshwarden serve -c own.yaml --upstream http://127.0.0.1:3000 --filter ./build/own.wasm\n" +
        "  meshwarden serve oci://registry.example.com/shield/guard:1.0.0 -c shield.yaml --upstream http://127.0.0.1:3000",
    )
    .action((named: string[], options: ServeOptions) => {
      const filter = [...named, ...(options.filter ?? [])];
      return context.run(() =>
        serve(filter.length > 0 ? { ...options, filter } : options, context),
      );
    });
}

async function serve(options: ServeOptions, context: Context): Promise<ExitCode> {
  const { terminal, signal } = context;
  const filter = options.filter && (await fetchFilters(options.filter, options, context));
  const proxy = new Proxy(
    proxyOptions(filter === undefined ? options : { ...options, filter }),
    hostEngineLoader(options.logLevel),
    processTimers,
    proxyEvents(terminal, accessLogWriter(options.accessLog, terminal)),
  );
  if (!(await proxy.start())) return exitCodes.usage;
  if (context.json) {
    terminal.out(`${JSON.stringify({ url: proxy.url, adminUrl: proxy.adminUrl ?? null })}\n`);
  }
  say(terminal, `serving on ${proxy.url}`);
  if (proxy.adminUrl !== undefined) say(terminal, `admin on ${proxy.adminUrl}`);
  await runUntilStopped(proxy, signal, terminal);
  return exitCodes.ok;
}

/** Keeps the proxy up until the signal fires, reloads on SIGHUP, then drains. */
export async function runUntilStopped(
  proxy: Proxy,
  signal: AbortSignal,
  terminal: Terminal,
): Promise<void> {
  const reload = (): void => void proxy.reload();
  process.on("SIGHUP", reload);
  // The listener keeps the process alive; this only waits.
  if (!signal.aborted) {
    await new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }
  process.removeListener("SIGHUP", reload);
  say(terminal, "stopping: running requests may end (again Ctrl-C to stop at once)");
  await proxy.stop();
}

/** The command line's part of the proxy's options. */
export function proxyOptions(options: ServeOptions): ConstructorParameters<typeof Proxy>[0] {
  const { config, upstream, host, port, adminPort, filter, watch, workers, logLevel } = options;
  const tls = tlsOf(options);
  return {
    ...(workers !== undefined ? { workers } : {}),
    ...(options.upstreamHttp2 !== undefined ? { upstreamHttp2: options.upstreamHttp2 } : {}),
    ...(tls !== undefined ? { tls } : {}),
    ...(options.record !== undefined ? { recordFile: options.record } : {}),
    logLevel,
    ...(config !== undefined ? { configFile: config } : {}),
    ...(upstream !== undefined ? { upstream } : {}),
    ...(host !== undefined ? { host } : {}),
    ...(port !== undefined ? { port } : {}),
    ...(adminPort !== undefined ? { adminPort } : {}),
    ...(filter !== undefined ? { filters: filter } : {}),
    watch,
  };
}

function tlsOf(options: ServeOptions): TlsSection | undefined {
  const { tlsCert: certificate, tlsKey: privateKey, tlsClientCa, tlsRequireClient } = options;
  if (certificate === undefined && privateKey === undefined && tlsClientCa === undefined) {
    if (tlsRequireClient !== true) return undefined;
  }
  if (certificate === undefined || privateKey === undefined) {
    throw new UserError("TLS needs a certificate and its key", "give --tls-cert and --tls-key");
  }
  return {
    certificate,
    privateKey,
    ...(tlsClientCa !== undefined ? { clientAuthorities: tlsClientCa } : {}),
    ...(tlsRequireClient === true ? { requireClientCertificate: true } : {}),
  };
}

/** What the proxy has to say goes to standard error. */
export function proxyEvents(
  terminal: Terminal,
  accessLog: ((text: string) => void) | undefined,
): ProxyEvents {
  return {
    say: (line) => say(terminal, line),
    findings: (findings) => {
      for (const finding of findings) terminal.err(findingText(finding, terminal));
    },
    filterLog: (level, line) => {
      if (!terminal.quiet) terminal.err(`${level}: ${line}\n`);
    },
    ...(accessLog !== undefined ? { accessLog } : {}),
  };
}

function accessLogWriter(target: string, terminal: Terminal): ((text: string) => void) | undefined {
  if (target === "off") return undefined;
  if (target === "-") return (text) => terminal.out(text);
  try {
    const file = openSync(target, "a", 0o640);
    return (text) => void writeSync(file, text);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(
      `the access log ${target} cannot be opened (${code})`,
      "choose another file",
    );
  }
}
