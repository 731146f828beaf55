// Compares what showed with what a case expects, and two runs of a case with each other. Every difference is one line.
import type {
  Bytes,
  Case,
  Expectation,
  Header,
  HeaderExpectation,
  MessageExpectation,
  Pattern,
} from "./format.ts";
import { toBytes } from "./format.ts";
import { bodyText, type CaseView, type StepView } from "./view.ts";

/** Differences between a case's expectations and a view; empty when it passed. */
export function checkExpectations(what: Case, view: CaseView): string[] {
  const found: string[] = [];
  if (what.bootFails !== undefined) {
    if (view.bootError === undefined) found.push("start: expected to be refused, but it started");
    else if (!new RegExp(what.bootFails).test(view.bootError)) {
      found.push(`start: refused with "${view.bootError}", expected /${what.bootFails}/`);
    }
    return found;
  }
  if (view.bootError !== undefined) return [`start: refused: ${view.bootError}`];
  found.push(...inOrder("boot", what.expectBoot ?? [], view.boot.flat()));
  for (const [i, step] of what.steps.entries()) {
    const shown = view.steps[i];
    const where = step.name ?? `step ${i + 1}`;
    if (shown === undefined) {
      found.push(`${where}: was not run`);
      continue;
    }
    if (step.update !== undefined && shown.updated !== (step.update.accepted ?? true)) {
      found.push(`${where}: the update was ${shown.updated ? "taken" : "refused"}`);
    }
    found.push(...checkStep(step.expect ?? {}, shown).map((line) => `${where}: ${line}`));
    for (const [name, value] of Object.entries(step.expect?.metrics ?? {})) {
      if (view.metrics[name] !== value) {
        found.push(`${where}: metric ${name} is ${String(view.metrics[name])}, expected ${value}`);
      }
    }
  }
  return found;
}

function checkStep(expect: Expectation, shown: StepView): string[] {
  const found: string[] = [];
  const { client, upstream } = shown;
  if (expect.crash !== undefined) {
    if (!new RegExp(expect.crash).test(shown.crash ?? "")) {
      found.push(`crash: expected /${expect.crash}/, got "${shown.crash ?? "none"}"`);
    }
  } else if (shown.crash !== undefined) found.push(`would end Envoy: ${shown.crash}`);
  if (expect.client !== undefined) {
    if (client === undefined) return [...found, "client: saw nothing"];
    const { status, end } = expect.client;
    if (status !== undefined && client.status !== status) {
      found.push(`client: status ${client.status}, expected ${status}`);
    }
    if (client.end !== (end ?? "complete")) {
      found.push(`client: the answer ended as ${client.end}, expected ${end ?? "complete"}`);
    }
    found.push(...checkMessage("client", expect.client, client));
  }
  if (expect.upstream !== undefined)
    found.push(...checkUpstream(expect.upstream, upstream ?? null));
  found.push(...checkConnection(expect.connection, shown.connection));
  if (expect.details !== undefined && !matches(expect.details, shown.details ?? "")) {
    found.push(`details: "${shown.details ?? ""}", expected ${expect.details}`);
  }
  for (const { level, match } of expect.logs ?? []) {
    const hit = shown.logs.some(
      (l) => (level === undefined || l.level === level) && new RegExp(match).test(l.message),
    );
    if (!hit) found.push(`log: no ${level ?? ""} line matches /${match}/`);
  }
  found.push(...inOrder("trace", expect.trace ?? [], shown.trace));
  for (const line of expect.traceLacks ?? []) {
    const hit = shown.trace.find((t) => matchesTrace(line, t));
    if (hit !== undefined) found.push(`trace: "${hit}" must not appear`);
  }
  return found;
}

function checkConnection(
  expect: Expectation["connection"],
  shown: StepView["connection"],
): string[] {
  if (expect === undefined) return [];
  if (shown === undefined) return ["connection: was not made"];
  const found: string[] = [];
  for (const key of ["received", "upstream"] as const) {
    const want = expect[key];
    if (want !== undefined && bodyText(toBytes(want)) !== shown[key]) {
      found.push(`connection: ${key} "${String(shown[key])}", expected ${JSON.stringify(want)}`);
    }
  }
  if (expect.ended !== undefined && expect.ended !== shown.ended) {
    found.push(`connection: ended is ${shown.ended}`);
  }
  return found;
}

function checkUpstream(
  expect: NonNullable<Expectation["upstream"]>,
  shown: StepView["upstream"] | null,
): string[] {
  if (expect.reached === false) return shown ? ["upstream: was reached"] : [];
  if (!shown) return ["upstream: was not reached"];
  const found: string[] = [];
  for (const key of ["method", "path", "authority"] as const) {
    const want = expect[key];
    if (want !== undefined && !matches(want, shown[key])) {
      found.push(`upstream: ${key} "${shown[key]}", expected ${want}`);
    }
  }
  if (expect.complete !== undefined && shown.complete !== expect.complete) {
    found.push(`upstream: complete is ${shown.complete}`);
  }
  return [...found, ...checkMessage("upstream", expect, shown)];
}

