// What Envoy's HTTP connection manager does to a head before the first filter and after the last one (the parts filters
// can see): hop-by-hop headers, x-forwarded-*, x-request-id, server and date. Defaults of an HCM with nothing set.
import type { HeaderMap } from "./header-map.ts";
import type { StreamInfo } from "./stream-info.ts";

export interface HopOptions {
  useRemoteAddress: boolean;
  /** A fresh request id. */
  requestId: () => string;
}

/** "10.0.0.1" of "10.0.0.1:80", "::1" of "[::1]:80". */
export function addressOf(addressAndPort: string): string {
  const at = addressAndPort.lastIndexOf(":");
  const address = at < 0 ? addressAndPort : addressAndPort.slice(0, at);
  return address.startsWith("[") ? address.slice(1, -1) : address;
}

export function prepareRequest(headers: HeaderMap, info: StreamInfo, options: HopOptions): void {
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
  if (options.useRemoteAddress) {
    headers.add("x-forwarded-for", addressOf(info.source));
    headers.set("x-forwarded-proto", "http");
  } else {
    const forwarded = headers.get("x-forwarded-for");
    const last = forwarded?.split(",").at(-1)?.trim();
    // Envoy's default believes the client: the last address of x-forwarded-for becomes the source, with port 0.
    if (last !== undefined && /^[0-9a-fA-F.:]+$/.test(last)) {
      info.source = last.includes(":") ? `[${last}]:0` : `${last}:0`;
    }
    if (headers.get("x-forwarded-proto") === undefined) headers.set("x-forwarded-proto", "http");
  }
  if (headers.get("x-request-id") === undefined) headers.set("x-request-id", options.requestId());
}

/** Last touch before the codec. */
export function finishResponse(headers: HeaderMap, nowUs: number): void {
  if (headers.get(":status") !== "101") {
    headers.remove("connection");
    headers.remove("upgrade");
  }
  headers.remove("keep-alive");
  headers.remove("proxy-connection");
  headers.remove("transfer-encoding");
  if (headers.get("date") === undefined) headers.set("date", httpDate(nowUs));
  headers.set("server", "envoy");
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
