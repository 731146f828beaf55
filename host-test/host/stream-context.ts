// One filter on one request: which maps and bodies are open in which callback, how results become pauses, local replies,
// and the end of life (log, done, delete). Follows Envoy's wasm Context; the windows are the measured ones: a map is
// gone once its callback returned Continue, and stays for the rest of the stream when it paused.
import { BufferType, MapType, StreamType } from "../../assembly/abi/constants.ts";
import type { BodyBuffer } from "./body-buffer.ts";
import { Context, type GuestBuffer, type LocalReply } from "./context.ts";
import { EnvoyCrash } from "./crash.ts";
import {
  DataStatus,
  HeadersStatus,
  TrailersStatus,
  type Direction,
  type DirectionFilter,
} from "./direction.ts";
import type { FilterChain } from "./filter-chain.ts";
import type { HeaderMap } from "./header-map.ts";
import { filterFailed } from "./proxy-replies.ts";
import type { RootContext } from "./root-context.ts";
import type { StreamInfo } from "./stream-info.ts";
import { StreamWindows } from "./stream-windows.ts";

const endPhases = new Set(["log", "done", "delete"]);

export class StreamContext extends Context {
  readonly #root: RootContext;
  readonly #chain: FilterChain;
  readonly #index: number;
  readonly decoder: DirectionFilter;
  readonly encoder: DirectionFilter;
  readonly #windows: StreamWindows;
  #created = false;
  #destroyed = false;
  #replyHeld = false;
  #replySent = false;
  #closes = 0;
  #phase = "";
  #logging = false;

  constructor(root: RootContext, chain: FilterChain, index: number) {
    super(root.vm, root.vm.allocateContextId(), root.filterName);
    this.#root = root;
    this.#chain = chain;
    this.#index = index;
    this.#windows = new StreamWindows(chain);
    this.decoder = {
      headers: (map, end) => this.#decodeHeaders(map, end),
      data: (buffer, end) => this.#decodeData(buffer, end),
      trailers: (map) => this.#decodeTrailers(map),
    };
    this.encoder = {
      headers: (map, end) => this.#encodeHeaders(map, end),
      data: (buffer, end) => this.#encodeData(buffer, end),
      trailers: (map) => this.#encodeTrailers(map),
    };
  }

  get root(): RootContext {
    return this.#root;
  }
  get phase(): string {
    return this.#phase;
  }
  get logging(): boolean {
    return this.#logging;
  }
  get streamInfo(): StreamInfo {
    return this.#chain.info;
  }

