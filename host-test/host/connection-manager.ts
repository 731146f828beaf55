// What Envoy's HTTP connection manager does to a head before the first filter and after the last one (the parts filters
// can see): hop-by-hop headers, x-forwarded-*, x-request-id, server and date. Defaults of an HCM with nothing set.
import type { LocalReply } from "./context.ts";
import { HeaderMap } from "./header-map.ts";
import { proxyReply } from "./proxy-replies.ts";
import type { StreamInfo } from "./stream-info.ts";
import type { Header, HostOptions } from "./types.ts";

export interface HopOptions {
  useRemoteAddress: boolean;
  localAddress: string;
  normalizePath: boolean;
  mergeSlashes: boolean;
  /** Allowed upgrades, lower case or "CONNECT". */
  upgrades: readonly string[];
  /** A fresh request id. */
  requestId: () => string;
}

/** The host's options with Envoy's defaults. */
export function hopOptions(options: HostOptions, requestId: () => string): HopOptions {
  return {
    useRemoteAddress: options.useRemoteAddress ?? false,
    localAddress: options.localAddress ?? "127.0.0.1",
    normalizePath: options.normalizePath ?? false,
    mergeSlashes: options.mergeSlashes ?? false,
    upgrades: options.upgrades ?? [],
    requestId,
  };
}

/** "10.0.0.1" of "10.0.0.1:80", "::1" of "[::1]:80". */
export function addressOf(addressAndPort: string): string {
  const at = addressAndPort.lastIndexOf(":");
  const address = at < 0 ? addressAndPort : addressAndPort.slice(0, at);
  return address.startsWith("[") ? address.slice(1, -1) : address;
}

/** What only Envoy's own side may set; requests from outside lose them. */
const internalOnly = [
  "x-envoy-internal",
  "x-envoy-retriable-status-codes",
  "x-envoy-retriable-header-names",
  "x-envoy-retry-on",
  "x-envoy-retry-grpc-on",
  "x-envoy-max-retries",
  "x-envoy-upstream-alt-stat-name",
  "x-envoy-upstream-rq-timeout-ms",
  "x-envoy-upstream-rq-per-try-timeout-ms",
  "x-envoy-upstream-rq-timeout-alt-response",
  "x-envoy-expected-rq-timeout-ms",
  "x-envoy-force-trace",
  "x-envoy-ip-tags",
  "x-envoy-original-path",
  "x-envoy-hedge-on-per-try-timeout",
];
const edgeOnly = [
  "x-envoy-decorator-operation",
  "x-envoy-downstream-service-cluster",
  "x-envoy-downstream-service-node",
];

/** The head as it comes from the codec. HTTP/2 clients may send a cookie in crumbs: one line, at the end, is left. */
export function receiveHead(headers: readonly Header[], protocol: string | undefined): HeaderMap {
  return HeaderMap.from("request", protocol === "HTTP/2" ? joinCookies(headers) : headers);
}

function joinCookies(headers: readonly Header[]): Header[] {
  const crumbs = headers.filter(([name]) => name === "cookie").map(([, value]) => value);
  if (crumbs.length === 0) return [...headers];
  const others = headers.filter(([name]) => name !== "cookie");
  return [...others, ["cookie", crumbs.join("; ")]];
}

/** Changes the head; a local reply when the request is refused before the first filter. */
export function prepareRequest(
  headers: HeaderMap,
  info: StreamInfo,
  options: HopOptions,
): LocalReply | undefined {
  removeHopByHop(headers);
  if (headers.entries.some(([name]) => name.startsWith("x-envoy-"))) {
    for (const name of internalOnly) headers.remove(name);
  }
  if (options.useRemoteAddress) believeConnection(headers, info, options);
  else believeClient(headers, info);
  const proto = headers.get("x-forwarded-proto");
  if (proto === "https" || proto === "http") headers.set(":scheme", proto);
  const referer = headers.get("referer");
  if (referer !== undefined && !isReferer(referer)) headers.remove("referer");
  if (headers.get("x-request-id") === undefined) headers.set("x-request-id", options.requestId());
  if (/^100-continue$/i.test(headers.get("expect") ?? "")) headers.remove("expect");
  return refuseUpgrade(headers, options) ?? preparePath(headers, options);
}

function refuseUpgrade(headers: HeaderMap, options: HopOptions): LocalReply | undefined {
  const connect = headers.get(":method") === "CONNECT";
  const wanted = connect ? "connect" : headers.get("upgrade")?.toLowerCase();
  if (wanted === undefined) return undefined;
  if (options.upgrades.some((upgrade) => upgrade.toLowerCase() === wanted)) return undefined;
  return proxyReply(403, "", "upgrade_failed");
}

