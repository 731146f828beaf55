// A gRPC call to a cluster that speaks HTTP/1.1: Envoy sends it all the same. The answer is read as gRPC, which works for
// a status in the head and fails for everything that would need trailers.
import { toBytes } from "./bytes.ts";
import { HeaderMap } from "./header-map.ts";
import type { GrpcRequest } from "./grpc-types.ts";
import type { GrpcSink } from "./grpc-server.ts";
import type { CalloutAnswer, CalloutRequest } from "./types.ts";
import type { Worker } from "./worker.ts";

/** The call as an HTTP/1.1 server reads it. */
export function asHttpRequest(request: GrpcRequest, body: Uint8Array): CalloutRequest {
  return {
    cluster: request.cluster,
    headers: [...request.headers, ["transfer-encoding", "chunked"]],
    body,
    trailers: [],
    timeoutMs: request.timeoutMs,
    method: "POST",
    path: `/${request.service}/${request.method}`,
  };
}

/** Sends an HTTP answer to the filter's side, after its delay. */
export function answerHttp(worker: Worker, sink: GrpcSink, answer: CalloutAnswer): void {
  if (answer.never === true) return;
  const waiting = {};
  worker.host.openCallouts.add(waiting);
  worker.clock.schedule(answer.delayMs ?? 0, () => {
    worker.host.openCallouts.delete(waiting);
    play(sink, answer);
  });
}

function play(sink: GrpcSink, answer: CalloutAnswer): void {
  if (answer.refuse === true) return sink.broken("remote connection failure");
  if (answer.reset === true) return sink.broken("connection termination");
  const map = new HeaderMap("response");
  map.add(":status", String(answer.status ?? 200));
  for (const [name, value] of answer.headers ?? []) map.add(name, value);
  map.set("x-envoy-upstream-service-time", String(answer.delayMs ?? 0));
  const body = answer.body === undefined ? new Uint8Array(0) : toBytes(answer.body);
  const open = answer.resetAfterHead === true || answer.hangAfterHead === true;
  sink.head(map, body.length === 0 && !open);
  if (body.length > 0) sink.data(body, !open);
  if (answer.resetAfterHead === true) sink.broken("protocol error");
}
