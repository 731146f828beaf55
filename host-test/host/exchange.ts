// One request from a mocked client through the chain to a mocked upstream and back: turns a RequestInit into frames,
// answers when the upstream has seen enough, and lets the virtual clock run towards callout answers.
import { latin1Of, toBytes } from "./bytes.ts";
import { VirtualClock, type Clock, type Timer } from "./clock.ts";
import type { FilterChain } from "./filter-chain.ts";
import type { Host } from "./host.ts";
import { LiveExchange } from "./live-exchange.ts";
import type { Header, RequestInit, StreamSinks, UpstreamAnswer } from "./types.ts";

/** Longest time the virtual clock runs for the sake of one request: Envoy's default route timeout is 15 s. */
const patienceMs = 60_000;
const stepMs = 1;

export class Running implements StreamSinks {
  readonly exchange: LiveExchange;
  readonly #host: Host;
  readonly #init: RequestInit;
  #chain: FilterChain | undefined;
  /** The worker's. */
  #clock!: Clock;
  #answered = false;

  constructor(host: Host, init: RequestInit) {
    this.#host = host;
    this.#init = init;
    this.exchange = new LiveExchange(host);
  }

  run(): void {
    const init = this.#init;
    const worker = this.#host.pickWorker(init.worker);
    this.#clock = worker.clock;
    this.#chain = worker.openChain(this, init);
    this.exchange.chain = this.#chain;
    const body = chunks(init.body);
    const trailers = init.trailers ?? [];
    const separate = init.separateEndOfStream ?? true;
    const tail = trailers.length > 0;
    const chain = this.#chain;
    const tunnel = isTunnel(init);
    const bodiless = init.body === undefined || (body.length === 0 && !Array.isArray(init.body));
    const headEnds = bodiless && !tail && !tunnel;
    this.#frames.push(() => chain.requestHeaders(requestHead(init, body, tail), headEnds));
    // The codec opens a tunnel with an empty frame, and nobody ends it.
    if (tunnel) this.#frames.push(() => chain.requestData(new Uint8Array(0), false));
    for (let i = 0; i < body.length; i++) {
      const last = i === body.length - 1 && !tail && !separate && !tunnel;
      this.#frames.push(() => chain.requestData(body[i], last));
    }
    if (tail) this.#frames.push(() => chain.requestTrailers(trailers));
    else if (!tunnel && !bodiless && (separate || body.length === 0)) {
      this.#frames.push(() => chain.requestData(new Uint8Array(0), true));
    }
    this.#pump();
  }

  /** Frames the client has yet to send; they wait while a filter's watermark stops the reading. */
  readonly #frames: (() => void)[] = [];
  #readDisabled = false;

  #pump(): void {
    if (this.#host.scheduler !== undefined) {
      this.#pumpOne();
      return;
    }
    while (!this.#readDisabled && this.#frames.length > 0) {
      this.#frames.shift()!();
      if (this.#init.onePacket !== true) this.#turn();
    }
  }

  /** One frame a job: others may come between. */
  #pumpOne(): void {
    if (this.#readDisabled || this.#frames.length === 0) return;
    this.#frames.shift()!();
    if (this.#frames.length > 0) this.#clock.schedule(0, () => this.#pump());
  }

  readDisable(paused: boolean): void {
    this.#readDisabled = paused;
    if (!paused) this.#clock.schedule(0, () => this.#pump());
  }

  #turn(): void {
    if (this.#host.clock instanceof VirtualClock) this.#host.clock.turn();
  }

  get over(): boolean {
    return this.#chain?.finished ?? false;
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
    view.headers = headers;
    // Connecting takes a turn of the event loop: a reset before that never reaches the upstream.
    this.#connecting = this.#clock.schedule(0, () => (view.reached = true));
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

  #connecting: Timer | undefined;

  upstreamReset(): void {
    this.#connecting?.cancel();
  }

  #requestComplete(): void {
    this.exchange.upstream.complete = true;
    this.#answer();
  }

  #maybeAnswerEarly(): void {
    const answer = this.#upstreamAnswer();
    if (answer.afterRequest === false || isTunnel(this.#init)) this.#answer();
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
    this.#clock.schedule(answer.delayMs ?? 0, () => {
      this.#pendingAnswer = false;
      this.#sendAnswer(answer);
    });
  }

  #sendAnswer(answer: UpstreamAnswer): void {
    const chain = this.#chain!;
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
    const tunnel = isTunnel(this.#init) && (answer.status === 101 || answer.status === 200);
    chain.responseHeaders(headers, body.length === 0 && !tail && !tunnel);
    const frames: (() => void)[] = [];
    if (tunnel) frames.push(() => chain.responseData(new Uint8Array(0), false));
    for (let i = 0; i < body.length; i++) {
      const last = i === body.length - 1 && !tail && !separate && !tunnel;
      frames.push(() => chain.responseData(body[i], last));
    }
    if (tail) frames.push(() => chain.responseTrailers(trailers));
    else if (body.length > 0 && separate && !tunnel) {
      frames.push(() => chain.responseData(new Uint8Array(0), true));
    }
    this.#send(frames, answer.chunkDelayMs ?? 0);
  }

  #send(frames: (() => void)[], delayMs: number): void {
    if (delayMs === 0) {
      for (const frame of frames) frame();
      return;
    }
    if (frames.length === 0) return;
    this.#pendingAnswer = true;
    this.#clock.schedule(delayMs, () => {
      this.#pendingAnswer = false;
      frames.shift()!();
      this.#send(frames, delayMs);
    });
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

/** An upgrade or a CONNECT: bytes both ways without an end. */
function isTunnel(init: RequestInit): boolean {
  const upgrade = init.headers?.some(([name]) => name.toLowerCase() === "upgrade") ?? false;
  return upgrade || init.method === "CONNECT";
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

/** A request that has not begun: `run` sends its first frame. */
export function startExchange(host: Host, init: RequestInit): Running {
  return new Running(host, init);
}

/** Starts a request; frames are sent, answers may be outstanding. */
export function runExchange(host: Host, init: RequestInit): Running {
  const running = startExchange(host, init);
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
