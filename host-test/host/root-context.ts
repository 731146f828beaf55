// A plugin's root context on one VM: start, configure, tick, queues, callouts, shutdown. Callouts belong to it and not
// to the stream that made them, which is why an answer still arrives when the stream is long gone.
import { BufferType, MapType } from "../../assembly/abi/constants.ts";
import type { Timer } from "./clock.ts";
import { Context, type GuestBuffer } from "./context.ts";
import type { HeaderMap } from "./header-map.ts";
import type { PendingCall } from "./callouts.ts";
import type { PluginSpec } from "./plugin.ts";
import type { Vm } from "./vm.ts";

/** Linux timers in Envoy's event loop do not fire faster than this (measured: 1 ms asked, 4 ms got). */
const tickFloorMs = 4;

/** What the running callout callback may read. */
export interface CallAnswer {
  headers: HeaderMap;
  body: Uint8Array;
  trailers: HeaderMap;
}

export class RootContext extends Context {
  readonly plugin: PluginSpec;
  readonly calls = new Map<number, PendingCall>();
  /** Set while on_http_call_response runs. */
  callAnswer: CallAnswer | undefined;
  grpcMessage: Uint8Array | null = null;
  grpcInitialMetadata: HeaderMap | undefined;
  grpcTrailingMetadata: HeaderMap | undefined;
  /** Set while on_foreign_function runs. */
  callData: Uint8Array | null = null;
  /** Code and message of the last failed call; Envoy keeps the code until the next failure. */
  lastStatusCode = 0;
  lastStatusMessage = "";
  tickPeriodMs = 0;
  tickCount = 0;
  /** on_done answered false: the context waits for proxy_done. */
  pendingDone = false;
  deleted = false;
  #configuring = false;
  #phase = "";
  #tick: Timer | undefined;

  constructor(vm: Vm, plugin: PluginSpec) {
    super(vm, vm.allocateContextId(), plugin.name);
    this.plugin = plugin;
    vm.contexts.set(this.id, this);
    this.run("proxy_on_context_create", "context create", this.id, 0);
  }

  get root(): RootContext {
    return this;
  }
  get phase(): string {
    return this.#phase;
  }
  get logging(): boolean {
    return false;
  }
  get streamInfo(): undefined {
    return undefined;
  }

  /** Calls a callback on this context, then what it put off; undefined when the module has no such callback. */
  run(name: string, phase: string, a = 0, b = 0, c = 0, d = 0, e = 0): number | undefined {
    const callback = this.vm.callbacks[name];
    if (callback === undefined || this.vm.dead) return undefined;
    const saved = this.#phase;
    this.#phase = phase;
    try {
      const result = this.vm.call(name, this, callback, a, b, c, d, e);
      this.vm.runAfterCall();
      return result;
    } finally {
      this.#phase = saved;
    }
  }

  /** on_vm_start; true when absent. */
  start(): boolean {
    this.#configuring = true;
    const size = this.vm.spec.vmConfiguration.length;
    const result = this.run("proxy_on_vm_start", "vm start", this.id, size);
    this.#configuring = false;
    return (result === undefined || result !== 0) && !this.vm.dead;
  }

  /** on_configure; true when absent. */
  configure(): boolean {
    this.#configuring = true;
    const size = this.plugin.configuration.length;
    const result = this.run("proxy_on_configure", "configure", this.id, size);
    this.#configuring = false;
    return (result === undefined || result !== 0) && !this.vm.dead;
  }

  setTickPeriod(periodMs: number): void {
    this.tickPeriodMs = periodMs;
    this.#tick?.cancel();
    this.#tick = undefined;
    if (periodMs > 0) this.#armTick();
  }

  #armTick(): void {
    const period = Math.max(this.tickPeriodMs, tickFloorMs);
    this.#tick = this.vm.worker.clock.schedule(period, () => {
      this.#tick = undefined;
      if (this.vm.dead || this.deleted) return;
      this.tickCount++;
      this.run("proxy_on_tick", "tick", this.id);
      // Re-armed after the callback: the next tick comes a period after this one ended.
      if (this.tickPeriodMs > 0 && this.#tick === undefined && !this.deleted) this.#armTick();
    });
  }

  /** The proxy calls the filter by number; the data is in buffer 8 meanwhile. No Envoy of today does this by itself. */
  foreignFunction(functionId: number, data: Uint8Array): void {
    this.callData = data;
    const size = data.length;
    this.run("proxy_on_foreign_function", "foreign function", this.id, functionId, size);
    this.callData = null;
  }

  /** Shutdown: on_done, and on_delete at once unless the guest wants to finish something first. */
  done(): void {
    if (this.deleted || this.vm.dead) return;
    const result = this.run("proxy_on_done", "done", this.id);
    if (result === 0) this.pendingDone = true;
    else this.delete();
  }

  /** proxy_done from the guest: false when nothing was pending. */
  finishDone(): boolean {
    if (!this.pendingDone) return false;
    this.pendingDone = false;
    this.vm.afterCall(() => this.delete());
    return true;
  }

  delete(): void {
    this.run("proxy_on_delete", "delete", this.id);
    this.silence();
    this.vm.contexts.delete(this.id);
  }

  /** Ends timers and callouts without a word to the guest (VM gone, or after delete). */
  silence(): void {
    this.deleted = true;
    this.#tick?.cancel();
    this.#tick = undefined;
    for (const call of this.calls.values()) call.cancel();
    this.calls.clear();
  }

  readableMap(type: number): HeaderMap | undefined {
    switch (type) {
      case MapType.HttpCallResponseHeaders:
        return this.callAnswer?.headers;
      case MapType.HttpCallResponseTrailers:
        return this.callAnswer?.trailers;
      case MapType.GrpcReceiveInitialMetadata:
        return this.grpcInitialMetadata;
      case MapType.GrpcReceiveTrailingMetadata:
        return this.grpcTrailingMetadata;
      default:
        return undefined;
    }
  }

  writableMap(): undefined {
    return undefined;
  }

  buffer(type: number): GuestBuffer | undefined {
    switch (type) {
      case BufferType.VmConfiguration:
        return this.vm.spec.vmConfiguration;
      case BufferType.PluginConfiguration:
        return this.#configuring ? this.plugin.configuration : undefined;
      case BufferType.HttpCallResponseBody:
        return this.callAnswer?.body;
      case BufferType.GrpcReceiveBuffer:
        return this.grpcMessage;
      case BufferType.CallData:
        return this.callData;
      default:
        return null;
    }
  }

  sendLocalReply(): void {}
  continueStream(): void {}
  closeStream(): void {}
  headersModified(): void {}
}
