// Host calls that leave the proxy: HTTP calls and foreign functions; gRPC is in grpc.ts.
import { Status } from "../../../assembly/abi/constants.ts";
import { startHttpCall } from "../callouts.ts";
import { callForeign } from "../foreign.ts";
import { decodePairs } from "../pairs.ts";
import type { HostCall } from "../imports.ts";
import type { Vm } from "../vm.ts";

/** Functions that are there and still answer NotFound, over what they looked for. */
const finders = new Set(["expr_evaluate", "set_envoy_filter_state"]);

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
        const exists = result !== Status.NotFound || finders.has(functionName);
        if (exists) vm.giveNothing(pointerAt, sizeAt);
        return result;
      }
      return vm.give(result, pointerAt, sizeAt) ? Status.Ok : Status.InvalidMemoryAccess;
    },
  };
}
