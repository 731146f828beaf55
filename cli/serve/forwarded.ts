// What the first proxy in a row writes into a request about the client: Envoy's header rules with `use_remote_address: true`,
// no trusted hop in front, and no internal address ranges (the default since 1.33). A client's own claims about itself are
// replaced or dropped, so that neither a filter nor the service can take them for the proxy's word.
// Source: Envoy, "HTTP header manipulation" (facts), notes on source.address and x-request-id.
import { randomUUID } from "node:crypto";
import type { Header } from "../../host-test/host/types.ts";

/** Names that only a trusted peer may send; every `x-envoy-` header is dropped as well. */
const trustedOnly = new Set(["x-forwarded-proto", "x-request-id", "x-forwarded-client-cert"]);

/**
 * Drops, in place, what a client says about itself, and gives the request an id.
 * @param peerAddress IP address of the TCP peer, without port.
 * @returns the request id, for the access log.
 */
export function replaceClaims(headers: Header[], peerAddress: string): string {
  let kept = 0;
  for (const header of headers) {
    const name = header[0];
    if (!trustedOnly.has(name) && !name.startsWith("x-envoy-")) headers[kept++] = header;
  }
  headers.length = kept;
  const requestId = randomUUID();
  headers.push(["x-envoy-external-address", peerAddress], ["x-request-id", requestId]);
  return requestId;
}

/**
 * Appends the peer to x-forwarded-for and names the scheme, in place. The host core does this itself for its filters
 * (`useRemoteAddress`); here it serves the chain without filters.
 * @param source "address:port" of the TCP peer.
 */
export function addForwarded(headers: Header[], source: string): void {
  const peer = source.slice(0, source.lastIndexOf(":"));
  const earlier = headers.filter(([name]) => name === "x-forwarded-for").map(([, value]) => value);
  const scheme = headers.find(([name]) => name === ":scheme")?.[1] ?? "http";
  if (earlier.length > 0) {
    const others = headers.filter(([name]) => name !== "x-forwarded-for");
    headers.splice(0, headers.length, ...others);
  }
  headers.push(["x-forwarded-for", [...earlier, peer].join()], ["x-forwarded-proto", scheme]);
}

/** "::ffff:127.0.0.1" is what a dual-stack socket calls an IPv4 peer; Envoy says "127.0.0.1". */
export function plainAddress(address: string | undefined): string {
  if (address === undefined) return "";
  return address.startsWith("::ffff:") ? address.slice(7) : address;
}
