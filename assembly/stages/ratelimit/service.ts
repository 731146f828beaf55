// Asks the rate-limit service about a request that the local limits have admitted, and does what it says. One call for all policies
// with a `global` part; none when what it said before still holds, when hits were paid ahead, or when the breaker is open. Whatever
// goes wrong, the request is decided by `onError`, and no request waits longer than the timeout.
import { MapType, Status } from "../../abi/constants";
import { PairsWriter } from "../../abi/pairs-writer";
import { View } from "../../abi/view";
import { RequestFacts } from "../../identity/request-facts";
import { Tuple } from "../../identity/tuple";
import { Verdict as Admission } from "../../ratelimit/admission";
import {
  Code,
  RateLimitAnswer,
  maxAnswerBytes,
  requestHeadersField,
  responseHeadersField,
} from "../../rls/answer";
import { Breaker } from "../../rls/breaker";
import { RateLimitRequest } from "../../rls/request";
import { callGrpc, closeMessage, readGrpcMessage } from "../../sdk/grpc-call";
import { addHeader } from "../../sdk/headers";
import { Exchange } from "../exchange";
import { Verdict } from "../verdict";
import { Decision } from "./counters";
import { Decider } from "./decider";
import { Fields } from "./denial";
import { longestGlobalDenialNs } from "./identifier";
import { isWritable } from "./kept-headers";
import { Policy } from "./policy";
import { Rows } from "./rows";
import { OnError, ServiceConfig } from "./service-config";
import { CallResult, ServiceCounters } from "./service-counters";
import { RateLimitStatus } from "./status";

const secondNs: u64 = 1_000_000_000;

@final
export class Service {
  readonly counters: ServiceCounters = new ServiceCounters();
  readonly breaker: Breaker;
  private request: RateLimitRequest = new RateLimitRequest();
  private answer: RateLimitAnswer = new RateLimitAnswer();
  private metadata: PairsWriter = new PairsWriter(1, 64);
  private message: View = new View();
  private name: View = View.of("envoy.service.ratelimit.v3.RateLimitService");
  private method: View = View.of("ShouldRateLimit");
  private header: View = new View();
  private value: View = new View();

  constructor(
    private config: ServiceConfig,
    private policies: StaticArray<Policy>,
    private decider: Decider,
    private fields: Fields,
  ) {
    this.breaker = new Breaker(config.failures, config.openNs);
  }

  /** Asks about all rows that have a descriptor: Wait, or what can be said at once. */
  ask(exchange: Exchange, rows: Rows, facts: RequestFacts, tuple: Tuple, now: u64): Verdict {
    const request = this.request;
    request.begin(this.config.domain.ptr, this.config.domain.length);
    for (let i: u32 = 0; i < rows.count; i++) {
      const key = rows.descriptorKey(i);
      if (key == 0 || !rows.isCommitted(i)) continue;
      const policy = this.policies[rows.policy(i)];
      const descriptor = policy.descriptor;
      if (descriptor === null) continue;
      const quota = policy.quota;
      if (quota !== null && quota.spend(key, now, rows.cost(i))) {
        this.counters.count(CallResult.Quota);
        continue;
      }
      const ahead = quota === null ? 0 : quota.ahead(key, now);
      descriptor.write(facts, tuple, request, rows.cost(i) + ahead);
      rows.ask(i, ahead);
    }
    if (request.count == 0) return Verdict.Allow;
    if (request.writer.isFull) return this.fail(CallResult.Unusable, exchange, rows, now);
    if (!this.breaker.allows(now)) return this.fail(CallResult.Open, exchange, rows, now);
    if (this.send(exchange) == Status.Ok) return Verdict.Wait;
    this.breaker.failedAt(now);
    return this.fail(CallResult.Refused, exchange, rows, now);
  }

  /** Hands on the numbers, once a second. */
  publish(): void {
    let cached: u64 = 0;
    for (let i = 0; i < this.policies.length; i++) {
      const denials = this.policies[i].globalDenials;
      if (denials !== null) cached += denials.hits;
    }
    this.counters.publish(this.breaker.isOpen, cached);
  }

  /** The answer has come, in this callback. */
  readAnswer(): CallResult {
    const message = this.message;
    const status = readGrpcMessage(maxAnswerBytes + 1, message);
    if (status != Status.Ok || !this.answer.read(message.ptr, message.length)) {
      return CallResult.Unusable;
    }
    return this.answer.code == Code.Ok ? CallResult.Ok : CallResult.OverLimit;
  }

  /** The call has failed, in this callback. Envoy reports its own timeout as 14 or 13, and only the text tells it. */
  readFailure(): CallResult {
    const message = this.message;
    if (closeMessage(message) != Status.Ok) return CallResult.Error;
    return contains(message, "response_timeout") ? CallResult.Timeout : CallResult.Error;
  }

  /** Decides about a request whose call ended with `result`. */
  decide(result: CallResult, exchange: Exchange, rows: Rows, now: u64): Verdict {
    if (result != CallResult.Ok && result != CallResult.OverLimit) {
      this.breaker.failedAt(now);
      return this.fail(result, exchange, rows, now);
    }
    this.breaker.succeeded();
    this.counters.count(result);
    this.keepHeaders(rows);
    if (result == CallResult.OverLimit && this.isDenied(exchange, rows, now)) {
      this.decider.giveBackAll(rows, now);
      return Verdict.Deny;
    }
    if (result == CallResult.Ok) this.noteQuota(rows, now);
    this.addRequestHeaders();
    const kept = rows.kept;
    if (kept !== null && !kept.isEmpty) exchange.wantsResponse = true;
    return Verdict.Allow;
  }

