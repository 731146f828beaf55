// A body arrives in whatever pieces the network makes of it, and a verdict must not hang on them: the commonest way
// around a body inspector is to split the payload. These plans cut a body at every place that matters.
import type { Exchange, Host, RequestInit } from "../host/index.ts";

export interface ChunkPlan {
  /** For messages: "whole", "split at 3", "bytes", "random 2". */
  name: string;
  chunks: Uint8Array[];
  separateEndOfStream: boolean;
}

export interface ChunkingOptions {
  /** Random plans besides the systematic ones; default 8. */
  random?: number;
  seed?: number;
  /** Two-piece splits tried at most; longer bodies are split at evenly spread places. Default 64. */
  splits?: number;
}

function cut(body: Uint8Array, places: number[]): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  let from = 0;
  for (const place of [...places, body.length]) {
    if (place > from) chunks.push(body.slice(from, place));
    from = place;
  }
  return chunks;
}

/** Plans for a body: whole, whole with its end, byte by byte, every split in two, random ones. */
export function chunkPlans(body: Uint8Array, options: ChunkingOptions = {}): ChunkPlan[] {
  const plans: ChunkPlan[] = [
    { name: "whole", chunks: cut(body, []), separateEndOfStream: true },
    { name: "whole with its end", chunks: cut(body, []), separateEndOfStream: false },
  ];
  if (body.length <= 4096) {
    const places = Array.from({ length: body.length }, (_, index) => index);
    plans.push({ name: "bytes", chunks: cut(body, places), separateEndOfStream: true });
  }
  const step = Math.max(1, Math.floor(body.length / (options.splits ?? 64)));
  for (let place = 1; place < body.length; place += step) {
    plans.push({
      name: `split at ${place}`,
      chunks: cut(body, [place]),
      separateEndOfStream: place % 2 === 0,
    });
  }
  let state = options.seed ?? 1;
  const next = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * below);
  };
  for (let round = 0; round < (options.random ?? 8); round++) {
    const places = Array.from({ length: 1 + next(6) }, () => next(body.length + 1));
    places.sort((a, b) => a - b);
    plans.push({
      name: `random ${round} (${places.join(",")})`,
      chunks: cut(body, places),
      separateEndOfStream: next(2) === 0,
    });
  }
  return plans;
}

/**
 * Sends the request once for each chunk plan of its body and hands every exchange to `check`; a failure names the plan.
 * `host` may be a function, for a fresh host each time.
 */
export async function underAllChunkings(
  host: Host | (() => Host | Promise<Host>),
  request: RequestInit & { body: string | Uint8Array },
  check: (exchange: Exchange, plan: ChunkPlan) => void | Promise<void>,
  options: ChunkingOptions = {},
): Promise<void> {
  const body =
    typeof request.body === "string" ? new TextEncoder().encode(request.body) : request.body;
  for (const plan of chunkPlans(body, options)) {
    const running = typeof host === "function" ? await host() : host;
    const { chunks, separateEndOfStream } = plan;
    const exchange = await running.request({ ...request, body: chunks, separateEndOfStream });
    try {
      await check(exchange, plan);
    } catch (error) {
      if (error instanceof Error) error.message = `body sent as ${plan.name}: ${error.message}`;
      throw error;
    }
  }
}
