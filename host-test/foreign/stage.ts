// A host for one foreign filter and the few questions that published expectations ask of it.
import assert from "node:assert/strict";
import {
  createHostSync,
  VirtualClock,
  type Exchange,
  type FilterSpec,
  type Host,
  type HostOptions,
} from "../host/index.ts";

export interface Stage {
  host: Host;
  clock: VirtualClock;
}

/** One worker, no canary: context ids count as in the projects' own texts (root 1, first stream 2). */
export function stage(
  wasm: Uint8Array,
  filter: Partial<FilterSpec> = {},
  options: Partial<HostOptions> = {},
): Stage {
  const clock = new VirtualClock();
  const filters = options.filters ?? [{ name: "filter", wasm, ...filter }];
  const host = createHostSync({ lean: true, clock, ...options, filters });
  return { host, clock };
}

/** @throws Error when no line of the log contains the text */
export function logged(host: Host, ...texts: string[]): void {
  const lines = host.logs.map((record) => record.message);
  for (const text of texts) {
    if (lines.some((line) => line.includes(text))) continue;
    assert.fail(`"${text}" is not in the log: ${JSON.stringify(lines.slice(-12))}`);
  }
}

/** Status and body of an answer that the client received whole. */
export function answered(exchange: Exchange, status: number, body?: string): void {
  assert.equal(exchange.trap?.message, undefined, "the filter trapped");
  assert.equal(exchange.status, status, `status (details ${exchange.details})`);
  if (body !== undefined) assert.equal(exchange.text(), body);
}