function checkMessage(
  who: string,
  expect: MessageExpectation,
  shown: { headers: Header[]; body: string; trailers: Header[] },
): string[] {
  const found = checkHeaders(`${who}: header`, expect.headers, shown.headers);
  found.push(...checkHeaders(`${who}: trailer`, expect.trailers, shown.trailers));
  if (expect.body !== undefined) {
    const want = bodyText(toBytes(expect.body as Bytes));
    if (want !== shown.body) found.push(`${who}: body "${shown.body}", expected "${want}"`);
  }
  if (expect.bodyMatches !== undefined && !new RegExp(expect.bodyMatches).test(shown.body)) {
    found.push(`${who}: body "${shown.body}" does not match /${expect.bodyMatches}/`);
  }
  return found;
}

function checkHeaders(
  where: string,
  expect: HeaderExpectation | undefined,
  shown: Header[],
): string[] {
  const found: string[] = [];
  const named = (name: string): string[] =>
    shown.filter(([n]) => n.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
  for (const [name, want] of Object.entries(expect?.has ?? {})) {
    const values = named(name);
    if (!values.some((value) => matches(want, value))) {
      found.push(`${where} ${name} is ${JSON.stringify(values)}, expected ${want}`);
    }
  }
  for (const name of expect?.absent ?? []) {
    if (named(name).length > 0) found.push(`${where} ${name} is there: ${named(name).join(" | ")}`);
  }
  for (const [name, count] of Object.entries(expect?.count ?? {})) {
    if (named(name).length !== count)
      found.push(`${where} ${name} appears ${named(name).length} times`);
  }
  return found;
}

/** `/.../` as a regular expression, else equality. */
export function matches(pattern: Pattern, value: string): boolean {
  const regex = /^\/(.*)\/$/.exec(pattern);
  return regex === null ? value === pattern : new RegExp(regex[1]).test(value);
}

/** A trace pattern is a regular expression, or the beginning of a line. */
function matchesTrace(pattern: string, line: string): boolean {
  const regex = /^\/(.*)\/$/.exec(pattern);
  return regex === null ? line.startsWith(pattern) : new RegExp(regex[1]).test(line);
}

function inOrder(where: string, patterns: string[], lines: string[]): string[] {
  let at = 0;
  for (const pattern of patterns) {
    while (at < lines.length && !matchesTrace(pattern, lines[at])) at++;
    if (at === lines.length) return [`${where}: no line "${pattern}" (in this order)`];
    at++;
  }
  return [];
}

/** Differences of the black-box part (client, upstream, details, callouts, metrics, guest log). */
export function blackBoxDifferences(ours: CaseView, theirs: CaseView): string[] {
  const found: string[] = [];
  const differ = (where: string, a: unknown, b: unknown): void => {
    const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
    if (left !== right)
      found.push(`${where}: ${left ?? "nothing"} but recorded ${right ?? "nothing"}`);
  };
  differ("refused start", ours.bootError !== undefined, theirs.bootError !== undefined);
  differ("steps", ours.steps.length, theirs.steps.length);
  for (const [i, theirStep] of theirs.steps.entries()) {
    const step = ours.steps[i] ?? { trace: [], logs: [] };
    const at = `step ${i + 1}`;
    for (const key of ["status", "end", "body", "trailers", "headers"] as const) {
      differ(`${at} client ${key}`, step.client?.[key], theirStep.client?.[key]);
    }
    differ(`${at} connection`, step.connection, theirStep.connection);
    const reached = [step.upstream, theirStep.upstream].map((u) => u !== null && u !== undefined);
    differ(`${at} upstream reached`, reached[0], reached[1]);
    if (reached[0] && reached[1]) {
      for (const key of [
        "method",
        "path",
        "authority",
        "body",
        "complete",
        "trailers",
        "headers",
      ] as const) {
        differ(`${at} upstream ${key}`, step.upstream?.[key], theirStep.upstream?.[key]);
      }
    }
    differ(`${at} update`, step.updated, theirStep.updated);
    differ(`${at} details`, step.details, theirStep.details);
    differ(`${at} log`, step.logs, theirStep.logs);
  }
  differ("callouts", ours.callouts, theirs.callouts);
  differ("metrics", ours.metrics, theirs.metrics);
  return found;
}

/** First difference of the traces, callback by callback; empty when they are equal. */
export function traceDifferences(ours: CaseView, theirs: CaseView): string[] {
  const pairs: [string, string[], string[]][] = [
    ["boot", flatten(ours.boot), flatten(theirs.boot)],
    ...theirs.steps.map((s, i): [string, string[], string[]] => [
      `step ${i + 1}`,
      ours.steps[i]?.trace ?? [],
      s.trace,
    ]),
  ];
  for (const [where, a, b] of pairs) {
    for (let i = 0; i < Math.max(a.length, b.length); i++) {
      if (a[i] === b[i]) continue;
      return [
        `${where} trace line ${i + 1}: "${a[i] ?? "(end)"}" but recorded "${b[i] ?? "(end)"}"`,
      ];
    }
  }
  return [];
}

function flatten(groups: string[][]): string[] {
  return groups.flatMap((group, i) => group.map((line) => `${i}: ${line}`));
}
