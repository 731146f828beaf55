// Host calls about the plugin itself: log, clock, ticks, effective context, done, configuration (0.1.0).
import { BufferType, Status } from "../../../assembly/abi/constants.ts";
import { EnvoyCrash } from "../crash.ts";
import type { HostCall } from "../imports.ts";
import type { Vm } from "../vm.ts";

export function miscellany(vm: Vm): Record<string, HostCall> {
  const { host } = vm.worker;
  return {
    proxy_log: (level: number, pointer: number, size: number) => {
      if (level >>> 0 > 5) return Status.BadArgument;
      if (level < host.logBook.level) return Status.Ok;
      const message = vm.memory.string(pointer, size);
      if (message === undefined) return Status.InvalidMemoryAccess;
      host.counters.bytesOut += size;
      vm.log(level, message);
      return Status.Ok;
    },
    proxy_get_log_level: (out: number) =>
      vm.memory.setU32(out, host.logBook.level) ? Status.Ok : Status.InvalidMemoryAccess,
    proxy_get_current_time_nanoseconds: (out: number) =>
      vm.memory.setU64(out, BigInt(host.clock.nowUs()) * 1000n)
        ? Status.Ok
        : Status.InvalidMemoryAccess,
    proxy_set_tick_period_milliseconds: (periodMs: number) => {
      vm.effective!.root.setTickPeriod(periodMs >>> 0);
      return Status.Ok;
    },
    proxy_set_effective_context: (id: number) => {
      const context = vm.contexts.get(id >>> 0);
      if (context === undefined) return Status.BadArgument;
      vm.effective = context;
      return Status.Ok;
    },
    proxy_done: () => (vm.effective!.root.finishDone() ? Status.Ok : Status.NotFound),
    proxy_get_configuration: (pointerAt: number, sizeAt: number) => {
      const bytes = vm.effective!.buffer(BufferType.PluginConfiguration);
      if (!(bytes instanceof Uint8Array)) return Status.NotFound;
      return vm.give(bytes, pointerAt, sizeAt) ? Status.Ok : Status.InvalidMemoryAccess;
    },
    proxy_get_status: (codeAt: number, pointerAt: number, sizeAt: number) => {
      const { root } = vm.effective!;
      if (!vm.memory.setU32(codeAt, root.lastStatusCode)) return Status.InvalidMemoryAccess;
      return vm.giveString(root.lastStatusMessage, pointerAt, sizeAt)
        ? Status.Ok
        : Status.InvalidMemoryAccess;
    },
  };
}

/** For calls that Envoy does not survive without an argument. */
export function crash(vm: Vm, call: string, why: string): never {
  throw new EnvoyCrash(call, vm.calling, why);
}
