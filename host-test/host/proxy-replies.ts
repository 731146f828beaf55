// Answers that Envoy itself gives on behalf of filters, limits and upstreams, with its bodies and response code details.
import type { LocalReply } from "./context.ts";
import type { EnvoyVersion } from "./types.ts";

/** A local reply of the proxy: no extra headers, no gRPC status of its own. */
export function proxyReply(status: number, body: string, details: string): LocalReply {
  return { status, body, headers: [], grpcStatus: -1, details };
}

export const requestTooLarge = proxyReply(413, "Payload Too Large", "request_payload_too_large");
export const responseTooLarge = proxyReply(
  500,
  "Internal Server Error",
  "response_payload_too_large",
);

/** A filter took `:status` away or made it something else than a number. */
export const statusRemoved = proxyReply(
  502,
  "missing required header: :status",
  "filter_removed_required_response_headers{missing_required_header:_:status}",
);

/** The VM of a filter is dead. */
export const filterFailed = proxyReply(503, "", "wasm_fail_stream");

const connectError = "delayed connect error: Connection refused";

/** Up to 1.37 the text of a refused connection ends with the transport's reason. */
export function refusedBody(envoy: EnvoyVersion | undefined): string {
  const old = envoy === "1.36" || envoy === "1.37";
  const reason = old ? `, transport failure reason: ${connectError}` : "";
  return `${beforeHeaders}remote connection failure${reason}`;
}

const beforeHeaders = "upstream connect error or disconnect/reset before headers. reset reason: ";

/** The upstream went away before its head; `reason` in Envoy's words. */
export function upstreamFailed(reason: string, envoy?: EnvoyVersion): LocalReply {
  const refused = reason === "remote connection failure";
  const why = refused ? `${reason}|${connectError}` : reason;
  return proxyReply(
    503,
    refused ? refusedBody(envoy) : `${beforeHeaders}${reason}`,
    `upstream_reset_before_response_started{${why.replaceAll(" ", "_")}}`,
  );
}

/** Details of a response that the upstream broke off after its head. */
export function upstreamBroke(reason: string): string {
  return `upstream_reset_after_response_started{${reason.replaceAll(" ", "_")}}`;
}
