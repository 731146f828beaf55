// A scripted gRPC server over HTTP/2 with prior knowledge, for callout clusters whose answers say `grpc`: it answers once
// the caller has said all, or sends each message back as it comes.
import http2 from "node:http2";
import type net from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { grpcHead, grpcTrailers, pieces } from "../cases/grpc.ts";
import type { Answer, GrpcPeerAnswer } from "../cases/format.ts";
import { bodyText, normaliseHeaders, type UpstreamView } from "../cases/view.ts";
import type { Chooser, Origin } from "./origin.ts";
import { listedPairs } from "./origin-h2.ts";
import { taken } from "./timing.ts";

interface Call {
  view: UpstreamView;
  body: Buffer[];
}

export async function startGrpcOrigin(choose: Chooser): Promise<Origin> {
  const calls: Call[] = [];
  const sessions = new Set<http2.ServerHttp2Session>();
  const server = http2.createServer();
  server.on("session", (session) => {
    sessions.add(session);
    session.on("error", () => undefined);
    session.on("close", () => sessions.delete(session));
  });
  server.on("stream", (stream, headers, _flags, raw?: string[]) => {
    const call: Call = { view: viewOf(headers, raw ?? []), body: [] };
    calls.push(call);
    stream.on("error", () => undefined);
    new Peer(stream, choose(calls.length - 1), call);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as net.AddressInfo).port,
    received: () =>
      calls.map(({ view, body }) => ({ ...view, body: bodyText(Buffer.concat(body)) })),
    close: () => {
      for (const session of sessions) session.destroy();
      server.close();
    },
  };
}

/** Node would add a date; a gRPC server does not. */
const withoutDate = { sendDate: false } as object;

/** One call or stream. */
class Peer {
  readonly #stream: http2.ServerHttp2Stream;
  readonly #answer: Answer;
  readonly #grpc: GrpcPeerAnswer;
  #headSent = false;
  #sending: Promise<void> = Promise.resolve();

  constructor(stream: http2.ServerHttp2Stream, answer: Answer, call: Call) {
    this.#stream = stream;
    this.#answer = answer;
    this.#grpc = answer.grpc ?? {};
    stream.on("data", (bytes: Buffer) => {
      call.body.push(bytes);
      if (this.#grpc.echo) this.#later(() => this.#write(bytes));
    });
    stream.on("end", () => {
      // A reset ends the reading as well, but not the request.
      call.view.complete = !stream.aborted;
      this.#later(() => (this.#grpc.echo ? this.#end() : this.#whole()));
    });
  }

  get #gone(): boolean {
    return this.#stream.destroyed || this.#stream.aborted;
  }

  /** One thing after the other, each when the proxy has read the one before. */
  #later(act: () => void | Promise<void>): void {
    this.#sending = this.#sending
      .then(async () => {
        if (!this.#gone) await act();
      })
      // The proxy may reset the stream between a look at it and a write.
      .catch(() => undefined);
  }

  async #whole(): Promise<void> {
    const { instead, delayMs } = this.#answer;
    if (delayMs !== undefined) await sleep(delayMs);
    if (instead === "never") return;
    if (instead === "reset") {
      this.#stream.session?.destroy();
      return;
    }
    if (this.#grpc.trailersOnly) {
      const head = { ...grpcHead(this.#grpc), ...Object.fromEntries(grpcTrailers(this.#grpc)) };
      this.#stream.respond(head, { endStream: true, ...withoutDate });
      return;
    }
    for (const piece of pieces(this.#grpc)) await this.#write(piece);
    if (instead === "resetAfterHead") this.#stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR);
    else if (instead !== "hangAfterHead") this.#end();
  }

  #head(): void {
    if (this.#headSent) return;
    this.#headSent = true;
    const options = { waitForTrailers: !this.#grpc.noTrailers, ...withoutDate };
    this.#stream.respond(grpcHead(this.#grpc), options);
    this.#stream.on("wantTrailers", () => {
      if (!this.#gone) this.#stream.sendTrailers(Object.fromEntries(grpcTrailers(this.#grpc)));
    });
  }

  async #write(bytes: Uint8Array): Promise<void> {
    if (this.#gone) return;
    this.#head();
    this.#stream.write(bytes);
    await taken(this.#stream.session!.socket as net.Socket);
  }

  #end(): void {
    if (this.#gone) return;
    this.#head();
    this.#stream.end();
  }
}

function viewOf(headers: http2.IncomingHttpHeaders, raw: string[]): UpstreamView {
  return {
    method: headers[":method"] ?? "",
    path: headers[":path"] ?? "",
    authority: headers[":authority"] ?? "",
    headers: normaliseHeaders(listedPairs(raw)),
    body: "",
    trailers: [],
    complete: false,
  };
}
