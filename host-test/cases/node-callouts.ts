// The callout clusters of a case on the Node host: scripted answers in order, and what they received.
import type { CalloutAnswer, CalloutRequest, ClusterHandler } from "../host/index.ts";
import type { Answer } from "./format.ts";
import { writes } from "./format.ts";
import { headerValue } from "./h1.ts";
import { bodyText, normaliseHeaders, type UpstreamView } from "./view.ts";

export class NodeCallouts {
  private readonly clusters: Record<string, Answer[]>;
  private readonly received: Record<string, UpstreamView[]> = {};

  constructor(clusters: Record<string, Answer[]>) {
    this.clusters = clusters;
    for (const [name, answers] of Object.entries(clusters)) {
      if (answers[0]?.instead !== "refuse") this.received[name] = [];
    }
  }

  handlers(): Record<string, ClusterHandler> {
    return Object.fromEntries(
      Object.entries(this.clusters).map(([name, answers]) => {
        let index = 0;
        const handler: ClusterHandler = (call) => {
          this.received[name]?.push(calloutView(call));
          return hostAnswer(answers[Math.min(index++, answers.length - 1)] ?? {});
        };
        return [name, handler];
      }),
    );
  }

  views(): Record<string, UpstreamView[]> {
    return this.received;
  }
}

function calloutView(call: CalloutRequest): UpstreamView {
  const dropped = new Set(["host", ":authority", ":method", ":path", ":scheme"]);
  return {
    method: call.method,
    path: call.path,
    authority: headerValue(call.headers, ":authority") ?? "",
    headers: normaliseHeaders(call.headers.filter(([name]) => !dropped.has(name))),
    body: bodyText(call.body),
    trailers: call.trailers,
    complete: true,
  };
}

function hostAnswer(answer: Answer): CalloutAnswer {
  const { delayMs, status, trailers } = answer;
  switch (answer.instead) {
    case "refuse":
      return { refuse: true };
    case "never":
      return { never: true };
    case "reset":
      return { reset: true, delayMs };
    case "resetAfterHead":
      return { resetAfterHead: true, delayMs };
    case "hangAfterHead":
      return { hangAfterHead: true, delayMs };
    default: {
      const body = Buffer.concat(writes(answer.body));
      const headers = [...(answer.headers ?? [])];
      const framed = trailers === undefined && !Array.isArray(answer.body);
      if (framed && headerValue(headers, "content-length") === undefined) {
        headers.push(["content-length", String(body.length)]);
      } else if (!framed) headers.push(["transfer-encoding", "chunked"]);
      return { status, headers, body, trailers, delayMs };
    }
  }
}
