// Many workers on one thread, interleaved by a seed: each worker has a queue of jobs (a frame of a request, an answer, a
// tick), and at every host call of one of them others may run whole jobs first, as threads would that reach the shared
// state earlier. A worker on the stack never runs a second job, so no guest is entered twice. The same seed gives the
// same order of everything.
import { VirtualClock } from "./clock.ts";
import { startExchange, type Running } from "./exchange.ts";
import type { Host } from "./host.ts";
import { Random } from "./random.ts";
import type { Exchange, RequestInit } from "./types.ts";
import type { Worker } from "./worker.ts";

export interface WorkerPlan {
  /** Requests to send. */
  flows: number;
  /** The request of a flow, counted from 0; default GET /. */
  request?: (flow: number) => RequestInit;
  /** Seed of the order; default the host's. */
  seed?: number;
  /** Chance that a host call lets another worker go first, 0 to 1; default 0.25. */
  preempt?: number;
  /** Most workers that stand inside host calls of each other; default 4. */
  depth?: number;
  /** Chance that a conditional write of shared data loses a race it would have won, 0 to 1; default 0. */
  conflicts?: number;
  /** Requests under way at a time; default four for each worker. */
  inFlight?: number;
  /** Virtual time that one job takes in milliseconds; default 0.05. Ticks come as it passes. */
  jobMs?: number;
  /** Time given to callouts and ticks when nothing else is to do, in milliseconds; default 60,000. */
  patienceMs?: number;
  /** Called after each flow has ended, in order of their ends: to lose a worker, to jump the clock. */
  onFlow?: (ended: number, exchange: Exchange) => void;
}

export interface WorkerReport {
  seed: number;
  /** Exchanges in order of their flows. */
  exchanges: Exchange[];
  /** Times that a worker ran inside a host call of another one. */
  switches: number;
  jobs: number;
}

const idleStepMs = 1;

export class Scheduler {
  readonly #host: Host;
  readonly #random: Random;
  readonly #preempt: number;
  readonly #depthLimit: number;
  readonly #queues = new Map<Worker, (() => void)[]>();
  #depth = 0;
  switches = 0;
  jobs = 0;

  constructor(host: Host, random: Random, preempt: number, depthLimit: number) {
    this.#host = host;
    this.#random = random;
    this.#preempt = preempt;
    this.#depthLimit = depthLimit;
  }

  post(worker: Worker, job: () => void): void {
    const queue = this.#queues.get(worker);
    if (queue === undefined) this.#queues.set(worker, [job]);
    else queue.push(job);
  }

  /** Called at a host call: perhaps others go first. */
  atHostCall(): void {
    if (this.#depth >= this.#depthLimit) return;
    while (this.#random.next() < this.#preempt && this.step()) this.switches++;
  }

  /** Runs one job of a worker that is free; false when there is none. */
  step(): boolean {
    const ready: Worker[] = [];
    for (const [worker, queue] of this.#queues) {
      if (queue.length > 0 && !worker.busy) ready.push(worker);
    }
    if (ready.length === 0) return false;
    const worker = ready[Math.floor(this.#random.next() * ready.length)];
    const job = this.#queues.get(worker)!.shift()!;
    this.jobs++;
    this.#depth++;
    worker.busy = true;
    try {
      job();
    } finally {
      worker.busy = false;
      this.#depth--;
    }
    if (this.#host.clock instanceof VirtualClock) this.#host.clock.turn();
    return true;
  }
}

/**
 * Sends requests to all workers at once and runs them to their end, interleaved by the seed.
 * @throws Error whose message names the seed, for whatever was thrown while it ran
 */
export function runWorkers(host: Host, plan: WorkerPlan): WorkerReport {
  const seed = plan.seed ?? host.options.seed ?? 1;
  const random = new Random(seed);
  const scheduler = new Scheduler(host, random, plan.preempt ?? 0.25, plan.depth ?? 4);
  host.scheduler = scheduler;
  host.shared.conflictRate(plan.conflicts ?? 0, random);
  try {
    const exchanges = new Load(host, scheduler, random, plan).run();
    return { seed, exchanges, switches: scheduler.switches, jobs: scheduler.jobs };
  } catch (error) {
    const what = error instanceof Error ? error : new Error(String(error));
    what.message += ` (seed ${seed})`;
    throw what;
  } finally {
    host.scheduler = undefined;
    host.shared.conflictRate(0, random);
  }
}

/** The flows of a plan: a bounded number under way, new ones as others end. */
class Load {
  readonly #host: Host;
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  readonly #plan: WorkerPlan;
  readonly #exchanges: Exchange[] = [];
  readonly #open = new Set<Running>();
  #started = 0;
  #ended = 0;

  constructor(host: Host, scheduler: Scheduler, random: Random, plan: WorkerPlan) {
    this.#host = host;
    this.#scheduler = scheduler;
    this.#random = random;
    this.#plan = plan;
  }

  run(): Exchange[] {
    const { workers } = this.#host;
    const clock = this.#host.clock as VirtualClock;
    if (!(clock instanceof VirtualClock)) throw new TypeError("runWorkers needs a VirtualClock");
    const inFlight = this.#plan.inFlight ?? 4 * workers.length;
    const jobMs = this.#plan.jobMs ?? 0.05;
    let patienceMs = this.#plan.patienceMs ?? 60_000;
    for (;;) {
      while (this.#started < this.#plan.flows && this.#open.size < inFlight) this.#start();
      if (this.#scheduler.step()) {
        clock.advance(jobMs);
        this.#collect();
      } else if (this.#open.size === 0 || patienceMs <= 0) break;
      else {
        clock.advance(idleStepMs);
        patienceMs -= idleStepMs;
        this.#collect();
      }
    }
    return this.#exchanges;
  }

  #start(): void {
    const flow = this.#started++;
    const init = this.#plan.request?.(flow) ?? {};
    const { workers } = this.#host;
    const index = init.worker ?? Math.floor(this.#random.next() * workers.length);
    const running = startExchange(this.#host, { ...init, worker: index });
    this.#exchanges[flow] = running.exchange;
    this.#open.add(running);
    this.#scheduler.post(workers[index], () => running.run());
  }

  #collect(): void {
    for (const running of this.#open) {
      if (!running.over) continue;
      this.#open.delete(running);
      this.#plan.onFlow?.(++this.#ended, running.exchange);
    }
  }
}
