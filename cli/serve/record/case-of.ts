// From tapes to a case: requests in the order in which they began, each with the service's answer and with what must show. Only
// what would come out the same again is expected: no dates, ids or times.
import type {
  Answer,
  Bytes,
  Header,
  HeaderExpectation,
  Step,
} from "../../../host-test/cases/format.ts";
import type { CalloutAnswer } from "../../../host-test/host/types.ts";
import type { Message, Tape } from "./tape.ts";

/** Set by the proxy for each request, or by connections: no part of a case. */
const perRequest =
  /^(?::.*|x-request-id|x-envoy-.*|x-forwarded-for|x-forwarded-proto|date|server|connection|keep-alive|transfer-encoding|content-length|host|upgrade|via|age|ratelimit.*|x-ratelimit-.*|retry-after)$/;

/** Why a tape makes no step, undefined when it does. */
export function whyNot(tape: Tape): string | undefined {
  if (tape.tooLong) return "a body is longer than 64 KiB";
  if (tape.mtls) return "the client showed a certificate, which a case cannot";
  if (!tape.request.complete) return "the request did not come to its end";
  if (tape.client?.complete !== true) return "the answer did not come to its end";
  if (valueOf(tape.request, "upgrade") !== undefined) return "it asked for another protocol";
  return undefined;
}

/** The step of a tape. `address` writes the client's address into the request, where clients were not on loopback. */
export function stepOf(tape: Tape, address: boolean): Step {
  const { request, upstream, answer, client } = tape;
  const step: Step = { request: requestOf(tape, address) };
  if (answer !== undefined && upstream !== undefined) step.upstream = answerOf(answer);
  step.expect = {
    client: {
      status: Number(valueOf(client!, ":status")),
      ...present(client!.headers),
      ...(valueOf(request, ":method") === "HEAD" ? {} : { body: bytesOf(client!.body) }),
    },
    upstream:
      upstream === undefined
        ? { reached: false }
        : {
            reached: true,
            method: exact(valueOf(upstream, ":method") ?? ""),
            path: exact(valueOf(upstream, ":path") ?? ""),
            ...present(upstream.headers),
            body: bytesOf(upstream.body),
          },
    details: exact(tape.details),
  };
  return step;
}

/** What a filter's own call was answered. */
export function calloutOf(call: CalloutAnswer): Answer {
  if (call.refuse === true) return { instead: "refuse" };
  if (call.reset === true) return { instead: "reset" };
  const { status = 200, headers = [], body = "", trailers = [] } = call;
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  return answerOf({
    headers: [[":status", String(status)], ...headers],
    body: bytes,
    trailers,
    complete: true,
  });
}

function requestOf({ request, source }: Tape, address: boolean): NonNullable<Step["request"]> {
  const dropped =
    /^(?::.*|x-request-id|x-envoy-.*|x-forwarded-proto|content-length|transfer-encoding|host)$/;
  const headers = request.headers.filter(([name]) => !dropped.test(name));
  const earlier = headers.filter(([name]) => name === "x-forwarded-for").map(([, value]) => value);
  const peer = source.slice(0, source.lastIndexOf(":"));
  const others = address ? headers.filter(([name]) => name !== "x-forwarded-for") : headers;
  if (address) others.push(["x-forwarded-for", [...earlier, peer].join()]);
  const framed = request.body.length > 0 || valueOf(request, "content-length") !== undefined;
  return {
    method: valueOf(request, ":method") ?? "GET",
    path: valueOf(request, ":path") ?? "/",
    authority: valueOf(request, ":authority") ?? "",
    headers: others,
    ...(request.body.length > 0 ? { body: bytesOf(request.body) } : {}),
    ...(framed
      ? { framing: valueOf(request, "content-length") !== undefined ? "length" : "chunked" }
      : {}),
    ...(request.trailers.length > 0 ? { trailers: request.trailers } : {}),
  };
}

function answerOf(answer: Message): Answer {
  const headers = answer.headers.filter(
    ([name]) => !/^(?::.*|date|connection|keep-alive|transfer-encoding|content-length)$/.test(name),
  );
  return {
    status: Number(valueOf(answer, ":status")),
    ...(headers.length > 0 ? { headers } : {}),
    ...(answer.body.length > 0 ? { body: bytesOf(answer.body) } : {}),
    ...(answer.trailers.length > 0 ? { trailers: answer.trailers } : {}),
  };
}

function valueOf({ headers }: Message, name: string): string | undefined {
  return headers.find(([other]) => other === name)?.[1];
}

function present(headers: Header[]): { headers?: HeaderExpectation } {
  const has: Record<string, string> = {};
  for (const [name, value] of headers) if (!perRequest.test(name)) has[name] = exact(value);
  return Object.keys(has).length > 0 ? { headers: { has } } : {};
}

/** A pattern that only this text matches: a text between slashes would be a regular expression. */
function exact(text: string): string {
  if (!/^\/.*\/$/.test(text)) return text;
  return `/^${text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")}$/`;
}

/** Text where it is printable ASCII, else hexadecimal. */
function bytesOf(bytes: Uint8Array): Bytes {
  const plain = bytes.every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 9 || byte === 10);
  const buffer = Buffer.from(bytes);
  return plain ? buffer.toString("latin1") : { hex: buffer.toString("hex") };
}
