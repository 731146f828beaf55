// The whole of `serve`: files become an engine, the engine gets a listener and an admin port, and changed files become a new
// engine behind the same listener. A change that does not load is reported with its place and changes nothing.
import type { AddressInfo } from "node:net";
import { ConfigDocument, loadDocument } from "../config/document.ts";
import type { Finding } from "../config/finding.ts";
import { readServeConfig, type ServeConfig, type ServeSection } from "../config/serve-config.ts";
import { exitCodes, UserError } from "../exit.ts";
import { AdminPort } from "./admin.ts";
import {
  filterConfig,
  readFilter,
  type EngineLoader,
  type EngineOutcome,
  type FilterFile,
} from "./engine-load.ts";
import { defaultLimits, type ServeLimits } from "./limits.ts";
import { Listener } from "./listener.ts";
import type { Timers } from "./timers.ts";
import { FileWatch } from "./watch.ts";

/** What the command line says; it wins over the file's `serve` section. */
export interface ProxyOptions {
  configFile?: string;
  upstream?: string;
  host?: string;
  port?: number;
  adminPort?: number;
  filters?: string[];
  /** Takes a free port where the wanted one is taken, instead of failing. */
  anyPort?: boolean;
  /** Loads files again when they change. */
  watch?: boolean;
}

export interface ProxyEvents {
  /** A line for the user: started, reloaded, refused. */
  say(line: string): void;
  findings(findings: Finding[]): void;
  accessLog?: (text: string) => void;
  filterLog(level: string, line: string): void;
}

interface Loaded {
  config: ServeConfig;
  files: FilterFile[];
  outcome: EngineOutcome;
}

const defaultPort = 8080;

export class Proxy {
  readonly #options: ProxyOptions;
  readonly #events: ProxyEvents;
  readonly #load: EngineLoader;
  readonly #timers: Timers;
  #listener: Listener | undefined;
  #admin: AdminPort | undefined;
  #watch: FileWatch | undefined;
  #files: FilterFile[] = [];
  #loadedAt = "";
  #lastRefusal: string | undefined;
  #reloading: Promise<boolean> = Promise.resolve(true);
  #settings: ServeSection = {};
  /** "http://127.0.0.1:8080", known after `start`. */
  url = "";
  /** Undefined without an admin port. */
  adminUrl: string | undefined;

  constructor(options: ProxyOptions, load: EngineLoader, timers: Timers, events: ProxyEvents) {
    this.#options = options;
    this.#load = load;
    this.#timers = timers;
    this.#events = events;
  }

  get listener(): Listener | undefined {
    return this.#listener;
  }

  /**
   * Loads, listens, watches.
   * @returns false when the configuration has findings; they have been reported.
   * @throws UserError when files, ports or addresses cannot be used
   */
  async start(): Promise<boolean> {
    const loaded = await this.#loadAll();
    const { engine, findings } = loaded.outcome;
    if (engine === undefined) {
      this.#events.findings(findings);
      return false;
    }
    this.#accept(loaded);
    const settings = (this.#settings = this.#mergedSettings(loaded.config.serve));
    const listener = new Listener({
      engine,
      upstream: upstreamUrl(settings.upstream),
      limits: { ...defaultLimits, ...settings.limits },
      timers: this.#timers,
      ...(this.#events.accessLog ? { accessLog: this.#events.accessLog } : {}),
    });
    const host = settings.host ?? "127.0.0.1";
    const bound = await this.#bind(listener, settings.port ?? defaultPort, host);
    this.#listener = listener;
    this.url = urlOf(bound);
    if (settings.adminPort !== undefined) await this.#openAdmin(settings.adminPort, host);
    if (this.#options.watch === true) this.#startWatch();
    return true;
  }

  /** Reads all files again. True when what they say now runs; false leaves what ran before. Calls run one after the other. */
  reload(): Promise<boolean> {
    this.#reloading = this.#reloading.then(() => this.#reloadNow());
    return this.#reloading;
  }

  /** Looks whether files changed, without waiting for the system to say so. */
  checkFiles(): void {
    this.#watch?.check();
  }

  /** Ends new traffic, lets what runs end, closes everything. */
  async stop(): Promise<void> {
    this.#watch?.close();
    await this.#reloading;
    await this.#listener?.drain();
    await this.#admin?.close();
  }

  async #reloadNow(): Promise<boolean> {
    const listener = this.#listener;
    if (listener === undefined || listener.draining) return false;
    try {
      const loaded = await this.#loadAll();
      const { engine, findings } = loaded.outcome;
      if (engine === undefined) {
        this.#events.findings(findings);
        return this.#refuse(`${findings.length} finding(s) in the configuration`);
      }
      listener.replaceEngine(engine);
      this.#accept(loaded);
      listener.counters.reloadsDone++;
      this.#lastRefusal = undefined;
      this.#events.say(`reloaded: ${this.#files.map(({ name }) => name).join(", ")}`);
      this.#noteFixedSettings(loaded.config.serve);
      return true;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return this.#refuse(error.message);
    }
  }

  #refuse(why: string): false {
    this.#lastRefusal = why;
    this.#listener!.counters.reloadsRefused++;
    this.#events.say(`reload refused, the configuration before it keeps serving: ${why}`);
    return false;
  }

  /** A running listener keeps its address, upstream and limits. */
  #noteFixedSettings(serve: ServeSection): void {
    const before = { ...this.#settings, filters: undefined };
    const now = { ...this.#mergedSettings(serve), filters: undefined };
    if (JSON.stringify(before) !== JSON.stringify(now)) {
      this.#events.say(
        "changes of the serve section other than filters take effect after a restart",
      );
    }
  }

  async #loadAll(): Promise<Loaded> {
    const { configFile } = this.#options;
    const document =
      configFile === undefined ? new ConfigDocument("", "{}") : loadDocument(configFile);
    const config = readServeConfig(document);
    const names = this.#options.filters ?? config.serve.filters ?? ["guard"];
    if (config.findings.length > 0) {
      return { config, files: [], outcome: { engine: undefined, findings: config.findings } };
    }
    const files = names.map((name) => readFilter(name));
    const input = {
      filters: files,
      filterConfig: filterConfig(config.filterDocument, names),
      clusters: config.clusters,
      document,
      bufferLimitBytes: config.serve.limits?.bufferLimitBytes ?? defaultLimits.bufferLimitBytes,
      onLog: (level: string, line: string) => this.#events.filterLog(level, line),
    };
    const outcome = await this.#load(input, this.#listener?.engine);
    return { config, files, outcome };
  }

