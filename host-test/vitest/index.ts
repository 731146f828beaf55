// Public door of the vitest helpers, published as meshwarden/vitest: importing it registers the matchers.
import { expect } from "vitest";
import * as matchers from "./matchers.ts";
import type { Budget } from "./matchers.ts";
import type { LogRecord } from "../host/index.ts";

expect.extend({ ...matchers });

type Text = string | RegExp;

interface FilterMatchers<R = unknown> {
  /** A local reply of a filter went out and the upstream saw no complete request. */
  toBeDenied(wanted?: { status?: number; details?: Text; body?: Text }): R;
  /** The whole request reached the upstream and its answer the client. */
  toBeAllowed(): R;
  toHaveStatus(status: number): R;
  /** On an exchange (client's view), on `exchange.upstream` or on a header list. */
  toHaveHeader(name: string, value?: Text): R;
  toReachUpstream(): R;
  toBePaused(direction?: "request" | "response" | "request+response"): R;
  /** On an exchange or a host; text is searched, a pattern is tested. */
  toHaveLogged(level: LogRecord["level"], message?: Text): R;
  /** On a host. */
  toHaveMetric(name: string, value?: number): R;
  /** On a host: a filter sent this cluster an HTTP call. */
  toHaveCalled(cluster: string, wanted?: { times?: number; method?: string; path?: Text }): R;
  /** The guest trapped; `place` is the beginning of "assembly/file.ts:line:column". */
  toHaveTrapped(place?: Text): R;
  /** The request cost no more than this. */
  toStayWithin(budget: Budget): R;
}

declare module "vitest" {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type, @typescript-eslint/no-explicit-any -- vitest's own shape
  interface Matchers<T = any> extends FilterMatchers<T> {}
}

export type { Budget };
export { chunkPlans, underAllChunkings } from "./chunkings.ts";
export type { ChunkingOptions, ChunkPlan } from "./chunkings.ts";
export { acrossSeeds, namedSeed } from "./seeds.ts";
export { nodeForeign } from "./foreign.ts";
