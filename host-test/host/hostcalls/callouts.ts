// Host calls that leave the proxy: HTTP calls, gRPC calls and streams, foreign functions.
import { Status } from "../../../assembly/abi/constants.ts";
import { startHttpCall } from "../callouts.ts";
import { callForeign } from "../foreign.ts";
import { decodePairs } from "../pairs.ts";
import { readFields } from "../protobuf.ts";
import type { HostCall } from "../imports.ts";
import type { Vm } from "../vm.ts";
import { crash } from "./lifecycle.ts";

export function calloutCalls(vm: Vm): Record<string, HostCall> {
  return {
    proxy_http_call: (
      cluster: number,
      clusterSize: number,
      headers: number,
      headersSize: number,
      body: number,
      bodySize: number,
      trailers: number,
      trailersSize: number,
      timeoutMs: number,
      tokenAt: number,
    ) => {
      const { memory } = vm;
      const name = memory.string(cluster, clusterSize);
      const head = memory.copy(headers, headersSize);
      const content = memory.copy(body, bodySize);
      const tail = memory.copy(trailers, trailersSize);
      if (!name && name !== "") return Status.InvalidMemoryAccess;
      if (head === undefined || content === undefined || tail === undefined) {
        return Status.InvalidMemoryAccess;
      }
      vm.worker.host.counters.bytesOut += head.length + content.length + tail.length;
      const { root } = vm.effective!;
      const started = startHttpCall(
        root,
        name,
        decodePairs(head),
        content,
        decodePairs(tail),
        timeoutMs,
      );
      // A refused call writes token 0.
      const refused = typeof started === "number";
      if (!memory.setU32(tokenAt, refused ? 0 : started.token)) return Status.InvalidMemoryAccess;
      return refused ? started : Status.Ok;
    },
    proxy_grpc_call: (service: number, serviceSize: number) =>
      refuseGrpc(vm, "proxy_grpc_call", service, serviceSize),
    proxy_grpc_stream: (service: number, serviceSize: number) =>
      refuseGrpc(vm, "proxy_grpc_stream", service, serviceSize),
    proxy_grpc_send: (id: number) => unknownGrpc(id),
    proxy_grpc_cancel: (id: number) => unknownGrpc(id),
    proxy_grpc_close: (id: number) => unknownGrpc(id),
    proxy_call_foreign_function: (
      name: number,
      nameSize: number,
      argument: number,
      argumentSize: number,
      pointerAt: number,
      sizeAt: number,
    ) => {
      const functionName = vm.memory.string(name, nameSize);
      const bytes = vm.memory.copy(argument, argumentSize);
      if (functionName === undefined || bytes === undefined) return Status.InvalidMemoryAccess;
      const result = callForeign(vm.effective!, functionName, bytes);
      if (typeof result === "number") {
        // A function that exists writes an empty result even when it fails.
        if (result !== Status.NotFound) vm.giveNothing(pointerAt, sizeAt);
        return result;
      }
      return vm.give(result, pointerAt, sizeAt) ? Status.Ok : Status.InvalidMemoryAccess;
    },
  };
}

/** gRPC peers are not simulated yet: a target is judged as Envoy does, and none of them is reachable. */
function refuseGrpc(vm: Vm, call: string, service: number, serviceSize: number): number {
  const bytes = vm.memory.copy(service, serviceSize);
  if (bytes === undefined) return Status.InvalidMemoryAccess;
  const fields = readFields(bytes);
  const hasTarget = fields?.some((field) => field.number === 1 || field.number === 2) ?? false;
  if (bytes.length === 0 || (fields !== undefined && !hasTarget)) {
    crash(vm, call, "the GrpcService names no target");
  }
  const name = vm.memory.string(service, serviceSize)!;
  if (vm.worker.host.clusterHandler(name) !== undefined) {
    vm.log(3, `${call}: this host does not simulate gRPC peers yet`);
    return Status.Unimplemented;
  }
  return fields === undefined ? Status.ParseFailure : Status.InternalFailure;
}

/** Id classes: 0 = http call, 1 = gRPC call, 2 = gRPC stream (by the two low bits). */
function unknownGrpc(id: number): number {
  const kind = id & 3;
  return kind === 1 || kind === 2 ? Status.NotFound : Status.BadArgument;
}
