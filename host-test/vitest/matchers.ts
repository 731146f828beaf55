// What a filter's test wants to say, as vitest matchers: pure functions over an Exchange, a Host or a header list, with a
// message that shows what was there instead. Registered by index.ts.
import type { Cost, Exchange, Header, Host, LogRecord } from "../host/index.ts";

interface Outcome {
  pass: boolean;
  message: () => string;
}
type Text = string | RegExp;

function fits(actual: string | undefined, wanted: Text | undefined): boolean {
  if (wanted === undefined) return true;
  if (actual === undefined) return false;
  return typeof wanted === "string" ? actual === wanted : wanted.test(actual);
}

function outcome(pass: boolean, wanted: string, actual: string): Outcome {
  return { pass, message: () => `expected ${pass ? "not " : ""}${wanted}; ${actual}` };
}

function summary(exchange: Exchange): string {
  const reached = exchange.upstream.reached ? "reached" : "did not reach";
  const paused = exchange.paused === "" ? "" : `, paused (${exchange.paused})`;
  const trap = exchange.trap === undefined ? "" : `, trap ${exchange.trap.place}`;
  const { status, details, reset } = exchange;
  return `got ${status} "${details}"${reset ? ", reset" : ""}, ${reached} the upstream${paused}${trap}`;
}

/** A local reply of a filter went to the client, and nothing complete to the upstream. */
export function toBeDenied(
  exchange: Exchange,
  wanted: { status?: number; details?: Text; body?: Text } = {},
): Outcome {
  const pass =
    exchange.denied &&
    !exchange.upstream.complete &&
    (wanted.status === undefined || wanted.status === exchange.status) &&
    fits(exchange.details, wanted.details) &&
    fits(exchange.text(), wanted.body);
  return outcome(pass, `a denial ${JSON.stringify(wanted, replacer)}`, summary(exchange));
}

/** The whole request reached the upstream and its answer the client. */
export function toBeAllowed(exchange: Exchange): Outcome {
  const pass = !exchange.denied && exchange.upstream.complete && exchange.complete;
  return outcome(pass, "the request to pass", summary(exchange));
}

export function toHaveStatus(exchange: Exchange, status: number): Outcome {
  return outcome(exchange.status === status, `status ${status}`, summary(exchange));
}

/** On an exchange (the client's view), on `exchange.upstream`, or on a list of headers. */
export function toHaveHeader(
  holder: { headers: Header[] } | Header[],
  name: string,
  value?: Text,
): Outcome {
  const headers = Array.isArray(holder) ? holder : holder.headers;
  const key = name.toLowerCase();
  const values = headers.filter((header) => header[0] === key).map((header) => header[1]);
  const pass = values.some((actual) => fits(actual, value));
  const found = values.length === 0 ? "there is none" : `found ${values.join(" | ")}`;
  return outcome(pass, `header ${key}${value === undefined ? "" : `: ${String(value)}`}`, found);
}

export function toReachUpstream(exchange: Exchange): Outcome {
  return outcome(exchange.upstream.reached, "the request to reach the upstream", summary(exchange));
}

export function toBePaused(
  exchange: Exchange,
  direction?: "request" | "response" | "request+response",
): Outcome {
  const pass =
    direction === undefined ? exchange.paused !== "" : exchange.paused.includes(direction);
  return outcome(pass, `a pause of the ${direction ?? "stream"}`, summary(exchange));
}

/** A log line of that level whose message fits, on an exchange or a whole host. */
export function toHaveLogged(
  holder: { logs: LogRecord[] },
  level: LogRecord["level"],
  message?: Text,
): Outcome {
  const pass = holder.logs.some((record) => {
    if (record.level !== level) return false;
    return typeof message === "string"
      ? record.message.includes(message)
      : fits(record.message, message);
  });
  const lines = holder.logs.slice(-10).map((record) => `  ${record.level}: ${record.message}`);
  const wanted = `a ${level} line ${message === undefined ? "" : String(message)}`;
  return outcome(pass, wanted, lines.length === 0 ? "nothing was logged" : `\n${lines.join("\n")}`);
}

export function toHaveMetric(host: Host, name: string, value?: number): Outcome {
  const actual = host.metrics.value(name);
  const pass = actual !== undefined && (value === undefined || actual === value);
  const known = actual === undefined ? `defined are ${host.metrics.names().join(", ")}` : "";
  return outcome(pass, `metric ${name} = ${value ?? "anything"}`, known || `it is ${actual}`);
}

/** A filter called the cluster, at least once or exactly `times` times. */
export function toHaveCalled(
  host: Host,
  cluster: string,
  wanted: { times?: number; method?: string; path?: Text } = {},
): Outcome {
  const calls = host.callouts.filter((call) => {
    if (call.cluster !== cluster) return false;
    return fits(call.method, wanted.method) && fits(call.path, wanted.path);
  });
  const pass = wanted.times === undefined ? calls.length > 0 : calls.length === wanted.times;
  const all = host.callouts.map((call) => `${call.cluster} ${call.method} ${call.path}`);
  const seen = all.length === 0 ? "no callout was made" : `calls were ${all.join(", ")}`;
  return outcome(pass, `calls of ${cluster} ${JSON.stringify(wanted, replacer)}`, seen);
}

export function toHaveTrapped(exchange: Exchange, place?: Text): Outcome {
  const { trap } = exchange;
  const pass =
    trap !== undefined &&
    (typeof place === "string" ? trap.place.startsWith(place) : fits(trap.place, place));
  const seen = trap === undefined ? "nothing trapped" : `${trap.message} at ${trap.place}`;
  return outcome(pass, `a trap ${place === undefined ? "" : `at ${String(place)}`}`, seen);
}

/** Ceilings of what a request may cost; counts are exact, so the same run always costs the same. */
export interface Budget {
  hostCalls?: number;
  callbacks?: number;
  bytesIn?: number;
  bytesOut?: number;
}

export function toStayWithin(holder: { cost: Cost }, budget: Budget): Outcome {
  const over = (Object.keys(budget) as (keyof Budget)[]).filter(
    (key) => holder.cost[key] > budget[key]!,
  );
  const spent = over.map((key) => `${key} ${holder.cost[key]} > ${budget[key]}`);
  const calls = JSON.stringify(holder.cost.hostCallsByName);
  return outcome(
    over.length === 0,
    `to stay within ${JSON.stringify(budget)}`,
    `${spent.join(", ")} ${calls}`,
  );
}

/** Regular expressions survive JSON.stringify. */
function replacer(_key: string, value: unknown): unknown {
  return value instanceof RegExp ? String(value) : value;
}
