// The simulated Envoy process: loads the chain as Envoy does (base instance, canary, main thread, workers), owns what is
// shared between threads (metrics, shared data, queues, log, clock) and runs requests through it.
import { ClusterMock } from "./clusters.ts";
import { VirtualClock, type Clock } from "./clock.ts";
import { Counters } from "./counters.ts";
import { LoadError, type EnvoyCrash } from "./crash.ts";
import { Faults } from "./faults.ts";
import { hopOptions, type HopOptions } from "./connection-manager.ts";
import { runExchange, settle } from "./exchange.ts";
import { keptLogs, LogBook, levels } from "./log.ts";
import { Metrics } from "./metrics.ts";
import { pluginSpec, startRoot, type PluginSpec } from "./plugin.ts";
import { encodeProperty } from "./properties.ts";
import { SharedQueues } from "./queues.ts";
import { Random } from "./random.ts";
import type { Scheduler } from "./scheduler.ts";
import { SharedData } from "./shared-data.ts";
import type { Trap } from "./trap.ts";
import type {
  CalloutAnswer,
  CalloutRequest,
  ClusterHandler,
  Config,
  ConfigResult,
  Exchange,
  FilterSpec,
  HostOptions,
  LogRecord,
  PropertyValue,
  RequestInit,
  TraceEntry,
} from "./types.ts";
import { Vm } from "./vm.ts";
import { Worker } from "./worker.ts";
import { strictFindings } from "./strict.ts";

/** Traps, crashes and callouts kept: enough for a test, bounded for a data path that runs for weeks. */
const keptEvents = 10_000;

export class Host {
  readonly options: HostOptions;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly shared: SharedData;
  readonly queues: SharedQueues;
  readonly counters = new Counters();
  readonly random: Random;
  readonly faults: Faults;
  readonly logBook: LogBook;
  readonly trace: TraceEntry[] | undefined;
  readonly traps: Trap[] = [];
  readonly crashes: EnvoyCrash[] = [];
  /** Every HTTP call a filter made. */
  readonly callouts: CalloutRequest[] = [];
  readonly openCallouts = new Set<object>();
  readonly hopOptions: HopOptions;
  /** The proxy's own statistics, by name (for example "wasm.guard.vm_reload_success"). */
  readonly stats = new Map<string, number>();
  /** What a test declared as expected: strict mode passes over it. */
  readonly expected: RegExp[] = [];
  readonly workers: Worker[] = [];
  readonly main: Worker | undefined;
  scheduler: Scheduler | undefined; // set while runWorkers interleaves the workers
  readonly #clusters = new Map<string, ClusterMock>();
  readonly #properties = new Map<string, Uint8Array>();
  readonly #promises = new Set<Promise<unknown>>();
  #specs: PluginSpec[];
  #connectionId = 0;
  #nextWorker = 0;

  /** Use createHost. @throws LoadError when Envoy would not start */
  constructor(options: HostOptions) {
    this.options = options;
    this.metrics = options.stores?.metrics ?? new Metrics();
    this.shared = options.stores?.shared ?? new SharedData();
    this.queues = options.stores?.queues ?? new SharedQueues();
    this.clock = options.clock ?? new VirtualClock();
    this.random = new Random(options.seed ?? 1);
    this.faults = new Faults(this.random);
    this.trace = options.trace === true ? [] : undefined;
    const level = options.logLevel ?? "info";
    const levelNumber = level === "off" ? 6 : levels.indexOf(level);
    const keep = options.onLog === undefined || options.strict === true ? keptLogs : 0;
    this.logBook = new LogBook(levelNumber, options.onLog, keep);
    this.hopOptions = hopOptions(options, () => this.random.uuid());
    for (const [name, value] of Object.entries(options.properties ?? {})) {
      this.setProperty(name, value);
    }
    for (const [name, handler] of Object.entries(options.clusters ?? {})) {
      this.#clusters.set(name, new ClusterMock(name, handler));
    }
    this.#specs = options.filters.map(pluginSpec);
    this.main = options.lean === true ? undefined : new Worker(this, 0);
    try {
      this.#load();
    } catch (error) {
      // What the guest said about its refusal is all its author has to go by.
      if (error instanceof LoadError) error.logs = this.logs;
      throw error;
    }
    this.#turn();
  }

  #load(): void {
    for (const spec of this.main === undefined ? [] : this.#specs) {
      this.#tryOut(spec);
      this.main!.load([spec]);
    }
    for (let index = 1; index <= (this.options.workers ?? 1); index++) {
      const worker = new Worker(this, index);
      worker.load(this.#specs);
      this.workers.push(worker);
    }
  }

