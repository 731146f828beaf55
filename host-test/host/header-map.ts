// Envoy's HeaderMapImpl as a filter sees it: lower-case names, pseudo headers first, wire order kept, and "inline"
// headers of which there is only ever one, so that a second value is joined with a comma (notes of the measured Envoy:
// two `authorization` lines arrive as one `A,B`; custom headers and HTTP/1.1 cookies stay separate).
import type { Header } from "./types.ts";

export type HeaderMapKind = "request" | "response" | "trailers" | "plain";

const sharedInline = [
  "connection",
  "content-length",
  "content-type",
  "keep-alive",
  "proxy-connection",
  "proxy-status",
  "transfer-encoding",
  "upgrade",
  "via",
  "x-request-id",
  "x-envoy-decorator-operation",
  "cache-control",
];

const requestInline = new Set([
  ...sharedInline,
  ":authority",
  ":method",
  ":path",
  ":protocol",
  ":scheme",
  "accept",
  "accept-encoding",
  "access-control-request-headers",
  "access-control-request-method",
  "access-control-request-private-network",
  "authorization",
  "expect",
  "grpc-accept-encoding",
  "grpc-timeout",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-range",
  "if-unmodified-since",
  "origin",
  "pragma",
  "referer",
  "te",
  "user-agent",
  "x-client-trace-id",
  "x-envoy-downstream-service-cluster",
  "x-envoy-downstream-service-node",
  "x-envoy-expected-rq-timeout-ms",
  "x-envoy-external-address",
  "x-envoy-force-trace",
  "x-envoy-hedge-on-per-try-timeout",
  "x-envoy-internal",
  "x-envoy-ip-tags",
  "x-envoy-is-timeout-retry",
  "x-envoy-max-retries",
  "x-envoy-original-path",
  "x-envoy-original-host",
  "x-envoy-retriable-header-names",
  "x-envoy-retriable-status-codes",
  "x-envoy-retry-grpc-on",
  "x-envoy-retry-on",
  "x-envoy-upstream-alt-stat-name",
  "x-envoy-upstream-rq-per-try-timeout-ms",
  "x-envoy-upstream-rq-timeout-alt-response",
  "x-envoy-upstream-rq-timeout-ms",
  "x-envoy-upstream-stream-duration-ms",
  "x-forwarded-client-cert",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-proto",
]);

const responseInline = new Set([
  ...sharedInline,
  ":status",
  "access-control-allow-credentials",
  "access-control-allow-headers",
  "access-control-allow-methods",
  "access-control-allow-origin",
  "access-control-allow-private-network",
  "access-control-expose-headers",
  "access-control-max-age",
  "age",
  "content-encoding",
  "date",
  "etag",
  "expires",
  "grpc-message",
  "grpc-status",
  "last-modified",
  "location",
  "server",
  "vary",
  "x-envoy-attempt-count",
  "x-envoy-degraded",
  "x-envoy-immediate-health-check-fail",
  "x-envoy-ratelimited",
  "x-envoy-upstream-canary",
  "x-envoy-upstream-healthchecked-cluster",
  "x-envoy-upstream-service-time",
]);

const trailersInline = new Set(["grpc-status", "grpc-message"]);
const noInline = new Set<string>();
const inlineOf = {
  request: requestInline,
  response: responseInline,
  trailers: trailersInline,
  plain: noInline,
};

const upper = /[A-Z]/;

/** ASCII lower case; other bytes stay. */
export function lowerName(name: string): string {
  return upper.test(name) ? name.replace(/[A-Z]/g, (char) => char.toLowerCase()) : name;
}

export class HeaderMap {
  readonly kind: HeaderMapKind;
  readonly #inline: Set<string>;
  /** Live entries in order; read only for outsiders. */
  entries: Header[] = [];

  constructor(kind: HeaderMapKind) {
    this.kind = kind;
    this.#inline = inlineOf[kind];
  }

  static from(kind: HeaderMapKind, headers: readonly Header[]): HeaderMap {
    const map = new HeaderMap(kind);
    for (const [name, value] of headers) map.add(name, value);
    return map;
  }

  #key(name: string): string {
    const lower = lowerName(name);
    return lower === "host" && this.kind === "request" ? ":authority" : lower;
  }

  #find(key: string): number {
    const entries = this.entries;
    for (let i = 0; i < entries.length; i++) if (entries[i][0] === key) return i;
    return -1;
  }

  /** First value, undefined when absent: all that proxy_get_header_map_value shows. */
  get(name: string): string | undefined {
    const at = this.#find(this.#key(name));
    return at < 0 ? undefined : this.entries[at][1];
  }

  /** All values joined with commas, as CEL's `request.headers` shows them. */
  joined(name: string): string | undefined {
    const key = this.#key(name);
    const values = this.entries.filter((entry) => entry[0] === key).map((entry) => entry[1]);
    return values.length === 0 ? undefined : values.join(",");
  }

  /** Adds a line, or joins it to the one inline entry of that name. */
  add(name: string, value: string): void {
    const key = this.#key(name);
    if (this.#inline.has(key)) {
      const at = this.#find(key);
      if (at >= 0) {
        this.entries[at] = [key, `${this.entries[at][1]},${value}`];
        return;
      }
    }
    this.#insert([key, value]);
  }

  #insert(entry: Header): void {
    if (entry[0].charCodeAt(0) !== 0x3a) {
      this.entries.push(entry);
      return;
    }
    let at = 0;
    while (at < this.entries.length && this.entries[at][0].charCodeAt(0) === 0x3a) at++;
    this.entries.splice(at, 0, entry);
  }

  /** Leaves one line of that name: an inline header changes in place, a custom one moves to the end. */
  set(name: string, value: string): void {
    const key = this.#key(name);
    const at = this.#find(key);
    if (at >= 0 && this.#inline.has(key)) {
      this.entries[at] = [key, value];
      return;
    }
    if (at >= 0) this.entries = this.entries.filter((entry) => entry[0] !== key);
    this.#insert([key, value]);
  }

  remove(name: string): void {
    const key = this.#key(name);
    if (this.#find(key) >= 0) this.entries = this.entries.filter((entry) => entry[0] !== key);
  }

  clear(): void {
    this.entries = [];
  }

  /** Sum of name and value bytes (Envoy's byteSize). */
  byteSize(): number {
    let size = 0;
    for (const [name, value] of this.entries) size += name.length + value.length;
    return size;
  }

  copy(): Header[] {
    return this.entries.map(([name, value]) => [name, value]);
  }
}
