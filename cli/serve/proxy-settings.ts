// What one run of `serve` was told: the command line, which wins, over the file's `serve` section.
import type { ServeSection } from "../config/serve-config.ts";
import { UserError } from "../exit.ts";
import type { TlsSection } from "./tls-files.ts";

/** What the command line says. */
export interface ProxyOptions {
  configFile?: string;
  upstream?: string;
  /** Speak HTTP/2 to the upstream. */
  upstreamHttp2?: boolean;
  host?: string;
  port?: number;
  adminPort?: number;
  /** Threads that serve; default 1. */
  workers?: number;
  tls?: TlsSection;
  filters?: string[];
  /** Where to write a case file of the traffic. */
  recordFile?: string;
  /** The least level that filters are asked to log, for worker threads. */
  logLevel?: string;
  /** Takes a free port where the wanted one is taken, instead of failing. */
  anyPort?: boolean;
  /** Loads files again when they change. */
  watch?: boolean;
}

/** The file's section with what the command line says over it. */
export function mergedSettings(options: ProxyOptions, serve: ServeSection): ServeSection {
  const { upstream, upstreamHttp2, host, port, adminPort, workers, tls } = options;
  const given = Object.entries({ upstream, upstreamHttp2, host, port, adminPort, workers, tls });
  return { ...serve, ...Object.fromEntries(given.filter(([, value]) => value !== undefined)) };
}

/** @throws UserError */
export function upstreamUrl(text: string | undefined): URL {
  const mend = "write it like --upstream http://127.0.0.1:3000";
  if (text === undefined) throw new UserError("no upstream is named", mend);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.pathname !== "/") {
    throw new UserError(`the upstream ${JSON.stringify(text)} is no URL without a path`, mend);
  }
  return url;
}
