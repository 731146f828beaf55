// The request head of a gRPC callout, as it leaves Envoy: gRPC's own headers, the metadata of target and filter joined to
// them, the router's additions. Retry headers are for the router and stay here.
import { HeaderMap } from "./header-map.ts";
import type { GrpcTarget } from "./grpc-target.ts";
import type { Header } from "./types.ts";

export interface GrpcRetryPolicy {
  on: string[];
  max: number;
}

export interface GrpcHead {
  map: HeaderMap;
  retries: GrpcRetryPolicy;
  /** Header that makes Envoy refuse to send, undefined when all are fine. */
  invalid: string | undefined;
}

const maxTimeoutDigits = 99_999_999;

/** At most 8 digits, so a long timeout is written in seconds, minutes or hours. */
function timeoutText(timeoutMs: number): string {
  if (timeoutMs <= maxTimeoutDigits) return `${timeoutMs}m`;
  const seconds = Math.floor(timeoutMs / 1000);
  if (seconds <= maxTimeoutDigits) return `${seconds}S`;
  return `${Math.floor(seconds / 60)}M`;
}

/** @param timeoutMs undefined for a stream, which has none */
export function grpcHead(
  target: GrpcTarget,
  service: string,
  method: string,
  metadata: Header[],
  timeoutMs: number | undefined,
): GrpcHead {
  const map = new HeaderMap("request");
  map.add(":method", "POST");
  map.add(":path", `/${service}/${method}`);
  map.add(":authority", target.authority);
  map.add(":scheme", "http");
  map.add("te", "trailers");
  if (timeoutMs !== undefined) map.add("grpc-timeout", timeoutText(timeoutMs));
  map.add("content-type", "application/grpc");
  for (const [name, value] of [...target.initialMetadata, ...metadata]) {
    map.add(name, name.toLowerCase().endsWith("-bin") ? btoa(value) : value);
  }
  const retries = {
    on: map.get("x-envoy-retry-grpc-on")?.split(",") ?? [],
    max: Number(map.get("x-envoy-max-retries") ?? 1),
  };
  map.remove("x-envoy-retry-grpc-on");
  map.remove("x-envoy-max-retries");
  map.set("x-envoy-internal", "true");
  if (timeoutMs !== undefined && timeoutMs > 0) {
    map.set("x-envoy-expected-rq-timeout-ms", String(timeoutMs));
  }
  const invalid = map.entries.find(([, value]) => /[\0\r\n]/.test(value))?.[0];
  return { map, retries, invalid };
}

const retryWords: Record<string, number> = {
  cancelled: 1,
  "deadline-exceeded": 4,
  internal: 13,
  "resource-exhausted": 8,
  unavailable: 14,
};

/** Only a status in the head is retried: one in real trailers comes too late. */
export function grpcRetries(policy: GrpcRetryPolicy, status: number): number {
  return policy.on.some((word) => retryWords[word.trim()] === status) ? policy.max : 0;
}
