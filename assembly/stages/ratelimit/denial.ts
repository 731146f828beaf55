// What a client is told about its limit: the fields of a denial, of an answer that passes, and the problem document. Current
// form: draft-ietf-httpapi-ratelimit-headers-10 (RateLimit-Policy and RateLimit as structured lists, RFC 9651); older clients
// read the three X-RateLimit fields of draft-polli-ratelimit-headers-03. Nothing names the identity, and no other policy's state.
import { MapType, Status } from "../../abi/constants";
import { PairsWriter } from "../../abi/pairs-writer";
import { View } from "../../abi/view";
import { decimalU64, parseU64 } from "../../base/decimal";
import { addHeader, getHeader, replaceHeader } from "../../sdk/headers";
import { Exchange } from "../exchange";
import { FieldText } from "./field-text";
import { KeptHeaders } from "./kept-headers";
import { LimitReply } from "./limit-reply";
import { Policy, Tier } from "./policy";
import { RateLimitStatus, isFailure, isLimit, rateLimitStatuses } from "./status";

export const enum FieldsStandard {
  Draft10 = 0,
  Legacy = 1,
  Both = 2,
  None = 3,
}

export const enum FieldsOn {
  Denied = 0,
  Always = 1,
}

const secondNs: u64 = 1_000_000_000;

@final
export class Fields {
  private writer: PairsWriter = new PairsWriter(48, 4608);
  private ownBody: View = new View();
  private text: FieldText = new FieldText();
  private scratch: View = new View();
  private rateLimit: View = View.of("ratelimit");
  private rateLimitPolicy: View = View.of("ratelimit-policy");
  private legacyLimit: View = View.of("x-ratelimit-limit");
  private legacyRemaining: View = View.of("x-ratelimit-remaining");
  private legacyReset: View = View.of("x-ratelimit-reset");
  private retryAfter: View = View.of("retry-after");
  private rateLimited: View = View.of("x-envoy-ratelimited");
  private yes: View = View.of("true");
  private contentType: View = View.of("content-type");
  private problem: View = View.of("application/problem+json");
  private cacheControl: View = View.of("cache-control");
  private noStore: View = View.of("no-store");
  /** Problem documents by policy and status. */
  private bodies: Array<View> = [];

  constructor(private standard: FieldsStandard) {}

  /** Prepares the problem documents of the next policy, and the headers of its tiers' denials. */
  addPolicy(policy: Policy): void {
    for (let i = 0; i < policy.tiers.length; i++) {
      const tier = policy.tiers[i];
      tier.reply = this.replyOf(policy, tier, false);
      tier.grpcReply = this.replyOf(policy, tier, true);
    }
    const lines = rateLimitStatuses.split("\n");
    for (let i = 0; i < lines.length; i++) {
      const cells = lines[i].split("|");
      if (cells.length == 5) this.bodies.push(View.of(problemOf(policy.name, cells)));
    }
  }

  /** The headers of a denial because the tier's limit is used up. */
  private replyOf(policy: Policy, tier: Tier, isGrpc: bool): LimitReply {
    const reply = new LimitReply(View.of(`"${policy.name}";r=0;t=`));
    if (!isGrpc) reply.add(this.contentType, this.problem);
    reply.add(this.cacheControl, this.noStore);
    reply.add(this.rateLimited, this.yes);
    reply.addSeconds(this.retryAfter);
    if (this.hasDraft10) {
      reply.add(this.rateLimitPolicy, copyOf(this.text.policy(policy.name, tier)));
      reply.addState(this.rateLimit);
    }
    if (this.hasLegacy) {
      reply.add(this.legacyLimit, copyOf(this.text.number(tier.algorithm.capacity())));
      reply.add(this.legacyRemaining, copyOf(this.text.number(0)));
      reply.addSeconds(this.legacyReset);
    }
    reply.seal();
    return reply;
  }