  #accept({ files }: Loaded): void {
    this.#files = files;
    this.#loadedAt = new Date().toISOString();
  }

  #mergedSettings(serve: ServeSection): ServeSection {
    const { upstream, host, port, adminPort } = this.#options;
    const given = Object.entries({ upstream, host, port, adminPort });
    return { ...serve, ...Object.fromEntries(given.filter(([, value]) => value !== undefined)) };
  }

  async #bind(place: Listener | AdminPort, port: number, host: string): Promise<AddressInfo> {
    try {
      return await place.listen({ port, host });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (this.#options.anyPort === true && (code === "EADDRINUSE" || code === "EACCES")) {
        this.#events.say(`port ${port} is taken: using a free one`);
        return await place.listen({ port: 0, host });
      }
      const why = code === "EADDRINUSE" ? "is taken" : `cannot be used (${code ?? String(error)})`;
      const mend = "choose another with --port or --admin-port, or 0 for a free one";
      throw new UserError(`${host}:${port} ${why}`, mend, exitCodes.network);
    }
  }

  async #openAdmin(port: number, host: string): Promise<void> {
    this.#admin = new AdminPort({
      prometheusText: () => {
        const listener = this.#listener!;
        return (
          listener.counters.prometheusText(listener.gauges()) + listener.engine.prometheusText()
        );
      },
      notReady: () => (this.#listener!.draining ? "draining" : undefined),
      status: () => this.#status(),
    });
    try {
      this.adminUrl = urlOf(await this.#bind(this.#admin, port, host));
    } catch (error) {
      await this.#listener?.drain();
      throw error;
    }
  }

  #status(): Record<string, unknown> {
    return {
      loadedAt: this.#loadedAt,
      configFile: this.#options.configFile ?? null,
      lastRefusedReload: this.#lastRefusal ?? null,
      modules: this.#files.map(({ name, file, sha256 }) => ({ name, file, sha256 })),
      engine: this.#listener!.engine.describe(),
      limits: { ...defaultLimits, ...this.#settings.limits } satisfies ServeLimits,
      gauges: this.#listener!.gauges(),
    };
  }

  #startWatch(): void {
    const { configFile } = this.#options;
    const files = this.#files.map(({ file }) => file);
    if (configFile !== undefined) files.push(configFile);
    this.#watch = new FileWatch(files, this.#timers, () => void this.reload());
    if (!this.#watch.start()) {
      this.#events.say("files cannot be watched here: send SIGHUP after a change");
    }
  }
}

function upstreamUrl(text: string | undefined): URL {
  const mend = "write it like --upstream http://127.0.0.1:3000";
  if (text === undefined) throw new UserError("no upstream is named", mend);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.pathname !== "/") {
    throw new UserError(`the upstream ${JSON.stringify(text)} is no URL without a path`, mend);
  }
  return url;
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}
