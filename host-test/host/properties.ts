// proxy_get_property and proxy_set_property: the attributes Envoy 1.40 offers on a stream, with its byte encodings
// (numbers 8 bytes little endian, times in nanoseconds, booleans one byte, maps as pairs) and its windows: request.*
// follows the request headers' window, response.code is there from the response headers on.
import { bytesOfLatin1 } from "./bytes.ts";
import type { Context } from "./context.ts";
import type { HeaderMap } from "./header-map.ts";
import { grpcStatusOf } from "./local-reply.ts";
import { encodePairs } from "./pairs.ts";
import { writeFields } from "./protobuf.ts";
import type { StreamInfo } from "./stream-info.ts";
import type { PropertyValue } from "./types.ts";

/** A config.core.v3.Node without the 61 KB of extension names that the real one carries. */
function nodeProperty(node: { id: string; cluster: string }, part: string | undefined): Value {
  if (part === "id") return node.id;
  if (part === "cluster") return node.cluster;
  if (part !== undefined) return undefined;
  return writeFields([
    { number: 1, text: node.id },
    { number: 2, text: node.cluster },
    { number: 6, text: "envoy" },
  ]);
}

type Value = string | Uint8Array | undefined;

/** 8 bytes, little endian. */
function integer(value: number | bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt(value), true);
  return bytes;
}

function timestamp(us: number): Uint8Array {
  return integer(BigInt(us) * 1000n);
}

/** Encodes a value of a test or of the host options. */
export function encodeProperty(value: PropertyValue): Uint8Array {
  if (typeof value === "string") return bytesOfLatin1(value);
  if (typeof value === "boolean") return Uint8Array.of(value ? 1 : 0);
  if (value instanceof Uint8Array) return value;
  if ("int" in value) return integer(value.int);
  if ("double" in value) {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value.double, true);
    return bytes;
  }
  if ("map" in value) return encodePairs(value.map);
  return encodePairs(value.list.map((item) => [item, ""]));
}

/** Value of a path whose segments are joined with NUL; undefined = NotFound. */
export function getProperty(context: Context, path: string): Value {
  const segments = path.split("\0");
  if (segments.at(-1) === "") segments.pop();
  const { vm } = context;
  const overridden = vm.worker.host.property(segments.join("."));
  if (overridden !== undefined) return overridden;
  const info = context.streamInfo;
  switch (segments[0]) {
    case "plugin_name":
      return context.root.plugin.name;
    case "plugin_root_id":
      return context.root.plugin.rootId;
    case "plugin_vm_id":
      return vm.spec.vmId;
    case "xds":
      return xds(context, segments);
    default:
  }
  if (info === undefined) return undefined;
  switch (segments[0]) {
    case "request":
      return requestProperty(context, info, segments);
    case "response":
      return responseProperty(context, info, segments);
    case "source":
      return endpoint(info.source, segments[1]);
    case "destination":
      return endpoint(info.connection.destination ?? "127.0.0.1:10000", segments[1]);
    case "connection":
      return connectionProperty(info, segments[1]);
    case "connection_id":
      return integer(info.connectionId);
    case "upstream":
      if (info.upstreamAddress === undefined) return undefined;
      return endpoint(info.upstreamAddress, segments[1]);
    default:
      return info.filterState.get(path);
  }
}

/** Written values are filter state of the stream; false where there is no stream. */
export function setProperty(context: Context, path: string, value: Uint8Array): boolean {
  const info = context.streamInfo;
  if (info === undefined) return false;
  info.filterState.set(path, value);
  return true;
}

function endpoint(address: string, part: string | undefined): Value {
  if (part === "address") return address;
  if (part !== "port") return undefined;
  return integer(Number(address.slice(address.lastIndexOf(":") + 1)) || 0);
}

function mapProperty(map: HeaderMap | undefined, segments: string[]): Value {
  if (segments.length > 2) return map?.joined(segments[2]);
  return encodePairs(map?.entries ?? []);
}

