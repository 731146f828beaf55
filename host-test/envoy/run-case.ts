// Plays one case against a running Envoy and collects what showed: both ends, the access log, the guest's log and metrics.
import { networkInterfaces } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Answer, Step } from "../cases/format.ts";
import type { CaseView, ClientView, LogLine, StepView, UpstreamView } from "../cases/view.ts";
import { normaliseTrace, traceLine } from "../cases/view.ts";
import type { PlacedCase } from "./bootstrap.ts";
import { startRequest, type ClientRun } from "./client.ts";
import { startH2Request } from "./client-h2.ts";
import { runConnection, type TcpOrigin } from "./connection.ts";
import type { EnvoyProcess } from "./process.ts";
import { update, updatedCase } from "./update.ts";
import type { Origin } from "./origin.ts";

/** Silence that counts as "nothing more happens". */
const quietMs = 30;
/** How long a request may take before it counts as hanging; a step that expects `hang` waits less. */
const limits = { answerMs: 4000, hangMs: 250 };

/** What a case's servers need to know while it runs. */
export interface Stage {
  placed: PlacedCase;
  /** The upstream's answers to the request of the current step and what the proxy makes of it by itself. */
  answers: Answer[];
  upstream: Origin | undefined;
  /** The upstream of a TCP listener. */
  tcp: TcpOrigin | undefined;
  callouts: Record<string, Origin>;
}

interface Running {
  step: StepView;
  run: ClientRun;
  /** Requests the upstream had seen before. */
  before: number;
}

export async function runCase(envoy: EnvoyProcess, stage: Stage, port: number): Promise<CaseView> {
  const { placed } = stage;
  const reader = new GuestLog(envoy, placed);
  const view: CaseView = { boot: reader.boot(), steps: [], callouts: {}, metrics: {} };
  const later: Running[] = [];
  const metricsBefore = await metrics(envoy, placed.case.steps);
  const { steps } = placed.case;
  for (const step of steps) {
    const shown: StepView = { trace: [], logs: [] };
    view.steps.push(shown);
    if (step.waitMs !== undefined) await sleep(step.waitMs);
    if (step.update !== undefined) {
      const changed = { ...placed, case: updatedCase(placed.case, step.update) };
      shown.updated = await update(envoy, changed, view.steps.length);
      if (shown.updated) placed.case = { ...changed.case, steps: placed.case.steps };
    }
    if (step.connection !== undefined) {
      const quiet = (): Promise<void> => envoy.quiet(quietMs);
      shown.connection = await runConnection(port, stage.tcp, step.connection, quiet);
    }
    if (step.request !== undefined) {
      const running = await begin(stage, step, shown, port);
      if (step.background) later.push(running);
      else await finish(envoy, stage, running);
    }
    await envoy.quiet(quietMs);
    reader.drain(shown);
  }
  for (const running of later) await finish(envoy, stage, running);
  if (later.length > 0) {
    await envoy.quiet(quietMs);
    reader.drain(view.steps.at(-1)!);
  }
  for (const [name, origin] of Object.entries(stage.callouts))
    view.callouts[name] = origin.received();
  view.metrics = since(metricsBefore, await metrics(envoy, steps));
  return withoutLocalAddress(view);
}

/** In x-forwarded-for Envoy writes the machine's own address in place of a loopback peer. */
function withoutLocalAddress(view: CaseView): CaseView {
  let text = JSON.stringify(view);
  for (const { address, family } of Object.values(networkInterfaces()).flatMap(
    (list) => list ?? [],
  )) {
    if (family === "IPv4") text = text.replaceAll(address, "127.0.0.1");
  }
  return JSON.parse(text) as CaseView;
}

async function begin(stage: Stage, step: Step, shown: StepView, port: number): Promise<Running> {
  stage.answers = [step.upstream ?? {}, ...(step.then ? [step.then] : [])];
  const hangs = step.expect?.client?.end === "hang";
  const before = stage.upstream?.received().length ?? 0;
  const start = stage.placed.case.listener.http2 ? startH2Request : startRequest;
  const run = await start(port, step.request ?? {}, hangs ? limits.hangMs : limits.answerMs);
  if (step.background) await sleep(quietMs);
  return { step: shown, run, before };
}

