// The router's refusals that a filter can bring about by what it did to the request head (measured on Envoy 1.40).
import type { LocalReply } from "./context.ts";
import type { HeaderMap } from "./header-map.ts";
import { proxyReply } from "./proxy-replies.ts";

const badValue = /[\0\r\n]/;
const badName = /[^!#$%&'*+.^_`|~0-9a-z:-]/i;

function badHead(message: string): LocalReply {
  const why = message.replaceAll(" ", "_");
  return proxyReply(503, message, `filter_removed_required_request_headers{${why}}`);
}

/** Local reply for a head that cannot be routed or sent, undefined when it can. */
export function refuseRequest(headers: HeaderMap, routePrefix: string): LocalReply | undefined {
  const connect = headers.get(":method") === "CONNECT";
  const path = headers.get(":path");
  if (
    (path === undefined && !connect) ||
    path?.startsWith(routePrefix) === false ||
    headers.get(":authority") === undefined ||
    headers.get("x-forwarded-proto") === undefined
  ) {
    return proxyReply(404, "", "route_not_found");
  }
  if (headers.get(":method") === undefined) return badHead("missing required header: :method");
  for (const [name, value] of headers.entries) {
    if (badName.test(name)) return badHead(`invalid header name: ${name}`);
    if (badValue.test(value)) return badHead(`invalid header value for: ${name}`);
  }
  return undefined;
}
