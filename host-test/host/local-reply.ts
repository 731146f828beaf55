// The head and body of an answer that the proxy makes up itself (Envoy's Utility::prepareLocalReply): content-length and
// text/plain appear with a body, the guest's own framing headers are dropped, gRPC requests get a trailers-only 200.
import type { LocalReply } from "./context.ts";
import { HeaderMap } from "./header-map.ts";

/** HTTP status to gRPC status, as in gRPC's http-grpc-status-mapping; others are Unknown (2). */
const grpcOfHttp: Record<number, number> = {
  400: 13,
  401: 16,
  403: 7,
  404: 12,
  429: 14,
  502: 14,
  503: 14,
  504: 14,
};

export function grpcStatusOf(httpStatus: number): number {
  return grpcOfHttp[httpStatus] ?? 2;
}

export interface PreparedReply {
  headers: HeaderMap;
  body: string;
}

/** Percent-encodes what gRPC does not allow in grpc-message (below 0x20, above 0x7e, and %). */
function grpcMessage(body: string): string {
  return body.replace(/[^\x20-\x24\x26-\x7e]/g, (char) => {
    return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
  });
}

/** `request` is the head being answered, undefined when none arrived whole. */
export function prepareReply(reply: LocalReply, request: HeaderMap | undefined): PreparedReply {
  const isGrpc = request !== undefined && isGrpcRequest(request);
  const isHead = request?.get(":method") === "HEAD";
  const headers = new HeaderMap("response");
  headers.add(":status", String(reply.status & 0xffff));
  // The guest's own framing and pseudo headers show up in the response callbacks, and are overruled or dropped later.
  for (const [name, value] of reply.headers) headers.add(name, value);
  headers.set(":status", String(reply.status & 0xffff));
  if (isGrpc) {
    headers.remove("content-length");
    headers.set(":status", "200");
    headers.set("content-type", "application/grpc");
    if (headers.get("grpc-status") === undefined) {
      const given = reply.grpcStatus >= 0 && reply.grpcStatus <= 16;
      const status = given ? reply.grpcStatus : grpcStatusOf(reply.status);
      headers.set("grpc-status", String(status));
    }
    if (reply.body !== "" && !isHead) headers.set("grpc-message", grpcMessage(reply.body));
    return { headers, body: "" };
  }
  if (reply.body === "") {
    headers.remove("content-length");
    headers.remove("content-type");
  } else {
    headers.set("content-length", String(reply.body.length));
    if (headers.get("content-type") === undefined) headers.set("content-type", "text/plain");
  }
  return { headers, body: isHead ? "" : reply.body };
}

/** Envoy answers gRPC-style when the request's content-type is application/grpc or application/grpc+.. */
function isGrpcRequest(headers: HeaderMap): boolean {
  const type = headers.get("content-type");
  return type !== undefined && /^application\/grpc($|\+)/.test(type);
}
