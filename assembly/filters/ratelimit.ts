// ratelimit.wasm: how much each client may ask for. Sections read: `rateLimit`.
// The export list is the contract with Envoy: a callback that is not named here costs nothing.
import { install } from "../sdk/contexts";
import { Plugin } from "../sdk/plugin";
import { Pipeline } from "../stages/pipeline";
import { RateLimitStage } from "../stages/ratelimit/stage";

export {
  proxy_abi_version_0_2_1,
  malloc,
  proxy_on_memory_allocate,
  proxy_on_context_create,
  proxy_on_configure,
  proxy_on_tick,
  proxy_on_request_headers,
  proxy_on_request_body,
  proxy_on_request_trailers,
  proxy_on_response_headers,
  proxy_on_response_body,
  proxy_on_response_trailers,
  proxy_on_delete,
} from "../sdk/callbacks";
export { proxy_on_grpc_receive, proxy_on_grpc_close } from "../sdk/callout-callbacks";

install((): Plugin => new Pipeline([new RateLimitStage(null)]));
