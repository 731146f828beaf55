// The engine that runs filters: the same host core that the tests use, with the machine's clock, real callouts, and one worker.
// A changed configuration of the same modules goes into the running host, as an xDS update into Envoy: new root contexts
// beside the old, shared data kept. Changed modules get a host of their own.
import { randomInt } from "node:crypto";
import { nodeForeign } from "../../host-test/vitest/foreign.ts";
import type { FilterChain } from "../../host-test/host/filter-chain.ts";
import { createHost, RealClock, type Host } from "../../host-test/host/index.ts";
import type { Stores } from "../../host-test/host/stores.ts";
import type { ClusterHandler, HostOptions, LogRecord } from "../../host-test/host/types.ts";
import type { Finding } from "../config/finding.ts";
import { clusterHandler } from "./callout.ts";
import { configFindings } from "./config-findings.ts";
import type { ServeEngine } from "./engine.ts";
import type { EngineInput, EngineLoader, EngineOutcome } from "./engine-load.ts";

/** A host and how many engines, each with its own configuration, still have streams on it. */
interface SharedHost {
  host: Host;
  modules: string;
  generations: number;
  /** Where log lines go; replaced while a configuration is tried. */
  onLog: (record: LogRecord) => void;
}

class HostEngine implements ServeEngine {
  readonly shared: SharedHost;
  readonly #description: Record<string, unknown>;

  constructor(shared: SharedHost, input: EngineInput) {
    this.shared = shared;
    shared.generations++;
    this.#description = {
      filters: input.filters.map(({ name }) => name),
      clusters: Object.keys(input.clusters),
    };
  }

  openStream: ServeEngine["openStream"] = (sinks, connection) => {
    return this.shared.host.worker(0).openStream(sinks, connection);
  };

  requestId: ServeEngine["requestId"] = (stream) => {
    return (stream as FilterChain).decode.headers?.get("x-request-id");
  };

  prometheusText(): string {
    return this.shared.host.metrics.prometheusText();
  }

  describe(): Record<string, unknown> {
    return { ...this.#description, memoryPages: this.shared.host.pages };
  }

  close(): void {
    this.shared.generations--;
    if (this.shared.generations === 0) this.shared.host.close();
    else if (this.shared.generations === 1) this.shared.host.drain();
  }
}

const modulesOf = (input: EngineInput): string =>
  input.filters.map(({ name, sha256 }) => `${name} ${sha256}`).join("\n");

/** For one thread of several. */
export interface ThreadOptions {
  /** Where threads keep what Envoy keeps once. */
  stores?: Stores;
  /** Another thread has tried the same input: a running host takes it without a trial. */
  tried?: boolean;
}

/** Loads filters into a host; `logLevel` is the least level that they are asked to log. */
export function hostEngineLoader(logLevel: string, options: ThreadOptions = {}): EngineLoader {
  return async (input, previous) => {
    const sameModules =
      previous instanceof HostEngine && previous.shared.modules === modulesOf(input);
    if (sameModules && options.tried === true) return updateHost(previous.shared, input);
    const trial = await startHost(input, logLevel, options.stores);
    if ("findings" in trial) return { engine: undefined, findings: trial.findings };
    if (!sameModules) return { engine: new HostEngine(trial, input), findings: [] };
    // It loads; now into the host that is running, whose shared data and counters go on.
    trial.host.close();
    return updateHost(previous.shared, input);
  };
}

function updateHost(shared: SharedHost, input: EngineInput): EngineOutcome {
  const handlers = clusterHandlers(shared, input);
  for (const [name, handler] of Object.entries(handlers)) shared.host.setCluster(name, handler);
  for (const { name } of input.filters) {
    const result = shared.host.updateConfig(name, input.filterConfig);
    if (!result.ok) return { engine: undefined, findings: [plainFinding(input, result.error)] };
  }
  return { engine: new HostEngine(shared, input), findings: [] };
}

async function startHost(
  input: EngineInput,
  logLevel: string,
  stores?: Stores,
): Promise<SharedHost | { findings: Finding[] }> {
  const duringLoad: LogRecord[] = [];
  const shared = {
    modules: modulesOf(input),
    generations: 0,
    onLog: (record: LogRecord) => void duringLoad.push(record),
  } as SharedHost;
  const options: HostOptions = {
    filters: input.filters.map((filter) => ({
      name: filter.name,
      wasm: filter.wasm,
      ...(filter.sourceMap !== undefined ? { sourceMap: filter.sourceMap } : {}),
      config: input.filterConfig,
      failurePolicy: "FAIL_RELOAD",
      allowOnHeadersStopIteration: true,
    })),
    clock: new RealClock(),
    requestBufferLimitBytes: input.bufferLimitBytes,
    responseBufferLimitBytes: input.bufferLimitBytes,
    useRemoteAddress: true,
    // Envoy writes the machine's own address for a loopback peer; which of them that is helps nobody here.
    localAddress: "127.0.0.1",
    enableTrailers: true,
    upgrades: ["websocket"],
    foreign: nodeForeign(),
    seed: randomInt(2 ** 31),
    logLevel: logLevel as NonNullable<HostOptions["logLevel"]>,
    lean: true,
    ...(stores !== undefined ? { stores } : {}),
    clusters: clusterHandlers(shared, input),
    onCrash: "trap",
    onLog: (record) => shared.onLog(record),
  };
  try {
    shared.host = await createHost(options);
  } catch (error) {
    const { message } = error as Error;
    return { findings: configFindings(duringLoad, message, input) };
  }
  shared.onLog = ({ level, filter, message }) => {
    input.onLog(level, filter === "" ? message : `${filter}: ${message}`);
  };
  for (const record of duringLoad) shared.onLog(record);
  return shared;
}

/** Real callouts. The core keeps every call for tests to look at; a server must not. */
function clusterHandlers(shared: SharedHost, input: EngineInput): Record<string, ClusterHandler> {
  const handlers: Record<string, ClusterHandler> = {};
  for (const [name, { url }] of Object.entries(input.clusters)) {
    const send = clusterHandler(new URL(url));
    handlers[name] = (call) => {
      shared.host?.cluster(name).calls.splice(0);
      shared.host?.callouts.splice(0);
      const answer = send(call);
      if (input.onCallout !== undefined) void answer.then((got) => input.onCallout!(name, got));
      return answer;
    };
  }
  return handlers;
}

function plainFinding(input: EngineInput, message: string): Finding {
  const place = input.document?.place("") ?? { file: "", line: 1, column: 1 };
  return { ...place, pointer: "", message, mend: "" };
}
