// A stage's input as the bytes that go-ftw sends: defaults, headers it completes, form data it escapes, the line ends
// of multipart, and the one piece of Go's template language that the tests use (`{{ "x" | repeat 10 }}`). And back
// from bytes to a head and a body, leniently, for a target that has no HTTP parser in front of it.
// Source: go-ftw v2 (ftwhttp, test), whose behaviour the suite is written for.
import type { StageInput } from "./suite.ts";

/** Bytes of the whole request. */
export function requestBytes(input: StageInput): Buffer {
  if (input.encoded_request !== undefined) return Buffer.from(input.encoded_request, "base64");
  const headers = Object.entries(input.headers ?? {}).map(
    ([name, value]) => [name, String(value)] as [string, string],
  );
  const has = (name: string): boolean => headers.some(([one]) => one.toLowerCase() === name);
  const method = input.method ?? "GET";
  const complete = input.autocomplete_headers ?? true;
  let data = expandTemplate(input.data ?? "");
  if (data !== "" && complete) {
    if (!has("content-type")) headers.push(["Content-Type", "application/x-www-form-urlencoded"]);
    data = escapeForm(headers, data);
  }
  const multipart = headers.some(
    ([name, value]) => /^content-type$/i.test(name) && /multipart\/form-data;/i.test(value),
  );
  if (multipart) data = data.replaceAll("\n", "\r\n");
  const body = Buffer.from(data, "utf8");
  if (complete) {
    if (!has("connection")) headers.push(["Connection", "close"]);
    const takesBody = /^POST|PUT|PATCH|DELETE$/.test(method);
    if (!has("content-length") && (body.length > 0 || takesBody)) {
      headers.push(["Content-Length", String(body.length)]);
    }
  }
  const head = [
    `${method} ${input.uri ?? "/"} ${input.version ?? "HTTP/1.1"}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`, "utf8"), body]);
}

/** `{{ "x" | repeat 10 }}` becomes ten x; any other braces stay. */
export function expandTemplate(data: string): string {
  return data.replace(/\{\{\s*"([^"]*)"\s*\|\s*repeat\s+(\d+)\s*\}\}/g, (_, text: string, count) =>
    text.repeat(Number(count)),
  );
}

/** Form data that holds nothing escaped yet is escaped, names and values each. */
function escapeForm(headers: [string, string][], data: string): string {
  const form = headers.some(
    ([name, value]) =>
      /^content-type$/i.test(name) && /^application\/x-www-form-urlencoded$/i.test(value),
  );
  if (!form || unescapeQuery(data) !== data) return data;
  return data
    .split("&")
    .map((pair) => {
      const equals = pair.indexOf("=");
      if (equals < 0) return escapeQuery(pair);
      return `${escapeQuery(pair.slice(0, equals))}=${escapeQuery(pair.slice(equals + 1))}`;
    })
    .join("&");
}

/** Go's url.QueryEscape. */
function escapeQuery(text: string): string {
  let escaped = "";
  for (const byte of Buffer.from(text, "utf8")) {
    const char = String.fromCharCode(byte);
    if (/[A-Za-z0-9\-_.~]/.test(char)) escaped += char;
    else if (char === " ") escaped += "+";
    else escaped += `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return escaped;
}

/** Go's url.QueryUnescape; "" where an escape is broken, as Go returns beside its error. */
function unescapeQuery(text: string): string {
  if (/%(?![0-9a-fA-F]{2})/.test(text)) return "";
  return text
    .replaceAll("+", " ")
    .replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

export interface ParsedRequest {
  method: string;
  uri: string;
  version: string;
  /** Names as sent, values as byte strings. */
  headers: [name: string, value: string][];
  body: Buffer;
}

/** Splits a request wherever it can be split: what a strict parser refuses is the business of the rules here. */
export function parseRequest(bytes: Buffer): ParsedRequest {
  const text = bytes.toString("latin1");
  const headEnd = /\r?\n\r?\n/.exec(text);
  const head = headEnd === null ? text : text.slice(0, headEnd.index);
  const body = headEnd === null ? "" : text.slice(headEnd.index + headEnd[0].length);
  const [requestLine, ...lines] = head.split(/\r?\n/);
  const [, method, uri, version] =
    /^\s*(\S*)(?:\s+(.*?))?(?:\s+(\S+))?\s*$/.exec(requestLine) ?? [];
  const headers: [string, string][] = [];
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (/^[ \t]/.test(line) && headers.length > 0) headers.at(-1)![1] += ` ${line.trim()}`;
    else if (colon >= 0) headers.push([line.slice(0, colon), line.slice(colon + 1).trim()]);
    else if (line !== "") headers.push([line, ""]);
  }
  const chunked = headers.some(
    ([name, value]) => /^transfer-encoding$/i.test(name) && /chunked/i.test(value),
  );
  // Bytes behind the head are no body where nothing says how long one is (RFC 9112 §6.3).
  const framed = chunked || headers.some(([name]) => /^content-length$/i.test(name));
  return {
    method: method ?? "",
    uri: uri ?? "",
    // A request line without a version is HTTP/0.9 (RFC 1945 §4.1).
    version: version ?? "HTTP/0.9",
    headers,
    body: Buffer.from(chunked ? unchunk(body) : framed ? body : "", "latin1"),
  };
}

/** Body of the chunked coding, or the bytes as they are where they are no chunks. */
function unchunk(body: string): string {
  let rest = body;
  let plain = "";
  while (rest !== "") {
    const size = /^([0-9a-fA-F]+)[^\r\n]*\r?\n/.exec(rest);
    if (size === null) return body;
    const length = parseInt(size[1], 16);
    if (length === 0) return plain;
    plain += rest.slice(size[0].length, size[0].length + length);
    rest = rest.slice(size[0].length + length).replace(/^\r?\n/, "");
  }
  return plain;
}
