// Mocked clusters for callouts: rules by method and path, strict about what nobody expected.
import { byteString } from "./bytes.ts";
import type { CalloutAnswer, CalloutRequest, ClusterHandler } from "./types.ts";

/** Calls remembered for tests; a data path that runs for weeks must not collect them all. */
const keptCalls = 10_000;

interface Rule {
  method: string;
  path: string | RegExp;
  answer: CalloutAnswer | ClusterHandler;
  times: number;
}

/** `host.cluster("jwks").on("GET", "/keys").reply({ status: 200, body: keys })` */
export class ClusterMock {
  readonly name: string;
  /** Every call that arrived, in order. */
  readonly calls: CalloutRequest[] = [];
  /** Calls that no rule matched: an error in strict mode. */
  readonly unmatched: CalloutRequest[] = [];
  readonly #rules: Rule[] = [];
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
