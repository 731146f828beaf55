// Options that several commands share, and the reading of their values.
import { InvalidArgumentError } from "commander";

/** A TCP port, 0 for a free one. @throws InvalidArgumentError, which commander shows with the option's name */
export function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) {
    throw new InvalidArgumentError("a port is a number from 0 to 65535");
  }
  return port;
}

/** A number of threads, 1 to 64. @throws InvalidArgumentError */
export function workerCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > 64) {
    throw new InvalidArgumentError("workers are 1 to 64");
  }
  return count;
}

/** Collects a repeated option. */
export function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

export const logLevels = ["trace", "debug", "info", "warn", "error", "off"] as const;
