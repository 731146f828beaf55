// Puts cases into Envoy processes. A process takes up to a few dozen cases; those that need a cluster of the same name, a
// process of their own or other start flags go to different ones.
import type { Answer, Case } from "../cases/format.ts";
import { isGrpc } from "../cases/grpc.ts";
import type { CaseView } from "../cases/view.ts";
import { bootstrap, type PlacedCase } from "./bootstrap.ts";
import { TcpOrigin } from "./connection.ts";
import { deadPort, startOrigin, type Origin } from "./origin.ts";
import { startGrpcOrigin } from "./origin-grpc.ts";
import { EnvoyFailed, EnvoyProcess } from "./process.ts";
import { hasUpdates, updateFlags, writeListener } from "./update.ts";
import { runCase, type Stage } from "./run-case.ts";

/** Result of one case: what showed, or why it could not be run. */
export interface Outcome {
  case: Case;
  view?: CaseView;
  error?: string;
}

const casesPerProcess = 24;
const casesAtOnce = 8;

interface Group {
  cases: Case[];
  taken: Set<string>;
  workers: number;
  together: boolean;
  closed: boolean;
}

/** Split cases into groups that can share a process. */
export function batches(cases: Case[]): Case[][] {
  const groups: Group[] = [];
  for (const one of cases) {
    const workers = one.listener.workers ?? 1;
    const own =
      [one.alone, one.bootFails, one.hostOnly].some((v) => v !== undefined) || hasUpdates(one);
    const needs = exclusive(one);
    const together = countsTogether(one);
    const fits = groups.find(
      (g) =>
        !own &&
        !g.closed &&
        g.workers === workers &&
        g.together === together &&
        g.cases.length < casesPerProcess &&
        !needs.some((n) => g.taken.has(n)),
    );
    if (fits === undefined) {
      groups.push({ cases: [one], taken: new Set(needs), workers, together, closed: own });
    } else {
      fits.cases.push(one);
      needs.forEach((n) => fits.taken.add(n));
    }
  }
  return groups.map((g) => g.cases);
}

/** What only one case of a process may have: callout clusters are global by name. */
function exclusive(one: Case): string[] {
  return Object.keys(one.clusters).map((name) => `cluster ${name}`);
}

/**
 * Custom metrics are global by name. The probe's cases name their own, but those of a shipped filter all count in the
 * same ones: they run one after the other, and each counts from where it began.
 */
function countsTogether(one: Case): boolean {
  return one.filters.some((f) => (f.wasm ?? "probe:trace").startsWith("build/"));
}

/** Run one group in one process; every case yields an outcome, in order. */
export async function runBatch(
  binary: string,
  cases: Case[],
  makeBootstrap: typeof bootstrap = bootstrap,
): Promise<Outcome[]> {
  const stages = await Promise.all(cases.map((one, i) => prepare(one, `c${i}`)));
  const folder = EnvoyProcess.folder();
  let envoy: EnvoyProcess | undefined;
  try {
    const config = await makeBootstrap(
      stages.map((s) => s.placed),
      folder,
    );
    const watched = hasUpdates(cases[0]);
    if (watched) await writeListener(stages[0].placed, folder, "0");
    const workers = cases[0].listener.workers ?? 1;
    envoy = await EnvoyProcess.start(binary, folder, config, workers, watched ? updateFlags : []);
    const ports = await envoy.ports();
    await envoy.quiet(40);
    return await inTurns(envoy, stages, ports);
  } catch (error) {
    const log = error instanceof EnvoyFailed ? error.log : undefined;
    return cases.map((one) => failed(one, error as Error, log));
  } finally {
    envoy?.stop();
    for (const stage of stages) {
      stage.upstream?.close();
      stage.tcp?.close();
      for (const origin of Object.values(stage.callouts)) origin.close();
    }
  }
}

function failed(one: Case, error: Error, log: string | undefined): Outcome {
  if (one.bootFails === undefined || log === undefined) return { case: one, error: error.message };
  const view: CaseView = { boot: [], steps: [], callouts: {}, metrics: {}, bootError: reason(log) };
  return { case: one, view };
}

/** The line of a failed start that says what the module lacks. */
function reason(log: string): string {
  const lines = log.split("\n").filter((l) => /^(error|warning|critical)/.test(l));
  const told = lines.find((l) => / wasm (?!wasm log)/.test(l)) ?? lines.at(-1) ?? "";
  return told.replace(/^\S+ \S+ /, "").trim();
}

async function inTurns(
  envoy: EnvoyProcess,
  stages: Stage[],
  ports: Map<string, number>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  const atOnce = stages.some((s) => countsTogether(s.placed.case)) ? 1 : casesAtOnce;
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < stages.length) {
      const index = next++;
      outcomes[index] = await one(envoy, stages[index], ports);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, stages.length) }, lane));
  return outcomes;
}

async function one(
  envoy: EnvoyProcess,
  stage: Stage,
  ports: Map<string, number>,
): Promise<Outcome> {
  const { case: what, id } = stage.placed;
  if (!envoy.running) return { case: what, error: `Envoy died before this case\n${envoy.raw}` };
  try {
    const view = await runCase(envoy, stage, ports.get(id) ?? 0);
    if (!envoy.running) return { case: what, error: `Envoy died: ${envoy.raw.slice(0, 300)}` };
    return { case: what, view };
  } catch (error) {
    return { case: what, error: (error as Error).stack ?? String(error) };
  }
}

async function prepare(what: Case, id: string): Promise<Stage> {
  const placed: PlacedCase = { id, case: what, upstreamPort: 0, clusterPorts: {} };
  const stage: Stage = { placed, answers: [], upstream: undefined, tcp: undefined, callouts: {} };
  if (what.steps.some((s) => s.upstream?.instead === "refuse")) {
    placed.upstreamPort = await deadPort();
  } else if (what.listener.tcp) {
    stage.tcp = await TcpOrigin.start();
    placed.upstreamPort = stage.tcp.port;
  } else {
    const { upstreamHttp2 } = what.listener;
    stage.upstream = await startOrigin(() => next(stage.answers), upstreamHttp2);
    placed.upstreamPort = stage.upstream.port;
  }
  for (const [name, answers] of Object.entries(what.clusters)) {
    if (answers[0]?.instead === "refuse") placed.clusterPorts[name] = await deadPort();
    else {
      const start = isGrpc(answers) ? startGrpcOrigin : startOrigin;
      const origin: Origin = await start((index) => pick(answers, index));
      stage.callouts[name] = origin;
      placed.clusterPorts[name] = origin.port;
    }
  }
  return stage;
}

/** Takes the next answer; the last one stays. */
function next(answers: Answer[]): Answer {
  return (answers.length > 1 ? answers.shift() : answers[0]) ?? {};
}

/** Answers in order; the last one repeats. */
function pick(answers: Answer[], index: number): Answer {
  return answers[Math.min(index, answers.length - 1)] ?? {};
}
