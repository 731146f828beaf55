// The head of a request: from Node's raw header list to what Envoy's filters see (four pseudo headers first, lower-case
// names), with the refusals that Envoy makes before any filter runs. Node's parser has already refused what is no HTTP at
// all (CL with TE, two CLs, bad names, control bytes, obsolete folds); here is what it lets pass and Envoy does not.
// Sources: RFC 9112 §3.2 and §6.1; notes on Envoy's HTTP/1 codec (fragment, raw non-ASCII path, HTTP/1.0).
import type { IncomingMessage } from "node:http";
import type { Header } from "../../host-test/host/types.ts";

/** A request that gets an answer from the proxy itself, before any filter. */
export interface Refusal {
  status: number;
  /** Envoy's response code details. */
  details: string;
}

export interface RequestHead {
  headers: Header[];
  /** No body follows. */
  end: boolean;
  /** Protocol that the client asks to change to, lower case, "" when it does not. */
  upgrade: string;
}

/** Headers that belong to one connection and are never passed on; RFC 9110 §7.6.1. */
const hopByHop = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
  "http2-settings",
]);

/** Naming one of these in `connection` would make the proxy delete what it or the service relies on. */
const notToBeNamed = new Set([
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "host",
  "content-length",
  "authorization",
  "cookie",
]);

/** `:method` of HTTP/2 goes into a request line of HTTP/1.1: RFC 9110's token, and nothing that could end it. */
const methodPattern = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const authorityPattern = /^[\x21-\x7e]*$/;

const refuse = (status: number, details: string): Refusal => ({ status, details });

/** Reads the head of `request`. `limitCount` is the highest number of header lines. */
export function readRequestHead(
  request: IncomingMessage,
  limitCount: number,
): RequestHead | Refusal {
  if (request.httpVersion !== "1.1") return refuse(426, "low_version");
  const raw = request.rawHeaders;
  if (raw.length / 2 > limitCount) return refuse(431, "http1.too_many_headers");
  const target = splitTarget(request.url ?? "", request.method ?? "");
  if (target === undefined) return refuse(400, "http1.codec_error");
  const encoding = request.headers["transfer-encoding"];
  if (encoding !== undefined && encoding.toLowerCase() !== "chunked") {
    return refuse(501, "http1.invalid_transfer_encoding");
  }
  const named = namedByConnection(request.headers.connection);
  if (named === undefined) return refuse(400, "connection_header_rejected");
  const upgrade = named.has("upgrade") ? (request.headers.upgrade ?? "").toLowerCase() : "";
  const headers = collect(raw, named, upgrade);
  const authority = target.authority ?? request.headers.host ?? "";
  const scheme = "encrypted" in request.socket ? "https" : "http";
  headers.unshift(
    [":authority", joinedHost(raw, authority, target.authority)],
    [":path", target.path],
    [":method", request.method ?? "GET"],
    [":scheme", scheme],
  );
  return { headers, end: hasNoBody(request), upgrade };
}

/**
 * Reads the head of an HTTP/2 stream from Node's raw list. What RFC 9113 §8.2 and §8.3 forbid, nghttp2 has refused; cookies
 * that came in pieces are one line again (§8.2.3), as HTTP/1.1 and every filter expect.
 */
export function readHttp2Head(
  raw: string[],
  scheme: "http" | "https",
  end: boolean,
  limitCount: number,
): RequestHead | Refusal {
  const pseudo: Record<string, string> = {};
  const headers: Header[] = [];
  let cookie: Header | undefined;
  let host = "";
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]!;
    const value = raw[i + 1]!;
    if (name.startsWith(":")) pseudo[name] = value;
    else if (name === "host") host = value;
    else if (name === "cookie" && cookie !== undefined) cookie[1] += `; ${value}`;
    else if (!hopByHop.has(name)) {
      headers.push([name, value]);
      if (name === "cookie") cookie = headers.at(-1)!;
    }
  }
  if (headers.length > limitCount) return refuse(431, "http2.too_many_headers");
  const method = pseudo[":method"] ?? "";
  if (method === "CONNECT") return refuse(403, "upgrade_failed");
  const target = splitTarget(pseudo[":path"] ?? "", method);
  const authority = pseudo[":authority"] ?? host;
  const sound = methodPattern.test(method) && authorityPattern.test(authority);
  if (target?.authority !== undefined || target === undefined || !sound || authority === "") {
    return refuse(400, "http2.violation.of.messaging.rule");
  }
  headers.unshift(
    [":authority", authority],
    [":path", target.path],
    [":method", method],
    [":scheme", scheme],
  );
  return { headers, end, upgrade: "" };
}

/** Origin form, absolute form or `*`; undefined for what Envoy answers with 400. */
function splitTarget(
  url: string,
  method: string,
): { path: string; authority?: string } | undefined {
  // Envoy refuses a raw fragment and raw bytes above ASCII; spaces and control bytes never get here.
  if (/[^\x21-\x7e]|#/.test(url)) return undefined;
  if (url.startsWith("/")) return { path: url };
  if (url === "*") return method === "OPTIONS" ? { path: url } : undefined;
  const absolute = /^https?:\/\/([^/?@]+)(\/.*|\?.*)?$/i.exec(url);
  if (absolute === null) return undefined;
  const rest = absolute[2] ?? "/";
  return { authority: absolute[1]!, path: rest.startsWith("/") ? rest : `/${rest}` };
}

/** Header names listed in `connection`, lower case; undefined when one of them must not be listed. */
function namedByConnection(value: string | undefined): Set<string> | undefined {
  const named = new Set<string>();
  if (value === undefined) return named;
  for (const token of value.toLowerCase().split(",")) {
    const name = token.trim();
    if (notToBeNamed.has(name) || name.startsWith(":")) return undefined;
    if (name !== "") named.add(name);
  }
  return named;
}

function collect(raw: string[], named: Set<string>, upgrade: string): Header[] {
  const headers: Header[] = [];
  const upgrades = upgrade !== "" && upgrade !== "h2c";
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i]!.toLowerCase();
    const value = raw[i + 1]!;
    if (name === "host") continue;
    if (name === "te" && value.toLowerCase() !== "trailers") continue;
    if (name !== "te" && (hopByHop.has(name) || named.has(name))) {
      const kept = upgrades && (name === "upgrade" || name === "connection");
      if (!kept) continue;
    }
    headers.push([name, value]);
  }
  return headers;
}

/** Envoy joins repeated Host lines with a comma instead of refusing them; a filter may then refuse the result. */
function joinedHost(raw: string[], first: string, absolute: string | undefined): string {
  if (absolute !== undefined) return absolute;
  let joined: string | undefined;
  for (let i = 0; i < raw.length; i += 2) {
    if (raw[i]!.length !== 4 || raw[i]!.toLowerCase() !== "host") continue;
    joined = joined === undefined ? raw[i + 1]! : `${joined},${raw[i + 1]!}`;
  }
  return joined ?? first;
}

function hasNoBody(request: IncomingMessage): boolean {
  if (request.headers["transfer-encoding"] !== undefined) return false;
  const length = request.headers["content-length"];
  return length === undefined || Number(length) === 0;
}
