// What a strict HTTP/1.1 server in front of the rules refuses with 400, as Envoy's codec does: for the tests that name a
// status, which are about that server and not about a rule. Source: RFC 9112 §2.2, §3, §5.1, §6.1; RFC 9110 §4.2.1, §8.6.
import type { ParsedRequest } from "./request.ts";

/** Why the request gets no further; undefined when it is well-formed. */
export function refusal(bytes: Buffer, request: ParsedRequest): string | undefined {
  const text = bytes.toString("latin1");
  const line = /^[^\r\n]*/.exec(text)![0];
  const parts = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\S+) HTTP\/1\.[01]$/.exec(line);
  if (parts === null) return "request line";
  const [, method, target] = parts;
  if (!isTarget(method, target)) return "request target";
  const head = text.slice(0, Math.max(0, text.search(/\r?\n\r?\n/)));
  if (/\r(?!\n)|\0/.test(head)) return "control byte in the head";
  const values = (name: string): string[] =>
    request.headers.filter(([one]) => one.toLowerCase() === name).map(([, value]) => value);
  const hosts = values("host");
  if (
    hosts.length !== 1 ||
    !/^[A-Za-z0-9._~-]+(:\d*)?$|^\[[0-9A-Fa-f:.]+\](:\d*)?$/.test(hosts[0])
  ) {
    return "host";
  }
  const lengths = values("content-length");
  if (lengths.some((value) => !/^\d+$/.test(value))) return "content-length";
  if (lengths.length > 0 && values("transfer-encoding").length > 0) return "both framings";
  return undefined;
}

/** Origin form, absolute form, authority form for CONNECT, `*` for OPTIONS; no fragment, no bytes that a URI lacks. */
function isTarget(method: string, target: string): boolean {
  if (method === "CONNECT") return /^[A-Za-z0-9._-]+:\d+$/.test(target);
  if (method === "OPTIONS" && target === "*") return true;
  return /^(https?:\/\/[^/?#]+)?\/[^#\\"<>]*$/.test(target);
}
