// What passed one request's filter chain, as data: the client's request, what went to the service, its answer, and what the
// client saw. It is taken between the sockets and the chain, so that every protocol leaves the same.
import type {
  ConnectionInfo,
  Header,
  StreamDriver,
  StreamSinks,
} from "../../../host-test/host/types.ts";
import type { ServeEngine } from "../engine.ts";

/** Bytes of one message's body that are kept; a longer one is not a test case. */
export const bodyLimitBytes = 64 * 1024;

export interface Message {
  headers: Header[];
  body: Uint8Array;
  trailers: Header[];
  /** It came to its end. */
  complete: boolean;
}

export interface Tape {
  startedMs: number;
  source: string;
  /** The client showed a certificate, which a case has no place for. */
  mtls: boolean;
  http2: boolean;
  request: Message;
  /** What the chain sent to the service; undefined when it sent nothing. */
  upstream: Message | undefined;
  answer: Message | undefined;
  client: Message | undefined;
  details: string;
  /** A body was too long to be kept. */
  tooLong: boolean;
}

const blank = (headers: Header[], complete: boolean): Message => ({
  headers: headers.map(([name, value]) => [name, value]),
  body: new Uint8Array(0),
  trailers: [],
  complete,
});

/** The same engine, with each stream's tape handed to `take` when the stream is over. */
export function recordingEngine(engine: ServeEngine, take: (tape: Tape) => void): ServeEngine {
  const inner = new WeakMap<StreamDriver, StreamDriver>();
  return {
    openStream(sinks, connection) {
      const recorder = new StreamRecorder(sinks, connection, take);
      const driver = recorder.drive(engine.openStream(recorder, connection));
      inner.set(recorder.outer, driver);
      return recorder.outer;
    },
    requestId: (stream) => engine.requestId(inner.get(stream) ?? stream),
    prometheusText: () => engine.prometheusText(),
    describe: () => engine.describe(),
    close: () => engine.close(),
  };
}

class StreamRecorder implements StreamSinks {
  readonly #sinks: StreamSinks;
  readonly #take: (tape: Tape) => void;
  readonly #tape: Tape;
  #driver!: StreamDriver;
  #over = false;
  outer!: StreamDriver;

  constructor(sinks: StreamSinks, connection: ConnectionInfo, take: (tape: Tape) => void) {
    this.#sinks = sinks;
    this.#take = take;
    this.#tape = {
      startedMs: Date.now(),
      source: connection.source ?? "",
      mtls: connection.tls?.mtls === true,
      http2: connection.protocol === "HTTP/2",
      request: blank([], false),
      upstream: undefined,
      answer: undefined,
      client: undefined,
      details: "",
      tooLong: false,
    };
  }

  /** Frames into `driver` pass here first. */
  drive(driver: StreamDriver): StreamDriver {
    this.#driver = driver;
    const tape = this.#tape;
    const add = this.#add.bind(this);
    this.outer = {
      requestHeaders(headers, end) {
        tape.request = blank(headers, end);
        driver.requestHeaders(headers, end);
      },
      requestData(bytes, end) {
        add(tape.request, bytes, end);
        driver.requestData(bytes, end);
      },
      requestTrailers(trailers) {
        Object.assign(tape.request, { trailers: [...trailers], complete: true });
        driver.requestTrailers(trailers);
      },
      responseHeaders(headers, end) {
        tape.answer = blank(headers, end);
        driver.responseHeaders(headers, end);
      },
      responseData(bytes, end) {
        add(tape.answer, bytes, end);
        driver.responseData(bytes, end);
      },
      responseTrailers(trailers) {
        if (tape.answer !== undefined) {
          Object.assign(tape.answer, { trailers: [...trailers], complete: true });
        }
        driver.responseTrailers(trailers);
      },
      clientReset: () => {
        driver.clientReset();
        this.#end();
      },
      upstreamReset: (reason) => driver.upstreamReset(reason),
      get details() {
        return driver.details;
      },
    };
    return driver;
  }

  upstreamHeaders(headers: Header[], end: boolean): void {
    this.#tape.upstream = blank(headers, end);
    this.#sinks.upstreamHeaders(headers, end);
  }

  upstreamData(bytes: Uint8Array, end: boolean): void {
    this.#add(this.#tape.upstream, bytes, end);
    this.#sinks.upstreamData(bytes, end);
  }

  upstreamTrailers(trailers: Header[]): void {
    Object.assign(this.#tape.upstream!, { trailers: [...trailers], complete: true });
    this.#sinks.upstreamTrailers(trailers);
  }

  upstreamReset(): void {
    this.#sinks.upstreamReset();
  }

  clientHeaders(headers: Header[], end: boolean): void {
    this.#tape.client = blank(headers, end);
    this.#sinks.clientHeaders(headers, end);
    if (end) this.#end();
  }

  clientData(bytes: Uint8Array, end: boolean): void {
    this.#add(this.#tape.client, bytes, end);
    this.#sinks.clientData(bytes, end);
    if (end) this.#end();
  }

  clientTrailers(trailers: Header[]): void {
    Object.assign(this.#tape.client!, { trailers: [...trailers], complete: true });
    this.#sinks.clientTrailers(trailers);
    this.#end();
  }

  clientReset(details: string): void {
    this.#sinks.clientReset(details);
    this.#end();
  }

  readDisable(paused: boolean): void {
    this.#sinks.readDisable?.(paused);
  }

  upstreamReadDisable(paused: boolean): void {
    this.#sinks.upstreamReadDisable?.(paused);
  }

  #add(message: Message | undefined, bytes: Uint8Array, end: boolean): void {
    if (message === undefined) return;
    message.complete = end;
    if (bytes.length === 0) return;
    if (message.body.length + bytes.length > bodyLimitBytes) {
      this.#tape.tooLong = true;
      return;
    }
    message.body = new Uint8Array(Buffer.concat([message.body, bytes]));
  }

  /** Once, after the turn in which the stream ended: its details are known by then. */
  #end(): void {
    if (this.#over) return;
    this.#over = true;
    queueMicrotask(() => {
      this.#tape.details = this.#driver.details;
      this.#take(this.#tape);
    });
  }
}
