// A filter with one rule, for tests of the Node data path: a request whose header `x-word` or whose body holds the configured
// word is answered with 403; bodies are held until they are whole. It refuses the word "broken" the way real filters refuse a
// configuration, keeps a counter, and marks what it let pass, so that a reload can be seen from outside.
import {
  BufferType,
  DataAction,
  HeadersAction,
  LogLevel,
  MapType,
  MetricType,
} from "../abi/constants";
import { View } from "../abi/view";
import { readBody } from "../sdk/body";
import { install } from "../sdk/contexts";
import { addHeader, getHeader } from "../sdk/headers";
import { HttpStream } from "../sdk/http-stream";
import { log } from "../sdk/log";
import { defineMetric, Metric } from "../sdk/metric";
import { Plugin } from "../sdk/plugin";

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
  proxy_on_response_headers,
  proxy_on_tick,
} from "../sdk/callbacks";

/** Bytes of a body that are searched. */
const LIMIT_BYTES: u32 = 1 << 16;

@final
class GatePlugin extends Plugin {
  word: View = View.of("");
  headerName: View = View.of("x-word");
  markName: View = View.of("x-gate");
  reason: View = View.of("gate_word");
  value: View = new View();
  denied: Metric | null = null;

  /** The configuration is `{"gate":{"deny":"WORD"}}`, without blanks, as the CLI writes it. */
  override onConfigure(ptr: usize, size: u32): bool {
    const text = String.UTF8.decodeUnsafe(ptr, size);
    const key = '"deny":"';
    const at = text.indexOf(key);
    const end = at < 0 ? -1 : text.indexOf('"', at + key.length);
    if (end < 0) {
      log(LogLevel.Error, "/gate: must name a word (write deny: WORD)");
      return false;
    }
    const word = text.substring(at + key.length, end);
    if (word == "broken") {
      log(LogLevel.Error, '/gate/deny: must be a whole word, got "broken" (mend it)');
      return false;
    }
    this.word = View.of(word);
    this.denied = defineMetric(MetricType.Counter, "gate_denied");
    return true;
  }

  override createStream(): HttpStream {
    return new GateStream(this);
  }

  holds(bytes: View): bool {
    const word = this.word;
    for (let i: u32 = 0; i + word.length <= bytes.length; i++) {
      if (memory.compare(bytes.ptr + i, word.ptr, word.length) == 0) return true;
    }
    return false;
  }
}

@final
class GateStream extends HttpStream {
  constructor(private plugin: GatePlugin) {
    super(plugin);
  }

  override onRequestHeaders(count: u32, endOfStream: bool): HeadersAction {
    const plugin = this.plugin;
    getHeader(MapType.RequestHeaders, plugin.headerName, plugin.value);
    if (plugin.holds(plugin.value)) return this.deny();
    addHeader(MapType.RequestHeaders, plugin.markName, plugin.word);
    if (endOfStream) return HeadersAction.Continue;
    this.watch();
    return HeadersAction.StopIteration;
  }

  override onRequestBody(size: u32, endOfStream: bool): DataAction {
    if (!endOfStream) return DataAction.StopIterationAndBuffer;
    readBody(BufferType.RequestBody, 0, LIMIT_BYTES, this.plugin.value);
    if (!this.plugin.holds(this.plugin.value)) return DataAction.Continue;
    this.deny();
    return DataAction.StopIterationAndBuffer;
  }

  private deny(): HeadersAction {
    const denied = this.plugin.denied;
    if (denied !== null) denied.increment();
    this.reply(403, 0, 0, null, this.plugin.reason);
    return HeadersAction.StopIteration;
  }
}

install((): Plugin => new GatePlugin());
