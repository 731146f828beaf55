// Host calls on metrics; the rules are in ../metrics.ts.
import { Status } from "../../../assembly/abi/constants.ts";
import type { HostCall } from "../imports.ts";
import type { Vm } from "../vm.ts";

const lastMetricType = 2;

export function metricCalls(vm: Vm): Record<string, HostCall> {
  return {
    proxy_define_metric: (type: number, name: number, nameSize: number, idAt: number) => {
      if (type >>> 0 > lastMetricType) return Status.BadArgument;
      const text = vm.memory.string(name, nameSize);
      if (text === undefined) return Status.InvalidMemoryAccess;
      return vm.memory.setU32(idAt, vm.metricIds.define(type, text))
        ? Status.Ok
        : Status.InvalidMemoryAccess;
    },
    proxy_increment_metric: (id: number, delta: bigint) => vm.metricIds.increment(id >>> 0, delta),
    proxy_record_metric: (id: number, value: bigint) => vm.metricIds.record(id >>> 0, value),
    proxy_get_metric: (id: number, out: number) => {
      const value = vm.metricIds.get(id >>> 0);
      if (typeof value === "number") return value;
      return vm.memory.setU64(out, BigInt.asUintN(64, value))
        ? Status.Ok
        : Status.InvalidMemoryAccess;
    },
  };
}
