// Starts gRPC calls and streams of filters and finds them again by their id: checks in Envoy's order, failures that come
// twice (status 10 and a callback for an id the guest never saw), ids by class (1 = call, 2 = stream in the low bits).
import { Status } from "../../assembly/abi/constants.ts";
import { concat } from "./bytes.ts";
import { GrpcClient } from "./grpc-client.ts";
import { frame } from "./grpc-frames.ts";
import { answerHttp, asHttpRequest } from "./grpc-http1.ts";
import { GrpcServer } from "./grpc-server.ts";
import { readTarget, type GrpcTarget } from "./grpc-target.ts";
import type { GrpcRequest } from "./grpc-types.ts";
import { grpcHead, grpcRetries, type GrpcHead } from "./grpc-wire.ts";
import { proxyReply } from "./proxy-replies.ts";
import type { RootContext } from "./root-context.ts";
import type { Header } from "./types.ts";

export interface GrpcStart {
  /** GrpcService bytes or a cluster name. */
  target: Uint8Array;
  service: string;
  method: string;
  metadata: Header[];
  /** Undefined opens a stream. */
  message: Uint8Array | undefined;
  timeoutMs: number;
}

/** Id of the started call; or the status that refuses it; or "crash" for a target that Envoy does not survive. */
export function startGrpc(
  root: RootContext,
  start: GrpcStart,
): { token: number } | Status | "crash" {
  const { vm } = root;
  const { host } = vm.worker;
  const target = readTarget(start.target);
  if (target === undefined) return "crash";
  const known = target.google || host.clusters.has(target.name);
  if (!known && target.plain) return Status.ParseFailure;
  const streaming = start.message === undefined;
  const token = streaming ? vm.nextGrpcStreamToken : vm.nextGrpcToken;
  if (streaming) vm.nextGrpcStreamToken += 4;
  else vm.nextGrpcToken += 4;
  const client = new GrpcClient(root, token, streaming, target.google);
  const refusal = known ? unusable(root, target, start) : "Cluster not available";
  if (refusal !== undefined) {
    // The guest learns of this id only from the callback.
    vm.afterCall(() => client.refuse(refusal));
    return Status.InternalFailure;
  }
  root.calls.set(token, client);
  new Attempts(root, client, target, start).begin();
  return { token };
}

/** A cluster that fails while the call is being started. */
function unusable(root: RootContext, target: GrpcTarget, start: GrpcStart): string | undefined {
  const mock = root.vm.worker.host.clusters.get(target.name);
  const fault = mock?.grpcFault(start.service, start.method);
  if (fault === "noHealthyHost") return "no healthy upstream{no_healthy_upstream}";
  if (fault !== "overflow") return undefined;
  const why = "upstream connect error or disconnect/reset before headers. reset reason: overflow";
  return `${why}{upstream_reset_before_response_started{overflow}}`;
}

/** The tries of one call. */
class Attempts {
  readonly #root: RootContext;
  readonly #client: GrpcClient;
  readonly #target: GrpcTarget;
  readonly #start: GrpcStart;
  readonly #head: GrpcHead;
  #count = 0;

  constructor(root: RootContext, client: GrpcClient, target: GrpcTarget, start: GrpcStart) {
    this.#root = root;
    this.#client = client;
    this.#target = target;
    this.#start = start;
    const timeoutMs = client.streaming ? undefined : start.timeoutMs >>> 0;
    this.#head = grpcHead(target, start.service, start.method, start.metadata, timeoutMs);
  }

