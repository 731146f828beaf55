// The gRPC peers of a case on the Node host: the answers of a cluster in order, and the calls it received.
import type { GrpcAnswer, GrpcServerStream, Host } from "../host/index.ts";
import type { Answer } from "./format.ts";
import { toBytes } from "./format.ts";
import { frame, messagesOf } from "./grpc.ts";
import { headerValue } from "./h1.ts";
import { bodyText, normaliseHeaders, type UpstreamView } from "./view.ts";

interface Call {
  stream: GrpcServerStream;
  body: Uint8Array[];
}

export class NodeGrpcPeer {
  readonly #answers: Answer[];
  readonly #calls: Call[] = [];

  constructor(host: Host, name: string, answers: Answer[]) {
    this.#answers = answers;
    const rule = host.cluster(name).onGrpc("*", "*");
    if (answers[0]?.instead === "refuse") rule.reply({ instead: "refuse" });
    else rule.stream((stream) => this.#serve(stream));
  }

  #serve(stream: GrpcServerStream): void {
    const answer = this.#answers[Math.min(this.#calls.length, this.#answers.length - 1)];
    const call: Call = { stream, body: [] };
    this.#calls.push(call);
    if (!stream.request.streaming) {
      call.body.push(frame(stream.request.message));
      stream.answer(hostAnswer(answer));
      return;
    }
    const { echo, initial, status, statusMessage, trailing } = answer.grpc ?? {};
    stream.onMessage((message) => {
      call.body.push(frame(message));
      if (!echo) return;
      if (call.body.length === 1) stream.head(initial);
      stream.send(message);
    });
    stream.onHalfClose(() => {
      if (echo) stream.end(status, statusMessage, trailing);
      else stream.answer(hostAnswer(answer));
    });
  }

  views(): UpstreamView[] {
    const dropped = new Set([":authority", ":method", ":path", ":scheme"]);
    return this.#calls.map(({ stream, body }) => {
      const { headers, service, method } = stream.request;
      return {
        method: "POST",
        path: `/${service}/${method}`,
        authority: headerValue(headers, ":authority") ?? "",
        headers: normaliseHeaders(headers.filter(([name]) => !dropped.has(name))),
        body: bodyText(Buffer.concat(body)),
        trailers: [],
        complete: !stream.request.streaming || stream.halfClosed,
      };
    });
  }
}

function hostAnswer(answer: Answer): GrpcAnswer {
  const { instead, delayMs, grpc = {} } = answer;
  const fault = grpc.cut ? "cutMessage" : grpc.noTrailers ? "noTrailers" : instead;
  return {
    messages: messagesOf(grpc).map((message) => toBytes({ hex: message.toString("hex") })),
    status: grpc.status,
    statusMessage: grpc.statusMessage,
    initialMetadata: grpc.initial,
    trailingMetadata: grpc.trailing,
    trailersOnly: grpc.trailersOnly,
    httpStatus: grpc.httpStatus,
    delayMs,
    instead: fault,
  };
}