  /** Position of this filter in a direction; the way down runs backwards. */
  #side(direction: Direction): number {
    return direction === this.#chain.decode
      ? this.#index
      : this.#chain.encode.sides.length - 1 - this.#index;
  }

  #create(): void {
    if (this.#created) return;
    this.#created = true;
    this.vm.contexts.set(this.id, this);
    this.#run("proxy_on_context_create", "context create", this.id, this.#root.id);
  }

  /** Result of a callback; undefined when the module lacks it. Actions put off have not run yet. */
  #run(name: string, phase: string, a: number, b = 0, c = 0): number | undefined {
    const callback = this.vm.callbacks[name];
    if (callback === undefined || this.vm.dead) return undefined;
    const saved = this.#phase;
    this.#phase = phase;
    this.#closes = 0;
    try {
      const result = this.vm.call(name, this, callback, a, b, c);
      this.#stopped = this.vm.stopNext;
      this.vm.runAfterCall();
      return result;
    } finally {
      this.#phase = saved;
    }
  }
  #stopped = false;

  /** Headers and data fail closed once the VM is dead, whatever the failure policy says about later streams. */
  #failed(): boolean {
    if (!this.vm.dead) return false;
    if (!this.#replySent) {
      this.#replySent = true;
      this.#chain.sendLocalReply(filterFailed, true);
    }
    return true;
  }

  /** The 503 for a dead VM passes the dead filter itself. */
  get #answeredDead(): boolean {
    return this.vm.dead && this.#replySent;
  }

  #headers(name: string, phase: string, map: HeaderMap, end: boolean): HeadersStatus {
    if (this.#failed()) return HeadersStatus.StopAllWatermark;
    const count = map.entries.length;
    const result = this.#run(name, phase, this.id, count, end ? 1 : 0);
    if (this.#failed()) return HeadersStatus.StopAllWatermark;
    if (result === undefined) return HeadersStatus.Continue;
    if (this.#stopped) return HeadersStatus.StopAllWatermark;
    if (result === 0 || result === 2) return HeadersStatus.Continue;
    if (result === 1 && this.#root.plugin.allowOnHeadersStopIteration) {
      return HeadersStatus.StopIteration;
    }
    return result === 3 ? HeadersStatus.StopAllBuffer : HeadersStatus.StopAllWatermark;
  }

  #data(name: string, phase: string, buffer: BodyBuffer, end: boolean): DataStatus {
    if (this.#failed()) return DataStatus.StopNoBuffer;
    const result = this.#run(name, phase, this.id, buffer.length, end ? 1 : 0);
    if (this.#failed()) return DataStatus.StopNoBuffer;
    if (result === undefined) return DataStatus.Continue;
    if (this.#stopped) return DataStatus.StopNoBuffer;
    if (result === 0) return DataStatus.Continue;
    if (result === 1) return DataStatus.StopBuffer;
    return result === 2 ? DataStatus.StopWatermark : DataStatus.StopNoBuffer;
  }

  #trailers(name: string, phase: string, map: HeaderMap): TrailersStatus {
    if (this.#failed()) return TrailersStatus.Stop;
    const result = this.#run(name, phase, this.id, map.entries.length);
    if (this.#failed() || (result !== undefined && this.#stopped)) return TrailersStatus.Stop;
    return result === undefined || result === 0 ? TrailersStatus.Continue : TrailersStatus.Stop;
  }

  #decodeHeaders(map: HeaderMap, end: boolean): HeadersStatus {
    this.#create();
    this.#windows.requestHeaders = map;
    this.#windows.endOfStream = end;
    const status = this.#headers("proxy_on_request_headers", "request headers", map, end);
    if (status === HeadersStatus.Continue) this.#windows.requestHeaders = undefined;
    return status;
  }

  #decodeData(buffer: BodyBuffer, end: boolean): DataStatus {
    let body = buffer;
    if (this.#windows.bufferingRequest) {
      this.#chain.decode.addBuffered(buffer);
      if (this.#destroyed) return DataStatus.StopNoBuffer;
      body = this.#chain.decode.buffered ?? buffer;
    }
    this.#windows.requestBody = body;
    this.#windows.endOfStream = end;
    const status = this.#data("proxy_on_request_body", "request body", body, end);
    this.#windows.bufferingRequest = status === DataStatus.StopBuffer;
    if (status === DataStatus.Continue) this.#windows.requestBody = undefined;
    return status;
  }

  #decodeTrailers(map: HeaderMap): TrailersStatus {
    this.#windows.requestTrailers = map;
    const status = this.#trailers("proxy_on_request_trailers", "request trailers", map);
    if (status === TrailersStatus.Continue) this.#windows.requestTrailers = undefined;
    return status;
  }

  #encodeHeaders(map: HeaderMap, end: boolean): HeadersStatus {
    // An earlier filter answered before this one saw the request: no context, no callbacks.
    if (!this.#created || this.#answeredDead) return HeadersStatus.Continue;
    this.#windows.responseHeaders = map;
    this.#windows.endOfStream = end;
    const status = this.#headers("proxy_on_response_headers", "response headers", map, end);
    if (status === HeadersStatus.Continue) this.#windows.responseHeaders = undefined;
    return status;
  }

  #encodeData(buffer: BodyBuffer, end: boolean): DataStatus {
    if (!this.#created || this.#answeredDead) return DataStatus.Continue;
    let body = buffer;
    if (this.#windows.bufferingResponse) {
      this.#chain.encode.addBuffered(buffer);
      if (this.#destroyed) return DataStatus.StopNoBuffer;
      body = this.#chain.encode.buffered ?? buffer;
    }
    this.#windows.responseBody = body;
    this.#windows.endOfStream = end;
    const status = this.#data("proxy_on_response_body", "response body", body, end);
    this.#windows.bufferingResponse = status === DataStatus.StopBuffer;
    if (status === DataStatus.Continue) this.#windows.responseBody = undefined;
    return status;
  }

  #encodeTrailers(map: HeaderMap): TrailersStatus {
    if (!this.#created || this.#answeredDead) return TrailersStatus.Continue;
    this.#windows.responseTrailers = map;
    const status = this.#trailers("proxy_on_response_trailers", "response trailers", map);
    if (status === TrailersStatus.Continue) this.#windows.responseTrailers = undefined;
    return status;
  }

  /** Access log time: runs for every filter of the chain before the first of them is destroyed. */
  log(): void {
    this.#create();
    this.#logging = true;
    this.#run("proxy_on_log", "log", this.id);
    this.#logging = false;
  }

  destroy(): void {
    if (this.#destroyed || !this.#created) return;
    this.#destroyed = true;
    this.#run("proxy_on_done", "done", this.id);
    this.#run("proxy_on_delete", "delete", this.id);
    this.vm.contexts.delete(this.id);
  }

  readableMap(type: number): HeaderMap | undefined {
    if (type > MapType.ResponseTrailers) return this.#root.readableMap(type);
    return this.#windows.readable(type, this.#logging);
  }

  writableMap(type: number): HeaderMap | undefined {
    return this.#windows.writable(type);
  }

  buffer(type: number): GuestBuffer | undefined {
    if (type > BufferType.ResponseBody) return this.#root.buffer(type);
    return this.#windows.body(type);
  }

  headersModified(type: number): void {
    if (type === MapType.RequestHeaders) this.#chain.routeCacheCleared = true;
  }

  sendLocalReply(reply: LocalReply): void {
    if (endPhases.has(this.#phase)) {
      throw new EnvoyCrash(
        "proxy_send_local_response",
        `proxy_on_${this.#phase}`,
        "the stream is being destroyed; the reply re-enters it",
      );
    }
    this.#replyHeld = true;
    // Of two replies in one callback the first goes out, with the details of the second.
    this.vm.afterCall(() => {
      this.#replySent = true;
      this.#chain.sendLocalReply(reply, true);
    });
  }

  continueStream(type: number): void {
    const direction = type === StreamType.Request ? this.#chain.decode : this.#chain.encode;
    if (type === StreamType.Response && direction.headers === undefined && !this.#replyHeld) {
      throw new EnvoyCrash(
        "proxy_continue_stream(response)",
        this.#phase === "" ? this.vm.calling : `proxy_on_${this.#phase.replace(" ", "_")}`,
        "there is no response yet",
      );
    }
    this.vm.afterCall(() => {
      if (!this.#chain.finished && direction.headers !== undefined) {
        direction.resume(this.#side(direction));
      }
    });
    this.#windows.requestHeaders = undefined;
    this.#windows.requestBody = undefined;
    this.#windows.requestTrailers = undefined;
  }

  closeStream(type: number): void {
    const where =
      this.#phase === "" ? this.vm.calling : `proxy_on_${this.#phase.replace(" ", "_")}`;
    if (endPhases.has(this.#phase)) {
      throw new EnvoyCrash(
        `proxy_close_stream(${type})`,
        where,
        "the stream is being destroyed already",
      );
    }
    if (++this.#closes > 1) {
      throw new EnvoyCrash("proxy_close_stream", where, "second call in one callback");
    }
    this.vm.afterCall(() => this.#chain.reset("wasm_close_stream"));
  }
}
