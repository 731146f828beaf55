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
  type EngineInput,
  type EngineLoader,
  type FilterFile,
} from "./engine-load.ts";
import { LocalFront, type Front } from "./front.ts";
import { defaultLimits, type ServeLimits } from "./limits.ts";
import { readTls, tlsFiles } from "./tls-files.ts";
import { mergedSettings, upstreamUrl, type ProxyOptions } from "./proxy-settings.ts";
import type { Timers } from "./timers.ts";
import { Recorder } from "./record/recorder.ts";
import { FileWatch } from "./watch.ts";
import { WorkerPool } from "./workers/pool.ts";

export interface ProxyEvents {
  /** A line for the user: started, reloaded, refused. */
  say(line: string): void;
  findings(findings: Finding[]): void;
  accessLog?: (text: string) => void;
  filterLog(level: string, line: string): void;
}

/** What the files say, before anything is loaded. */
interface Read {
  config: ServeConfig;
  files: FilterFile[];
  input: EngineInput;
}

const defaultPort = 8080;

export class Proxy {
  readonly #options: ProxyOptions;
  readonly #events: ProxyEvents;
  readonly #load: EngineLoader;
  readonly #timers: Timers;
  #front: Front | undefined;
  #recorder: Recorder | undefined;
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

  get front(): Front | undefined {
    return this.#front;
  }

  /**
   * Loads, listens, watches.
   * @returns false when the configuration has findings; they have been reported.
   * @throws UserError when files, ports or addresses cannot be used
   */
  async start(): Promise<boolean> {
    const read = this.#read();
    if ("findings" in read) return this.#report(read.findings);
    const settings = (this.#settings = mergedSettings(this.#options, read.config.serve));
    const front = this.#makeFront(settings);
    const findings = await this.#loadInto(front, read);
    if (findings.length > 0) return this.#report(findings);
    this.#accept(read.files);
    const host = settings.host ?? "127.0.0.1";
    const bound = await this.#bind(front, settings.port ?? defaultPort, host);
    this.#front = front;
    this.url = urlOf(bound, settings.tls !== undefined ? "https" : "http");
    if (settings.adminPort !== undefined) await this.#openAdmin(settings.adminPort, host);
    if (this.#options.watch === true) this.#startWatch();
    return true;
  }

  async #loadInto(front: Front, { files, input }: Read): Promise<Finding[]> {
    this.#recorder?.loading(files, input.filterConfig);
    const findings = await front.load(input);
    this.#recorder?.loaded(findings.length === 0);
    return findings;
  }

  #report(findings: Finding[]): false {
    this.#events.findings(findings);
    return false;
  }

  #makeFront(settings: ServeSection): Front {
    const { accessLog, filterLog, say } = this.#events;
    const { workers = 1, upstreamHttp2 = false } = settings;
    const limits = { ...defaultLimits, ...settings.limits };
    const { recordFile } = this.#options;
    if (recordFile !== undefined)
      this.#recorder = new Recorder(recordFile, limits.bufferLimitBytes);
    const options = {
      upstream: upstreamUrl(settings.upstream),
      upstreamHttp2,
      limits,
      ...(this.#recorder !== undefined ? { recording: this.#recorder } : {}),
      ...(settings.tls !== undefined ? { tls: readTls(settings.tls) } : {}),
      ...(accessLog !== undefined ? { accessLog } : {}),
    };
    if (workers === 1) return new LocalFront({ ...options, timers: this.#timers }, this.#load);
    const logLevel = this.#options.logLevel ?? "info";
    return new WorkerPool({ ...options, workers, logLevel, filterLog, say }, this.#load);
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
    await this.#front?.drain();
    if (this.#front !== undefined && this.#recorder !== undefined) {
      this.#events.say(this.#recorder.finish());
    }
    await this.#admin?.close();
  }

  async #reloadNow(): Promise<boolean> {
    const front = this.#front;
    if (front === undefined || front.draining) return false;
    try {
      const read = this.#read();
      const findings = "findings" in read ? read.findings : await this.#loadInto(front, read);
      if ("findings" in read || findings.length > 0) {
        this.#events.findings(findings);
        return this.#refuse(`${findings.length} finding(s) in the configuration`);
      }
      if (this.#settings.tls !== undefined) front.replaceTls(readTls(this.#settings.tls));
      this.#accept(read.files);
      front.counters.reloadsDone++;
      this.#lastRefusal = undefined;
      this.#events.say(`reloaded: ${this.#files.map(({ name }) => name).join(", ")}`);
      this.#noteFixedSettings(read.config.serve);
      return true;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return this.#refuse(error.message);
    }
  }

  #refuse(why: string): false {
    this.#lastRefusal = why;
    this.#front!.counters.reloadsRefused++;
    this.#events.say(`reload refused, the configuration before it keeps serving: ${why}`);
    return false;
  }

  /** A running listener keeps its address, upstream and limits. */
  #noteFixedSettings(serve: ServeSection): void {
    const before = { ...this.#settings, filters: undefined };
    const now = { ...mergedSettings(this.#options, serve), filters: undefined };
    if (JSON.stringify(before) !== JSON.stringify(now)) {
      this.#events.say(
        "changes of the serve section other than filters take effect after a restart",
      );
    }
  }

  /** @throws UserError when a file is missing */
  #read(): Read | { findings: Finding[] } {
    const { configFile } = this.#options;
    const document =
      configFile === undefined ? new ConfigDocument("", "{}") : loadDocument(configFile);
    const config = readServeConfig(document);
    const names = this.#options.filters ?? config.serve.filters ?? ["guard"];
    if (config.findings.length > 0) return { findings: config.findings };
    const files = names.map((name) => readFilter(name));
    const input = {
      filters: files,
      filterConfig: filterConfig(config.filterDocument, names),
      clusters: config.clusters,
      document,
      bufferLimitBytes: config.serve.limits?.bufferLimitBytes ?? defaultLimits.bufferLimitBytes,
      onLog: (level: string, line: string) => this.#events.filterLog(level, line),
    };
    return { config, files, input };
  }

  #accept(files: FilterFile[]): void {
    this.#files = files;
    this.#loadedAt = new Date().toISOString();
  }

  async #bind(place: Front | AdminPort, port: number, host: string): Promise<AddressInfo> {
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
      prometheusText: () => this.#front!.prometheusText(),
      notReady: () => (this.#front!.draining ? "draining" : undefined),
      status: () => this.#status(),
    });
    try {
      this.adminUrl = urlOf(await this.#bind(this.#admin, port, host));
    } catch (error) {
      await this.#front?.drain();
      throw error;
    }
  }

  #status(): Record<string, unknown> {
    return {
      loadedAt: this.#loadedAt,
      configFile: this.#options.configFile ?? null,
      lastRefusedReload: this.#lastRefusal ?? null,
      modules: this.#files.map(({ name, file, sha256 }) => ({ name, file, sha256 })),
      engine: this.#front!.describe(),
      limits: { ...defaultLimits, ...this.#settings.limits } satisfies ServeLimits,
      gauges: this.#front!.gauges(),
    };
  }

  #startWatch(): void {
    const { configFile } = this.#options;
    const files = this.#files.map(({ file }) => file);
    if (configFile !== undefined) files.push(configFile);
    if (this.#settings.tls !== undefined) files.push(...tlsFiles(this.#settings.tls));
    this.#watch = new FileWatch(files, this.#timers, () => void this.reload());
    if (!this.#watch.start()) {
      this.#events.say("files cannot be watched here: send SIGHUP after a change");
    }
  }
}

function urlOf({ address, family, port }: AddressInfo, scheme = "http"): string {
  return `${scheme}://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}