  /** Base instance (start functions only) and canary (start and configure), both thrown away. */
  #tryOut(spec: PluginSpec): void {
    const canary = new Worker(this, -1);
    new Vm(spec.vm, canary);
    startRoot(new Vm(spec.vm, canary), spec).silence();
  }

  /** Worker by position, 0 = first. */
  worker(index: number): Worker {
    const worker = this.workers[index];
    if (worker === undefined) throw new RangeError(`no worker ${index}`);
    return worker;
  }

  get logs(): LogRecord[] {
    return this.logBook.records;
  }

  /** Memory pages of all workers' VMs. */
  get pages(): number {
    return this.workers.reduce((sum, worker) => sum + worker.pages, this.main?.pages ?? 0);
  }

  /** Mock of a cluster, made when there is none. */
  cluster(name: string): ClusterMock {
    let mock = this.#clusters.get(name);
    if (mock === undefined) this.#clusters.set(name, (mock = new ClusterMock(name)));
    return mock;
  }

  get clusters(): ReadonlyMap<string, ClusterMock> {
    return this.#clusters;
  }

  /** @internal */
  clusterHandler(
    name: string,
  ): ((call: CalloutRequest) => CalloutAnswer | Promise<CalloutAnswer>) | undefined {
    const mock = this.#clusters.get(name);
    return mock === undefined ? undefined : (call) => mock.handle(call);
  }

  /** Replaces or adds what a cluster answers by default. */
  setCluster(name: string, handler: ClusterHandler | CalloutAnswer): void {
    this.#clusters.set(name, new ClusterMock(name, handler));
  }

  /** @internal Encoded value of a property set by options or tests. */
  property(path: string): Uint8Array | undefined {
    return this.#properties.size === 0 ? undefined : this.#properties.get(path);
  }

  /** Overrides a property for all streams; undefined takes the override away. */
  setProperty(path: string, value: PropertyValue | undefined): void {
    if (value === undefined) this.#properties.delete(path);
    else this.#properties.set(path, encodeProperty(value));
  }

  /** @internal */
  nextConnectionId(): number {
    return this.#connectionId++;
  }

  /** @internal */
  count(name: string): void {
    this.stats.set(name, (this.stats.get(name) ?? 0) + 1);
  }

  /** @internal Keeps an event (trap, crash, callout) for tests, up to a limit. */
  record<T>(events: T[], event: T): void {
    if (events.length < keptEvents) events.push(event);
  }

  /** @internal Keeps `settled` from returning before an asynchronous answer is in. */
  await(promise: Promise<unknown>): void {
    const watched = promise.catch((error: unknown) => {
      this.logBook.write(4, "", `callout handler failed: ${String(error)}`, 0, 0);
    });
    this.#promises.add(watched);
    void watched.then(() => this.#promises.delete(watched));
  }

  /** @internal Answers of asynchronous cluster handlers that are still out. */
  get promises(): ReadonlySet<Promise<unknown>> {
    return this.#promises;
  }

  #turn(): void {
    if (this.clock instanceof VirtualClock) this.clock.turn();
  }

  /** @internal Worker for the next request: round robin. @throws EnvoyCrash when the proxy is gone already */
  pickWorker(wanted: number | undefined): Worker {
    if (this.crashes.length > 0 && this.options.onCrash !== "trap") throw this.crashes[0];
    if (wanted !== undefined) return this.worker(wanted);
    const worker = this.workers[this.#nextWorker];
    this.#nextWorker = (this.#nextWorker + 1) % this.workers.length;
    return worker;
  }

  /** Runs one request through the chain and a mocked upstream. @throws EnvoyCrash */
  async request(init: RequestInit = {}): Promise<Exchange> {
    const running = runExchange(this, init);
    await settle(this, running, init.hold === true);
    return running.exchange;
  }

  /** The same without promises, for fuzzing and load; asynchronous cluster handlers do not answer in it. */
  requestSync(init: RequestInit = {}): Exchange {
    const running = runExchange(this, init);
    running.settleSync(init.hold === true);
    return running.exchange;
  }

  /**
   * Gives a filter a new configuration as an xDS update would: tried on a canary, then new root contexts beside the old
   * ones, which stay until `drain()`. A refused one changes nothing.
   */
  updateConfig(filterName: string, config: Config, change: Partial<FilterSpec> = {}): ConfigResult {
    const at = this.logs.length;
    const index = this.options.filters.findIndex((filter) => filter.name === filterName);
    if (index < 0) return { ok: false, error: `no filter named "${filterName}"`, logs: [] };
    try {
      const filter = { ...this.options.filters[index], config, ...change };
      const spec = pluginSpec(filter);
      this.#tryOut(spec);
      for (const worker of this.#threads()) worker.plugins[index].replace(spec);
      this.options.filters[index] = filter;
      this.#specs[index] = spec;
    } catch (error) {
      if (!(error instanceof LoadError)) throw error;
      this.count("listener_manager.lds.update_rejected");
      return { ok: false, error: error.message, logs: this.logs.slice(at) };
    }
    this.#turn();
    return { ok: true, error: "", logs: this.logs.slice(at) };
  }

  #threads(): Worker[] {
    return this.main === undefined ? this.workers : [this.main, ...this.workers];
  }

  /** The drain time of replaced configurations is over: their root contexts are shut down. */
  drain(): void {
    for (const worker of this.#threads()) for (const plugin of worker.plugins) plugin.drain();
    this.#turn();
  }

  /** Log lines matching the pattern are expected; strict mode does not complain about them. */
  expectLog(pattern: RegExp): void {
    this.expected.push(pattern);
  }

  /** What strict mode would complain about now: warnings, traps, open callouts, paused streams. */
  findings(): string[] {
    return strictFindings(this);
  }

  /** Shuts all root contexts down. @throws Error in strict mode when something unexpected was left */
  close(): void {
    const findings = this.options.strict === true ? this.findings() : [];
    for (const worker of this.#threads()) {
      for (const plugin of new Set(worker.plugins)) {
        plugin.drain();
        plugin.root.done();
        plugin.root.silence();
      }
    }
    if (findings.length > 0) throw new Error(`strict host:\n${findings.join("\n")}`);
  }
}

/** Starts a simulated Envoy with these filters. @throws LoadError with Envoy's message when it would not start */
export function createHostSync(options: HostOptions): Host {
  return new Host({ ...options, filters: [...options.filters] });
}

/** As createHostSync; a rejected promise instead of a throw. */
export async function createHost(options: HostOptions): Promise<Host> {
  return createHostSync(options);
}
