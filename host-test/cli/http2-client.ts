// A client of HTTP/2 for tests: one session to the proxy, one outcome a request.
import { connect, type ClientHttp2Session } from "node:http2";

export interface Answer {
  headers: Record<string, unknown>;
  trailers: Record<string, unknown>;
  body: string;
  code: number;
}

export class Http2Client {
  readonly session: ClientHttp2Session;

  constructor(url: string) {
    this.session = connect(url);
    this.session.setMaxListeners(0).on("error", () => {});
  }

  /** One request; its outcome when the stream is closed. */
  ask(
    headers: Record<string, string | string[]>,
    body?: string | Buffer,
    trailers?: Record<string, string>,
  ): Promise<Answer> {
    const stream = this.session.request(headers, {
      endStream: body === undefined,
      waitForTrailers: trailers !== undefined,
    });
    const answer: Answer = { headers: {}, trailers: {}, body: "", code: 0 };
    stream.on("response", (got) => (answer.headers = got));
    stream.on("trailers", (got) => (answer.trailers = got));
    stream.on("data", (bytes: Buffer) => (answer.body += bytes.toString("latin1")));
    stream.on("error", () => {});
    if (trailers !== undefined) stream.on("wantTrailers", () => stream.sendTrailers(trailers));
    if (body !== undefined) stream.end(body);
    return new Promise((resolve) => {
      stream.on("close", () => resolve({ ...answer, code: stream.rstCode ?? 0 }));
    });
  }
}
