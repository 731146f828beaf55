// Host calls on properties; the attributes and their encodings are in ../properties.ts.
import { Status } from "../../../assembly/abi/constants.ts";
import type { HostCall } from "../imports.ts";
import { getProperty, setProperty } from "../properties.ts";
import type { Vm } from "../vm.ts";

export function propertyCalls(vm: Vm): Record<string, HostCall> {
  return {
    proxy_get_property: (path: number, pathSize: number, pointerAt: number, sizeAt: number) => {
      const text = vm.memory.string(path, pathSize);
      if (text === undefined) return Status.InvalidMemoryAccess;
      const value = getProperty(vm.effective!, text);
      if (value === undefined) return Status.NotFound;
      const given =
        typeof value === "string"
          ? vm.giveString(value, pointerAt, sizeAt)
          : vm.give(value, pointerAt, sizeAt);
      return given ? Status.Ok : Status.InvalidMemoryAccess;
    },
    proxy_set_property: (path: number, pathSize: number, value: number, valueSize: number) => {
      const text = vm.memory.string(path, pathSize);
      const bytes = vm.memory.copy(value, valueSize);
      if (text === undefined || bytes === undefined) return Status.InvalidMemoryAccess;
      return setProperty(vm.effective!, text, bytes) ? Status.Ok : Status.NotFound;
    },
  };
}
