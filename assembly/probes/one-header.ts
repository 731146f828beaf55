// Reads one header and adds one: the filter that every SDK's introduction shows, for the bench against the other SDKs.
import { HeadersAction, MapType, Status } from "../abi/constants";
import { View } from "../abi/view";
import { install } from "../sdk/contexts";
import { addHeader, getHeader } from "../sdk/headers";
import { HttpStream } from "../sdk/http-stream";
import { Plugin } from "../sdk/plugin";

export {
  malloc,
  proxy_abi_version_0_2_1,
  proxy_on_context_create,
  proxy_on_delete,
  proxy_on_done,
  proxy_on_log,
  proxy_on_memory_allocate,
  proxy_on_request_headers,
} from "../sdk/callbacks";

@final
class OneHeaderStream extends HttpStream {
  override onRequestHeaders(count: u32, endOfStream: bool): HeadersAction {
    const plugin = <OneHeaderPlugin>this.root;
    const status = getHeader(MapType.RequestHeaders, plugin.tenant, plugin.value);
    if (status == Status.Ok && plugin.value.equals(plugin.blue)) {
      addHeader(MapType.RequestHeaders, plugin.seen, plugin.one);
    }
    return HeadersAction.Continue;
  }
}

@final
class OneHeaderPlugin extends Plugin {
  readonly tenant: View = View.of("x-tenant");
  readonly blue: View = View.of("blue");
  readonly seen: View = View.of("x-seen");
  readonly one: View = View.of("1");
  readonly value: View = new View();

  override createStream(): HttpStream {
    return new OneHeaderStream(this);
  }
}

install((): Plugin => new OneHeaderPlugin());
