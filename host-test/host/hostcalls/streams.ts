// Host calls that steer the stream: local replies, continue, close. They take effect when the guest has returned.
import { Status, StreamType } from "../../../assembly/abi/constants.ts";
import { ConnectionContext } from "../connection-context.ts";
import { decodePairs } from "../pairs.ts";
import type { HostCall } from "../imports.ts";
import type { Vm } from "../vm.ts";

export function streamCalls(vm: Vm): Record<string, HostCall> {
  const onConnection = (): boolean => vm.effective instanceof ConnectionContext;
  const continueStream = (type: number): number => {
    if (type >>> 0 > StreamType.Upstream) return Status.BadArgument;
    if (type === StreamType.Upstream) return Status.Unimplemented;
    if (type !== StreamType.Downstream || onConnection()) vm.effective!.continueStream(type);
    return Status.Ok;
  };
  return {
    proxy_send_local_response: (
      status: number,
      details: number,
      detailsSize: number,
      body: number,
      bodySize: number,
      headers: number,
      headersSize: number,
      grpcStatus: number,
    ) => {
      const { memory } = vm;
      const detailsText = memory.string(details, detailsSize);
      const bodyText = memory.string(body, bodySize);
      const block = memory.copy(headers, headersSize);
      if (detailsText === undefined || bodyText === undefined || block === undefined) {
        return Status.InvalidMemoryAccess;
      }
      vm.worker.host.counters.bytesOut += bodyText.length + block.length + detailsText.length;
      vm.effective!.sendLocalReply({
        status: status >>> 0,
        body: bodyText,
        headers: decodePairs(block),
        grpcStatus,
        details: detailsText.replace(/[ \t\n\v\f\r]/g, "_"),
      });
      vm.stopNext = true;
      return Status.Ok;
    },
    proxy_continue_stream: continueStream,
    proxy_continue_request: () => continueStream(StreamType.Request),
    proxy_continue_response: () => continueStream(StreamType.Response),
    proxy_clear_route_cache: () => {
      vm.effective!.headersModified(0);
      return Status.Ok;
    },
    proxy_close_stream: (type: number) => {
      if (type >>> 0 > StreamType.Upstream) return Status.BadArgument;
      if (type <= StreamType.Response || onConnection()) vm.effective!.closeStream(type);
      return Status.Ok;
    },
  };
}
