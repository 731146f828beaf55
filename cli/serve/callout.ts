// Requests that filters send themselves (proxy_http_call), on real connections: each entry of the configuration's `clusters`
// becomes a handler that the host asks. Answers are whole and bounded, redirects are not followed, nothing is retried,
// and the time limit is the filter's own. Source: notes on Envoy's http_call (32 MiB, 504 and reset forms).
import { Agent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as SecureAgent, request as httpsRequest } from "node:https";
import type { CalloutAnswer, CalloutRequest, Header } from "../../host-test/host/types.ts";
import { pairsOf } from "./raw-headers.ts";

/** Envoy hands a filter at most this much of an answer; more is a reset. */
const answerLimitBytes = 32 * 1024 * 1024;
const connectionsMax = 64;
/** A call without a time limit of its own still ends. */
const longestMs = 60_000;

/** Handler that sends calls to the service at `url`. */
export function clusterHandler(url: URL): (call: CalloutRequest) => Promise<CalloutAnswer> {
  const secure = url.protocol === "https:";
  const options = { keepAlive: true, maxSockets: connectionsMax };
  const agent = secure ? new SecureAgent(options) : new Agent(options);
  return (call) => send(url, agent, call);
}

function send(url: URL, agent: Agent, call: CalloutRequest): Promise<CalloutAnswer> {
  return new Promise((resolve) => {
    const request = (url.protocol === "https:" ? httpsRequest : httpRequest)({
      agent,
      host: url.hostname.replace(/^\[|\]$/g, ""),
      port: url.port === "" ? undefined : Number(url.port),
      method: call.method,
      path: call.path,
      headers: flatHeaders(call, url) as never,
      setHost: false,
      signal: AbortSignal.timeout(
        call.timeoutMs > 0 ? Math.min(call.timeoutMs, longestMs) : longestMs,
      ),
    });
    let answered = false;
    request.on("response", (response) => {
      answered = true;
      void readAnswer(response).then(resolve);
    });
    request.on("error", () => resolve(answered ? { reset: true } : { refuse: true }));
    request.end(call.body);
  });
}

function flatHeaders(call: CalloutRequest, url: URL): string[] {
  const flat: string[] = [];
  let authority = url.host;
  for (const [name, value] of call.headers) {
    if (name === ":authority") authority = value;
    if (name.startsWith(":") || name === "host" || name === "transfer-encoding") continue;
    if (name !== "content-length") flat.push(name, value);
  }
  flat.unshift("host", authority);
  if (call.body.length > 0 || call.method === "POST" || call.method === "PUT") {
    flat.push("content-length", String(call.body.length));
  }
  return flat;
}

async function readAnswer(response: IncomingMessage): Promise<CalloutAnswer> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of response as AsyncIterable<Buffer>) {
      size += part.length;
      if (size > answerLimitBytes) {
        response.destroy();
        return { reset: true };
      }
      parts.push(part);
    }
  } catch {
    return { reset: true };
  }
  const headers: Header[] = pairsOf(response.rawHeaders);
  return {
    status: response.statusCode ?? 0,
    headers,
    body: new Uint8Array(Buffer.concat(parts)),
  };
}
