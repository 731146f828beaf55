// A filter whose behaviour is a script: the request header `x-do` names what each callback does, so
// that tests drive every guarded call from every phase through the real wire.
import {
  BufferType,
  DataAction,
  HeadersAction,
  MapType,
  Status,
  TrailersAction,
} from "../abi/constants";
import { View } from "../abi/view";
import { readBody, replaceRequestBody, freeRequestLength } from "../sdk/body";
import { install } from "../sdk/contexts";
import { getHeader, HeaderMap, replaceHeader, addHeader, removeHeader } from "../sdk/headers";
import { HttpStream } from "../sdk/http-stream";
import { Plugin } from "../sdk/plugin";
import { Paused } from "../sdk/stream-state";

export {
  malloc,
  proxy_abi_version_0_2_1,
  proxy_on_configure,
  proxy_on_context_create,
  proxy_on_delete,
  proxy_on_done,
  proxy_on_log,
  proxy_on_memory_allocate,
  proxy_on_request_body,
  proxy_on_request_headers,
  proxy_on_request_trailers,
  proxy_on_response_body,
  proxy_on_response_headers,
  proxy_on_response_trailers,
  proxy_on_tick,
  proxy_on_vm_start,
} from "../sdk/callbacks";

/** What a callback is told to do: `step` numbers are the test's own vocabulary (sdk-guards.test.ts). */
const enum Step {
  Nothing = 0,
  Reply = 1,
  Close = 2,
  ContinueRequest = 3,
  ContinueResponse = 4,
  Stop = 5,
  WatchAndStop = 6,
  Hold = 7,
  CountHeaders = 8,
  BadHeader = 9,
  ReplaceBody = 10,
  FreeLength = 11,
  Reply204WithBody = 12,
  Reply99 = 13,
}

/** Statuses of the steps, in order, for the test to read. */
const results: usize = memory.data(1024);
let resultCount: u32 = 0;
let script: usize = memory.data(64);

/** Where the test writes (step of callback n at byte n) and reads (one byte a result, 255: refused). */
export function scriptPtr(): usize {
  return script;
}
export function resultsPtr(): usize {
  return results;
}
export function takeResults(): u32 {
  const count = resultCount;
  resultCount = 0;
  return count;
}

function note(status: u32): void {
  if (resultCount >= 1024) return;
  store<u8>(results + resultCount, status == <u32>Status.Refused ? 255 : status);
  resultCount++;
}

@final
class ProbePlugin extends Plugin {
  headers: HeaderMap = new HeaderMap();
  name: View = View.of("x-probe");
  good: View = View.of("good value");
  bad: View = View.of("bad\r\nvalue");
  method: View = View.of(":method");
  value: View = new View();

  override onConfigure(ptr: usize, size: u32): bool {
    this.pauseLimitMs = 5000;
    return size == 0 || load<u8>(ptr) != 0x21;
  }
  override createStream(): HttpStream {
    return new ProbeStream(this);
  }
}

@final
class ProbeStream extends HttpStream {
  constructor(private plugin: ProbePlugin) {
    super(plugin);
  }

  override onCreate(): void {
    this.run(0);
  }
  override onRequestHeaders(count: u32, endOfStream: bool): HeadersAction {
    return this.headers(this.run(1));
  }
  override onRequestBody(size: u32, endOfStream: bool): DataAction {
    return this.run(2) != 0 ? DataAction.StopIterationAndBuffer : DataAction.Continue;
  }
  override onRequestTrailers(count: u32): TrailersAction {
    return this.run(3) != 0 ? TrailersAction.StopIteration : TrailersAction.Continue;
  }
  override onResponseHeaders(count: u32, endOfStream: bool): HeadersAction {
    return this.headers(this.run(4));
  }
  override onResponseBody(size: u32, endOfStream: bool): DataAction {
    return this.run(5) != 0 ? DataAction.StopIterationAndBuffer : DataAction.Continue;
  }
  override onResponseTrailers(count: u32): TrailersAction {
    return this.run(6) != 0 ? TrailersAction.StopIteration : TrailersAction.Continue;
  }
  override onLog(): void {
    this.run(7);
  }
  override onDone(): void {
    this.run(8);
  }
  override onDelete(): void {
    this.run(9);
  }
  override onPauseExpired(side: Paused): void {
    note(100 + side);
  }

  private headers(stop: u32): HeadersAction {
    if (stop == 2) return HeadersAction.StopIteration;
    return stop == 1 ? HeadersAction.StopAllIterationAndWatermark : HeadersAction.Continue;
  }

  /** Runs the two steps of a callback; 1: stop, 2: hold. */
  private run(callback: u32): u32 {
    const first = this.step(load<u8>(script + 2 * callback));
    const second = this.step(load<u8>(script + 2 * callback + 1));
    return max<u32>(first, second);
  }

  private step(step: u32): u32 {
    const plugin = this.plugin;
    switch (step) {
      case Step.Reply:
        note(this.reply(403));
        break;
      case Step.Close:
        note(this.close());
        break;
      case Step.ContinueRequest:
        note(this.continueRequest());
        break;
      case Step.ContinueResponse:
        note(this.continueResponse());
        break;
      case Step.Stop:
        return 1;
      case Step.WatchAndStop:
        this.watch();
        return 1;
      case Step.Hold:
        this.watch();
        return 2;
      case Step.CountHeaders:
        plugin.headers.read(MapType.RequestHeaders);
        note(plugin.headers.count);
        break;
      case Step.BadHeader:
        note(replaceHeader(MapType.RequestHeaders, plugin.name, plugin.bad));
        note(addHeader(MapType.RequestHeaders, plugin.method, plugin.good));
        note(removeHeader(MapType.RequestHeaders, plugin.method));
        note(replaceHeader(MapType.RequestHeaders, plugin.method, plugin.good));
        note(replaceHeader(MapType.RequestHeaders, plugin.name, plugin.good));
        note(getHeader(MapType.RequestHeaders, plugin.name, plugin.value));
        break;
      case Step.ReplaceBody:
        readBody(BufferType.RequestBody, 0, 16, plugin.value);
        note(replaceRequestBody(this, plugin.good.ptr, plugin.good.length));
        break;
      case Step.FreeLength:
        note(freeRequestLength(this));
        break;
      case Step.Reply204WithBody:
        note(this.reply(204, plugin.good.ptr, plugin.good.length));
        break;
      case Step.Reply99:
        note(this.reply(99));
        break;
    }
    return 0;
  }
}

install((): Plugin => new ProbePlugin());
