// Mocked clusters for callouts: rules by method and path, strict about what nobody expected.
import { byteString } from "./bytes.ts";
import type { GrpcServer } from "./grpc-server.ts";
import type {
  GrpcAnswer,
  GrpcFault,
  GrpcHandler,
  GrpcRequest,
  GrpcStreamHandler,
} from "./grpc-types.ts";
import type { CalloutAnswer, CalloutRequest, ClusterHandler } from "./types.ts";

/** Calls remembered for tests; a data path that runs for weeks must not collect them all. */
const keptCalls = 10_000;

interface Rule {
  method: string;
  path: string | RegExp;
  answer: CalloutAnswer | ClusterHandler;
  times: number;
}

interface GrpcRule {
  service: string;
  method: string;
  answer: GrpcAnswer | GrpcHandler | undefined;
  stream: GrpcStreamHandler | undefined;
  times: number;
}

/** `host.cluster("jwks").on("GET", "/keys").reply({ status: 200, body: keys })` */
export class ClusterMock {
  readonly name: string;
  /** Every call that arrived, in order. */
  readonly calls: CalloutRequest[] = [];
  /** Calls that no rule matched: an error in strict mode. */
  readonly unmatched: CalloutRequest[] = [];
  /** gRPC calls and streams that arrived. */
  readonly grpcCalls: GrpcRequest[] = [];
  readonly #rules: Rule[] = [];
  readonly #grpcRules: GrpcRule[] = [];
  #fallback: ClusterHandler | undefined;

  constructor(name: string, fallback?: ClusterHandler | CalloutAnswer) {
    this.name = name;
    if (fallback !== undefined) {
      this.#fallback = typeof fallback === "function" ? fallback : () => fallback;
    }
  }

  /** Rule for a method ("*" = any) and a path (text = whole path, or a pattern). Later rules win. */
  on(
    method: string,
    path: string | RegExp,
  ): { reply(answer: CalloutAnswer | ClusterHandler, times?: number): ClusterMock } {
    return {
      reply: (answer, times = Infinity) => {
        this.#rules.unshift({ method, path, answer, times });
        return this;
      },
    };
  }

  /**
   * Rule for gRPC; "*" stands for any service or method. `reply` answers a call (and a stream, once the filter has closed its side),
   * `stream` hands the server's end to the test. Later rules win.
   */
  onGrpc(
    service: string,
    method: string,
  ): {
    reply(answer: GrpcAnswer | GrpcHandler, times?: number): ClusterMock;
    stream(handler: GrpcStreamHandler, times?: number): ClusterMock;
  } {
    return {
      reply: (answer, times = Infinity) => {
        this.#grpcRules.unshift({ service, method, answer, stream: undefined, times });
        return this;
      },
      stream: (handler, times = Infinity) => {
        this.#grpcRules.unshift({ service, method, answer: undefined, stream: handler, times });
        return this;
      },
    };
  }

  /** False for a cluster that has an HTTP answer only: an HTTP/1.1 server. */
  get speaksGrpc(): boolean {
    return this.#grpcRules.length > 0 || (this.#fallback === undefined && this.#rules.length === 0);
  }

  #grpcRule(service: string, method: string): GrpcRule | undefined {
    return this.#grpcRules.find(
      (rule) =>
        rule.times > 0 &&
        (rule.service === "*" || rule.service === service) &&
        (rule.method === "*" || rule.method === method),
    );
  }

  /** @internal What the next such call meets before it is sent. */
  grpcFault(service: string, method: string): GrpcFault | undefined {
    const rule = this.#grpcRule(service, method);
    const fault = typeof rule?.answer === "object" ? rule.answer.instead : undefined;
    if (fault === "overflow" || fault === "noHealthyHost") rule!.times--;
    return fault;
  }

  /** @internal */
  handleGrpc(server: GrpcServer): void {
    const { request } = server;
    if (this.grpcCalls.length < keptCalls) this.grpcCalls.push(request);
    const rule = this.#grpcRule(request.service, request.method);
    if (rule === undefined) {
      if (this.unmatchedGrpc.length < keptCalls) this.unmatchedGrpc.push(request);
      server.end(12, `no rule for ${request.service}/${request.method}`);
      return;
    }
    rule.times--;
    if (rule.stream !== undefined) rule.stream(server);
    else if (request.streaming) answerWhole(server, rule.answer!);
    else server.answer(answerTo(rule.answer!, request));
  }
  /** gRPC calls that no rule matched: an error in strict mode. */
  readonly unmatchedGrpc: GrpcRequest[] = [];

  handle(request: CalloutRequest): CalloutAnswer | Promise<CalloutAnswer> {
    if (this.calls.length < keptCalls) this.calls.push(request);
    for (const rule of this.#rules) {
      if (rule.times <= 0 || !matches(rule, request)) continue;
      rule.times--;
      return typeof rule.answer === "function" ? rule.answer(request) : rule.answer;
    }
    if (this.#fallback !== undefined) return this.#fallback(request);
    if (this.unmatched.length < keptCalls) this.unmatched.push(request);
    return { status: 404, body: byteString(`no rule for ${request.method} ${request.path}`) };
  }
}

function matches(rule: Rule, request: CalloutRequest): boolean {
  if (rule.method !== "*" && rule.method !== request.method) return false;
  return typeof rule.path === "string" ? rule.path === request.path : rule.path.test(request.path);
}

function answerTo(answer: GrpcAnswer | GrpcHandler, request: GrpcRequest): GrpcAnswer {
  return typeof answer === "function" ? answer(request) : answer;
}

/** A stream with a scripted answer: failures to connect come at once, the rest when the filter has said all. */
function answerWhole(server: GrpcServer, given: GrpcAnswer | GrpcHandler): void {
  const answer = answerTo(given, server.request);
  if (answer.instead === "refuse" || answer.instead === "reset") server.answer(answer);
  else server.onHalfClose(() => server.answer(answer));
}
