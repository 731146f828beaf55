// HTTP callouts of filters: checks in Envoy's order, an answer on a later turn of the event loop, and the answers Envoy
// makes up itself (504 on timeout, 503 on a refused connection, nothing at all on a reset).
import { Status } from "../../assembly/abi/constants.ts";
import { toBytes } from "./bytes.ts";
import type { Timer } from "./clock.ts";
import { HeaderMap } from "./header-map.ts";
import { refusedBody } from "./proxy-replies.ts";
import type { CallAnswer, RootContext } from "./root-context.ts";
import type { CalloutAnswer, CalloutRequest, Header } from "./types.ts";

/** A callout under way: HTTP, gRPC call or gRPC stream. */
export interface PendingCall {
  /** Ends it without a callback. */
  cancel(): void;
}

const timeoutAnswer: CalloutAnswer = {
  status: 504,
  headers: [
    ["content-length", "24"],
    ["content-type", "text/plain"],
  ],
  body: "upstream request timeout",
};

/** A local reply of the callout's router. */
function unavailable(body: string): CalloutAnswer {
  const answer: CalloutAnswer = {
    status: 503,
    headers: [
      ["content-length", String(body.length)],
      ["content-type", "text/plain"],
    ],
    body,
  };
  madeUp.add(answer);
  return answer;
}

/** Answers that no upstream gave: they carry no x-envoy-upstream-service-time. */
const madeUp = new WeakSet<CalloutAnswer>([timeoutAnswer]);
const beforeHeaders = "upstream connect error or disconnect/reset before headers. reset reason: ";
const terminatedAnswer = unavailable(`${beforeHeaders}connection termination`);
const resetAnswer: CalloutAnswer = { resetAfterHead: true };

interface RetryPolicy {
  on: string[];
  max: number;
}

/** Envoy's router reads these from the callout's own headers and does not send them on. */
function takeRetryPolicy(headers: HeaderMap): RetryPolicy {
  const on = headers.get("x-envoy-retry-on")?.split(",") ?? [];
  const max = Number(headers.get("x-envoy-max-retries") ?? 1);
  headers.remove("x-envoy-retry-on");
  headers.remove("x-envoy-max-retries");
  return { on, max };
}

function retriesAllowed(policy: RetryPolicy, answer: CalloutAnswer): number {
  const status = answer.refuse === true || answer.reset === true ? 503 : (answer.status ?? 200);
  const gateway = status >= 502 && status <= 504;
  const applies = policy.on.some((word) => {
    return (word === "5xx" && status >= 500) || (word === "gateway-error" && gateway);
  });
  return applies ? policy.max : 0;
}

const maxAnswerBytes = 32 * 1024 * 1024;

/** Token of the started call, or the status that refuses it. */
export function startHttpCall(
  root: RootContext,
  cluster: string,
  headers: Header[],
  body: Uint8Array,
  trailers: Header[],
  timeoutMs: number,
): { token: number } | Status {
  const host = root.vm.worker.host;
  const handler = host.clusterHandler(cluster);
  if (handler === undefined) return Status.BadArgument;
  const map = HeaderMap.from("request", headers);
  if (timeoutMs < 0) return Status.BadArgument;
  const path = map.get(":path");
  const method = map.get(":method");
  if (path === undefined || method === undefined || map.get(":authority") === undefined) {
    return Status.BadArgument;
  }
  const token = root.vm.nextHttpToken;
  root.vm.nextHttpToken += 4;
  if (body.length > 0) map.set("content-length", String(body.length));
  const retryPolicy = takeRetryPolicy(map);
  const override = Number(map.get("x-envoy-upstream-rq-timeout-ms"));
  if (override > 0) timeoutMs = override;
  map.remove("x-envoy-upstream-rq-timeout-ms");
  map.set("x-envoy-internal", "true");
  if (timeoutMs > 0) map.set("x-envoy-expected-rq-timeout-ms", String(timeoutMs));
  const request: CalloutRequest = {
    cluster,
    headers: map.copy(),
    body,
    trailers,
    timeoutMs,
    method,
    path,
  };
  const call = new Call(root, token, request, retryPolicy);
  root.calls.set(token, call);
  host.record(host.callouts, request);
  call.start(handler);
  return { token };
}

