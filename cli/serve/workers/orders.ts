// What the main thread and its workers say to each other. Everything here survives a structured clone.
import type { CalloutAnswer } from "../../../host-test/host/types.ts";
import type { Finding } from "../../config/finding.ts";
import type { EngineInput } from "../engine-load.ts";
import type { ServeLimits } from "../limits.ts";
import type { Tape } from "../record/tape.ts";
import type { TlsMaterial } from "../tls-files.ts";

/** Given to a thread when it starts. */
export interface ThreadSettings {
  /** From 1. */
  thread: number;
  /** The shared heap. */
  memory: SharedArrayBuffer;
  /** Where this thread publishes its counters and gauges: one number of 64 bits each. */
  figures: SharedArrayBuffer;
  upstream: string;
  upstreamHttp2: boolean;
  limits: ServeLimits;
  tls: TlsMaterial | undefined;
  logLevel: string;
  accessLog: boolean;
  /** Reports tapes and callouts. */
  recording: boolean;
}

/** An engine's input without what belongs to the main thread. */
export type ThreadInput = Omit<EngineInput, "document" | "onLog" | "onCallout">;

/** To a thread. Each but `arrived` is answered, in order. */
export type Order =
  | { kind: "load"; input: ThreadInput }
  | { kind: "listen"; fd: number }
  | { kind: "tls"; tls: TlsMaterial }
  | { kind: "drain" }
  /** Another thread put an item into a queue that this thread registered. */
  | { kind: "arrived"; queue: number };

/** From a thread. */
export type Report =
  | { kind: "done"; findings: Finding[] }
  | { kind: "accessLog"; text: string }
  | { kind: "filterLog"; level: string; line: string }
  | { kind: "tape"; tape: Tape }
  | { kind: "callout"; cluster: string; answer: CalloutAnswer }
  | { kind: "queue"; thread: number; queue: number };
