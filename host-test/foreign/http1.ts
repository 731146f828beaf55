// A head written as HTTP/1 text, as some suites give it, in Envoy's form: pseudo headers and lower-case names.
import type { Header } from "../host/index.ts";

/** @throws SyntaxError for a first line that is none */
export function parseHttp1(head: string, isRequest: boolean): Header[] {
  const [first, ...lines] = head.split(/\r?\n/);
  const headers: Header[] = [];
  let authority: string | undefined;
  if (isRequest) {
    const match = /^(\S+) (\S+)(?: HTTP\/\d\.\d)?$/.exec(first);
    if (match === null) throw new SyntaxError(`no request line: "${first}"`);
    const absolute = /^(https?):\/\/([^/]+)(.*)$/.exec(match[2]);
    authority = absolute?.[2];
    headers.push([":path", absolute === null ? match[2] : absolute[3] || "/"]);
    headers.push([":method", match[1]]);
    if (absolute !== null) headers.push([":scheme", absolute[1]]);
  } else {
    const match = /^HTTP\/\d\.\d (\d{3})/.exec(first);
    if (match === null) throw new SyntaxError(`no status line: "${first}"`);
    headers.push([":status", match[1]]);
  }
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon <= 0) continue;
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (isRequest && name === "host") authority ??= value;
    else headers.push([name, value]);
  }
  if (authority !== undefined) headers.unshift([":authority", authority]);
  return headers;
}
