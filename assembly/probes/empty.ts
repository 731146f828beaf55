// The smallest filter: it takes part in each request and does nothing. What it weighs and costs is
// what this layer weighs and costs.
import { install } from "../sdk/contexts";
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
class EmptyStream extends HttpStream {}

@final
class EmptyPlugin extends Plugin {
  override createStream(): HttpStream {
    return new EmptyStream(this);
  }
}

install((): Plugin => new EmptyPlugin());
