// One instance of a module on one simulated thread: link, start, call, trap. Follows proxy-wasm-cpp-host wasm.cc: one id
// counter for root and stream contexts, an effective context for the time of a call, actions that wait until the guest
// returns (local replies, continues), and a dead state after a trap that nothing but a new VM ends.
import { EnvoyCrash, LoadError } from "./crash.ts";
import type { Expression } from "./cel.ts";
import type { Context } from "./context.ts";
import { buildImports } from "./imports.ts";
import type { Code } from "./loader.ts";
import { GuestMemory } from "./memory.ts";
import { MetricIds } from "./metrics.ts";
import { SourceMap } from "./source-map.ts";
import { describeTrap, trapMessage, type Trap } from "./trap.ts";
import type { VendorPack } from "./vendor-guest.ts";
import type { Worker } from "./worker.ts";

export interface VmSpec {
  /** Equal keys share a VM: vm_id, VM configuration and code. */
  key: string;
  vmId: string;
  vmConfiguration: Uint8Array;
  environment: Record<string, string>;
  /** Allowed host functions and callbacks; undefined = all. */
  capabilities: Set<string> | undefined;
  code: Code;
  sourceMap: string | undefined;
  vendors: readonly VendorPack[];
}

type Callback = (...args: number[]) => number;

export class Vm {
  readonly spec: VmSpec;
  readonly worker: Worker;
  readonly contexts = new Map<number, Context>();
  readonly metricIds: MetricIds;
  memory!: GuestMemory;
  /** Callbacks the module exports and its capabilities allow. */
  callbacks: Record<string, Callback | undefined> = {};
  trap: Trap | undefined;
  diedAtUs = 0;
  /** While start functions run, most host calls are refused ("restricted_callback"). */
  starting = false;
  /** While a start section runs there is not even a context. */
  instantiating = false;
  current: Context | undefined;
  effective: Context | undefined;
  /** Name of the running callback, for messages. */
  calling = "";
  /** Set by a local reply: the running callback's result is overridden to "stop". */
  stopNext = false;
  nextHttpToken = 4;
  nextGrpcToken = 5;
  nextGrpcStreamToken = 6;
  nextExpressionToken = 0;
  /** Names of declare_property. */
  readonly declared = new Set<string>();
  /** Buffers of vendors' own types, readable while one of their callbacks runs. */
  readonly vendorBuffers = new Map<number, Uint8Array>();
  /** Expressions of expr_create, by token. */
  readonly expressions = new Map<number, Expression>();
  #nextContextId = 1;
  #afterCall: (() => void)[] = [];
  #allocate: Callback | undefined;
  #sourceMap: SourceMap | undefined;

  constructor(spec: VmSpec, worker: Worker) {
    this.spec = spec;
    this.worker = worker;
    this.metricIds = new MetricIds(worker.host.metrics);
    this.#instantiate();
  }

  get environment(): Record<string, string> {
    return this.spec.environment;
  }

  get dead(): boolean {
    return this.trap !== undefined;
  }

  allocateContextId(): number {
    return this.#nextContextId++;
  }

