// Host calls on bodies, configurations and callout answers: ranges are clamped with 64-bit arithmetic as in Envoy, a
// body's beginning can be replaced (0 bytes of it: prepended to) and its end appended to, anything else is BadArgument.
import { Status } from "../../../assembly/abi/constants.ts";
import { BodyBuffer } from "../body-buffer.ts";
import type { HostCall } from "../imports.ts";
import type { Vm } from "../vm.ts";

const lastBufferType = 8;

export function bufferCalls(vm: Vm): Record<string, HostCall> {
  return {
    proxy_get_buffer_bytes: (
      type: number,
      start: number,
      maxSize: number,
      pointerAt: number,
      sizeAt: number,
    ) => {
      const vendors = vm.vendorBuffers.get(type);
      if (type >>> 0 > lastBufferType && vendors === undefined) return Status.BadArgument;
      const buffer = vendors ?? vm.effective!.buffer(type);
      if (buffer === undefined) return Status.NotFound;
      const from = start >>> 0;
      const length = buffer === null ? 0 : buffer.length;
      const size = Math.min(maxSize >>> 0, length - from);
      if (buffer === null || size <= 0) {
        return vm.giveNothing(pointerAt, sizeAt) ? Status.Ok : Status.InvalidMemoryAccess;
      }
      const bytes = buffer instanceof BodyBuffer ? buffer.bytes() : buffer;
      return vm.give(bytes.subarray(from, from + size), pointerAt, sizeAt)
        ? Status.Ok
        : Status.InvalidMemoryAccess;
    },
    proxy_get_buffer_status: (type: number, sizeAt: number, flagsAt: number) => {
      if (type >>> 0 > lastBufferType) return Status.BadArgument;
      const buffer = vm.effective!.buffer(type);
      if (buffer === undefined) return Status.NotFound;
      return vm.memory.setU32(sizeAt, buffer?.length ?? 0) && vm.memory.setU32(flagsAt, 0)
        ? Status.Ok
        : Status.InvalidMemoryAccess;
    },
    proxy_set_buffer_bytes: (
      type: number,
      start: number,
      length: number,
      data: number,
      dataSize: number,
    ) => {
      if (type >>> 0 > lastBufferType) return Status.BadArgument;
      const buffer = vm.effective!.buffer(type);
      if (buffer === undefined) return Status.NotFound;
      const bytes = vm.memory.copy(data, dataSize);
      if (bytes === undefined) return Status.InvalidMemoryAccess;
      if (!(buffer instanceof BodyBuffer)) return Status.BadArgument;
      vm.worker.host.counters.bytesOut += bytes.length;
      return place(buffer, start >>> 0, length >>> 0, bytes);
    },
  };
}

function place(buffer: BodyBuffer, start: number, length: number, bytes: Uint8Array): Status {
  if (start === 0) {
    buffer.drain(length);
    buffer.prepend(bytes);
  } else if (start >= buffer.length) buffer.append(bytes);
  else return Status.BadArgument;
  return Status.Ok;
}
