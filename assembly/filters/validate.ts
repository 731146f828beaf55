// validate.wasm: what a request may look like, what it carries and where it comes from, and what a response
// may tell. Sections read: `validate`.
// The export list is the contract with Envoy: a callback that is not named here costs nothing.
import { install } from "../sdk/contexts";
import { Plugin } from "../sdk/plugin";
import { Pipeline } from "../stages/pipeline";
import { ContentStage } from "../stages/validate/content/stage";
import { CsrfStage } from "../stages/validate/csrf/stage";
import { LimitsStage } from "../stages/validate/limits/stage";
import { OpenApiStage } from "../stages/validate/openapi/stage";
import { ResponseStage } from "../stages/validate/response/stage";
import { SchemaStage } from "../stages/validate/schema/stage";

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

install(
  (): Plugin =>
    new Pipeline([
      new ResponseStage(),
      new LimitsStage(),
      new CsrfStage(),
      new SchemaStage(),
      new OpenApiStage(),
      new ContentStage(),
    ]),
);
