// Several threads of the data path behind one port, as Envoy's workers are: each accepts connections and has its own VMs, and
// all share data, queues and metrics. The main thread tries a configuration before any worker gets it, keeps the port, and
// starts a thread anew when one ends by itself.
import type { AddressInfo } from "node:net";
import { Worker } from "node:worker_threads";
import type { Finding } from "../../config/finding.ts";
import { Counters, type Gauges } from "../counters.ts";
import type { EngineInput, EngineLoader } from "../engine-load.ts";
import type { ListenPlace } from "../front-door.ts";
import type { Front } from "../front.ts";
import type { ServeLimits } from "../limits.ts";
import type { Recording } from "../record/recorder.ts";
import { SharedHeap } from "../shared/heap.ts";
import { ThreadMetrics } from "../shared/metrics.ts";
import { SharedTable } from "../shared/table.ts";
import type { TlsMaterial } from "../tls-files.ts";
import { figuresBytes, sumOf } from "./figures.ts";
import { ListeningCopies } from "./listening-copies.ts";
import type { Order, Report, ThreadInput, ThreadSettings } from "./orders.ts";

export interface PoolOptions {
  workers: number;
  upstream: URL;
  upstreamHttp2: boolean;
  limits: ServeLimits;
  tls?: TlsMaterial;
  logLevel: string;
  recording?: Recording;
  accessLog?: (text: string) => void;
  filterLog(level: string, line: string): void;
  /** A line for the user: a thread ended and was replaced. */
  say(line: string): void;
}

/** A thread that fails at once must not be started in a tight loop. */
const restartAfterMs = 500;

interface Member {
  worker: Worker;
  /** Whoever waits for the answers to orders, in order. */
  waiting: ((findings: Finding[]) => void)[];
}

export class WorkerPool implements Front {
  readonly counters = new Counters();
  readonly #options: PoolOptions;
  readonly #trial: EngineLoader;
  readonly #heap = new SharedHeap();
  readonly #metrics = new ThreadMetrics(new SharedTable(this.#heap));
  readonly #figures: SharedArrayBuffer[] = [];
  readonly #members: Member[] = [];
  #sockets: ListeningCopies | undefined;
  #input: ThreadInput | undefined;
  #tls: TlsMaterial | undefined;
  #draining = false;
  #description: Record<string, unknown> = {};

  /** @param trial loads an input in this thread, to see whether it loads */
  constructor(options: PoolOptions, trial: EngineLoader) {
    this.#options = options;
    this.#trial = trial;
    this.#tls = options.tls;
  }

  get draining(): boolean {
    return this.#draining;
  }

