// What the first proxy in a row writes into a request about the client: Envoy's header rules with `use_remote_address: true`,
// no trusted hop in front, and no internal address ranges (the default since 1.33). A client's own claims about itself are
// replaced or dropped, so that neither a filter nor the service can take them for the proxy's word.
// Source: Envoy, "HTTP header manipulation" (facts), notes on source.address and x-request-id.
import { randomUUID } from "node:crypto";
import type { Header } from "../../host-test/host/types.ts";

/** Names that only a trusted peer may send; every `x-envoy-` header is dropped as well. */
const trustedOnly = new Set(["x-forwarded-proto", "x-request-id", "x-forwarded-client-cert"]);

/**
 * Rewrites `headers` in place.
 * @param peerAddress IP address of the TCP peer, without port.
 * @returns the request id, for the access log.
 */
export function addForwarded(headers: Header[], peerAddress: string): string {
  let forwardedFor = "";
  let kept = 0;
  for (const header of headers) {
    const name = header[0];
    if (name === "x-forwarded-for") {
      forwardedFor = forwardedFor === "" ? header[1] : `${forwardedFor},${header[1]}`;
    } else if (!trustedOnly.has(name) && !name.startsWith("x-envoy-")) {
      headers[kept++] = header;
    }
  }
  headers.length = kept;
  const requestId = randomUUID();
  headers.push(
    ["x-forwarded-for", forwardedFor === "" ? peerAddress : `${forwardedFor},${peerAddress}`],
    ["x-forwarded-proto", headers[3]?.[1] ?? "http"],
    ["x-envoy-external-address", peerAddress],
    ["x-request-id", requestId],
  );
  return requestId;
}

/** "::ffff:127.0.0.1" is what a dual-stack socket calls an IPv4 peer; Envoy says "127.0.0.1". */
export function plainAddress(address: string | undefined): string {
  if (address === undefined) return "";
  return address.startsWith("::ffff:") ? address.slice(7) : address;
}
