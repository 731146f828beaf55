// Host functions of other vendors: a pack brings them by name, Envoy has none of them. Without the pack such an import
// fails the load as in Envoy; the message then says whose function it is.
import type { AbiVersion } from "./abi-table.ts";
import { utf8Decode } from "./bytes.ts";
import { setProperty } from "./properties.ts";
import type { Vm } from "./vm.ts";

/** A host function of a vendor; what it returns is the status the guest gets. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- one table for functions of many signatures
export type VendorFunction = (guest: VendorGuest, ...args: any[]) => number | void;

/** Opt-in host functions: an entry of `FilterSpec.vendors`. */
export interface VendorPack {
  name: string;
  /** By `module.name`, as the module imports them. */
  functions: Record<string, VendorFunction>;
  /** ABI markers that only this vendor's proxy knows, and the version of the common ABI that they extend. */
  abiMarkers?: Record<string, AbiVersion>;
}

/** What a vendor's host function may do with the guest that called it. */
export class VendorGuest {
  readonly #vm: Vm;

  constructor(vm: Vm) {
    this.#vm = vm;
  }

  /** Copy of guest memory; undefined when the range lies outside (answer status 6). */
  bytes(pointer: number, size: number): Uint8Array | undefined {
    return this.#vm.memory.copy(pointer, size);
  }

  /** UTF-8 text of guest memory; undefined when the range lies outside. */
  text(pointer: number, size: number): string | undefined {
    const bytes = this.bytes(pointer, size);
    return bytes === undefined ? undefined : utf8Decode(bytes);
  }

  /** Hands bytes over in memory of the guest's allocator; false when it does not take them (status 6). */
  give(bytes: Uint8Array, pointerAt: number, sizeAt: number): boolean {
    return this.#vm.give(bytes, pointerAt, sizeAt);
  }

  setU32(pointer: number, value: number): boolean {
    return this.#vm.memory.setU32(pointer, value);
  }

  /** Level 0 (trace) to 5 (critical). */
  log(level: number, message: string): void {
    this.#vm.log(level, message);
  }

  get environment(): Readonly<Record<string, string>> {
    return this.#vm.environment;
  }

  /** Writes a property of the running stream; false where there is none. */
  setProperty(path: string, value: Uint8Array): boolean {
    return setProperty(this.#vm.effective!, path, value);
  }

  /**
   * Calls a callback on the plugin's root context in a later turn of the event loop, `delayMs` from now, with `buffer`
   * readable under the buffer type `bufferType` meanwhile. Arguments follow the context id.
   */
  callLater(
    callback: string,
    args: readonly number[],
    bufferType: number,
    buffer: Uint8Array,
    delayMs = 0,
  ): void {
    const vm = this.#vm;
    const { root } = vm.effective!;
    vm.worker.clock.schedule(delayMs, () => {
      if (vm.dead || root.deleted) return;
      vm.vendorBuffers.set(bufferType, buffer);
      root.run(callback, callback, root.id, args[0], args[1], args[2], args[3]);
      vm.vendorBuffers.delete(bufferType);
    });
  }

  /** Ends the VM as a trap does. */
  trap(message: string): never {
    throw new WebAssembly.RuntimeError(message);
  }
}

/** Whose function an import is, for the message of a load that fails over it; "" when nobody known has it. */
export function vendorHint(full: string): string {
  const known = vendors.find(({ pattern }) => pattern.test(full));
  return known === undefined ? "" : ` (${known.says})`;
}

const vendors = [
  {
    pattern:
      /^env\.proxy_(redis_\w+|inject_encoded_data_to_filter_chain|get_upstream_hosts|set_upstream_override_host)$/,
    says: "a host function of Higress; the pack `higress` of meshwarden/vendors brings it",
  },
  {
    pattern: /^env\.proxy_(dictionary_get|get_secret|get_effective_at_secret|kv_store_\w+)$/,
    says: "a host function of Gcore FastEdge; the pack `gcore` of meshwarden/vendors brings it",
  },
  {
    pattern: /^env\.(abort|seed|trace|console\.\w+|Date\.now)$/,
    says:
      "AssemblyScript's default: compile with --use abort=..., without Math.random and console; " +
      "the pack `assemblyscript` of meshwarden/vendors lets it run here, but no Envoy will load it",
  },
  {
    pattern: /^(__wbindgen_\w+|wbg|\.\/\w+_bg\.js)\./,
    says: "built by wasm-bindgen for JavaScript; a proxy-Wasm filter is a plain cdylib",
  },
  {
    pattern: /^wasi:|^wasi_snapshot_preview2\./,
    says: "a component of WASI 0.2; Envoy runs core modules with WASI preview 1",
  },
];
