// The vocabulary of simulated gRPC peers: what a test hands to `host.cluster(name).onGrpc(service, method)` and gets back.
import type { Header } from "./types.ts";

/** A call or stream as its server sees it. */
export interface GrpcRequest {
  /** Cluster name, or the target URI of a google_grpc target. */
  cluster: string;
  service: string;
  method: string;
  /** The head on the wire: pseudo headers, gRPC's own, metadata (`-bin` values are base64 by now). */
  headers: Header[];
  /** The message of a unary call; empty for a stream. */
  message: Uint8Array;
  timeoutMs: number;
  streaming: boolean;
}

/** What a server does with a call; the default is status 0 and no message. */
export interface GrpcAnswer {
  message?: string | Uint8Array;
  /** More than one message; a unary call delivers the last. */
  messages?: (string | Uint8Array)[];
  /** grpc-status, default 0; text goes out as it is. */
  status?: number | string;
  /** grpc-message, on the wire as given here. */
  statusMessage?: string;
  initialMetadata?: Header[];
  trailingMetadata?: Header[];
  /** Status in the head and nothing else. */
  trailersOnly?: boolean;
  /** `:status` of the head, default 200. With another one no message is read. */
  httpStatus?: number;
  /** Time on the host's clock until the answer begins. */
  delayMs?: number;
  /** What goes wrong instead of a whole answer. */
  instead?: GrpcFault;
}

/**
 * `refuse`: nobody listens. `reset`: closed before the head. `resetAfterHead`: head and messages come, then a reset.
 * `never`: no answer. `hangAfterHead`: head and messages, no end. `noHealthyHost`, `http1`: an upstream that cannot be used.
 * `overflow`: the circuit breaker refuses the start itself. `badFrame`: not gRPC framing. `cutMessage`: the last message
 * stops half way. `noTrailers`: the answer ends after its messages.
 */
export type GrpcFault =
  | "refuse"
  | "reset"
  | "resetAfterHead"
  | "never"
  | "hangAfterHead"
  | "noHealthyHost"
  | "http1"
  | "overflow"
  | "badFrame"
  | "cutMessage"
  | "noTrailers";

export type GrpcHandler = (request: GrpcRequest) => GrpcAnswer;

/** The server's end of a stream. Nothing reaches the filter inside its own host call. */
export interface GrpcServerStream {
  readonly request: GrpcRequest;
  /** Messages of the filter so far. */
  readonly received: readonly Uint8Array[];
  /** The filter has closed its side. */
  readonly halfClosed: boolean;
  /** The filter has reset the stream. */
  readonly cancelled: boolean;
  onMessage(listener: (message: Uint8Array) => void): void;
  onHalfClose(listener: () => void): void;
  onCancel(listener: () => void): void;
  /** Sends the head; later sends do it by themselves. */
  head(initialMetadata?: Header[]): void;
  send(message: string | Uint8Array): void;
  /** Status and trailers; a stream without a head so far gets a trailers-only answer. */
  end(status?: number | string, statusMessage?: string, trailingMetadata?: Header[]): void;
  reset(): void;
  /** Plays a whole scripted answer. */
  answer(answer: GrpcAnswer): void;
}

export type GrpcStreamHandler = (stream: GrpcServerStream) => void;
