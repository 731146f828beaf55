// The proxy's own answers when the service behind it does not answer: status, body and response code details as Envoy's
// router gives them. Source: measured bodies of Envoy 1.40 (refused connection, timeout), router details names.

import type { Header } from "../../host-test/host/types.ts";

export interface ProxyAnswer {
  status: number;
  body: string;
  details: string;
}

const textOf = (reason: string): string =>
  `upstream connect error or disconnect/reset before headers. reset reason: ${reason}`;

/** What the client gets when the upstream failed for `reason` before the head of its answer. */
export function upstreamFailure(reason: string): ProxyAnswer {
  if (reason.startsWith("invalid header value")) {
    return { status: 503, body: reason, details: "http1.invalid_upstream_request" };
  }
  const details = `upstream_reset_before_response_started{${reason.replaceAll(" ", "_")}}`;
  // A service that does not speak HTTP is a bad gateway; one that is not there is unavailable.
  const status = reason === "protocol error" ? 502 : 503;
  return { status, body: textOf(reason), details };
}

/** The service took longer than `upstreamTimeoutMs` after the end of the request. */
export const upstreamTimeout: ProxyAnswer = {
  status: 504,
  body: "upstream request timeout",
  details: "response_timeout",
};

/** The request was not complete `requestTimeoutMs` after its head; Envoy's request_timeout. */
export const requestTimeout: ProxyAnswer = {
  status: 408,
  body: "request timeout",
  details: "request_overall_timeout",
};

/** Neither side moved for `streamIdleTimeoutMs`: the client's fault while its request is incomplete. */
export function streamTimeout(requestComplete: boolean): ProxyAnswer {
  const status = requestComplete ? 504 : 408;
  return { status, body: "stream timeout", details: "stream_idle_timeout" };
}

/** A response head that cannot be sent: no usable :status, or a header that HTTP/1.1 cannot carry. */
export const badResponseHead: ProxyAnswer = {
  status: 502,
  body: "",
  details: "invalid_response_head",
};

/** Head of an answer with its body as text. */
export function answerHead({ status, body }: ProxyAnswer): Header[] {
  return [
    [":status", String(status)],
    ["content-length", String(body.length)],
    ["content-type", "text/plain"],
  ];
}
