// Host calls on gRPC calls and streams; the rules are in ../grpc-calls.ts.
import { Status } from "../../../assembly/abi/constants.ts";
import { cancelGrpc, closeGrpc, sendGrpc, startGrpc, type GrpcStart } from "../grpc-calls.ts";
import type { HostCall } from "../imports.ts";
import { decodePairs } from "../pairs.ts";
import type { Vm } from "../vm.ts";
import { crash } from "./lifecycle.ts";

export function grpcCalls(vm: Vm): Record<string, HostCall> {
  const { counters } = vm.worker.host;
  const root = (): NonNullable<typeof vm.effective>["root"] => vm.effective!.root;

  /** Service, method, metadata from the guest; undefined for a pointer outside of its memory. */
  const read = (at: number[]): GrpcStart | undefined => {
    const { memory } = vm;
    const target = memory.copy(at[0], at[1]);
    const service = memory.string(at[2], at[3]);
    const method = memory.string(at[4], at[5]);
    const metadata = memory.copy(at[6], at[7]);
    if (target === undefined || service === undefined) return undefined;
    if (method === undefined || metadata === undefined) return undefined;
    counters.bytesOut += target.length + metadata.length;
    const pairs = decodePairs(metadata);
    return { target, service, method, metadata: pairs, message: undefined, timeoutMs: 0 };
  };

  const start = (call: string, given: GrpcStart, idAt: number): number => {
    const started = startGrpc(root(), given);
    if (started === "crash") crash(vm, call, "the GrpcService names no target");
    if (typeof started === "number") return started;
    return vm.memory.setU32(idAt, started.token) ? Status.Ok : Status.InvalidMemoryAccess;
  };

  return {
    proxy_grpc_call: (
      target: number,
      targetSize: number,
      service: number,
      serviceSize: number,
      method: number,
      methodSize: number,
      metadata: number,
      metadataSize: number,
      message: number,
      messageSize: number,
      timeoutMs: number,
      idAt: number,
    ) => {
      const text = [target, targetSize, service, serviceSize, method, methodSize];
      const given = read([...text, metadata, metadataSize]);
      const content = vm.memory.copy(message, messageSize);
      if (given === undefined || content === undefined) return Status.InvalidMemoryAccess;
      counters.bytesOut += content.length;
      return start("proxy_grpc_call", { ...given, message: content, timeoutMs }, idAt);
    },
    proxy_grpc_stream: (
      target: number,
      targetSize: number,
      service: number,
      serviceSize: number,
      method: number,
      methodSize: number,
      metadata: number,
      metadataSize: number,
      idAt: number,
    ) => {
      const text = [target, targetSize, service, serviceSize, method, methodSize];
      const given = read([...text, metadata, metadataSize]);
      return given === undefined
        ? Status.InvalidMemoryAccess
        : start("proxy_grpc_stream", given, idAt);
    },
    proxy_grpc_send: (id: number, message: number, messageSize: number, end: number) => {
      const bytes = vm.memory.copy(message, messageSize);
      if (bytes === undefined) return Status.InvalidMemoryAccess;
      counters.bytesOut += bytes.length;
      return sendGrpc(root(), id >>> 0, bytes, end !== 0);
    },
    proxy_grpc_cancel: (id: number) => cancelGrpc(root(), id >>> 0),
    proxy_grpc_close: (id: number) => closeGrpc(root(), id >>> 0),
  };
}