  /** Writes headers and body of a denial into the exchange. */
  deny(
    exchange: Exchange,
    policy: Policy,
    index: i32,
    tier: Tier,
    status: RateLimitStatus,
    retryAfterNs: u64,
  ): void {
    exchange.denialBody = this.bodies[index * <i32>RateLimitStatus.Count + <i32>status];
    const prepared = exchange.isGrpc ? tier.grpcReply : tier.reply;
    const seconds = secondsUp(retryAfterNs);
    if (status == RateLimitStatus.Limited && prepared !== null && seconds > 0) {
      exchange.denialHeaders = prepared.headers(seconds);
      return;
    }
    const writer = this.writer;
    writer.reset();
    exchange.denialHeaders = writer;
    if (!exchange.isGrpc) this.put(this.contentType, this.problem);
    this.put(this.cacheControl, this.noStore);
    const tells = isLimit(status);
    if (tells) this.put(this.rateLimited, this.yes);
    if (tells || isFailure(status)) {
      this.put(this.retryAfter, this.text.number(max<u64>(seconds, 1)));
    }
    // The service's own limit is not ours to tell: quota and window are known for local limits alone.
    const isLocal = tells && status != RateLimitStatus.LimitedGlobally;
    if (isLocal && this.hasDraft10)
      this.put(this.rateLimitPolicy, this.text.policy(policy.name, tier));
    if (tells && this.hasDraft10) {
      // The same time as Retry-After: what the deny cache remembers, and when asking again makes sense.
      this.put(this.rateLimit, this.text.state(policy.name, 0, seconds));
    }
    if (isLocal && this.hasLegacy) {
      this.put(this.legacyLimit, this.text.number(tier.algorithm.capacity()));
      this.put(this.legacyRemaining, this.text.number(0));
      this.put(this.legacyReset, this.text.number(seconds));
    }
  }

  /** What the service wants in the denial that `deny` has prepared: headers, and its own body if it sent one. */
  addAnswer(exchange: Exchange, kept: KeptHeaders, body: usize, bodyLength: u32): void {
    kept.addTo(this.writer);
    if (bodyLength == 0) return;
    this.ownBody.set(body, bodyLength);
    exchange.denialBody = this.ownBody;
  }

  /**
   * Adds a policy's fields to the response. Draft 10's are lists: ours join those of the upstream. Of the legacy fields there
   * is one each: the smaller remaining count is the one that binds the client.
   */
  tell(policy: Policy, tier: Tier, remaining: u32, resetNs: u64): void {
    const map = MapType.ResponseHeaders;
    const reset = secondsUp(resetNs);
    if (this.hasDraft10) {
      addHeader(map, this.rateLimitPolicy, this.text.policy(policy.name, tier));
      addHeader(map, this.rateLimit, this.text.state(policy.name, remaining, reset));
    }
    if (!this.hasLegacy) return;
    if (getHeader(map, this.legacyRemaining, this.scratch) == Status.Ok) {
      const isNumber = parseU64(this.scratch.ptr, this.scratch.length);
      if (isNumber && decimalU64 <= <u64>remaining) return;
    }
    replaceHeader(map, this.legacyLimit, this.text.number(tier.algorithm.capacity()));
    replaceHeader(map, this.legacyRemaining, this.text.number(remaining));
    replaceHeader(map, this.legacyReset, this.text.number(reset));
  }

  private get hasDraft10(): bool {
    return this.standard == FieldsStandard.Draft10 || this.standard == FieldsStandard.Both;
  }

  private get hasLegacy(): bool {
    return this.standard == FieldsStandard.Legacy || this.standard == FieldsStandard.Both;
  }

  private put(name: View, value: View): void {
    this.writer.add(name.ptr, name.length, value.ptr, value.length);
  }
}

function copyOf(text: View): View {
  return View.copy(text.ptr, text.length);
}

/** Whole seconds, rounded up: a client that waits that long is not too early. */
function secondsUp(ns: u64): u64 {
  return (ns + secondNs - 1) / secondNs;
}

/** Types of the draft's registry: quota-exceeded, abnormal-usage-detected, temporary-reduced-capacity. */
function problemOf(policy: string, cells: string[]): string {
  const name = cells[0].trim();
  const code = `ratelimit.${name}`;
  const http = cells[1].trim();
  let type = "about:blank";
  const registry = "https://iana.org/assignments/http-problem-types#";
  if (http == "503") type = registry + "temporary-reduced-capacity";
  else if (name == "blocked") type = registry + "abnormal-usage-detected";
  else if (http == "429") type = registry + "quota-exceeded";
  const title =
    http == "429" ? "Too Many Requests" : http == "503" ? "Service Unavailable" : "Bad Request";
  const head = `{"type":"${type}","title":"${title}","status":${http},"code":"${code}"`;
  return `${head},"detail":"${cells[4].trim()}","violated-policies":["${policy}"]}`;
}
