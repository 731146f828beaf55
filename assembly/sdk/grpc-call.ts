// gRPC callouts. A unary call ends with exactly one of `onGrpcMessage` (it succeeded) and `onGrpcClose`
// (it failed); a stream ends with `onGrpcClose`. The target is always sent as a GrpcService message
// that names a cluster, never as a bare name: an empty target aborts Envoy, and a bare name whose bytes
// happen to parse as a message would be one. Export proxy_on_grpc_receive, proxy_on_grpc_close and
// proxy_on_tick; for streams also the two metadata callbacks.
import { BufferType, Status } from "../abi/constants";
import { allocate } from "../abi/arena";
import {
  proxy_get_status,
  proxy_grpc_call,
  proxy_grpc_cancel,
  proxy_grpc_close,
  proxy_grpc_send,
  proxy_grpc_stream,
} from "../abi/env";
import { PairsStatus } from "../abi/pairs";
import { PairsWriter } from "../abi/pairs-writer";
import { View } from "../abi/view";
import { readBody } from "./body";
import { forget, isKnown, remember, reserve } from "./callouts";
import { HttpStream } from "./http-stream";
import { Refusal, refuse } from "./refusal";
import { Root } from "./root";

/** Longest cluster name. */
export const clusterLimitBytes: u32 = 1024;

let statusReadable: bool = false;

/**
 * Starts a unary call: for `stream`, or for the plugin when it is null. `timeoutMs` above 0 (0 would be
 * no limit at all, and is refused like a negative one). On any status but Ok: nothing to wait for.
 */
export function callGrpc(
  root: Root,
  stream: HttpStream | null,
  tag: u32,
  cluster: View,
  service: View,
  method: View,
  metadata: PairsWriter,
  message: View,
  timeoutMs: i32,
): Status {
  if (timeoutMs <= 0) {
    return refuse(Refusal.NegativeTimeout, "refused: a callout with a negative timeout");
  }
  const ready = checkStart(cluster, service, method, metadata);
  if (ready != Status.Ok) return ready;
  const target = targetOf(cluster);
  if (target == 0) return Status.InternalFailure;
  const token = memory.data(4, 4);
  const status = <Status>(
    proxy_grpc_call(
      target,
      targetLength(cluster),
      service.ptr,
      service.length,
      method.ptr,
      method.length,
      metadata.ptr,
      metadata.length,
      message.ptr,
      message.length,
      timeoutMs,
      token,
    )
  );
  if (status == Status.Ok) remember(load<u32>(token), root, stream, tag, timeoutMs);
  return status;
}

/** Opens a stream for the plugin. It has no timeout: cancel it from a tick. */
export function openGrpcStream(
  root: Root,
  tag: u32,
  cluster: View,
  service: View,
  method: View,
  metadata: PairsWriter,
): Status {
  const ready = checkStart(cluster, service, method, metadata);
  if (ready != Status.Ok) return ready;
  const target = targetOf(cluster);
  if (target == 0) return Status.InternalFailure;
  const token = memory.data(4, 4);
  const status = <Status>(
    proxy_grpc_stream(
      target,
      targetLength(cluster),
      service.ptr,
      service.length,
      method.ptr,
      method.length,
      metadata.ptr,
      metadata.length,
      token,
    )
  );
  if (status == Status.Ok) remember(load<u32>(token), root, null, tag, 0);
  return status;
}

/** Sends a message on an open stream; `last` half-closes it. */
export function sendGrpc(token: u32, message: View, last: bool): Status {
  if (!isKnown(token)) return Status.NotFound;
  return <Status>proxy_grpc_send(token, message.ptr, message.length, last ? 1 : 0);
}

/** Half-closes an open stream; its end still comes. */
export function closeGrpc(token: u32): Status {
  if (!isKnown(token)) return Status.NotFound;
  return <Status>proxy_grpc_close(token);
}

/** Resets a call or a stream; no callback comes any more. */
export function cancelGrpc(token: u32): Status {
  if (!isKnown(token)) return Status.NotFound;
  forget(token);
  return <Status>proxy_grpc_cancel(token);
}

/** At most `limitBytes` of the message, in `onGrpcMessage` only. There is no limit on its side. */
export function readGrpcMessage(limitBytes: u32, message: View): Status {
  return readBody(BufferType.GrpcReceiveBuffer, 0, limitBytes, message);
}

/** The text that came with a failure, in `onGrpcClose` only: elsewhere Envoy tells of an older one. */
export function closeMessage(message: View): Status {
  message.clear();
  if (!statusReadable) {
    return refuse(Refusal.StatusOutsideClose, "refused: a callout status outside of its failure");
  }
  const code = memory.data(4, 4);
  const slot = message.slot();
  return <Status>proxy_get_status(code, slot, slot + 4);
}

/** Set by callbacks.ts while a failure is delivered. */
export function setStatusReadable(now: bool): void {
  statusReadable = now;
}

function checkStart(cluster: View, service: View, method: View, metadata: PairsWriter): Status {
  if (cluster.length == 0 || service.length == 0 || method.length == 0) {
    return refuse(Refusal.EmptyTarget, "refused: a gRPC call without a target aborts Envoy");
  }
  if (cluster.length > clusterLimitBytes) return Status.BadArgument;
  if (metadata.finish() != PairsStatus.Ok) {
    return refuse(Refusal.HeaderMalformed, "refused: malformed header name or value");
  }
  return reserve() ? Status.Ok : Status.Refused;
}

/** GrpcService { envoy_grpc (1) { cluster_name (1) } } in arena memory, or 0. Both lengths take two
 * bytes as varints, whatever they are, so that the size follows from the name alone. */
function targetOf(cluster: View): usize {
  const at = allocate(targetLength(cluster));
  if (at == 0) return 0;
  storeField(at, cluster.length + 3);
  storeField(at + 3, cluster.length);
  memory.copy(at + 6, cluster.ptr, <usize>cluster.length);
  return at;
}

function targetLength(cluster: View): u32 {
  return cluster.length + 6;
}

/** Field 1 with a length below 2^14. */
function storeField(at: usize, length: u32): void {
  store<u8>(at, 0x0a);
  store<u8>(at, (length & 0x7f) | 0x80, 1);
  store<u8>(at, length >> 7, 2);
}
