// One request from a mocked client through the chain to a mocked upstream and back: turns a RequestInit into frames,
// answers when the upstream has seen enough, and lets the virtual clock run towards callout answers.
import { concat, latin1Of, toBytes, utf8Decode } from "./bytes.ts";
import { VirtualClock } from "./clock.ts";
import type { FilterChain } from "./filter-chain.ts";
import type { Host } from "./host.ts";
import type {
  Cost,
  Exchange,
  Header,
  LogRecord,
  RequestInit,
  StreamSinks,
  UpstreamAnswer,
  UpstreamView,
} from "./types.ts";

/** Longest time the virtual clock runs for the sake of one request: Envoy's default route timeout is 15 s. */
const patienceMs = 60_000;
const stepMs = 1;

class Running implements StreamSinks {
  readonly exchange: LiveExchange;
  readonly #host: Host;
  readonly #init: RequestInit;
  #chain!: FilterChain;
  #answered = false;

  constructor(host: Host, init: RequestInit) {
    this.#host = host;
    this.#init = init;
    this.exchange = new LiveExchange(host);
  }

  run(): void {
    const init = this.#init;
    this.#chain = this.#host.pickWorker(init.worker).openChain(this, init);
    this.exchange.chain = this.#chain;
    const body = chunks(init.body);
    const trailers = init.trailers ?? [];
    const separate = init.separateEndOfStream ?? true;
    const tail = trailers.length > 0;
    this.#chain.requestHeaders(requestHead(init, body, tail), body.length === 0 && !tail);
    this.#turn();
    for (let i = 0; i < body.length; i++) {
      const last = i === body.length - 1 && !tail && !separate;
      this.#chain.requestData(body[i], last);
      this.#turn();
    }
    if (tail) this.#chain.requestTrailers(trailers);
    else if (body.length > 0 && separate) this.#chain.requestData(new Uint8Array(0), true);
    this.#turn();
  }

  #turn(): void {
    if (this.#host.clock instanceof VirtualClock) this.#host.clock.turn();
  }

  get over(): boolean {
    return this.#chain.finished;
  }

  /** Lets the virtual clock run while callouts or a delayed upstream answer are out. */
  settleSync(hold: boolean): void {
    const { clock } = this.#host;
    if (!(clock instanceof VirtualClock)) return;
    clock.turn();
    if (hold) return;
    for (let waited = 0; waited < patienceMs && !this.over && this.#waiting(); waited += stepMs) {
      clock.advance(stepMs);
    }
  }

  #waiting(): boolean {
    return this.#host.openCallouts.size > 0 || this.#pendingAnswer;
  }
  #pendingAnswer = false;

  // --- sinks ---

  upstreamHeaders(headers: Header[], end: boolean): void {
    const view = this.exchange.upstream;
    view.reached = true;
    view.headers = headers;
    if (end) this.#requestComplete();
    else this.#maybeAnswerEarly();
  }

  upstreamData(bytes: Uint8Array, end: boolean): void {
    if (bytes.length > 0) this.exchange.upstreamChunks.push(bytes);
    if (end) this.#requestComplete();
  }

  upstreamTrailers(trailers: Header[]): void {
    this.exchange.upstream.trailers = trailers;
    this.#requestComplete();
  }

  upstreamReset(): void {}

  #requestComplete(): void {
    this.exchange.upstream.complete = true;
    this.#answer();
  }

  #maybeAnswerEarly(): void {
    const answer = this.#upstreamAnswer();
    if (answer.afterRequest === false) this.#answer();
  }

  #upstreamAnswer(): UpstreamAnswer {
    const given = this.#init.upstream ?? this.#host.options.upstream ?? { body: "ok" };
    return typeof given === "function" ? given(this.exchange.upstream) : given;
  }

  /** The answer comes on a later turn of the event loop, never inside the router's call. */
  #answer(): void {
    if (this.#answered) return;
    this.#answered = true;
    this.#pendingAnswer = true;
    const answer = this.#upstreamAnswer();
    this.#host.clock.schedule(answer.delayMs ?? 0, () => {
      this.#pendingAnswer = false;
      this.#sendAnswer(answer);
    });
  }

  #sendAnswer(answer: UpstreamAnswer): void {
    const chain = this.#chain;
    if (answer.reset === true) {
      chain.upstreamReset("connection termination");
      return;
    }
    const body = chunks(answer.body);
    const trailers = answer.trailers ?? [];
    const tail = trailers.length > 0;
    const separate = answer.separateEndOfStream ?? true;
    const headers: Header[] = [
      [":status", String(answer.status ?? 200)],
      ...(answer.headers ?? []),
    ];
    chain.responseHeaders(headers, body.length === 0 && !tail);
    for (let i = 0; i < body.length; i++) {
      chain.responseData(body[i], i === body.length - 1 && !tail && !separate);
    }
    if (tail) chain.responseTrailers(trailers);
    else if (body.length > 0 && separate) chain.responseData(new Uint8Array(0), true);
  }

  clientHeaders(headers: Header[], end: boolean): void {
    const { exchange } = this;
    exchange.status = Number(headers.find(([name]) => name === ":status")?.[1] ?? 0);
    exchange.headers = headers.filter(([name]) => !name.startsWith(":"));
    exchange.complete = end;
  }

  clientData(bytes: Uint8Array, end: boolean): void {
    if (bytes.length > 0) this.exchange.clientChunks.push(bytes);
    this.exchange.complete = end;
  }

  clientTrailers(trailers: Header[]): void {
    this.exchange.trailers = trailers;
    this.exchange.complete = true;
  }

  clientReset(): void {
    this.exchange.reset = true;
  }

  finished(): void {
    this.exchange.freeze();
  }
}