function removeHopByHop(headers: HeaderMap): void {
  const connection = headers.get("connection");
  const upgrade =
    headers.get("upgrade") !== undefined && /(^|,)\s*upgrade\s*(,|$)/i.test(connection ?? "");
  if (!upgrade) {
    if (connection !== undefined) headers.remove("connection");
    headers.remove("upgrade");
  }
  headers.remove("keep-alive");
  headers.remove("proxy-connection");
  headers.remove("transfer-encoding");
  if (headers.get("te") !== undefined && headers.get("te") !== "trailers") headers.remove("te");
}

/** use_remote_address: an edge proxy, which trusts the connection and nothing else. */
function believeConnection(headers: HeaderMap, info: StreamInfo, options: HopOptions): void {
  const peer = addressOf(info.source);
  for (const name of edgeOnly) headers.remove(name);
  const loopback = peer.startsWith("127.") || peer === "::1";
  headers.add("x-forwarded-for", loopback ? options.localAddress : peer);
  headers.set("x-forwarded-proto", "http");
  headers.set("x-envoy-external-address", peer);
  if (headers.get("x-request-id") !== undefined) headers.set("x-request-id", options.requestId());
}

/** Envoy's default: the last address of x-forwarded-for becomes the source, with port 0. */
function believeClient(headers: HeaderMap, info: StreamInfo): void {
  const last = headers.get("x-forwarded-for")?.split(",").at(-1)?.trim();
  if (last !== undefined && /^[0-9a-fA-F.:]+$/.test(last)) {
    info.source = last.includes(":") ? `[${last}]:0` : `${last}:0`;
  }
  if (headers.get("x-forwarded-proto") === undefined) headers.set("x-forwarded-proto", "http");
}

/** Absolute without user and fragment, or relative. */
function isReferer(value: string): boolean {
  if (/^[a-z][a-z0-9+.-]*:\/\/[A-Za-z0-9._~:[\]-]+([/?][^#]*)?$/i.test(value)) return true;
  return !/[#@\s]/.test(value) && !/^[^/]*:/.test(value);
}

function preparePath(headers: HeaderMap, options: HopOptions): LocalReply | undefined {
  const path = headers.get(":path");
  if (path === undefined) return undefined;
  let normal: string | undefined = path;
  if (path.includes("#")) normal = undefined;
  else if (options.normalizePath) normal = normalizePath(path);
  if (normal === undefined) {
    return proxyReply(400, "", "path_normalization_failed");
  }
  if (options.mergeSlashes) {
    const question = normal.indexOf("?");
    const end = question < 0 ? normal.length : question;
    normal = normal.slice(0, end).replace(/\/{2,}/g, "/") + normal.slice(end);
  }
  if (normal !== path) headers.set(":path", normal);
  return undefined;
}

/** Envoy's normalize_path: dot segments go, escapes of unreserved bytes are decoded, others (%2F) stay. */
function normalizePath(path: string): string | undefined {
  const question = path.indexOf("?");
  const end = question < 0 ? path.length : question;
  const decoded = path
    .slice(0, end)
    .replaceAll("\\", "/")
    .replace(/%([0-9a-f]{2})/gi, (escape, digits: string) => {
      const char = String.fromCharCode(parseInt(digits, 16));
      return /[A-Za-z0-9._~-]/.test(char) ? char : escape;
    });
  if (!decoded.startsWith("/")) return undefined;
  const kept: string[] = [];
  const segments = decoded.slice(1).split("/");
  for (const [index, segment] of segments.entries()) {
    const last = index === segments.length - 1;
    if (segment === "..") kept.pop();
    else if (segment !== ".") kept.push(segment);
    if (last && (segment === ".." || segment === ".")) kept.push("");
  }
  return `/${kept.join("/")}${path.slice(end)}`;
}

/** Last touch before the codec; `close`: HTTP/1.1 cannot go on after an answer to half a request. */
export function finishResponse(headers: HeaderMap, nowUs: number, close: boolean): void {
  if (headers.get(":status") !== "101") {
    headers.remove("connection");
    headers.remove("upgrade");
  }
  headers.remove("keep-alive");
  headers.remove("proxy-connection");
  headers.remove("transfer-encoding");
  if (headers.get("date") === undefined) headers.set("date", httpDate(nowUs));
  headers.set("server", "envoy");
  if (close) headers.set("connection", "close");
}

let dateSecond = -1;
let dateText = "";

/** One text a second is enough. */
function httpDate(nowUs: number): string {
  const second = Math.floor(nowUs / 1e6);
  if (second !== dateSecond) {
    dateSecond = second;
    dateText = new Date(second * 1000).toUTCString();
  }
  return dateText;
}
