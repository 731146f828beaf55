// Log lines of filters and of the proxy itself, with Envoy's level gate (`/logging?wasm=...`).
import type { LogRecord } from "./types.ts";

/** Log lines kept for tests; `onLog` sees all of them. */
export const keptLogs = 100_000;

export const levels: readonly LogRecord["level"][] = [
  "trace",
  "debug",
  "info",
  "warn",
  "error",
  "critical",
];

export class LogBook {
  readonly records: LogRecord[] = [];
  /** Index into `levels`; 6 = off. */
  level: number;
  readonly #listener: ((record: LogRecord) => void) | undefined;
  /** How many lines are kept for tests; `serve` keeps none and listens instead. */
  readonly #keep: number;

  constructor(level: number, listener: ((record: LogRecord) => void) | undefined, keep: number) {
    this.level = level;
    this.#listener = listener;
    this.#keep = keep;
  }

  write(level: number, filter: string, message: string, worker: number, contextId: number): void {
    if (level < this.level) return;
    const record: LogRecord = { level: levels[level], filter, message, worker, contextId };
    if (this.records.length < this.#keep) this.records.push(record);
    this.#listener?.(record);
  }
}
