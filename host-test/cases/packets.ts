// From a plan to HTTP/1.1 packets: what a client or an origin writes, one entry per write. The Node runner reads the same
// packets through a model of Envoy's codec (codec.ts), so that both runners start from equal bytes.
import type { Answer, Header, RequestPlan } from "./format.ts";
import { toBytes, writes } from "./format.ts";
import { writeChunk, writeHead, writeLastChunk } from "./h1.ts";

/** A request with the defaults filled in. */
export interface PlannedRequest {
  method: string;
  path: string;
  authority: string;
  headers: Header[];
  body: Buffer[];
  framing: "none" | "length" | "chunked";
  trailers: Header[];
  together: boolean;
}

export function planRequest(plan: RequestPlan): PlannedRequest {
  const body = writes(plan.body);
  const trailers = plan.trailers ?? [];
  const list = Array.isArray(plan.body);
  const framed = body.length > 0 || plan.framing !== undefined || trailers.length > 0;
  return {
    method: plan.method ?? (body.length > 0 ? "POST" : "GET"),
    path: plan.path ?? "/",
    authority: plan.authority ?? "svc.test",
    headers: plan.headers ?? [],
    body,
    framing: framed
      ? (plan.framing ?? (list || trailers.length > 0 ? "chunked" : "length"))
      : "none",
    trailers,
    together: plan.together ?? !list,
  };
}

/** The request as packets. */
export function requestPackets(plan: RequestPlan): Buffer[] {
  if (plan.raw !== undefined) return plan.raw.map(toBytes);
  const planned = planRequest(plan);
  const headers: Header[] = [["host", planned.authority], ...planned.headers];
  addFraming(headers, planned.framing, planned.body);
  const head = writeHead(`${planned.method} ${planned.path} HTTP/1.1`, headers);
  return packets(
    head,
    planned.body,
    planned.framing === "chunked",
    planned.trailers,
    planned.together,
  );
}

/** The answer as packets; `close` framing ends with the connection. */
export function answerPackets(answer: Answer): Buffer[] {
  const body = writes(answer.body);
  const trailers = answer.trailers ?? [];
  const list = Array.isArray(answer.body);
  const status = answer.status ?? 200;
  const bodiless = status === 101 || status === 204 || status === 304;
  const framing = answer.framing ?? (list || trailers.length > 0 ? "chunked" : "length");
  const headers: Header[] = [...(answer.headers ?? [])];
  if (!bodiless) addFraming(headers, framing, body);
  const head = writeHead(`HTTP/1.1 ${status} ${status === 200 ? "OK" : "Status"}`, headers);
  if (bodiless) return [head];
  return packets(head, body, framing === "chunked", trailers, !list);
}

/** Does this answer end by closing the connection? */
export function closesAtEnd(answer: Answer): boolean {
  return answer.framing === "close";
}

function addFraming(headers: Header[], framing: string, body: Buffer[]): void {
  const named = (name: string): boolean => headers.some(([n]) => n.toLowerCase() === name);
  if (framing === "chunked" && !named("transfer-encoding"))
    headers.push(["transfer-encoding", "chunked"]);
  if (framing === "length" && !named("content-length")) {
    headers.push(["content-length", String(body.reduce((sum, b) => sum + b.length, 0))]);
  }
}

function packets(
  head: Buffer,
  body: Buffer[],
  chunked: boolean,
  trailers: Header[],
  together: boolean,
): Buffer[] {
  const pieces = chunked ? body.filter((b) => b.length > 0).map(writeChunk) : [...body];
  if (chunked) {
    const last = writeLastChunk(trailers);
    // A list's end is a packet of its own; a single write carries everything.
    if (together && pieces.length > 0)
      pieces[pieces.length - 1] = Buffer.concat([pieces.at(-1)!, last]);
    else pieces.push(last);
  }
  if (together && pieces.length > 0) return [Buffer.concat([head, pieces[0]]), ...pieces.slice(1)];
  return [head, ...pieces];
}