  #instantiate(): void {
    this.instantiating = true;
    const imported = buildImports(this);
    const instance = new WebAssembly.Instance(this.spec.code.module, imported.object);
    this.instantiating = false;
    const memory =
      (instance.exports["memory"] as WebAssembly.Memory | undefined) ?? imported.memory;
    if (memory === undefined) throw new LoadError("Wasm module is missing a memory export.");
    this.memory = new GuestMemory(memory);
    const callbacks: Record<string, Callback | undefined> = {};
    for (const [name, value] of Object.entries(instance.exports)) {
      if (typeof value !== "function") continue;
      const restricted = this.spec.capabilities !== undefined && name.startsWith("proxy_on_");
      if (restricted && !this.spec.capabilities!.has(name)) continue;
      callbacks[name] = value as Callback;
    }
    this.callbacks = callbacks;
    const exported = instance.exports as Record<string, Callback | undefined>;
    this.#allocate = exported["malloc"] ?? exported["proxy_on_memory_allocate"];
    this.#start();
  }

  /** `_initialize` and then `main`, or else `_start`. */
  #start(): void {
    this.starting = true;
    const { _initialize: initialize, _start: start, main, __main_void: mainVoid } = this.callbacks;
    if (initialize !== undefined) {
      this.call("_initialize", undefined, initialize);
      if (main !== undefined) this.call("main", undefined, main, 0, 0);
      else if (mainVoid !== undefined) this.call("__main_void", undefined, mainVoid);
    } else if (start !== undefined) this.call("_start", undefined, start);
    this.starting = false;
    if (this.trap !== undefined) throw new LoadError(trapMessage(this.trap));
  }

  /**
   * Runs a callback with `context` as the effective one; after a trap the VM is dead and the result is 0.
   * Deferred actions are not run here: the caller does, once it has taken the result (see runAfterCall).
   */
  call(
    name: string,
    context: Context | undefined,
    callback: Callback,
    a = 0,
    b = 0,
    c = 0,
    d = 0,
    e = 0,
  ): number {
    const savedCurrent = this.current;
    const savedEffective = this.effective;
    const savedCalling = this.calling;
    this.current = context;
    this.effective = context;
    this.calling = name;
    const host = this.worker.host;
    host.counters.callbacks++;
    const { observer } = host.options;
    if (observer !== undefined) {
      const args = [a, b, c, d, e].slice(0, callback.length);
      observer.callbackBegins(this.worker.index, this.filterName, name, args);
    }
    try {
      const result = callback(a, b, c, d, e);
      observer?.callbackEnds(result);
      if (host.trace !== undefined) this.#trace(name, [a, b, c, d, e], callback.length, result);
      return result;
    } catch (error) {
      observer?.callbackEnds("trap");
      this.#died(error, name);
      return 0;
    } finally {
      this.current = savedCurrent;
      this.effective = savedEffective;
      this.calling = savedCalling;
    }
  }

  #trace(name: string, args: number[], count: number, result: number | undefined): void {
    this.worker.host.trace!.push({
      kind: "callback",
      worker: this.worker.index,
      filter: this.filterName,
      name,
      args: args.slice(0, count),
      result,
    });
  }

  get filterName(): string {
    return this.current?.filterName ?? "";
  }

  #died(error: unknown, name: string): void {
    const filter = this.filterName;
    this.#afterCall = [];
    this.stopNext = false;
    if (this.spec.sourceMap !== undefined && this.#sourceMap === undefined) {
      this.#sourceMap = SourceMap.parse(this.spec.sourceMap);
    }
    this.trap = describeTrap(error, name, filter, this.#sourceMap, this.spec.code.offsetShift);
    this.diedAtUs = this.worker.host.clock.nowUs();
    if (error instanceof EnvoyCrash) {
      this.worker.host.record(this.worker.host.crashes, error);
      if (this.worker.host.options.onCrash !== "trap") throw error;
    }
    this.worker.host.record(this.worker.host.traps, this.trap);
    this.log(4, trapMessage(this.trap));
    this.worker.silence(this);
  }

  /** Ends the VM as a trap would, for tests of what comes after. */
  kill(reason: string): void {
    this.#died(new Error(reason), this.calling);
  }

  /** Puts off what must not happen while the guest is on the stack. */
  afterCall(action: () => void): void {
    this.#afterCall.push(action);
  }

  /** Runs what was put off; actions may call into the guest again. */
  runAfterCall(): void {
    this.stopNext = false;
    while (this.#afterCall.length > 0) this.#afterCall.shift()!();
  }

  log(level: number, message: string): void {
    const context = this.effective ?? this.current;
    this.worker.host.logBook.write(
      level,
      context?.filterName ?? this.spec.vmId,
      message,
      this.worker.index,
      context?.id ?? 0,
    );
  }

  /** Memory from the guest's allocator; 0 when it refuses or traps (the host call then answers 6). */
  allocate(size: number): number {
    if (this.worker.host.faults.memoryRefused(this.filterName)) return 0;
    try {
      return this.#allocate!(size) >>> 0;
    } catch (error) {
      this.#died(error, "malloc");
      return 0;
    }
  }

  /** Hands bytes to the guest through two out pointers; false when the guest's memory does not take them. */
  give(bytes: Uint8Array, pointerAt: number, sizeAt: number): boolean {
    if (bytes.length === 0) return this.giveNothing(pointerAt, sizeAt);
    const pointer = this.allocate(bytes.length);
    if (pointer === 0 || !this.memory.contains(pointer, bytes.length)) return false;
    this.memory.write(pointer, bytes);
    this.worker.host.counters.bytesIn += bytes.length;
    return this.memory.setU32(pointerAt, pointer) && this.memory.setU32(sizeAt, bytes.length);
  }

  giveString(text: string, pointerAt: number, sizeAt: number): boolean {
    const size = text.length;
    if (size === 0) return this.giveNothing(pointerAt, sizeAt);
    const pointer = this.allocate(size);
    if (pointer === 0 || !this.memory.contains(pointer, size)) return false;
    this.memory.writeString(pointer, text);
    this.worker.host.counters.bytesIn += size;
    return this.memory.setU32(pointerAt, pointer) && this.memory.setU32(sizeAt, size);
  }

  giveNothing(pointerAt: number, sizeAt: number): boolean {
    return this.memory.setU32(pointerAt, 0) && this.memory.setU32(sizeAt, 0);
  }
}
