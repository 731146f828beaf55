// waf.wasm: SecLang rules over requests and responses. Sections read: `waf`.
// The export list is the contract with Envoy: a callback that is not named here costs nothing.
import { install } from "../sdk/contexts";
import { Plugin } from "../sdk/plugin";
import { Pipeline } from "../stages/pipeline";
import { WafStage } from "../stages/waf/stage";

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

install((): Plugin => new Pipeline([new WafStage()]));
