// A request's way through the limiter: who it is under each policy that applies, whether every policy has room, and only then it is
// written down, so that a request which one policy refuses costs the others nothing; at last the rate-limit service is asked, where a
// policy wants it. What an answer costs or gives back follows when it has come (settlement.ts).
import { nowNs } from "../../sdk/clock";
import { Exchange } from "../exchange";
import { Judge } from "../judge";
import { TokenClaims } from "../jwt/token-claims";
import { RequestView } from "../request-view";
import { ResponseView } from "../response-view";
import { Verdict } from "../verdict";
import { RateLimitConfig } from "./config";
import { Decider } from "./decider";
import { Fields, FieldsOn } from "./denial";
import { Identifier } from "./identifier";
import { Policy } from "./policy";
import { RequestReader } from "./request-reader";
import { Rows } from "./rows";
import { Service } from "./service";
import { CallResult } from "./service-counters";
import { Settlement } from "./settlement";

@final
export class Walk {
  readonly identifier: Identifier;
  /** Null: no policy asks a service. */
  readonly service: Service | null;
  private policies: StaticArray<Policy>;
  private fields: Fields;
  private fieldsOn: FieldsOn;
  /** Some policy has something to do with an answer, or answers tell the limits' state. */
  private mayWantResponse: bool = false;
  private decider: Decider;
  private settlement: Settlement;

  /** @param claims what a stage before this one has verified; null: the filter has none */
  constructor(
    config: RateLimitConfig,
    judge: Judge,
    reader: RequestReader,
    claims: TokenClaims | null,
  ) {
    const policies = StaticArray.fromArray(config.policies);
    const fields = new Fields(config.standard);
    const decider = new Decider(policies, judge, fields);
    let asks = false;
    let wants = config.fieldsOn == FieldsOn.Always;
    for (let i = 0; i < policies.length; i++) {
      fields.addPolicy(policies[i]);
      asks = asks || policies[i].descriptor !== null;
      wants = wants || policies[i].wantsResponse;
    }
    const service = config.service;
    this.policies = policies;
    this.fields = fields;
    this.fieldsOn = config.fieldsOn;
    this.mayWantResponse = wants;
    this.decider = decider;
    this.settlement = new Settlement(policies);
    this.identifier = new Identifier(policies, reader, decider, claims);
    this.service =
      service !== null && asks ? new Service(service, policies, decider, fields) : null;
  }

  /** The request's headers have come. */
  begin(request: RequestView, exchange: Exchange, rows: Rows): Verdict {
    const decider = this.decider;
    const now = nowNs();
    rows.count = 0;
    rows.announcedBytes = request.contentLength > 0 ? <u64>request.contentLength : 0;
    if (
      this.identifier.identify(request, exchange, rows, now) ||
      decider.ask(exchange, rows, now) ||
      decider.commit(exchange, rows, now)
    ) {
      rows.count = 0;
      return Verdict.Deny;
    }
    const service = this.service;
    let verdict = Verdict.Allow;
    if (service !== null) {
      const facts = this.identifier.factsOf(request);
      verdict = service.ask(exchange, rows, facts, this.identifier.tuple, now);
    }
    return this.passed(verdict, exchange, rows);
  }

  /** The call to the service has ended with `result`. */
  resume(result: CallResult, exchange: Exchange, rows: Rows): Verdict {
    const service = this.service;
    if (service === null) return Verdict.Allow;
    return this.passed(service.decide(result, exchange, rows, nowNs()), exchange, rows);
  }

  /** The response's headers have come. */
  answered(response: ResponseView, exchange: Exchange, rows: Rows): void {
    const kept = rows.kept;
    if (kept !== null) kept.addToResponse();
    if (rows.count == 0) return;
    if (this.fieldsOn == FieldsOn.Always) this.tell(rows);
    this.settlement.answered(response, exchange, rows, nowNs());
  }

  /** A piece of the response's body. */
  read(ptr: usize, length: u32, endOfStream: bool, rows: Rows): void {
    this.settlement.read(ptr, length, rows);
    if (endOfStream) this.settlement.complete(rows, nowNs());
  }

  /** The stream is over. */
  end(exchange: Exchange, rows: Rows): void {
    if (rows.count > 0) this.settlement.end(exchange, rows, nowNs());
  }

  /** What is said at last, and whether the answer is wanted. */
  private passed(verdict: Verdict, exchange: Exchange, rows: Rows): Verdict {
    if (verdict == Verdict.Deny) rows.count = 0;
    else if (this.mayWantResponse && this.wantsResponse(rows)) exchange.wantsResponse = true;
    return verdict;
  }

  private tell(rows: Rows): void {
    for (let i: u32 = 0; i < rows.count; i++) {
      if (!rows.isCommitted(i)) continue;
      const policy = this.policies[rows.policy(i)];
      this.fields.tell(policy, policy.tiers[rows.tier(i)], rows.remaining(i), rows.resetNs(i));
    }
  }

  private wantsResponse(rows: Rows): bool {
    if (rows.count == 0) return false;
    if (this.fieldsOn == FieldsOn.Always) return true;
    for (let i: u32 = 0; i < rows.count; i++) {
      if (this.policies[rows.policy(i)].wantsResponse) return true;
    }
    return false;
  }
}
