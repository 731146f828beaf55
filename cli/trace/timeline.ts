// A run as a list of what happened, in order: frames between client, proxy and upstream, callbacks with the host calls that
// they made, log lines. Times are the host's virtual clock, so the same case gives the same timeline.
import type { RunWatch } from "../../host-test/cases/node-run.ts";
import type { Header, Observer, StreamDriver, StreamSinks } from "../../host-test/host/index.ts";
import { callText, shown, type CallText } from "./words.ts";

export type Side = "client" | "proxy" | "upstream";

export type TimelineEvent =
  | { kind: "step"; atMs: number; name: string; index: number }
  | { kind: "frame"; atMs: number; from: Side; to: Side; text: string; fields: string[] }
  | {
      kind: "callback";
      atMs: number;
      worker: number;
      filter: string;
      name: string;
      args: string;
      /** What the guest answered, by name where it is an action. */
      result: string;
      calls: CallText[];
    }
  | { kind: "log"; atMs: number; filter: string; level: string; text: string }
  | { kind: "end"; atMs: number; text: string };

type Callback = Extract<TimelineEvent, { kind: "callback" }>;

const headersActions = [
  "Continue",
  "StopIteration",
  "ContinueAndEndStream",
  "StopAllIterationAndBuffer",
  "StopAllIterationAndWatermark",
];
const dataActions = [
  "Continue",
  "StopIterationAndBuffer",
  "StopIterationAndWatermark",
  "StopIterationNoBuffer",
];

/** Names of a callback's arguments behind the context. */
const argumentNames: [RegExp, string[]][] = [
  [/_(?:request|response)_headers$/, ["headers", "end"]],
  [/_body$|_data$/, ["bytes", "end"]],
  [/_trailers$/, ["trailers"]],
  [/_http_call_response$/, ["call", "headers", "bytes", "trailers"]],
  [/_(?:vm_start|configure)$/, ["bytes"]],
  [/_context_create$/, ["parent"]],
];

export class Timeline implements RunWatch {
  readonly events: TimelineEvent[] = [];
  readonly #open: Callback[] = [];
  #nowMs = (): number => 0;

  clock(clock: { nowUs(): number }): void {
    const startUs = clock.nowUs();
    this.#nowMs = () => (clock.nowUs() - startUs) / 1000;
  }