async function finish(envoy: EnvoyProcess, stage: Stage, running: Running): Promise<void> {
  const { step, run, before } = running;
  const client: ClientView = await run.view;
  if (client.end === "hang") {
    await envoy.quiet(quietMs);
    run.close();
  }
  step.client = client;
  step.details = await details(envoy, stage.placed.id, run.port);
  step.upstream = await upstream(stage, before);
  run.close();
}

async function upstream(stage: Stage, before: number): Promise<UpstreamView | null> {
  await sleep(2);
  return stage.upstream?.received().slice(before).at(-1) ?? null;
}

/** Response code details from the access log, which Envoy writes when the stream ends. */
async function details(envoy: EnvoyProcess, id: string, port: number): Promise<string> {
  for (let waited = 0; waited < 600 && envoy.running; waited += 5) {
    const line = envoy.access.find(
      (a) => a.caseId === id && a.clientPort === port && a.details !== "internal_redirect",
    );
    if (line !== undefined) return line.details;
    await sleep(5);
  }
  return "(no access log)";
}

async function metrics(envoy: EnvoyProcess, steps: Step[]): Promise<Record<string, number>> {
  const names = new Set(steps.flatMap((s) => Object.keys(s.expect?.metrics ?? {})));
  const found: Record<string, number> = {};
  if (names.size === 0) return found;
  const text = await envoy.get("/stats");
  for (const name of names) {
    const prefix = `wasmcustom.${name}: `;
    const line = text.split("\n").find((l) => l.startsWith(prefix));
    found[name] = line === undefined ? 0 : Number(line.slice(prefix.length));
  }
  return found;
}

type Metrics = Record<string, number>;

function since(before: Metrics, after: Metrics): Metrics {
  return Object.fromEntries(
    Object.entries(after).map(([name, n]) => [name, n - (before[name] ?? 0)]),
  );
}

/** The log lines of one case's VMs, read from where the previous read ended. */
class GuestLog {
  private at = 0;
  private readonly threads: string[] = [];
  private readonly envoy: EnvoyProcess;
  private readonly placed: PlacedCase;

  constructor(envoy: EnvoyProcess, placed: PlacedCase) {
    this.envoy = envoy;
    this.placed = placed;
  }

  /** What every instance logged before the first request: one list for each root context. */
  boot(): string[][] {
    const threads = new Map<string, string[][]>();
    for (const { thread, line } of this.next()) {
      const trace = traceLine(line.message);
      if (trace === undefined) continue;
      const groups = threads.get(thread) ?? [];
      threads.set(thread, groups);
      if (groups.length === 0 || /@create /.test(trace)) groups.push([]);
      groups.at(-1)!.push(trace);
    }
    return [...threads.values()].flat();
  }

  /** Append everything new to a step. */
  drain(step: StepView): void {
    const fresh = [...this.next()];
    // Threads run beside each other: each one's lines stay together, the main thread first.
    fresh.sort((a, b) => this.rank(a.thread) - this.rank(b.thread));
    for (const { line } of fresh) {
      const trace = traceLine(line.message);
      if (trace === undefined)
        step.logs.push({ level: line.level, message: normaliseTrace(line.message) });
      else
        step.trace.push(this.placed.case.filters.length > 1 ? `${line.filter}| ${trace}` : trace);
    }
  }

  /** The canary, on the main thread, is the first that ever logs. */
  private rank(thread: string): number {
    if (!this.threads.includes(thread)) this.threads.push(thread);
    return this.threads.indexOf(thread);
  }

  private *next(): Generator<{ thread: string; line: LogLine & { filter: string } }> {
    const { log } = this.envoy;
    for (; this.at < log.length; this.at++) {
      const { thread, level, logger, message } = log[this.at];
      if (logger !== "wasm") continue;
      const match = /^wasm log ?(.*?): ([^]*)$/.exec(message);
      if (match === null) continue;
      const words = match[1].split(" ");
      const vm = words.at(-1) ?? "";
      if (vm !== this.placed.id && !vm.startsWith(`${this.placed.id}.`)) continue;
      this.rank(thread);
      yield {
        thread,
        line: { level: level === "warning" ? "warn" : level, message: match[2], filter: words[0] },
      };
    }
  }
}
