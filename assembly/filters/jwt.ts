// jwt.wasm: who sent a request, proven by a signed token, and whether they may. Sections read: `jwt`, `authz`.
// The export list is the contract with Envoy: a callback that is not named here costs nothing, so bodies pass unseen.
import { install } from "../sdk/contexts";
import { Plugin } from "../sdk/plugin";
import { AuthzStage } from "../stages/authz/stage";
import { JwtStage } from "../stages/jwt/stage";
import { Pipeline } from "../stages/pipeline";

export {
  proxy_abi_version_0_2_1,
  malloc,
  proxy_on_memory_allocate,
  proxy_on_context_create,
  proxy_on_configure,
  proxy_on_tick,
  proxy_on_request_headers,
  proxy_on_delete,
} from "../sdk/callbacks";
export { proxy_on_http_call_response } from "../sdk/callout-callbacks";

install((): Plugin => new Pipeline([new JwtStage(), new AuthzStage()]));
