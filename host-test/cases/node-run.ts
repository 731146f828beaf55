// Plays a case on the Node host: the same packets as in Envoy, on a virtual clock that runs like the real run's.
import { createHostSync, EnvoyCrash, LoadError, VirtualClock, type Host } from "../host/index.ts";
import type {
  Config,
  EnvoyVersion,
  FilterSpec,
  LogRecord,
  Observer,
  StreamDriver,
  StreamSinks,
} from "../host/index.ts";
import { nodeForeign } from "../vitest/foreign.ts";
import type { Case, ConfigValue, FilterUse, Step } from "./format.ts";
import { configOf, filterModule, filterName, vmConfigOf } from "./modules.ts";
import { NodeCallouts } from "./node-callouts.ts";
import { nodeConnection } from "./node-connection.ts";
import { isGrpc } from "./grpc.ts";
import { NodeGrpcPeer } from "./node-grpc.ts";
import { NodeExchange } from "./node-exchange.ts";
import { normaliseTrace, traceLine, type CaseView, type StepView } from "./view.ts";

/** Same figures as the Envoy side (host-test/envoy/run-case.ts). */
const drainMs = 1000;
const limits = { answerMs: 4000, hangMs: 250, quietMs: 30 };

/** Lines the proxy writes about a guest: Envoy words and places them in its own log, so they are not compared. */
const hostsOwn = /^(Function: |Attempted to call restricted capability|foreign function )/;

/** Somebody who watches a run, for `meshwarden trace`. */
export interface RunWatch {
  observer: Observer;
  /** The run's clock, before anything happens. */
  clock(clock: VirtualClock): void;
  stepBegins(index: number, step: Step): void;
  /** Stands between a stream's frames and its filters. */
  stream(sinks: StreamSinks, open: (sinks: StreamSinks) => StreamDriver): StreamDriver;
  log(record: LogRecord): void;
}

/** Run one case. The result has the shape that an Envoy run has. */
export async function runOnNodeHost(
  what: Case,
  envoy?: EnvoyVersion,
  watch?: RunWatch,
): Promise<CaseView> {
  const filters = await Promise.all(what.filters.map(filterSpec));
  return new NodeRun(what, filters, envoy, watch).run();
}

async function filterSpec(use: FilterUse): Promise<FilterSpec> {
  const module = await filterModule(use.wasm);
  const { rootId, vmId, environment, failurePolicy, allowOnHeadersStopIteration } = use;
  return {
    name: filterName(use),
    ...module,
    rootId,
    vmId,
    environment,
    failurePolicy,
    allowOnHeadersStopIteration,
    allowedCapabilities: use.capabilities,
    config: hostConfig(configOf(use)),
    vmConfig: hostConfig(vmConfigOf(use)),
  };
}

function hostConfig(value: ConfigValue | undefined): Config | undefined {
  if (value === undefined || typeof value === "string") return value;
  if ("json" in value) return JSON.stringify(value.json);
  if ("struct" in value) return value;
  return new Uint8Array(Buffer.from(value.bytes, "hex"));
}

class NodeRun {
  private readonly clock: VirtualClock;
  private readonly logs: LogRecord[] = [];
  private read = 0;
  /** Upstream connections that wait for another request, as in the router's pool. */
  private readonly pool = { idle: 0 };
  private readonly callouts: NodeCallouts;
  private readonly what: Case;
  private readonly filters: FilterSpec[];
  private readonly envoy: EnvoyVersion | undefined;
  private readonly watch: RunWatch | undefined;
  private readonly peers = new Map<string, NodeGrpcPeer>();
  private host!: Host;

  constructor(
    what: Case,
    filters: FilterSpec[],
    envoy: EnvoyVersion | undefined,
    watch: RunWatch | undefined,
  ) {
    this.what = what;
    this.watch = watch;
    this.clock = new VirtualClock(what.clock);
    this.filters = filters;
    this.envoy = envoy;
    const plain = Object.entries(what.clusters).filter(([, answers]) => !isGrpc(answers));
    this.callouts = new NodeCallouts(Object.fromEntries(plain));
  }

  run(): CaseView {
    const view: CaseView = { boot: [], steps: [], callouts: {}, metrics: {} };
    try {
      this.start();
    } catch (error) {
      if (!(error instanceof LoadError)) throw error;
      return { ...view, bootError: error.message };
    }
    view.boot = this.boot();
    const before = this.metrics();
    try {
      this.play(view);
    } catch (error) {
      if (!(error instanceof EnvoyCrash)) throw error;
      view.steps.at(-1)!.crash = error.message;
      return view;
    }
    view.callouts = this.callouts.views();
    for (const [name, peer] of this.peers) view.callouts[name] = peer.views();
    for (const [name, value] of this.metrics()) {
      view.metrics[name] = value - (before.get(name) ?? 0);
    }
    return view;
  }

  /** Current values of the metrics that the case names; a case counts from its first request. */
  private metrics(): Map<string, number> {
    const names = this.what.steps.flatMap((step) => Object.keys(step.expect?.metrics ?? {}));
    return new Map(names.map((name) => [name, this.host.metrics.value(name) ?? 0]));
  }

