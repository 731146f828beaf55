// A simulated thread of Envoy: the main thread (index 0), a worker (1..) or the short-lived canary (-1). It owns the VMs
// of that thread; plugins with equal vm_id, VM configuration and code share one.
import { FilterChain } from "./filter-chain.ts";
import type { Clock } from "./clock.ts";
import type { Host } from "./host.ts";
import { Plugin, type PluginSpec } from "./plugin.ts";
import type { ConnectionInfo, StreamDriver, StreamSinks } from "./types.ts";
import { Vm, type VmSpec } from "./vm.ts";
import { WorkerClock } from "./worker-clock.ts";

export class Worker {
  readonly host: Host;
  readonly index: number;
  readonly plugins: Plugin[] = [];
  readonly streams = new Set<FilterChain>();
  /** The host's clock; what falls due becomes a job of this worker. */
  readonly clock: Clock;
  /** On the stack of a scheduled run: no other job of this worker may start. */
  busy = false;
  readonly #vms = new Map<string, Vm>();

  constructor(host: Host, index: number) {
    this.host = host;
    this.index = index;
    this.clock = new WorkerClock(host.clock, (job) => this.post(job));
  }

  /** Runs a job now, or in its turn when a scheduler interleaves the workers. */
  post(job: () => void): void {
    const { scheduler } = this.host;
    if (scheduler === undefined) job();
    else scheduler.post(this, job);
  }

  /** The thread's VM for this key, made when there is none. @throws LoadError when its start fails */
  vmFor(spec: VmSpec): Vm {
    let vm = this.#vms.get(spec.key);
    if (vm === undefined || vm.dead) this.#vms.set(spec.key, (vm = new Vm(spec, this)));
    return vm;
  }

  /** A fresh VM in place of a dead one, unless another plugin already brought one. */
  replaceVm(dead: Vm): Vm {
    this.silence(dead);
    return this.vmFor(dead.spec);
  }

  /** No timer and no callout of a dead VM reaches anybody. */
  silence(vm: Vm): void {
    for (const plugin of this.plugins) {
      if (plugin.root.vm === vm) plugin.root.silence();
      for (const root of plugin.draining) if (root.vm === vm) root.silence();
    }
  }

  /** @throws LoadError when the guest refuses to start */
  load(specs: readonly PluginSpec[]): void {
    for (const spec of specs) {
      const twin = this.plugins.find((plugin) => samePlugin(plugin.spec, spec));
      this.plugins.push(twin ?? new Plugin(this, spec));
    }
  }

  /** A new request on this worker. */
  openStream(sinks: StreamSinks, connection: ConnectionInfo): StreamDriver {
    return this.openChain(sinks, connection);
  }

  openChain(sinks: StreamSinks, connection: ConnectionInfo): FilterChain {
    const chain = new FilterChain(this, sinks, connection);
    this.streams.add(chain);
    return chain;
  }

  /** The worker's VMs die here and now, as if each had trapped: policies decide how new streams fare. */
  lose(reason = "worker lost"): void {
    for (const vm of this.#vms.values()) if (!vm.dead) vm.kill(reason);
  }

  get pages(): number {
    let pages = 0;
    for (const vm of this.#vms.values()) pages += vm.memory.pages;
    return pages;
  }
}

/** Envoy gives two entries of one name, root id and configuration one root context. */
function samePlugin(a: PluginSpec, b: PluginSpec): boolean {
  return (
    a.name === b.name &&
    a.rootId === b.rootId &&
    a.vm.key === b.vm.key &&
    a.configuration.length === b.configuration.length &&
    a.configuration.every((byte, index) => byte === b.configuration[index])
  );
}
