// One filter of the chain as configured: what a VM needs to run it, and on each worker the root context that serves new
// streams, including Envoy's three answers to a dead VM (closed, open, reload with a jittered back-off).
import { LoadError } from "./crash.ts";
import { utf8 } from "./bytes.ts";
import { loadCode } from "./loader.ts";
import { RootContext } from "./root-context.ts";
import { trapMessage } from "./trap.ts";
import { encodeStruct } from "./struct.ts";
import type { Config, FailurePolicy, FilterSpec } from "./types.ts";
import type { Vm } from "./vm.ts";
import { type VmSpec } from "./vm.ts";
import type { Worker } from "./worker.ts";

export interface PluginSpec {
  name: string;
  rootId: string;
  configuration: Uint8Array;
  failurePolicy: FailurePolicy;
  allowOnHeadersStopIteration: boolean;
  disabledOnRoute: boolean;
  reloadBackoffMs: number;
  vm: VmSpec;
}

/** Bytes of a configuration as Envoy hands them to the filter. */
export function configBytes(config: Config | undefined): Uint8Array {
  if (config === undefined) return new Uint8Array(0);
  if (typeof config === "string") return utf8(config);
  if (config instanceof Uint8Array) return config;
  return encodeStruct(config.struct);
}

/** @throws LoadError when Envoy would refuse the module */
export function pluginSpec(filter: FilterSpec): PluginSpec {
  const vendors = filter.vendors ?? [];
  const code = loadCode(filter.wasm, vendors, filter.memoryLimitPages);
  const vmId = filter.vmId ?? "";
  const vmConfiguration = configBytes(filter.vmConfig);
  const allowed = filter.allowedCapabilities ?? [];
  return {
    name: filter.name,
    rootId: filter.rootId ?? "",
    configuration: configBytes(filter.config),
    failurePolicy: filter.failurePolicy ?? "FAIL_CLOSED",
    allowOnHeadersStopIteration: filter.allowOnHeadersStopIteration ?? false,
    disabledOnRoute: filter.disabledOnRoute ?? false,
    reloadBackoffMs: filter.reloadBackoffMs ?? 1000,
    vm: {
      key: `${vmId}\0${String.fromCharCode(...vmConfiguration)}\0${code.key}`,
      vmId,
      vmConfiguration,
      environment: filter.environment ?? {},
      capabilities: allowed.length > 0 ? new Set(allowed) : undefined,
      code,
      sourceMap: filter.sourceMap,
      vendors,
    },
  };
}

/** A plugin on one worker. */
export class Plugin {
  spec: PluginSpec;
  root: RootContext;
  /** Roots of replaced configurations that still drain. */
  readonly draining: RootContext[] = [];
  readonly #worker: Worker;
  #nextReloadUs = 0;

  constructor(worker: Worker, spec: PluginSpec) {
    this.#worker = worker;
    this.spec = spec;
    this.root = startRoot(worker.vmFor(spec.vm), spec);
  }

  /** Root for a new stream; undefined when the filter is to be skipped (FAIL_OPEN). */
  rootForStream(): RootContext | undefined {
    if (!this.root.vm.dead) return this.root;
    if (this.spec.failurePolicy === "FAIL_RELOAD") this.#tryReload();
    if (this.root.vm.dead && this.spec.failurePolicy === "FAIL_OPEN") return undefined;
    return this.root;
  }

  #tryReload(): void {
    const host = this.#worker.host;
    const nowUs = host.clock.nowUs();
    if (this.#nextReloadUs === 0) this.#nextReloadUs = this.#deadline(this.root.vm.diedAtUs);
    if (nowUs < this.#nextReloadUs) {
      host.count(`wasm.${this.spec.name}.vm_reload_backoff`);
      return;
    }
    this.#nextReloadUs = this.#deadline(nowUs);
    try {
      this.root = startRoot(this.#worker.replaceVm(this.root.vm), this.spec);
      this.#nextReloadUs = 0;
      host.count(`wasm.${this.spec.name}.vm_reload_success`);
    } catch (error) {
      if (!(error instanceof LoadError)) throw error;
      host.count(`wasm.${this.spec.name}.vm_reload_failure`);
    }
  }

  /** Envoy waits between one and one and a half times the base. */
  #deadline(fromUs: number): number {
    const jitter = 1 + this.#worker.host.random.next() / 2;
    return fromUs + this.spec.reloadBackoffMs * jitter * 1000;
  }

  /** Puts a new configuration beside the old one, which goes on serving its streams until it is drained. */
  replace(spec: PluginSpec): void {
    const root = startRoot(this.#worker.vmFor(spec.vm), spec);
    this.draining.push(this.root);
    this.root = root;
    this.spec = spec;
  }

  /** The drain time of replaced configurations is over: their roots shut down. */
  drain(): void {
    for (const root of this.draining.splice(0)) root.done();
  }
}

/** @throws LoadError when the guest refuses its configuration or traps over it */
export function startRoot(vm: Vm, spec: PluginSpec): RootContext {
  const root = new RootContext(vm, spec);
  const started = root.start();
  if (started && root.configure()) return root;
  root.silence();
  if (vm.trap !== undefined) throw new LoadError(trapMessage(vm.trap));
  const what = started ? "configure base Wasm plugin" : "start base Wasm";
  throw new LoadError(`Failed to ${what} (plugin ${spec.name})`);
}
