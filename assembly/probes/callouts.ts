// A filter that asks another service before it lets a request pass: the door through which tests prove
// that an answer reaches the right stream, and only that one.
import { HeadersAction, Status } from "../abi/constants";
import { PairsWriter } from "../abi/pairs-writer";
import { View } from "../abi/view";
import { install } from "../sdk/contexts";
import { callGrpc } from "../sdk/grpc-call";
import { callHttp, readCallBody } from "../sdk/http-call";
import { HttpStream } from "../sdk/http-stream";
import { Plugin } from "../sdk/plugin";
import { SharedUpdate, updateShared } from "../sdk/shared-data";

export {
  proxy_on_grpc_close,
  proxy_on_grpc_receive,
  proxy_on_http_call_response,
} from "../sdk/callout-callbacks";
export {
  malloc,
  proxy_abi_version_0_2_1,
  proxy_on_context_create,
  proxy_on_delete,
  proxy_on_done,
  proxy_on_log,
  proxy_on_memory_allocate,
  proxy_on_request_headers,
  proxy_on_tick,
} from "../sdk/callbacks";

let mode: u32 = 0;
let lastStatus: u32 = 0;
let updates: u32 = 0;

/** 0: HTTP, 1: gRPC, 2: HTTP with a negative timeout, 3: gRPC without a cluster. */
export function setMode(next: u32): void {
  mode = next;
}
/** Status of the last start. */
export function startStatus(): u32 {
  return lastStatus;
}

@final
class CounterUpdate extends SharedUpdate {
  override next(value: View, found: bool): bool {
    updates++;
    this.ptr = memory.data(4);
    this.length = 4;
    store<u32>(this.ptr, found && value.length == 4 ? load<u32>(value.ptr) + 1 : 1);
    return true;
  }
}

/** Adds one under key "n" with at most `tries` turns; answers the status. */
export function countUp(tries: u32): u32 {
  return updateShared(View.of("n"), new CounterUpdate(), new View(), tries);
}
/** Turns that updates took so far. */
export function updateTurns(): u32 {
  return updates;
}

@final
class AskPlugin extends Plugin {
  cluster: View = View.of("authz");
  none: View = new View();
  service: View = View.of("s.S");
  method: View = View.of("M");
  headers: PairsWriter = new PairsWriter(8, 512);
  body: View = new View();
  names: View[] = [View.of(":method"), View.of(":path"), View.of(":authority")];
  values: View[] = [View.of("GET"), View.of("/ask"), View.of("authz")];

  /** The three pseudo-headers that the host wants. */
  fillHeaders(): void {
    this.headers.reset();
    for (let i = 0; i < 3; i++) {
      const name = this.names[i];
      const value = this.values[i];
      this.headers.add(name.ptr, name.length, value.ptr, value.length);
    }
  }

  override createStream(): HttpStream {
    return new AskStream(this);
  }
}

@final
class AskStream extends HttpStream {
  constructor(private plugin: AskPlugin) {
    super(plugin);
  }

  override onRequestHeaders(count: u32, endOfStream: bool): HeadersAction {
    const plugin = this.plugin;
    plugin.fillHeaders();
    lastStatus = this.start(plugin);
    if (lastStatus != Status.Ok) return HeadersAction.Continue;
    return HeadersAction.StopAllIterationAndWatermark;
  }

  override onHttpCallResponse(tag: u32, headerCount: u32, bodySize: u32, trailers: u32): void {
    readCallBody(64, this.plugin.body);
    if (tag == 7 && headerCount > 0) this.continueRequest();
    else this.reply(503);
  }

  override onGrpcMessage(tag: u32, size: u32): void {
    this.continueRequest();
  }

  override onGrpcClose(tag: u32, status: i32): void {
    this.reply(503);
  }

  private start(plugin: AskPlugin): Status {
    const timeoutMs: i32 = mode == 2 ? -1 : 3000;
    if (mode == 0 || mode == 2) {
      return callHttp(this, 7, plugin.cluster, plugin.headers, timeoutMs);
    }
    const cluster = mode == 3 ? plugin.none : plugin.cluster;
    return callGrpc(
      plugin,
      this,
      7,
      cluster,
      plugin.service,
      plugin.method,
      plugin.headers,
      plugin.none,
      timeoutMs,
    );
  }
}

install((): Plugin => new AskPlugin());
