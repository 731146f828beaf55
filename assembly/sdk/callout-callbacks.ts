// The callbacks that answer callouts. The host calls them with the root context; here the waiting stream
// is found and made the effective context. Answers nobody waits for are dropped without a word.
import { findPlugin } from "./contexts";
import { forget, isForStream, isKnown, tagOf, waitingStream } from "./callouts";
import { enterCallback, leaveCallback } from "./effective";
import { setStatusReadable } from "./grpc-call";

/** Token classes of Envoy: a unary gRPC call is 1 in its two lowest bits, a gRPC stream 2. */
const tokenClass: u32 = 3;
const unaryClass: u32 = 1;

export function proxy_on_http_call_response(
  rootId: u32,
  token: u32,
  headerCount: u32,
  bodySize: u32,
  trailerCount: u32,
): void {
  if (!isKnown(token)) return;
  const outer = enterCallback(rootId);
  const tag = tagOf(token);
  if (isForStream(token)) {
    const stream = waitingStream(token);
    forget(token);
    if (stream !== null) stream.onHttpCallResponse(tag, headerCount, bodySize, trailerCount);
  } else {
    forget(token);
    const plugin = findPlugin(rootId);
    if (plugin !== null) plugin.onHttpCallResponse(tag, headerCount, bodySize, trailerCount);
  }
  leaveCallback(outer);
}

export function proxy_on_grpc_receive(rootId: u32, token: u32, size: u32): void {
  if (!isKnown(token)) return;
  const outer = enterCallback(rootId);
  const tag = tagOf(token);
  const last = (token & tokenClass) == unaryClass;
  if (isForStream(token)) {
    const stream = waitingStream(token);
    if (last) forget(token);
    if (stream !== null) stream.onGrpcMessage(tag, size);
  } else {
    if (last) forget(token);
    const plugin = findPlugin(rootId);
    if (plugin !== null) plugin.onGrpcMessage(tag, size);
  }
  leaveCallback(outer);
}

export function proxy_on_grpc_close(rootId: u32, token: u32, status: i32): void {
  if (!isKnown(token)) return;
  const outer = enterCallback(rootId);
  const tag = tagOf(token);
  setStatusReadable(true);
  if (isForStream(token)) {
    const stream = waitingStream(token);
    forget(token);
    if (stream !== null) stream.onGrpcClose(tag, status);
  } else {
    forget(token);
    const plugin = findPlugin(rootId);
    if (plugin !== null) plugin.onGrpcClose(tag, status);
  }
  setStatusReadable(false);
  leaveCallback(outer);
}

export function proxy_on_grpc_receive_initial_metadata(rootId: u32, token: u32, count: u32): void {
  if (!isKnown(token)) return;
  const outer = enterCallback(rootId);
  const plugin = findPlugin(rootId);
  if (plugin !== null && !isForStream(token)) plugin.onGrpcInitialMetadata(tagOf(token), count);
  leaveCallback(outer);
}

export function proxy_on_grpc_receive_trailing_metadata(rootId: u32, token: u32, count: u32): void {
  if (!isKnown(token)) return;
  const outer = enterCallback(rootId);
  const plugin = findPlugin(rootId);
  if (plugin !== null && !isForStream(token)) plugin.onGrpcTrailingMetadata(tagOf(token), count);
  leaveCallback(outer);
}
