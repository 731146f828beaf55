// A filter of your own: requests must name their tenant in a header. Which header is configured; a
// request without it gets 400, one with it is counted and passes.
import { HeadersAction, MapType, MetricType, Status } from "meshwarden/assembly/abi/constants";
import { isToken } from "meshwarden/assembly/abi/field";
import { View } from "meshwarden/assembly/abi/view";
import { install } from "meshwarden/assembly/sdk/contexts";
import { getHeader } from "meshwarden/assembly/sdk/headers";
import { HttpStream } from "meshwarden/assembly/sdk/http-stream";
import { defineMetric, Metric } from "meshwarden/assembly/sdk/metric";
import { Plugin } from "meshwarden/assembly/sdk/plugin";

// The host calls what is exported, and nothing else: this list is what the filter is woken for.
export {
  malloc,
  proxy_abi_version_0_2_1,
  proxy_on_configure,
  proxy_on_context_create,
  proxy_on_delete,
  proxy_on_done,
  proxy_on_memory_allocate,
  proxy_on_request_headers,
} from "meshwarden/assembly/sdk/callbacks";

/** One configuration. Everything is allocated here, once; the request path only reads it. */
class TenantPlugin extends Plugin {
  header: View = new View();
  value: View = new View();
  body: View = View.of("name your tenant\n");
  details: View = View.of("tenant_missing");
  passed: Metric | null = null;

  /** The configuration is the header's name, as plain text. */
  override onConfigure(ptr: usize, size: u32): bool {
    if (!isToken(ptr, size)) return false;
    this.inspectsBodies = false;
    // The bytes at `ptr` are gone after this callback: keep a copy.
    this.header = View.copy(ptr, size);
    this.passed = defineMetric(MetricType.Counter, "tenant.passed");
    return true;
  }

  override createStream(): HttpStream {
    return new TenantStream(this);
  }
}

/** One request. The object is used again for the next one. */
class TenantStream extends HttpStream {
  constructor(private plugin: TenantPlugin) {
    super(plugin);
  }

  override onRequestHeaders(count: u32, endOfStream: bool): HeadersAction {
    const plugin = this.plugin;
    const status = getHeader(MapType.RequestHeaders, plugin.header, plugin.value);
    if (status != Status.Ok || plugin.value.length == 0) {
      this.reply(400, plugin.body.ptr, plugin.body.length, null, plugin.details);
      return HeadersAction.StopAllIterationAndWatermark;
    }
    const passed = plugin.passed;
    if (passed !== null) passed.increment();
    return HeadersAction.Continue;
  }
}

install((): Plugin => new TenantPlugin());
