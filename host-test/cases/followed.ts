// What the proxy does with an answer by itself, before any filter sees it: a retry sends the request to the upstream once more,
// an internal redirect (302) begins a new stream for the place that the answer names, with the head the client sent.
import type { Header, ListenerFlags } from "./format.ts";
import { headerValue } from "./h1.ts";

/** Envoy's header for where a redirected request came from. */
export const originalUrl = "x-envoy-original-url";

/** `hops` is how often that happened before in this request. */
export function followUp(
  answer: Header[],
  flags: ListenerFlags,
  hops: number,
): "retry" | "redirect" | undefined {
  const status = headerValue(answer, ":status") ?? "";
  if (status.startsWith("5") && hops < (flags.retries ?? 0)) return "retry";
  const isRedirect = status === "302" && headerValue(answer, "location") !== undefined;
  return isRedirect && hops < (flags.internalRedirects ?? 0) ? "redirect" : undefined;
}

/** The head of the request to which `answer` redirects the one with this head. */
export function redirectedHead(head: Header[], answer: Header[]): Header[] {
  const { host, pathname, search } = new URL(headerValue(answer, "location") ?? "");
  const sent = head.filter(([name]) => name !== originalUrl);
  const value = (name: string): string => headerValue(sent, name) ?? "";
  const original = `http://${value(":authority")}${value(":path")}`;
  const led = sent.map(([name, was]): Header => {
    if (name === ":authority") return [name, host];
    return [name, name === ":path" ? `${pathname}${search}` : was];
  });
  return [...led, [originalUrl, original]];
}

/** As Envoy writes it to the upstream: behind its own headers. */
export function originalUrlLast(headers: Header[]): Header[] {
  const own = headers.filter(([name]) => name === originalUrl);
  return own.length === 0 ? headers : [...headers.filter((each) => !own.includes(each)), ...own];
}