  stepBegins(
    index: number,
    step: { name?: string; request?: { method?: string; path?: string } },
  ): void {
    const request =
      step.request === undefined
        ? ""
        : `${step.request.method ?? "GET"} ${step.request.path ?? "/"}`;
    const name = step.name ?? (request === "" ? `step ${index + 1}` : request);
    this.events.push({ kind: "step", atMs: this.#nowMs(), name, index });
  }

  readonly observer: Observer = {
    callbackBegins: (worker, filter, name, args) => {
      const event: Callback = {
        kind: "callback",
        atMs: this.#nowMs(),
        worker,
        filter,
        name: name.replace(/^proxy_/, ""),
        args: argumentText(name, args),
        result: "",
        calls: [],
      };
      this.events.push(event);
      this.#open.push(event);
    },
    callbackEnds: (result) => {
      const event = this.#open.pop();
      if (event !== undefined) event.result = resultText(event.name, result);
    },
    hostCall: (name, args, status, memory) => {
      this.#open.at(-1)?.calls.push(callText(name, args, status, memory));
    },
  };

  log(record: { level: string; filter: string; message: string }): void {
    // A filter's own line is shown as its host call; this is the proxy speaking.
    if (record.filter !== "" && this.#open.length > 0) return;
    const { filter, level, message } = record;
    this.events.push({ kind: "log", atMs: this.#nowMs(), filter, level, text: message });
  }

  stream(sinks: StreamSinks, open: (sinks: StreamSinks) => StreamDriver): StreamDriver {
    const frame = this.#frame.bind(this);
    const note = this.#note.bind(this);
    const between: StreamSinks = {
      upstreamHeaders(headers, end) {
        frame("proxy", "upstream", requestLine(headers), headers, end);
        sinks.upstreamHeaders(headers, end);
      },
      upstreamData(bytes, end) {
        frame("proxy", "upstream", dataText(bytes), [], end);
        sinks.upstreamData(bytes, end);
      },
      upstreamTrailers(trailers) {
        frame("proxy", "upstream", "trailers", trailers, true);
        sinks.upstreamTrailers(trailers);
      },
      upstreamReset() {
        frame("proxy", "upstream", "reset", [], false);
        sinks.upstreamReset();
      },
      clientHeaders(headers, end) {
        frame("proxy", "client", statusLine(headers), headers, end);
        sinks.clientHeaders(headers, end);
      },
      clientData(bytes, end) {
        frame("proxy", "client", dataText(bytes), [], end);
        sinks.clientData(bytes, end);
      },
      clientTrailers(trailers) {
        frame("proxy", "client", "trailers", trailers, true);
        sinks.clientTrailers(trailers);
      },
      clientReset(details) {
        frame("proxy", "client", `reset (${details})`, [], false);
        sinks.clientReset(details);
      },
      clientInformational: (headers) => sinks.clientInformational?.(headers),
      readDisable: (paused) => sinks.readDisable?.(paused),
      upstreamReadDisable: (paused) => sinks.upstreamReadDisable?.(paused),
      finished(details) {
        note(details);
        sinks.finished?.(details);
      },
    };
    const driver = open(between);
    return {
      requestHeaders(headers, end) {
        frame("client", "proxy", requestLine(headers), headers, end);
        driver.requestHeaders(headers, end);
      },
      requestData(bytes, end) {
        frame("client", "proxy", dataText(bytes), [], end);
        driver.requestData(bytes, end);
      },
      requestTrailers(trailers) {
        frame("client", "proxy", "trailers", trailers, true);
        driver.requestTrailers(trailers);
      },
      responseHeaders(headers, end) {
        frame("upstream", "proxy", statusLine(headers), headers, end);
        driver.responseHeaders(headers, end);
      },
      responseData(bytes, end) {
        frame("upstream", "proxy", dataText(bytes), [], end);
        driver.responseData(bytes, end);
      },
      responseTrailers(trailers) {
        frame("upstream", "proxy", "trailers", trailers, true);
        driver.responseTrailers(trailers);
      },
      clientReset() {
        driver.clientReset();
      },
      upstreamReset(reason) {
        frame("upstream", "proxy", `reset (${reason})`, [], false);
        driver.upstreamReset(reason);
      },
      get details() {
        return driver.details;
      },
    };
  }

  #frame(from: Side, to: Side, text: string, headers: Header[], end: boolean): void {
    const fields = headers
      .filter(([name]) => !name.startsWith(":"))
      .map(([name, value]) => `${name}: ${shown(value, name).replace(/^"([^]*)"$/, "$1")}`);
    this.events.push({
      kind: "frame",
      atMs: this.#nowMs(),
      from,
      to,
      text: end ? `${text} (end)` : text,
      fields,
    });
  }

  #note(details: string): void {
    this.events.push({ kind: "end", atMs: this.#nowMs(), text: details });
  }
}

const value = (headers: Header[], name: string): string =>
  headers.find(([other]) => other === name)?.[1] ?? "";

function requestLine(headers: Header[]): string {
  return `${value(headers, ":method")} ${value(headers, ":path").slice(0, 200)}`;
}

function statusLine(headers: Header[]): string {
  return value(headers, ":status");
}

function dataText(bytes: Uint8Array): string {
  if (bytes.length === 0) return "0 bytes";
  return `${bytes.length} bytes ${shown(Buffer.from(bytes).toString("latin1"))}`;
}

function argumentText(name: string, args: number[]): string {
  const names = argumentNames.find(([pattern]) => pattern.test(name))?.[1] ?? [];
  const words = args.slice(1).map((arg, i) => {
    const label = names[i] ?? `${i + 1}`;
    if (label === "end") return arg === 1 ? "end" : "";
    return `${arg} ${label}`;
  });
  return words.filter((word) => word !== "").join(", ");
}

function resultText(name: string, result: number | undefined | "trap"): string {
  if (result === undefined) return "";
  if (result === "trap") return "trap";
  if (/_headers$/.test(name)) return headersActions[result] ?? String(result);
  if (/_(?:body|data)$/.test(name)) return dataActions[result] ?? String(result);
  if (/_trailers$/.test(name)) return result === 0 ? "Continue" : "StopIteration";
  if (/_(?:vm_start|configure|done)$/.test(name)) return result === 0 ? "false" : "true";
  return "";
}
