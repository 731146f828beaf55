// The import object of a module: every host function of its ABI version wrapped once with the checks that come before
// the function itself (start section, start-up restriction, capabilities), counted and, when asked for, traced.
import { hostFunctionsOf } from "./abi-table.ts";
import { Status } from "../../assembly/abi/constants.ts";
import { EnvoyCrash } from "./crash.ts";
import { bufferCalls } from "./hostcalls/buffers.ts";
import { calloutCalls } from "./hostcalls/callouts.ts";
import { grpcCalls } from "./hostcalls/grpc.ts";
import { headerCalls } from "./hostcalls/headers.ts";
import { miscellany } from "./hostcalls/lifecycle.ts";
import { metricCalls } from "./hostcalls/metrics.ts";
import { propertyCalls } from "./hostcalls/properties.ts";
import { sharedCalls } from "./hostcalls/shared.ts";
import { streamCalls } from "./hostcalls/streams.ts";
import { envoyPagesLimit } from "./memory-cap.ts";
import { VendorGuest } from "./vendor-guest.ts";
import type { Vm } from "./vm.ts";
import type { Limits } from "./wasm-binary.ts";
import { wasiFunctions, wasiSignatures } from "./wasi.ts";

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- one table for functions of many signatures
export type HostCall = (...args: any[]) => number;

interface Imported {
  object: WebAssembly.Imports;
  /** Memory made for a module that imports one (Emscripten's older output). */
  memory: WebAssembly.Memory | undefined;
}

/** Host functions that work during `_initialize` and `_start`. */
const allowedAtStart = new Set(["proxy_log"]);
/** Arity that no switch of `byArity` takes: arguments are passed as they come. */
const variadic = 99;
/** For a module handed in compiled, whose own wishes JavaScript does not tell. */
const usualMemory: Limits = { initial: 256, maximum: undefined };
const usualTable: Limits = { initial: 1024, maximum: undefined };
/** No status: the host call itself runs. */
const goes = -1;
const wasiModules = ["wasi_unstable", "wasi_snapshot_preview1"];

export function buildImports(vm: Vm): Imported {
  const all: Record<string, HostCall> = {
    ...miscellany(vm),
    ...headerCalls(vm),
    ...bufferCalls(vm),
    ...streamCalls(vm),
    ...calloutCalls(vm),
    ...grpcCalls(vm),
    ...sharedCalls(vm),
    ...metricCalls(vm),
    ...propertyCalls(vm),
  };
  const env: Record<string, unknown> = {};
  for (const name of hostFunctionsOf(vm.spec.code.abi).keys()) {
    const call = all[name];
    if (call === undefined) continue;
    env[name] = guard(vm, name, call);
  }
  env["pthread_equal"] = (a: number, b: number) => (a === b ? 1 : 0);
  env["emscripten_notify_memory_growth"] = () => undefined;
  const object: WebAssembly.Imports = { env: env as WebAssembly.ModuleImports };
  addWasi(vm, object);
  addVendors(vm, object);
  return { object, memory: importedMemory(vm, object) };
}

/** Counted, restricted, refused on demand and traced like Envoy's own. */
function addVendors(vm: Vm, object: WebAssembly.Imports): void {
  const guest = new VendorGuest(vm);
  for (const pack of vm.spec.vendors) {
    for (const [full, call] of Object.entries(pack.functions)) {
      const dot = full.indexOf(".");
      const name = full.slice(dot + 1);
      const bound: HostCall = (...args: number[]) => call(guest, ...args) as number;
      Object.defineProperty(bound, "length", { value: variadic });
      (object[full.slice(0, dot)] ??= {})[name] = guard(vm, name, bound);
    }
  }
}

function addWasi(vm: Vm, object: WebAssembly.Imports): void {
  const needed = WebAssembly.Module.imports(vm.spec.code.module);
  if (!needed.some(({ module }) => wasiModules.includes(module))) return;
  const functions = wasiFunctions(vm);
  const allowed = vm.spec.capabilities;
  if (allowed !== undefined) {
    for (const name of Object.keys(wasiSignatures)) {
      if (!allowed.has(name)) functions[name] = () => 76;
    }
  }
  for (const module of wasiModules) object[module] = functions as WebAssembly.ModuleImports;
}