function requestProperty(context: Context, info: StreamInfo, segments: string[]): Value {
  const headers = context.readableMap(0);
  const name = segments[1];
  if (name === "headers") return mapProperty(headers, segments);
  if (name === "time") return timestamp(info.startUs);
  if (name === "protocol") return info.connection.protocol ?? "HTTP/1.1";
  if (name === "duration") {
    return info.endUs === undefined ? undefined : timestamp(info.endUs - info.startUs);
  }
  if (name === "size") {
    const length = headers?.get("content-length");
    return integer(length === undefined ? info.requestBodyBytes : Number(length) || 0);
  }
  if (headers === undefined) return undefined;
  const path = headers.get(":path");
  const question = path?.indexOf("?") ?? -1;
  switch (name) {
    case "path":
      return path;
    case "url_path":
      return question < 0 ? path : path!.slice(0, question);
    case "query":
      return path === undefined ? undefined : question < 0 ? "" : path.slice(question + 1);
    case "host":
      return headers.get(":authority");
    case "scheme":
      return headers.get(":scheme");
    case "method":
      return headers.get(":method");
    case "referer":
      return headers.get("referer");
    case "useragent":
      return headers.get("user-agent");
    case "id":
      return headers.get("x-request-id");
    case "total_size":
      return integer(info.requestBodyBytes + headers.byteSize());
    default:
      return undefined;
  }
}

function responseProperty(context: Context, info: StreamInfo, segments: string[]): Value {
  switch (segments[1]) {
    case "code":
      return info.responseCode === undefined ? undefined : integer(info.responseCode);
    case "code_details":
      return info.details;
    case "flags":
      return integer(0);
    case "size":
      return integer(info.responseBodyBytes);
    case "total_size":
      return integer(info.responseBodyBytes + info.responseHeaderBytes);
    case "headers":
      return mapProperty(context.readableMap(2), segments);
    case "trailers":
      return mapProperty(context.readableMap(3), segments);
    case "grpc_status": {
      const status =
        context.readableMap(3)?.get("grpc-status") ?? context.readableMap(2)?.get("grpc-status");
      if (status !== undefined) return integer(Number(status) || 0);
      return info.responseCode === undefined ? undefined : integer(grpcStatusOf(info.responseCode));
    }
    default:
      return undefined;
  }
}

function connectionProperty(info: StreamInfo, name: string | undefined): Value {
  const tls = info.connection.tls;
  if (name === "id") return integer(info.connectionId);
  if (name === "requested_server_name") return tls?.sni ?? "";
  if (name === "mtls") return Uint8Array.of(tls?.mtls === true ? 1 : 0);
  if (tls === undefined) return undefined;
  switch (name) {
    case "tls_version":
      return tls.version;
    case "subject_peer_certificate":
      return tls.subject;
    // A list has only its first entry here, in Envoy too.
    case "uri_san_peer_certificate":
      return tls.uriSan?.[0];
    case "dns_san_peer_certificate":
      return tls.dnsSan?.[0];
    case "sha256_peer_certificate_digest":
      return tls.sha256PeerCertificateDigest;
    case "peer_certificate":
      return tls.peerCertificatePem;
    default:
      return undefined;
  }
}

function xds(context: Context, segments: string[]): Value {
  const { options } = context.vm.worker.host;
  const onStream = context.streamInfo !== undefined;
  switch (segments[1]) {
    case "cluster_name":
      return onStream ? (options.clusterName ?? "upstream") : undefined;
    case "route_name":
      return onStream ? (options.routeName ?? "") : undefined;
    case "virtual_host_name":
      return onStream ? "v" : undefined;
    case "listener_direction":
      return integer(0);
    case "node":
      return nodeProperty(options.node ?? { id: "meshwarden", cluster: "meshwarden" }, segments[2]);
    default:
      return undefined;
  }
}
