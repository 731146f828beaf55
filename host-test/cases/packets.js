import { toBytes, writes } from "./format.js";
import { writeChunk, writeHead, writeLastChunk } from "./h1.js";
export function planRequest(plan) {
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
export function requestPackets(plan) {
  if (plan.raw !== undefined) return plan.raw.map(toBytes);
  const planned = planRequest(plan);
  const headers = [["host", planned.authority], ...planned.headers];
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
export function answerPackets(answer) {
  const body = writes(answer.body);
  const trailers = answer.trailers ?? [];
  const list = Array.isArray(answer.body);
  const status = answer.status ?? 200;
  const bodiless = status === 101 || status === 204 || status === 304;
  const framing = answer.framing ?? (list || trailers.length > 0 ? "chunked" : "length");
  const headers = [...(answer.headers ?? [])];
  if (!bodiless) addFraming(headers, framing, body);
  const head = writeHead(`HTTP/1.1 ${status} ${status === 200 ? "OK" : "Status"}`, headers);
  if (bodiless) return [head];
  return packets(head, body, framing === "chunked", trailers, !list);
}
/** Does this answer end by closing the connection? */
export function closesAtEnd(answer) {
  return answer.framing === "close";
}
function addFraming(headers, framing, body) {
  const named = (name) => headers.some(([n]) => n.toLowerCase() === name);
  if (framing === "chunked" && !named("transfer-encoding"))
    headers.push(["transfer-encoding", "chunked"]);
  if (framing === "length" && !named("content-length")) {
    headers.push(["content-length", String(body.reduce((sum, b) => sum + b.length, 0))]);
  }
}
function packets(head, body, chunked, trailers, together) {
  const pieces = chunked ? body.filter((b) => b.length > 0).map(writeChunk) : [...body];
  if (chunked) {
    const last = writeLastChunk(trailers);
    // A list's end is a packet of its own; a single write carries everything.
    if (together && pieces.length > 0)
      pieces[pieces.length - 1] = Buffer.concat([pieces.at(-1), last]);
    else pieces.push(last);
  }
  if (together && pieces.length > 0) return [Buffer.concat([head, pieces[0]]), ...pieces.slice(1)];
  return [head, ...pieces];
}
//# sourceMappingURL=packets.js.map