/** Memory and table that a module imports, in the sizes it asks for; Envoy makes them likewise. */
function importedMemory(vm: Vm, object: WebAssembly.Imports): WebAssembly.Memory | undefined {
  let memory: WebAssembly.Memory | undefined;
  const { module: compiled, shape } = vm.spec.code;
  for (const { module, name, kind } of WebAssembly.Module.imports(compiled)) {
    const asked = shape?.imports.find((entry) => entry.module === module && entry.name === name);
    if (kind === "memory") {
      const { initial, maximum } = asked?.limits ?? usualMemory;
      memory = new WebAssembly.Memory({
        initial,
        maximum: Math.min(maximum ?? envoyPagesLimit, envoyPagesLimit),
      });
      (object[module] ??= {})[name] = memory;
    } else if (kind === "table") {
      const { initial, maximum } = asked?.limits ?? usualTable;
      const limits = maximum === undefined ? { initial } : { initial, maximum };
      (object[module] ??= {})[name] = new WebAssembly.Table({ ...limits, element: "anyfunc" });
    }
  }
  return memory;
}

function guard(vm: Vm, name: string, call: HostCall): HostCall {
  const { host } = vm.worker;
  const { counters } = host;
  const slot = counters.slot(name);
  const allowed = vm.spec.capabilities === undefined || vm.spec.capabilities.has(name);
  /** Status that answers in place of the call, `goes` when nothing does. */
  const before = (): number => {
    counters.counts[slot]++;
    if (host.scheduler !== undefined) host.scheduler.atHostCall();
    if (vm.starting || vm.instantiating) refuseAtStart(vm, name);
    if (!allowed) {
      vm.log(4, `Attempted to call restricted capability: ${name}`);
      return Status.InternalFailure;
    }
    if (!host.faults.active) return goes;
    return host.faults.statusOf(name, vm.filterName) ?? goes;
  };
  const { observer } = host.options;
  const result = (status: number, args: number[]): number => {
    observer?.hostCall(name, args, status, vm.memory);
    if (host.trace !== undefined) {
      host.trace.push({
        kind: "hostcall",
        worker: vm.worker.index,
        filter: vm.filterName,
        name,
        args,
        result: status,
      });
    }
    return status;
  };
  if (host.trace !== undefined || observer !== undefined) {
    return (...args: number[]) => {
      const refused = before();
      return result(refused === goes ? call(...args) : refused, args);
    };
  }
  return byArity(call, before);
}

/** A wrapper of the very arity: the engine's border between wasm and JavaScript is quickest without rest arguments. */
function byArity(call: HostCall, before: () => number): HostCall {
  let refused: number;
  switch (call.length) {
    case 0:
      return () => ((refused = before()) === goes ? call() : refused);
    case 1:
      return (a: number) => ((refused = before()) === goes ? call(a) : refused);
    case 2:
      return (a: number, b: number) => ((refused = before()) === goes ? call(a, b) : refused);
    case 3:
      return (a: number, b: number, c: number) =>
        (refused = before()) === goes ? call(a, b, c) : refused;
    case 4:
      return (a: number, b: number, c: number, d: number) =>
        (refused = before()) === goes ? call(a, b, c, d) : refused;
    case 5:
      return (a: number, b: number, c: number, d: number, e: number) =>
        (refused = before()) === goes ? call(a, b, c, d, e) : refused;
    default:
      return (...args: number[]) => ((refused = before()) === goes ? call(...args) : refused);
  }
}

function refuseAtStart(vm: Vm, name: string): void {
  if (vm.instantiating) {
    throw new EnvoyCrash(name, "the start section", "there is no context yet");
  }
  if (!allowedAtStart.has(name)) throw new Error("restricted_callback");
}
