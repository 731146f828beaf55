// The filter's side of a gRPC call or stream, after Envoy's async client: frames become callbacks on the root context,
// failures become a status. A unary call tells exactly one thing (a message or a failure), a stream tells all of it.
import type { PendingCall } from "./callouts.ts";
import type { Timer } from "./clock.ts";
import { FrameReader } from "./grpc-frames.ts";
import type { GrpcSink } from "./grpc-server.ts";
import {
  GrpcCode,
  grpcStatusIn,
  percentDecoded,
  statusOfHttp,
  withDetails,
} from "./grpc-status.ts";
import { HeaderMap } from "./header-map.ts";
import { prepareReply } from "./local-reply.ts";
import { proxyReply, upstreamFailed } from "./proxy-replies.ts";
import type { RootContext } from "./root-context.ts";
import type { LocalReply } from "./context.ts";

/** The peer as the client drives it. */
export interface GrpcRemote {
  receive(message: Uint8Array): void;
  receiveEnd(): void;
  receiveReset(): void;
  close(): void;
}

const grpcRequest = HeaderMap.from("request", [["content-type", "application/grpc"]]);
const timedOut = proxyReply(504, "upstream request timeout", "response_timeout");

export class GrpcClient implements PendingCall, GrpcSink {
  readonly streaming: boolean;
  readonly #root: RootContext;
  readonly #token: number;
  readonly #google: boolean;
  /** Another try is allowed for this status in a head. */
  retry: (status: number) => boolean = () => false;
  remote: GrpcRemote | undefined;
  /** Nothing more is sent: the filter said so, with its last message or by closing. */
  localClosed = false;
  /** The filter called close. Only this lets the id go once the server has ended the stream. */
  closed = false;
  remoteClosed = false;
  #reader = new FrameReader();
  #headArrived = false;
  #last: Uint8Array | undefined;
  #timeout: Timer | undefined;
  #details = "via_upstream";

  constructor(root: RootContext, token: number, streaming: boolean, google: boolean) {
    this.#root = root;
    this.#token = token;
    this.streaming = streaming;
    this.#google = google;
    // A stream may stay open for ever; only what is on its way counts as outstanding.
    if (!streaming) root.vm.worker.host.openCallouts.add(this);
  }

  armTimeout(timeoutMs: number): void {
    this.#timeout = this.#root.vm.worker.clock.schedule(timeoutMs, () => {
      if (!this.#headArrived) this.localReply(timedOut);
      else this.#fail(GrpcCode.Internal, "", "response_timeout");
      this.remote?.receiveReset();
    });
  }

  // --- frames from the peer ---

  head(map: HeaderMap, end: boolean): void {
    if (this.remoteClosed) return;
    const status = grpcStatusIn(map);
    if (end && status !== undefined && this.retry(status)) return;
    this.#head(map, end);
  }

  #head(map: HeaderMap, end: boolean): void {
    this.#headArrived = true;
    const http = Number(map.get(":status"));
    if (this.streaming) this.#metadata("initial", end || http !== 200 ? undefined : map);
    if (this.remoteClosed) return;
    if (http !== 200 && !(end && grpcStatusIn(map) !== undefined)) {
      this.#fail(statusOfHttp(http), map.get("grpc-message") ?? "", this.#details);
    } else if (end) this.#finish(map);
  }

  data(bytes: Uint8Array, end: boolean): void {
    if (this.remoteClosed) return;
    const messages = this.#reader.push(bytes);
    if (messages === undefined) {
      this.#fail(GrpcCode.Internal, "", this.#details);
      return;
    }
    for (const message of messages) {
      if (this.streaming) this.#deliver(message);
      else this.#last = message;
      if (this.remoteClosed) return;
    }
    if (end) this.#fail(GrpcCode.Unknown, "", this.#details);
  }

  trailers(map: HeaderMap): void {
    if (!this.remoteClosed) this.#finish(map);
  }

  broken(reason: string): void {
    if (this.remoteClosed) return;
    const { envoy } = this.#root.vm.worker.host.options;
    if (!this.#headArrived) this.localReply(upstreamFailed(reason, envoy));
    else {
      const details = `upstream_reset_after_response_started{${reason.replaceAll(" ", "_")}}`;
      this.#fail(GrpcCode.Internal, "", details);
    }
  }

  /** An answer that Envoy's router makes up: a status in the head. */
  localReply(reply: LocalReply): void {
    if (this.remoteClosed) return;
    this.#details = reply.details;
    this.#head(prepareReply(reply, grpcRequest).headers, true);
  }

  /** A failure before anything was sent. */
  refuse(message: string): void {
    this.#close(GrpcCode.Unavailable, message);
  }

  // --- towards the filter ---

  #finish(map: HeaderMap): void {
    const status = grpcStatusIn(map) ?? GrpcCode.Unknown;
    const message = map.get("grpc-message") ?? "";
    if (this.streaming) this.#metadata("trailing", map);
    if (this.remoteClosed) return;
    if (this.#google && this.#details !== "via_upstream") this.#close(GrpcCode.Internal, "");
    else if (this.#google) this.#close(status, percentDecoded(message));
    else this.#close(status, withDetails(message, this.#details));
  }

  #fail(status: number, message: string, details: string): void {
    if (this.streaming) this.#metadata("trailing", undefined);
    if (this.remoteClosed) return;
    if (this.#google) this.#close(GrpcCode.Internal, "");
    else this.#close(status, withDetails(message, details));
    this.remote?.receiveReset();
  }

  #metadata(kind: "initial" | "trailing", map: HeaderMap | undefined): void {
    const root = this.#root;
    const shown = map ?? new HeaderMap("plain");
    if (kind === "initial") root.grpcInitialMetadata = shown;
    else root.grpcTrailingMetadata = shown;
    const name = `proxy_on_grpc_receive_${kind}_metadata`;
    root.run(name, `grpc ${kind} metadata`, root.id, this.#token, shown.entries.length);
    root.grpcInitialMetadata = undefined;
    root.grpcTrailingMetadata = undefined;
  }

  #deliver(message: Uint8Array): void {
    const root = this.#root;
    root.grpcMessage = message;
    root.run("proxy_on_grpc_receive", "grpc receive", root.id, this.#token, message.length);
    root.grpcMessage = null;
  }

  /** The end: for a unary call the one callback it gets, for a stream its status. */
  #close(status: number, message: string): void {
    this.#settle();
    const succeeded = !this.streaming && status === 0 && this.#last !== undefined;
    if (succeeded) this.#deliver(this.#last!);
    else if (!this.streaming && status === 0) this.#closed(GrpcCode.Internal, "");
    else this.#closed(status, message);
    // A stream that the filter has not closed keeps its id until it does.
    if (this.closed || !this.streaming) this.#root.calls.delete(this.#token);
  }

  #closed(status: number, message: string): void {
    const root = this.#root;
    root.lastStatusCode = status;
    root.lastStatusMessage = message;
    root.run("proxy_on_grpc_close", "grpc close", root.id, this.#token, status);
    root.lastStatusMessage = "";
  }

  #settle(): void {
    this.remoteClosed = true;
    this.#timeout?.cancel();
    this.remote?.close();
    this.#root.vm.worker.host.openCallouts.delete(this);
  }

  /** No callback any more. The peer sees a reset, but not when the VM died: then nobody tells it. */
  cancel(): void {
    const open = !this.remoteClosed;
    this.#settle();
    if (open && !this.#root.vm.dead) this.remote?.receiveReset();
  }
}