  private start(): void {
    this.watch?.clock(this.clock);
    const { listener } = this.what;
    this.host = createHostSync({
      filters: this.filters.map((filter, index) =>
        listener.disabledOnRoute && index === 0 ? { ...filter, disabledOnRoute: true } : filter,
      ),
      workers: listener.workers ?? 1,
      clock: this.clock,
      useRemoteAddress: listener.useRemoteAddress,
      enableTrailers: listener.enableTrailers,
      requestBufferLimitBytes: listener.bufferLimitBytes,
      responseBufferLimitBytes: listener.bufferLimitBytes,
      clusters: this.callouts.handlers(),
      clusterName: "upstream",
      routeName: "r",
      routePrefix: listener.routePrefix,
      upgrades: listener.upgrades,
      normalizePath: listener.normalizePath,
      mergeSlashes: listener.mergeSlashes,
      foreign: nodeForeign(),
      onLog: (record) => {
        this.logs.push(record);
        this.watch?.log(record);
      },
      ...(this.watch !== undefined ? { observer: this.watch.observer } : {}),
      envoy: this.envoy,
    });
    for (const [name, answers] of Object.entries(this.what.clusters)) {
      if (isGrpc(answers)) this.peers.set(name, new NodeGrpcPeer(this.host, name, answers));
    }
    for (const worker of this.watch === undefined ? [] : this.host.workers) {
      const open = worker.openStream.bind(worker);
      worker.openStream = (sinks, connection) =>
        this.watch!.stream(sinks, (between) => open(between, connection));
    }
  }

  private play(view: CaseView): void {
    const later: NodeExchange[] = [];
    for (const [index, step] of this.what.steps.entries()) {
      this.watch?.stepBegins(index, step);
      const shown: StepView = { trace: [], logs: [] };
      view.steps.push(shown);
      if (step.waitMs !== undefined) this.clock.advance(step.waitMs);
      if (step.update !== undefined) shown.updated = this.update(step.update);
      if (step.connection !== undefined) {
        const quiet = (): void => this.clock.advance(limits.quietMs);
        shown.connection = nodeConnection(this.host, this.clock, step, quiet);
      }
      if (step.request !== undefined) {
        const exchange = this.begin(step, shown);
        if (step.background) later.push(exchange);
        else this.finish(exchange);
      }
      this.clock.advance(limits.quietMs);
      this.drain(shown);
    }
    for (const exchange of later) this.finish(exchange);
    if (later.length > 0) {
      this.clock.advance(limits.quietMs);
      this.drain(view.steps.at(-1)!);
    }
  }

  /** The old root contexts go when the drain time is over. */
  private update(change: NonNullable<Step["update"]>): boolean {
    const name = change.filter ?? filterName(this.what.filters[0]);
    const config = hostConfig(configOf({ config: change.config, script: change.script }));
    const { ok } = this.host.updateConfig(name, config ?? "");
    if (ok) this.clock.schedule(drainMs, () => this.host.drain());
    return ok;
  }

  private begin(step: Step, shown: StepView): NodeExchange {
    const exchange = new NodeExchange(
      this.host,
      this.clock,
      this.what.listener,
      step,
      shown,
      this.pool,
    );
    exchange.start();
    if (step.background) this.clock.advance(limits.quietMs);
    return exchange;
  }

  /** Let time pass until the client has its answer, or gives up. */
  private finish(exchange: NodeExchange): void {
    const { step } = exchange;
    const hangs = step.expect?.client?.end === "hang";
    const limitMs = step.request?.abortMs ?? (hangs ? limits.hangMs : limits.answerMs);
    for (let waited = 0; waited < limitMs && !exchange.clientDone; waited++) this.clock.advance(1);
    exchange.close(() => this.clock.advance(limits.quietMs));
  }

  /** Trace of every instance before the first request: canary, main thread, workers. */
  private boot(): string[][] {
    const groups: string[][] = [];
    for (const { message } of this.byThread()) {
      const trace = traceLine(message);
      if (trace === undefined) continue;
      if (groups.length === 0 || /@create /.test(trace)) groups.push([]);
      groups.at(-1)!.push(trace);
    }
    return groups;
  }

  private drain(shown: StepView): void {
    for (const { level, filter, message } of this.byThread()) {
      if (filter === "" || hostsOwn.test(message)) continue;
      const trace = traceLine(message);
      if (trace === undefined) shown.logs.push({ level, message: normaliseTrace(message) });
      else shown.trace.push(this.what.filters.length > 1 ? `${filter}| ${trace}` : trace);
    }
  }

  /** New log lines; those of one thread stay in order. */
  private byThread(): LogRecord[] {
    const fresh = this.logs.slice(this.read);
    this.read = this.logs.length;
    // The canary runs on the main thread.
    return fresh.sort((a, b) => Math.max(0, a.worker) - Math.max(0, b.worker));
  }
}