  /** The service did not answer: what `onError` says. */
  fail(result: CallResult, exchange: Exchange, rows: Rows, now: u64): Verdict {
    this.counters.count(result);
    const onError = this.config.onError;
    if (onError == OnError.Allow) return Verdict.Allow;
    for (let i: u32 = 0; i < rows.count; i++) {
      if (!rows.isAsked(i)) continue;
      const policy = this.policies[rows.policy(i)];
      const isDenied =
        onError == OnError.Deny
          ? this.refuses(policy, rows, i, RateLimitStatus.ServiceUnavailable, 0, exchange)
          : this.rejectsLocally(policy, rows, i, exchange, now);
      if (!isDenied) continue;
      this.decider.giveBackAll(rows, now);
      return Verdict.Deny;
    }
    return Verdict.Allow;
  }

  private send(exchange: Exchange): Status {
    const config = this.config;
    const writer = this.request.writer;
    this.message.set(writer.ptr, writer.length);
    this.metadata.reset();
    return callGrpc(
      exchange.stream.root,
      exchange.stream,
      0,
      config.cluster,
      this.name,
      this.method,
      this.metadata,
      this.message,
      <i32>config.timeoutMs,
    );
  }

  private rejectsLocally(policy: Policy, rows: Rows, i: u32, exchange: Exchange, now: u64): bool {
    const limiter = policy.localLimiter;
    if (limiter === null) return false;
    const verdict = limiter.take(rows.key(i), now, rows.cost(i));
    if (verdict == Admission.Admitted) return false;
    return this.decider.rejects(policy, limiter, rows, i, verdict, exchange, now);
  }

  /** Statuses stand in the order of the descriptors. Without any, the verdict is about all that was asked. */
  private isDenied(exchange: Exchange, rows: Rows, now: u64): bool {
    const answer = this.answer;
    let place: u32 = 0;
    for (let i: u32 = 0; i < rows.count; i++) {
      if (!rows.isAsked(i)) continue;
      const at = place++;
      if (answer.count > 0 && (at >= answer.count || answer.statusCode(at) != Code.OverLimit))
        continue;
      const policy = this.policies[rows.policy(i)];
      const reset = answer.count > 0 ? answer.resetNs(at) : 0;
      if (reset > 0) this.remember(policy, rows, i, reset, now);
      policy.counters.count(Decision.LimitedGlobally);
      if (policy.countedStatuses === null) policy.block(rows.key(i), now);
      const status = RateLimitStatus.LimitedGlobally;
      if (!this.refuses(policy, rows, i, status, reset, exchange)) continue;
      const kept = rows.kept;
      if (kept !== null) {
        this.fields.addAnswer(exchange, kept, answer.body, answer.bodyLength);
        // The reply comes through the response's callback as well.
        kept.clear();
      }
      return true;
    }
    return false;
  }

  /**
   * Keeps a denial until the window of the service ends. It tells whole seconds, counted from the whole second of its own clock:
   * counted from the whole second in which the call was made, the end is never too late.
   */
  private remember(policy: Policy, rows: Rows, i: u32, resetNs: u64, now: u64): void {
    const denials = policy.globalDenials;
    if (denials === null) return;
    const since = rows.admittedNs - (rows.admittedNs % secondNs);
    const until = min<u64>(since + resetNs, now + longestGlobalDenialNs);
    if (until > now) denials.remember(rows.descriptorKey(i), until);
  }

  private noteQuota(rows: Rows, now: u64): void {
    const answer = this.answer;
    let place: u32 = 0;
    for (let i: u32 = 0; i < rows.count; i++) {
      if (!rows.isAsked(i)) continue;
      const at = place++;
      const quota = this.policies[rows.policy(i)].quota;
      if (quota === null || at >= answer.count) continue;
      const key = rows.descriptorKey(i);
      quota.admitted(key, now, rows.ahead(i), answer.remaining(at), answer.resetNs(at));
    }
  }

  private refuses(
    policy: Policy,
    rows: Rows,
    i: u32,
    status: RateLimitStatus,
    retryAfterNs: u64,
    exchange: Exchange,
  ): bool {
    const tier = rows.tier(i);
    return this.decider.refuses(policy, rows.policy(i), tier, status, retryAfterNs, exchange);
  }

  private keepHeaders(rows: Rows): void {
    const kept = rows.kept;
    if (kept === null) return;
    const answer = this.answer;
    answer.openHeaders(responseHeadersField);
    while (answer.nextHeader()) {
      kept.keep(answer.name, answer.nameLength, answer.value, answer.valueLength);
    }
  }

  private addRequestHeaders(): void {
    const answer = this.answer;
    answer.openHeaders(requestHeadersField);
    while (answer.nextHeader()) {
      if (!isWritable(answer.name, answer.nameLength, answer.value, answer.valueLength)) continue;
      this.header.set(answer.name, answer.nameLength);
      this.value.set(answer.value, answer.valueLength);
      addHeader(MapType.RequestHeaders, this.header, this.value);
    }
  }
}

/** Whether a short text holds a shorter one; a failure's text has a few hundred bytes. */
function contains(text: View, part: string): bool {
  const length = <u32>part.length;
  if (length > text.length) return false;
  for (let at: u32 = 0; at <= text.length - length; at++) {
    let same: u32 = 0;
    while (same < length && load<u8>(text.ptr + at + same) == <u8>part.charCodeAt(<i32>same))
      same++;
    if (same == length) return true;
  }
  return false;
}
