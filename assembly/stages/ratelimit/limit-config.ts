// Reads `limit` and `algorithm` into a counting rule, and says what no table can hold: rates above a million a second, bursts that
// stand for more than 400 days, windows with more requests than their counter has bits for.
import { ConfigValue } from "../../config/value";
import { Algorithm } from "../../ratelimit/algorithm";
import { Concurrency } from "../../ratelimit/concurrency";
import { FixedWindow, maxFixedWindowRequests } from "../../ratelimit/fixed-window";
import { Gcra, maxToleranceNs, minEmissionNs } from "../../ratelimit/gcra";
import { SlidingWindow, maxSlidingWindowRequests } from "../../ratelimit/sliding-window";
import { Tier } from "./policy";

const secondNs: u64 = 1_000_000_000;
const longestPeriodMs: i64 = 34_560_000_000;
const maxRequests: i64 = 1_000_000_000;

export const enum AlgorithmKind {
  Gcra = 0,
  FixedWindow = 1,
  SlidingWindow = 2,
  Concurrency = 3,
}

export function kindOf(algorithm: ConfigValue): AlgorithmKind {
  const names = ["gcra", "fixedWindow", "slidingWindow", "concurrency"];
  return <AlgorithmKind>algorithm.choice(names, <i32>AlgorithmKind.Gcra);
}

/** Period of the limit read last, nanoseconds. */
export let periodNs: u64 = 0;

/**
 * Reads one limit; a document with errors still gives a usable tier.
 * @param debt bursts that a limit remembers beyond an empty bucket
 */
export function readLimit(limit: ConfigValue, kind: AlgorithmKind, debt: u32 = 0): Tier {
  limit.required('write {"requests": 100, "per": "1m"}');
  const requests = <u32>limit.get("requests").required("write a number").integer(1, 1, maxRequests);
  const least: i64 = kind == AlgorithmKind.Gcra ? 1 : 1000;
  const per = limit.get("per").required('write a duration such as "1m"');
  periodNs = <u64>per.durationNs(<i64>secondNs, least, longestPeriodMs);
  const burst = limit.get("burst");
  const algorithm =
    kind == AlgorithmKind.Gcra
      ? gcra(limit, requests, <u32>burst.integer(requests, 1, maxRequests), debt)
      : windowOf(limit, kind, requests);
  if (kind != AlgorithmKind.Gcra && burst.isPresent) {
    burst.fail("has no meaning for windows", "leave it out, or use algorithm gcra");
  }
  const isTold = periodNs % secondNs == 0 && kind != AlgorithmKind.Concurrency;
  const tier = new Tier(algorithm, requests, isTold ? periodNs / secondNs : 0);
  tier.isConcurrency = kind == AlgorithmKind.Concurrency;
  return tier;
}

/** The interval is rounded up: a rate is never above what was asked for. */
function gcra(limit: ConfigValue, requests: u32, burst: u32, debt: u32): Algorithm {
  const emission = (periodNs + requests - 1) / requests;
  if (emission < minEmissionNs) {
    limit.fail("allows more than a million requests a second", "use a longer period");
    return new Gcra(minEmissionNs, 1);
  }
  if (<u64>burst > maxToleranceNs / emission) {
    limit.fail("lets a burst stand for more than 400 days", "use a smaller burst");
    return new Gcra(emission, 1);
  }
  // As much of it as a word can hold.
  const most = min<u64>(maxToleranceNs / emission - burst, <u64>burst * debt);
  return new Gcra(emission, burst, <u32>min<u64>(most, u32.MAX_VALUE - burst - 1));
}

function windowOf(limit: ConfigValue, kind: AlgorithmKind, requests: u32): Algorithm {
  const most =
    kind == AlgorithmKind.FixedWindow ? maxFixedWindowRequests : maxSlidingWindowRequests;
  if (requests > most) limit.fail(`has more than ${most} requests in a window`, "use gcra");
  const held = min<u32>(requests, most);
  if (kind == AlgorithmKind.FixedWindow) return new FixedWindow(periodNs, held);
  if (kind == AlgorithmKind.Concurrency) return new Concurrency(periodNs, held);
  return new SlidingWindow(periodNs, held);
}
