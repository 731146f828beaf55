// fast-check arbitraries for what filters meet: requests, answers of upstreams, and the pieces that bodies come in. They
// lean towards trouble (repeated headers, bytes above ASCII, encoded paths, empty values), shrink towards `GET /`, and
// stay inside what an HTTP codec would hand on, so that every failure is the filter's.
import fc from "fast-check";
import type { Header, RequestInit, UpstreamAnswer } from "../host/index.ts";

/** Limits of what is invented. */
export interface ArbitraryLimits {
  /** Header lines besides the pseudo headers; default 12. */
  headers?: number;
  /** Bytes of a body; default 256. */
  bodyBytes?: number;
}

const token = fc.stringMatching(/^[a-z][a-z0-9-]{0,15}$/);
const usualName = fc.constantFrom(
  "accept",
  "accept-encoding",
  "authorization",
  "content-type",
  "cookie",
  "referer",
  "user-agent",
  "x-forwarded-for",
  "x-request-id",
);
/** Framing and connection headers belong to the codec; hop-by-hop ones never reach a filter as written. */
const framing = new Set([
  "content-length",
  "transfer-encoding",
  "connection",
  "upgrade",
  "host",
  "te",
]);
const headerName = fc.oneof(usualName, token).filter((name) => !framing.has(name));

/** Visible bytes, blanks inside, bytes above ASCII; never a control byte. */
const headerValue = fc.oneof(
  fc.constantFrom("", "*/*", "a=1; b=2", "Bearer x.y.z", "application/json", "1.2.3.4"),
  fc
    .array(
      fc.integer({ min: 0x20, max: 0xff }).filter((byte) => byte !== 0x7f),
      { maxLength: 40 },
    )
    .map((bytes) => String.fromCharCode(...bytes).trim()),
);

/** Header lines, some of them under one name. */
export function headerLines(limits: ArbitraryLimits = {}): fc.Arbitrary<Header[]> {
  const line = fc.tuple(headerName, headerValue);
  return fc.array(line, { maxLength: limits.headers ?? 12 });
}

const pathPart = fc.oneof(
  fc.constantFrom("", ".", "..", "%2e%2e", "%2F", "%00", "a", "index.html", "%c0%ae", "a;b=c"),
  fc.stringMatching(/^[A-Za-z0-9._~!$&'()*+,;=:@%-]{0,12}$/),
);
const query = fc.stringMatching(/^[A-Za-z0-9._~!$&'()*+,;=:@%/?-]{0,24}$/);

/** A request target in origin form, often with odd segments and a query. */
export function requestPaths(): fc.Arbitrary<string> {
  return fc
    .tuple(fc.array(pathPart, { maxLength: 5 }), fc.option(query, { nil: undefined }))
    .map(([parts, search]) => `/${parts.join("/")}${search === undefined ? "" : `?${search}`}`);
}

/** A body cut into pieces anywhere; empty pieces are dropped, an empty body is no piece at all. */
export function chunked(body: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array[]> {
  return fc.tuple(body, fc.array(fc.nat(), { maxLength: 6 })).map(([bytes, cuts]) => {
    const places = cuts.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b);
    const pieces: Uint8Array[] = [];
    let from = 0;
    for (const place of [...places, bytes.length]) {
      if (place > from) pieces.push(bytes.slice(from, place));
      from = place;
    }
    return pieces;
  });
}

function bodies(limits: ArbitraryLimits): fc.Arbitrary<Uint8Array[]> {
  const maxLength = limits.bodyBytes ?? 256;
  const text = fc
    .oneof(fc.constantFrom('{"a":1}', "a=1&b=2", "<a/>"), fc.string({ maxLength }))
    .map((value) => new TextEncoder().encode(value).slice(0, maxLength));
  return chunked(fc.oneof(text, fc.uint8Array({ maxLength })));
}

const method = fc.constantFrom("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD");

/** A request for `host.request`: with a body for the methods that have one, in any pieces. */
export function requests(limits: ArbitraryLimits = {}): fc.Arbitrary<RequestInit> {
  const head = { method, path: requestPaths(), headers: headerLines(limits) };
  const body = { body: bodies(limits), separateEndOfStream: fc.boolean() };
  return fc.record({ ...head, ...body }).map((request) => {
    const { body: pieces, separateEndOfStream, ...rest } = request;
    const bodiless = /^(GET|HEAD|DELETE|OPTIONS)$/.test(request.method) || pieces.length === 0;
    return bodiless ? rest : { ...rest, body: pieces, separateEndOfStream };
  });
}

/** An upstream's answer for `RequestInit.upstream`; one with 204 or 304 has no body. */
export function responses(limits: ArbitraryLimits = {}): fc.Arbitrary<UpstreamAnswer> {
  const status = fc.constantFrom(200, 201, 204, 301, 304, 400, 401, 404, 500, 503);
  return fc
    .record({
      status,
      headers: headerLines(limits),
      body: bodies(limits),
      separateEndOfStream: fc.boolean(),
    })
    .map(({ body, ...rest }) => {
      const bodiless = rest.status === 204 || rest.status === 304 || body.length === 0;
      return bodiless ? rest : { ...rest, body };
    });
}
