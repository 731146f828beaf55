// The host functions that a filter asks for while it is configured, answered without a proxy around it: its configuration,
// a clock that stands still, metric numbers, log lines for messages. Everything else answers "not found". The same calls
// give the same answers, so that what is frozen afterwards is the same bytes each time.
import { readFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../build/sources.ts";

const status = { ok: 0, notFound: 1 } as const;
/** Buffer type of a plugin's configuration (proxy-Wasm ABI 0.2.1). */
const pluginConfiguration = 7;

type Callback = (...args: number[]) => number;

/** One filter instance between its configuration and nothing. */
export class QuietHost {
  /** What the filter said. */
  readonly log: string[] = [];
  configuration: Uint8Array = new Uint8Array(0);
  private exports!: Record<string, Callback> & { memory: WebAssembly.Memory };
  private nextMetric = 1;

  readonly imports: WebAssembly.Imports = { env: this.functions() };

  /** Starts the instance: `_initialize`, as a host does. */
  open(exports: WebAssembly.Exports): void {
    this.exports = exports as never;
    this.exports["_initialize"]?.();
  }

  /** One root context with this configuration, for as long as `proxy_on_configure` takes. False when it is refused. */
  configure(rootId: number, configuration: Uint8Array): boolean {
    this.configuration = configuration;
    this.exports["proxy_on_context_create"]?.(rootId, 0);
    this.exports["proxy_on_vm_start"]?.(rootId, 0);
    const taken = this.exports["proxy_on_configure"](rootId, configuration.length) !== 0;
    this.exports["proxy_on_done"]?.(rootId);
    this.exports["proxy_on_delete"]?.(rootId);
    return taken;
  }

  private functions(): Record<string, Callback> {
    const table = JSON.parse(
      readFileSync(path.join(packageRoot, "assembly", "abi", "functions.json"), "utf8"),
    ) as { hostFunctions: { name: string }[] };
    const functions = Object.fromEntries(
      table.hostFunctions.map(({ name }) => [name, (): number => status.notFound] as const),
    ) as Record<string, Callback>;
    return {
      ...functions,
      proxy_log: (_level, ptr, size) => {
        this.log.push(Buffer.from(this.exports.memory.buffer, ptr, size).toString("utf8"));
        return status.ok;
      },
      proxy_get_buffer_bytes: (type, start, length, ptrSlot, sizeSlot) => {
        if (type !== pluginConfiguration) return status.notFound;
        this.give(this.configuration.subarray(start, start + length), ptrSlot, sizeSlot);
        return status.ok;
      },
      proxy_get_current_time_nanoseconds: (slot) => {
        new DataView(this.exports.memory.buffer).setBigUint64(slot, 0n, true);
        return status.ok;
      },
      proxy_get_log_level: (slot) => this.number(slot, 2),
      proxy_define_metric: (_type, _ptr, _size, slot) => this.number(slot, this.nextMetric++),
      proxy_set_tick_period_milliseconds: () => status.ok,
      proxy_increment_metric: () => status.ok,
      proxy_record_metric: () => status.ok,
    };
  }

  private number(slot: number, value: number): number {
    new DataView(this.exports.memory.buffer).setUint32(slot, value, true);
    return status.ok;
  }

  /** Bytes into memory that the guest allocates, as a host gives them. */
  private give(bytes: Uint8Array, ptrSlot: number, sizeSlot: number): void {
    const allocate = this.exports["malloc"] ?? this.exports["proxy_on_memory_allocate"];
    const at = bytes.length === 0 ? 0 : allocate(bytes.length);
    new Uint8Array(this.exports.memory.buffer, at, bytes.length).set(bytes);
    this.number(ptrSlot, at);
    this.number(sizeSlot, bytes.length);
  }
}
