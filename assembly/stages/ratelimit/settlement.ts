// What happens to a request's rows after it was admitted: answers that do not count are given back, costs that have become known are
// charged, requests in flight end. Until then a request counts with what it took when it came.
import { Verdict as Admission } from "../../ratelimit/admission";
import { parseU64, decimalU64 } from "../../base/decimal";
import { Exchange } from "../exchange";
import { ResponseView } from "../response-view";
import { Policy } from "./policy";
import { maxCost } from "./request-cost";
import { Rows } from "./rows";

@final
export class Settlement {
  constructor(private policies: StaticArray<Policy>) {}

  /** The answer's head has come. */
  answered(response: ResponseView, exchange: Exchange, rows: Rows, now: u64): void {
    for (let i: u32 = 0; i < rows.count; i++) {
      if (!rows.isCommitted(i)) continue;
      const policy = this.policies[rows.policy(i)];
      if (policy.countedStatuses !== null) this.count(policy, response.status, rows, i, now);
      if (policy.cost.header !== null) this.readHeader(policy, response, rows, i, now);
      if (policy.cost.pointer !== null && !response.endOfStream) exchange.wantsResponseBody = true;
    }
  }

  /** A piece of the answer's body. */
  read(ptr: usize, length: u32, rows: Rows): void {
    const finders = rows.finders;
    for (let i: u32 = 0; i < rows.count; i++) {
      const finder = finders[rows.policy(i)];
      if (finder !== null && rows.isCommitted(i)) finder.read(ptr, length);
    }
  }

  /** The answer's body is complete, or the stream is over before that. */
  complete(rows: Rows, now: u64): void {
    const finders = rows.finders;
    for (let i: u32 = 0; i < rows.count; i++) {
      const finder = finders[rows.policy(i)];
      if (finder === null || !rows.isCommitted(i)) continue;
      const policy = this.policies[rows.policy(i)];
      if (finder.isFound) this.price(policy, finder.value, rows, i, now);
      else policy.counters.countUnpriced();
      rows.uncommit(i);
    }
  }

  /** The stream is over. */
  end(exchange: Exchange, rows: Rows, now: u64): void {
    this.complete(rows, now);
    for (let i: u32 = 0; i < rows.count; i++) {
      if (!rows.isCommitted(i)) continue;
      const policy = this.policies[rows.policy(i)];
      const limiter = policy.limiters[rows.tier(i)];
      if (policy.isConcurrency) {
        limiter.refund(rows.key(i), now, rows.cost(i), rows.admittedNs);
      } else if (policy.cost.bytesPerToken > 0) {
        const announced = policy.cost.ofBody(rows.announcedBytes);
        const real = policy.cost.ofBody(exchange.bodyBytes);
        if (real > announced) limiter.charge(rows.key(i), now, real - announced);
      }
      rows.uncommit(i);
    }
  }

  /**
   * What does not count is given back. What counts stays, and if it was the last of the limit, the identity is banned. Until then
   * a request in flight counts, or a burst of parallel attempts would slip through.
   */
  private count(policy: Policy, status: u32, rows: Rows, i: u32, now: u64): void {
    const key = rows.key(i);
    const limiter = policy.limiters[rows.tier(i)];
    rows.uncommit(i);
    if (!policy.counts(status)) limiter.refund(key, now, rows.cost(i), rows.admittedNs);
    else if (policy.ban !== null && limiter.check(key, now, 1) == Admission.Denied) {
      policy.block(key, now);
    }
  }

  private readHeader(policy: Policy, response: ResponseView, rows: Rows, i: u32, now: u64): void {
    const name = policy.cost.header;
    if (name === null || !response.readHeaders()) return;
    const headers = response.headers;
    rows.uncommit(i);
    const row = headers.find(name.ptr, name.length);
    if (row < 0 || !parseU64(headers.value(row), headers.valueLength(row))) {
      policy.counters.countUnpriced();
      return;
    }
    this.price(policy, <u32>min<u64>(decimalU64, maxCost), rows, i, now);
  }

  /** The request's whole cost is known: the difference to what it took is charged or given back. */
  private price(policy: Policy, cost: u32, rows: Rows, i: u32, now: u64): void {
    const limiter = policy.limiters[rows.tier(i)];
    const taken = rows.cost(i);
    const real = min<u32>(cost, maxCost);
    if (real > taken) limiter.charge(rows.key(i), now, real - taken);
    else if (real < taken) limiter.refund(rows.key(i), now, taken - real, rows.admittedNs);
  }
}
