// One network filter on one TCP connection: its callbacks, the two buffers it may read and change, and what is held while
// it waits. Held bytes are offered again, with the new ones behind them; only the downstream side can be continued from
// outside, the upstream side waits for a callback that returns 0.
import { BufferType, StreamType } from "../../assembly/abi/constants.ts";
import { BodyBuffer } from "./body-buffer.ts";
import { Context, type GuestBuffer } from "./context.ts";
import type { HeaderMap } from "./header-map.ts";
import type { RootContext } from "./root-context.ts";
import type { StreamInfo } from "./stream-info.ts";
import type { TcpChain } from "./tcp-chain.ts";

export class ConnectionContext extends Context {
  readonly #root: RootContext;
  readonly #chain: TcpChain;
  readonly #index: number;
  readonly #downstream = new BodyBuffer();
  readonly #upstream = new BodyBuffer();
  #downstreamEnd = false;
  #open: "downstream" | "upstream" | "" = "";
  #phase = "";
  #created = false;
  /** Stopped on the connection itself: data waits unseen. */
  #unread = false;
  /** A callback returned "stop": nothing passes this filter towards the upstream. */
  stopped = false;

  constructor(root: RootContext, chain: TcpChain, index: number) {
    super(root.vm, root.vm.allocateContextId(), root.filterName);
    this.#root = root;
    this.#chain = chain;
    this.#index = index;
  }

  get root(): RootContext {
    return this.#root;
  }
  get phase(): string {
    return this.#phase;
  }
  get logging(): boolean {
    return false;
  }
  get streamInfo(): StreamInfo {
    return this.#chain.info;
  }

  #run(name: string, a: number, b = 0, c = 0): number {
    const callback = this.vm.callbacks[name];
    if (callback === undefined || this.vm.dead) return 0;
    const saved = this.#phase;
    this.#phase = name.slice("proxy_on_".length).replaceAll("_", " ");
    const result = this.vm.call(name, this, callback, a, b, c);
    this.vm.runAfterCall();
    this.#phase = saved;
    if (this.vm.dead) this.#chain.close("local");
    return result;
  }

  /** True when the next filter may see the connection. */
  newConnection(): boolean {
    this.#created = true;
    this.vm.contexts.set(this.id, this);
    this.#run("proxy_on_context_create", this.id, this.#root.id);
    this.stopped = this.#run("proxy_on_new_connection", this.id) !== 0;
    this.#unread = this.stopped;
    return !this.stopped;
  }

  /** Bytes towards the upstream; what may go on, undefined while the filter holds them. */
  downstreamData(bytes: Uint8Array, end: boolean): Uint8Array | undefined {
    this.#downstream.append(bytes);
    this.#downstreamEnd ||= end;
    if (this.#unread) return undefined;
    this.#open = "downstream";
    const size = this.#downstream.length;
    const result = this.#run(
      "proxy_on_downstream_data",
      this.id,
      size,
      this.#downstreamEnd ? 1 : 0,
    );
    this.#open = "";
    this.stopped = result !== 0;
    return this.stopped ? undefined : take(this.#downstream);
  }

  /** Bytes towards the client; undefined while the filter holds them. */
  upstreamData(bytes: Uint8Array, end: boolean): Uint8Array | undefined {
    this.#upstream.append(bytes);
    if (!this.#created) return take(this.#upstream);
    this.#open = "upstream";
    const size = this.#upstream.length;
    const result = this.#run("proxy_on_upstream_data", this.id, size, end ? 1 : 0);
    this.#open = "";
    return result === 0 ? take(this.#upstream) : undefined;
  }

  /** The client said something that no callback has seen. */
  get waiting(): boolean {
    return this.#downstream.length > 0 || this.#downstreamEnd;
  }

  closed(side: "downstream" | "upstream", peer: number): void {
    if (this.#created) this.#run(`proxy_on_${side}_connection_close`, this.id, peer);
  }

  /** Unlike an HTTP stream: done comes before log. */
  destroy(): void {
    if (!this.#created) return;
    this.#run("proxy_on_done", this.id);
    this.#run("proxy_on_log", this.id);
    this.#run("proxy_on_delete", this.id);
    this.vm.contexts.delete(this.id);
  }

  /** What was held goes on to the next filter; undefined when this one has not seen it yet and is to be asked first. */
  release(): { bytes: Uint8Array; end: boolean } | undefined {
    this.stopped = false;
    if (this.#unread) {
      this.#unread = false;
      return undefined;
    }
    return { bytes: take(this.#downstream), end: this.#downstreamEnd };
  }

  readableMap(type: number): HeaderMap | undefined {
    return this.#root.readableMap(type);
  }

  writableMap(): undefined {
    return undefined;
  }

  buffer(type: number): GuestBuffer | undefined {
    if (type === BufferType.DownstreamData)
      return this.#open === "downstream" ? this.#downstream : null;
    if (type === BufferType.UpstreamData) return this.#open === "upstream" ? this.#upstream : null;
    return this.#root.buffer(type);
  }

  sendLocalReply(): void {}
  headersModified(): void {}

  continueStream(type: number): void {
    if (type === StreamType.Downstream) this.vm.afterCall(() => this.#chain.resume(this.#index));
  }

  closeStream(type: number): void {
    if (type >= StreamType.Downstream) this.vm.afterCall(() => this.#chain.close("local"));
  }
}

function take(buffer: BodyBuffer): Uint8Array {
  const bytes = buffer.length === 0 ? new Uint8Array(0) : buffer.bytes();
  buffer.clear();
  return bytes;
}
