// Host calls on header maps. Values go to the guest one (the first) at a time, or all pairs at once; nothing the guest
// writes is validated, because Envoy does not validate it either (CR LF reaches the client: the SDK layer refuses it).
import { PairsLimit, Status } from "../../../assembly/abi/constants.ts";
import { decodePairs, pairsSize, writePairs } from "../pairs.ts";
import type { HostCall } from "../imports.ts";
import type { Vm } from "../vm.ts";

const lastMapType = 7;

export function headerCalls(vm: Vm): Record<string, HostCall> {
  const { counters } = vm.worker.host;

  const change = (
    type: number,
    key: number,
    keySize: number,
    value: number,
    valueSize: number,
    act: "add" | "set",
  ): number => {
    if (type >>> 0 > lastMapType) return Status.BadArgument;
    const name = vm.memory.string(key, keySize);
    const text = vm.memory.string(value, valueSize);
    if (name === undefined || text === undefined) return Status.InvalidMemoryAccess;
    const context = vm.effective!;
    const map = context.writableMap(type);
    if (map === undefined) return Status.BadArgument;
    counters.bytesOut += name.length + text.length;
    map[act](name, text);
    context.headersModified(type);
    return Status.Ok;
  };

  return {
    proxy_get_header_map_pairs: (type: number, pointerAt: number, sizeAt: number) => {
      if (type >>> 0 > lastMapType) return Status.BadArgument;
      const entries = vm.effective!.readableMap(type)?.entries ?? [];
      if (entries.length === 0) {
        return vm.giveNothing(pointerAt, sizeAt) ? Status.Ok : Status.InvalidMemoryAccess;
      }
      const size = pairsSize(entries);
      const pointer = vm.allocate(size);
      const { memory } = vm;
      if (pointer === 0 || !memory.contains(pointer, size)) return Status.InvalidMemoryAccess;
      writePairs(entries, memory.bytes, memory.view, pointer);
      counters.bytesIn += size;
      return memory.setU32(pointerAt, pointer) && memory.setU32(sizeAt, size)
        ? Status.Ok
        : Status.InvalidMemoryAccess;
    },
    proxy_set_header_map_pairs: (type: number, data: number, size: number) => {
      if (type >>> 0 > lastMapType) return Status.BadArgument;
      const tooLong = size >>> 0 > PairsLimit.MaxBytes;
      const block = tooLong ? new Uint8Array(0) : vm.memory.copy(data, size);
      if (block === undefined) return Status.InvalidMemoryAccess;
      const context = vm.effective!;
      const map = context.writableMap(type);
      if (map === undefined) return Status.BadArgument;
      counters.bytesOut += size;
      map.clear();
      for (const [name, value] of decodePairs(block)) map.add(name, value);
      context.headersModified(type);
      return Status.Ok;
    },
    proxy_get_header_map_size: (type: number, out: number) => {
      if (type >>> 0 > lastMapType) return Status.BadArgument;
      const map = vm.effective!.writableMap(type);
      if (map === undefined) return Status.BadArgument;
      return vm.memory.setU32(out, map.byteSize()) ? Status.Ok : Status.InvalidMemoryAccess;
    },
    proxy_get_header_map_value: (
      type: number,
      key: number,
      keySize: number,
      pointerAt: number,
      sizeAt: number,
    ) => {
      if (type >>> 0 > lastMapType) return Status.BadArgument;
      const name = vm.memory.string(key, keySize);
      if (name === undefined) return Status.InvalidMemoryAccess;
      const context = vm.effective!;
      const map = context.readableMap(type);
      const lenient = vm.spec.code.abi === "0.1.0";
      let value: string | undefined;
      if (map === undefined) {
        if (!context.logging) return Status.BadArgument;
      } else value = map.get(name);
      if (value === undefined) {
        if (!lenient) return Status.NotFound;
        value = "";
      }
      return vm.giveString(value, pointerAt, sizeAt) ? Status.Ok : Status.InvalidMemoryAccess;
    },
    proxy_add_header_map_value: (t: number, k: number, ks: number, v: number, vs: number) =>
      change(t, k, ks, v, vs, "add"),
    proxy_replace_header_map_value: (t: number, k: number, ks: number, v: number, vs: number) =>
      change(t, k, ks, v, vs, "set"),
    proxy_remove_header_map_value: (type: number, key: number, keySize: number) => {
      if (type >>> 0 > lastMapType) return Status.BadArgument;
      const name = vm.memory.string(key, keySize);
      if (name === undefined) return Status.InvalidMemoryAccess;
      const context = vm.effective!;
      const map = context.writableMap(type);
      if (map === undefined) return Status.BadArgument;
      map.remove(name);
      context.headersModified(type);
      return Status.Ok;
    },
  };
}