  async load(input: EngineInput): Promise<Finding[]> {
    const { engine, findings } = await this.#trial({ ...input, onLog: () => {} });
    if (engine === undefined) return findings;
    this.#description = engine.describe();
    engine.close();
    const { filters, filterConfig, clusters, bufferLimitBytes } = input;
    this.#input = { filters, filterConfig, clusters, bufferLimitBytes };
    if (this.#members.length === 0) this.#startAll();
    const order: Order = { kind: "load", input: this.#input };
    const all = await Promise.all(this.#members.map((member) => ask(member, order)));
    return all.flat();
  }

  async listen(place: ListenPlace): Promise<AddressInfo> {
    if ("fd" in place) throw new Error("several workers listen by port");
    this.#sockets = await ListeningCopies.listen(place);
    const descriptors = await this.#sockets.take(this.#members.length);
    await Promise.all(
      this.#members.map((member, i) => ask(member, { kind: "listen", fd: descriptors[i]! })),
    );
    return this.#sockets.address;
  }

  replaceTls(tls: TlsMaterial): void {
    this.#tls = tls;
    for (const member of this.#members) void ask(member, { kind: "tls", tls });
  }

  gauges(): Gauges {
    return this.#sum().gauges;
  }

  prometheusText(): string {
    const { counters, gauges } = this.#sum();
    counters.add(this.counters.values());
    return counters.prometheusText(gauges) + this.#metrics.prometheusText();
  }

  describe(): Record<string, unknown> {
    const { pages } = this.#sum();
    const sharedBytes = this.#heap.usedBytes;
    return { ...this.#description, workers: this.#members.length, memoryPages: pages, sharedBytes };
  }

  /** Threads do this by themselves. */
  sweep(): void {}

  async drain(): Promise<void> {
    if (this.#draining) return;
    this.#draining = true;
    this.#sockets?.close();
    await Promise.all(this.#members.map((member) => ask(member, { kind: "drain" })));
    await Promise.all(this.#members.map(({ worker }) => worker.terminate()));
  }

  #sum(): ReturnType<typeof sumOf> {
    return sumOf(this.#figures.map((figures) => new Float64Array(figures)));
  }

  #startAll(): void {
    for (let i = 0; i < this.#options.workers; i++) {
      this.#figures.push(new SharedArrayBuffer(figuresBytes));
      this.#members.push(this.#startOne(i));
    }
  }

  #startOne(index: number): Member {
    const { upstream, upstreamHttp2, limits, logLevel, accessLog } = this.#options;
    const workerData: ThreadSettings = {
      thread: index + 1,
      memory: this.#heap.buffer,
      figures: this.#figures[index]!,
      upstream: upstream.href,
      upstreamHttp2,
      limits: shareOf(limits, this.#options.workers),
      tls: this.#tls,
      logLevel,
      accessLog: accessLog !== undefined,
      recording: this.#options.recording !== undefined,
    };
    const worker = new Worker(new URL("./thread.js", import.meta.url), { workerData });
    const member: Member = { worker, waiting: [] };
    worker.on("message", (message: Report) => this.#take(member, message));
    worker.on("error", (error) => {
      if (!this.#draining) this.#options.say(`worker ${index + 1} failed: ${String(error)}`);
    });
    worker.on("exit", () => {
      for (const answer of member.waiting.splice(0)) answer([]);
      if (!this.#draining) void this.#replace(index);
    });
    return member;
  }

  #take(member: Member, message: Report): void {
    const { accessLog, filterLog, recording } = this.#options;
    if (message.kind === "done") member.waiting.shift()?.(message.findings);
    else if (message.kind === "accessLog") accessLog?.(message.text);
    else if (message.kind === "tape") recording?.take(message.tape);
    else if (message.kind === "callout") recording?.calledOut(message.cluster, message.answer);
    else if (message.kind === "filterLog") filterLog(message.level, message.line);
    else {
      const owner = this.#members[message.thread - 1];
      owner?.worker.postMessage({ kind: "arrived", queue: message.queue } satisfies Order);
    }
  }

  /** A fresh thread in the place of one that ended by itself; its connections are gone, the others' are not. */
  async #replace(index: number): Promise<void> {
    const figures = new Float64Array(this.#figures[index]!);
    this.counters.add(figures);
    figures.fill(0);
    await new Promise((resolve) => setTimeout(resolve, restartAfterMs).unref());
    const [fd] = (await this.#sockets?.take(1)) ?? [];
    if (this.#draining || this.#input === undefined || fd === undefined) return;
    const member = (this.#members[index] = this.#startOne(index));
    await ask(member, { kind: "load", input: this.#input });
    await ask(member, { kind: "listen", fd });
    this.#options.say(`worker ${index + 1} was started anew`);
  }
}

/** Findings of the thread, or none where it has ended. */
function ask({ worker, waiting }: Member, order: Order): Promise<Finding[]> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    worker.postMessage(order);
  });
}

/** Bounds that hold for the process, as one thread's share. */
function shareOf(limits: ServeLimits, workers: number): ServeLimits {
  const share = (bound: number): number => Math.max(1, Math.ceil(bound / workers));
  return {
    ...limits,
    connectionsMax: share(limits.connectionsMax),
    upstreamRequestsMax: share(limits.upstreamRequestsMax),
  };
}
