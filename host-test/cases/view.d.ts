import type { Header } from "./format.ts";
export interface ClientView {
  /** 0 when no head arrived. */
  status: number;
  headers: Header[];
  body: string;
  trailers: Header[];
  end: "complete" | "reset" | "hang";
}
export interface UpstreamView {
  method: string;
  path: string;
  authority: string;
  headers: Header[];
  body: string;
  trailers: Header[];
  complete: boolean;
}
export interface LogLine {
  level: string;
  message: string;
}
export interface StepView {
  client?: ClientView;
  /** null when the request did not reach the upstream. */
  upstream?: UpstreamView | null;
  details?: string;
  trace: string[];
  logs: LogLine[];
  /** Node host only: message of the call that would end Envoy. */
  crash?: string;
}
export interface CaseView {
  /** Trace of every configured instance: canary, main thread, workers. */
  boot: string[][];
  steps: StepView[];
  callouts: Record<string, UpstreamView[]>;
  metrics: Record<string, number>;
  /** Set when the host refused to start. */
  bootError?: string;
}
/** Replace run-dependent header values. */
export declare function normaliseHeaders(headers: Header[]): Header[];
/** Replace run-dependent values in a trace line or a header list printed in one. */
export declare function normaliseTrace(line: string): string;
/** Bodies as text with one character per byte; long ones keep their ends and their length. */
export declare function bodyText(bytes: Uint8Array): string;
/** A trace record (a JSON array) as one readable line, or undefined when the log line is none. */
export declare function traceLine(message: string): string | undefined;