/** An exchange that follows its stream until it is over. */
class LiveExchange implements Exchange {
  status = 0;
  headers: Header[] = [];
  trailers: Header[] = [];
  complete = false;
  reset = false;
  chain!: FilterChain;
  readonly clientChunks: Uint8Array[] = [];
  readonly upstreamChunks: Uint8Array[] = [];
  readonly upstream: UpstreamView;
  readonly #host: Host;
  readonly #logStart: number;
  readonly #trapStart: number;
  readonly #costStart: Cost;
  #logEnd: number | undefined;
  #cost: Cost | undefined;

  constructor(host: Host) {
    this.#host = host;
    this.#logStart = host.logs.length;
    this.#trapStart = host.traps.length;
    this.#costStart = host.counters.snapshot();
    const { upstreamChunks } = this;
    this.upstream = {
      reached: false,
      headers: [],
      trailers: [],
      complete: false,
      get body() {
        return join(upstreamChunks);
      },
    };
  }

  freeze(): void {
    this.#logEnd = this.#host.logs.length;
    this.#cost = this.#host.counters.since(this.#costStart);
  }

  get body(): Uint8Array {
    return join(this.clientChunks);
  }
  get details(): string {
    return this.chain.info.details;
  }
  get denied(): boolean {
    return this.chain.denied;
  }
  get paused(): "" | "request" | "response" | "request+response" {
    return this.chain.paused;
  }
  get logs(): LogRecord[] {
    return this.#host.logs.slice(this.#logStart, this.#logEnd);
  }
  get trap(): Exchange["trap"] {
    return this.#host.traps[this.#trapStart];
  }
  get cost(): Cost {
    return this.#cost ?? this.#host.counters.since(this.#costStart);
  }
  text(): string {
    return utf8Decode(this.body);
  }
  header(name: string): string | undefined {
    return this.headers.find((header) => header[0] === name.toLowerCase())?.[1];
  }
}

function join(parts: Uint8Array[]): Uint8Array {
  return concat(
    parts,
    parts.reduce((sum, part) => sum + part.length, 0),
  );
}

type Body = RequestInit["body"];

function chunks(body: Body): Uint8Array[] {
  if (body === undefined) return [];
  return (Array.isArray(body) ? body : [body])
    .map((chunk) => toBytes(chunk))
    .filter((chunk) => chunk.length > 0);
}

/** Pseudo headers in the order of Envoy's HTTP/1.1 codec, then the client's lines. */
function requestHead(init: RequestInit, body: Uint8Array[], hasTrailers: boolean): Header[] {
  const path = init.path ?? "/";
  const headers: Header[] = [
    [":authority", init.authority ?? "test.example"],
    [":path", /[^\0-\xff]/.test(path) ? latin1Of(toBytes(path)) : path],
    [":method", init.method ?? (body.length > 0 ? "POST" : "GET")],
    [":scheme", init.scheme ?? "http"],
    ...(init.headers ?? []),
  ];
  const framed = headers.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name));
  if (body.length > 0 && !framed && !hasTrailers && !Array.isArray(init.body)) {
    headers.push(["content-length", String(body[0].length)]);
  }
  return headers;
}

/** Starts a request; frames are sent, answers may be outstanding. */
export function runExchange(host: Host, init: RequestInit): Running {
  const running = new Running(host, init);
  running.run();
  return running;
}

/** Waits for the end of the exchange, or until nothing more can happen without the test's doing. */
export async function settle(host: Host, running: Running, hold: boolean): Promise<void> {
  running.settleSync(hold);
  while (!running.over && !hold && host.promises.size > 0) {
    await Promise.race(host.promises);
    await Promise.resolve();
    running.settleSync(false);
  }
  if (!(host.clock instanceof VirtualClock)) await overInRealTime(running);
}

/** With a real clock: give timers and promises their turns. */
async function overInRealTime(running: Running): Promise<void> {
  const until = performance.now() + patienceMs;
  while (!running.over && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}