  begin(): void {
    const client = this.#client;
    const { clock } = this.#root.vm.worker;
    const timeoutMs = this.#start.timeoutMs >>> 0;
    if (!client.streaming && timeoutMs > 0) client.armTimeout(timeoutMs);
    client.retry = (status) => {
      if (this.#count > grpcRetries(this.#head.retries, status)) return false;
      this.#send();
      return true;
    };
    if (this.#start.message !== undefined) client.localClosed = true;
    const early = new EarlyRemote();
    client.remote = early;
    // Connecting takes a turn; a call cancelled before that never reaches its server.
    clock.schedule(0, () => {
      if (client.remoteClosed) return;
      const { invalid } = this.#head;
      if (invalid !== undefined) client.localReply(invalidHeader(invalid));
      else {
        this.#send(early.messages);
        early.handOver(client.remote!);
      }
    });
  }

  /** @param early what a stream has said already */
  #send(early: readonly Uint8Array[] = []): void {
    this.#count++;
    const { worker } = this.#root.vm;
    const { host } = worker;
    const client = this.#client;
    const request: GrpcRequest = {
      cluster: this.#target.name,
      service: this.#start.service,
      method: this.#start.method,
      headers: this.#head.map.copy(),
      message: this.#start.message ?? new Uint8Array(0),
      timeoutMs: this.#start.timeoutMs >>> 0,
      streaming: client.streaming,
    };
    const server = new GrpcServer(worker, request, client);
    client.remote = server;
    const mock = host.clusters.get(this.#target.name);
    if (mock === undefined) server.answer({ instead: "refuse" });
    else if (mock.speaksGrpc) mock.handleGrpc(server);
    else {
      const frames = (client.streaming ? early : [request.message]).map(frame);
      const body = concat(
        frames,
        frames.reduce((sum, bytes) => sum + bytes.length, 0),
      );
      const answer = mock.handle(asHttpRequest(request, body));
      if (answer instanceof Promise) host.await(answer.then((a) => answerHttp(worker, client, a)));
      else answerHttp(worker, client, answer);
    }
    if (client.streaming) return;
    server.receive(request.message);
    server.receiveEnd();
  }
}

/** Keeps what the filter sends before the connection is there. */
class EarlyRemote {
  readonly messages: Uint8Array[] = [];
  #end = false;

  receive(message: Uint8Array): void {
    this.messages.push(message);
  }
  receiveEnd(): void {
    this.#end = true;
  }
  receiveReset(): void {}
  close(): void {}

  handOver(remote: { receive(message: Uint8Array): void; receiveEnd(): void }): void {
    for (const message of this.messages) remote.receive(message);
    if (this.#end) remote.receiveEnd();
  }
}

function invalidHeader(name: string): ReturnType<typeof proxyReply> {
  const why = `invalid header value for: ${name}`;
  const details = `filter_removed_required_request_headers{${why.replaceAll(" ", "_")}}`;
  return proxyReply(503, why, details);
}

function classOf(id: number): "call" | "stream" | undefined {
  if ((id & 3) === 1) return "call";
  return (id & 3) === 2 ? "stream" : undefined;
}

function find(root: RootContext, id: number): GrpcClient | Status {
  if (classOf(id) === undefined) return Status.BadArgument;
  const call = root.calls.get(id);
  return call instanceof GrpcClient ? call : Status.NotFound;
}

/** Sends a message on a stream. What comes after the end is dropped without an error. */
export function sendGrpc(root: RootContext, id: number, message: Uint8Array, end: boolean): Status {
  if (classOf(id) !== "stream") return Status.BadArgument;
  const stream = find(root, id);
  if (typeof stream === "number") return stream;
  if (stream.localClosed || stream.remoteClosed) return Status.Ok;
  stream.remote?.receive(message);
  if (end) closeSide(stream);
  return Status.Ok;
}

function closeSide(stream: GrpcClient): void {
  if (stream.localClosed) return;
  stream.localClosed = true;
  stream.remote?.receiveEnd();
}

/** Cancels a call; half-closes a stream, and forgets it when its server has ended it already. */
export function closeGrpc(root: RootContext, id: number): Status {
  const call = find(root, id);
  if (typeof call === "number") return call;
  if (!call.streaming) return cancelGrpc(root, id);
  call.closed = true;
  if (call.remoteClosed) root.calls.delete(id);
  else closeSide(call);
  return Status.Ok;
}

/** Resets a call or stream; no callback comes any more. */
export function cancelGrpc(root: RootContext, id: number): Status {
  const call = find(root, id);
  if (typeof call === "number") return call;
  root.calls.delete(id);
  call.cancel();
  return Status.Ok;
}