class Call implements PendingCall {
  readonly request: CalloutRequest;
  readonly #root: RootContext;
  readonly #token: number;
  readonly #retryPolicy: RetryPolicy;
  #timeout: Timer | undefined;
  #arrival: Timer | undefined;
  #over = false;

  constructor(root: RootContext, token: number, request: CalloutRequest, retries: RetryPolicy) {
    this.#retryPolicy = retries;
    this.#root = root;
    this.#token = token;
    this.request = request;
  }

  start(handler: (request: CalloutRequest) => CalloutAnswer | Promise<CalloutAnswer>): void {
    const host = this.#root.vm.worker.host;
    host.openCallouts.add(this);
    if (this.request.timeoutMs > 0) {
      this.#timeout = this.#root.vm.worker.clock.schedule(this.request.timeoutMs, () =>
        this.#deliver(this.#headArrived ? resetAnswer : timeoutAnswer),
      );
    }
    const bad = this.request.headers.find(([, value]) => /[\0\r\n]/.test(value));
    if (bad !== undefined) {
      this.#answer(unavailable(`invalid header value for: ${bad[0]}`));
      return;
    }
    this.#handler = handler;
    this.#attempt();
  }

  #handler!: (request: CalloutRequest) => CalloutAnswer | Promise<CalloutAnswer>;
  #headArrived = false;
  #retries = 0;

  #attempt(): void {
    const host = this.#root.vm.worker.host;
    const { request } = this;
    // A repeated request goes out chunked, even without a body.
    const chunked: Header[] = [...request.headers, ["transfer-encoding", "chunked"]];
    const sent = this.#retries > 0 ? { ...request, headers: chunked } : request;
    const answer = this.#handler(sent);
    if (answer instanceof Promise) host.await(answer.then((value) => this.#answer(value)));
    else this.#answer(answer);
  }

  #answer(answer: CalloutAnswer): void {
    if (this.#over || answer.never === true) return;
    const { clock } = this.#root.vm.worker;
    this.#arrival = clock.schedule(answer.delayMs ?? 0, () => {
      if (this.#retries < retriesAllowed(this.#retryPolicy, answer)) {
        this.#retries++;
        this.#attempt();
      } else if (answer.hangAfterHead === true) this.#headArrived = true;
      else if (answer.refuse === true) this.#deliver(this.#refused());
      else if (answer.reset === true) this.#deliver(terminatedAnswer);
      else this.#deliver(answer);
    });
  }

  #refused(): CalloutAnswer {
    return unavailable(refusedBody(this.#root.vm.worker.host.options.envoy));
  }

  cancel(): void {
    this.#over = true;
    this.#timeout?.cancel();
    this.#arrival?.cancel();
    this.#root.vm.worker.host.openCallouts.delete(this);
  }

  #deliver(answer: CalloutAnswer): void {
    if (this.#over) return;
    this.cancel();
    const root = this.#root;
    root.calls.delete(this.#token);
    if (root.vm.dead) return;
    const body = answer.body === undefined ? new Uint8Array(0) : toBytes(answer.body);
    if (answer.resetAfterHead === true || body.length > maxAnswerBytes) {
      root.lastStatusCode = 11;
      root.lastStatusMessage = "reset";
      this.#callback(0, 0, 0);
      root.lastStatusMessage = "";
      return;
    }
    const shown = readableAnswer(answer, body);
    root.callAnswer = shown;
    this.#callback(shown.headers.entries.length, body.length, shown.trailers.entries.length);
    root.callAnswer = undefined;
  }

  #callback(headers: number, bodySize: number, trailers: number): void {
    const root = this.#root;
    root.run(
      "proxy_on_http_call_response",
      "http call response",
      root.id,
      this.#token,
      headers,
      bodySize,
      trailers,
    );
  }
}

function readableAnswer(answer: CalloutAnswer, body: Uint8Array): CallAnswer {
  const headers = new HeaderMap("response");
  headers.add(":status", String(answer.status ?? 200));
  for (const [name, value] of answer.headers ?? []) headers.add(name, value);
  if (!madeUp.has(answer))
    headers.set("x-envoy-upstream-service-time", String(answer.delayMs ?? 0));
  return { headers, body, trailers: HeaderMap.from("plain", answer.trailers ?? []) };
}
