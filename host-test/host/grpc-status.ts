// How a gRPC answer becomes the status of proxy_on_grpc_close: codes of servers pass, codes that Envoy makes up follow the
// measured table (a timeout before the head is 14 and not 4, a reset after it 13, no status at all 2), and the message
// carries the response code details.
import { grpcStatusOf } from "./local-reply.ts";
import type { HeaderMap } from "./header-map.ts";

/** What Envoy makes of a grpc-status that is no number from 0 to 16. */
export const invalidStatus = 0xffffffff;
export const GrpcCode = { Unknown: 2, Internal: 13, Unavailable: 14 } as const;

/** The grpc-status of a head or of trailers; undefined when there is none. */
export function grpcStatusIn(map: HeaderMap): number | undefined {
  const text = map.get("grpc-status");
  if (text === undefined) return undefined;
  const status = /^\d+$/.test(text) ? Number(text) : invalidStatus;
  return status > 16 ? invalidStatus : status;
}

/** Envoy appends how the answer came about; an empty message is replaced by it. */
export function withDetails(message: string, details: string): string {
  return message === "" ? details : `${message}{${details}}`;
}

/** Status for an HTTP answer that is no gRPC. */
export function statusOfHttp(httpStatus: number): number {
  return grpcStatusOf(httpStatus);
}

/** Google's client decodes grpc-message, Envoy's own does not. */
export function percentDecoded(text: string): string {
  return text.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
