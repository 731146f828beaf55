// Counters by the names of coraza-proxy-wasm, so that its dashboards and stats tags go on working: requests judged, and denials by
// rule, phase and label. Beside them, hits of each rule where they are asked for. All are defined when the configuration is read,
// and their number is bounded: rules beyond it are counted together.
// Source: coraza-proxy-wasm wasmplugin/metrics.go, as behaviour.
import { MetricType } from "../../abi/constants";
import { Metric, defineMetric } from "../../sdk/metric";
import { Choice, Disruption, Rule } from "../../waf/model/rule";
import { RuleSet } from "../../waf/model/rule-set";

/** Counters of denials, over all rules and authorities. */
const MAX_DENIALS: i32 = 256;
/** Counters of hits. */
const MAX_HITS: i32 = 1024;

/** Counters by a number, sorted by it. */
@final
class NumberedCounters {
  private keys: Array<u64> = [];
  private counters: Array<Metric> = [];

  get count(): i32 {
    return this.keys.length;
  }

  has(key: u64): bool {
    const at = this.place(key);
    return at < this.keys.length && this.keys[at] == key;
  }

  /** Configure time only. */
  add(key: u64, counter: Metric): void {
    const at = this.place(key);
    this.keys.push(0);
    this.counters.push(counter);
    for (let i = this.keys.length - 1; i > at; i--) {
      this.keys[i] = this.keys[i - 1];
      this.counters[i] = this.counters[i - 1];
    }
    this.keys[at] = key;
    this.counters[at] = counter;
  }

  /** Counts under a key, or under the one for all others. */
  increment(key: u64): void {
    let at = this.place(key);
    if (at == this.keys.length || this.keys[at] != key) at = 0;
    if (at < this.counters.length) this.counters[at].increment();
  }

  /** Where the key is, or would be. */
  private place(key: u64): i32 {
    let low = 0;
    let high = this.keys.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.keys[middle] < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

@final
export class WafCounters {
  private total: Metric = defineMetric(MetricType.Counter, "waf_filter.tx.total");
  private denials: NumberedCounters = new NumberedCounters();
  private hits: NumberedCounters = new NumberedCounters();

  /**
   * @param labels `_name=value` pieces for the names of denials
   * @param countsHits whether each rule has a counter
   */
  constructor(
    private labels: string,
    private countsHits: bool,
  ) {
    // Key 0 is the counter of all that have none of their own.
    this.denials.add(0, this.denialCounter("other", "other", ""));
    if (countsHits) this.hits.add(0, defineMetric(MetricType.Counter, hitName("other", "other")));
  }

  /** Defines the counters of a rule set as requests of an authority meet it; `authority` is empty for all the others. */
  addRules(rules: RuleSet, authority: string, place: i32): void {
    for (let phase = 1; phase <= 4; phase++) {
      const list = rules.phases[phase].rules;
      for (let i = 0; i < list.length; i++) {
        const rule = list[i];
        if (denies(rule, rules)) this.addDenial(rule, authority, place);
        if (this.countsHits) this.addHit(rule);
      }
    }
  }

  private addDenial(rule: Rule, authority: string, place: i32): void {
    const key = keyOf(rule.id, place);
    if (this.denials.count >= MAX_DENIALS || this.denials.has(key)) return;
    this.denials.add(key, this.denialCounter(rule.id.toString(), phaseName(rule.phase), authority));
  }

  private addHit(rule: Rule): void {
    // Rules that do not log are never heard of.
    if (rule.logs == Choice.No || this.hits.count >= MAX_HITS || this.hits.has(rule.id)) return;
    const name = hitName(rule.id.toString(), phaseName(rule.phase));
    this.hits.add(rule.id, defineMetric(MetricType.Counter, name));
  }

  private denialCounter(rule: string, phase: string, authority: string): Metric {
    const by = authority.length == 0 ? "" : `_authority=${plain(authority)}`;
    const name = `waf_filter.tx.interruptions_ruleid=${rule}_phase=${phase}${this.labels}${by}`;
    return defineMetric(MetricType.Counter, name);
  }

  /** A request that rules looked at. */
  request(): void {
    this.total.increment();
  }

  /** A request that a rule denied. @param place of its authority, 0 for none of its own */
  denied(rule: u32, place: i32): void {
    this.denials.increment(keyOf(rule, place));
  }

  /** A rule that matched, whatever came of it. */
  hit(rule: u32): void {
    if (this.countsHits) this.hits.increment(rule);
  }
}

function keyOf(rule: u32, place: i32): u64 {
  return ((<u64>place) << 32) | (<u64>rule);
}

function denies(rule: Rule, rules: RuleSet): bool {
  let disruption = rule.disruption;
  if (disruption == Disruption.Unset || disruption == Disruption.Block)
    disruption = rules.defaults[rule.phase].disruption;
  return (
    disruption == Disruption.Deny ||
    disruption == Disruption.Drop ||
    disruption == Disruption.Redirect
  );
}

function hitName(rule: string, phase: string): string {
  return `waf_filter.rule.hits_ruleid=${rule}_phase=${phase}`;
}

function phaseName(phase: u32): string {
  if (phase == 1) return "http_request_headers";
  if (phase == 2) return "http_request_body";
  return phase == 3 ? "http_response_headers" : "http_response_body";
}

/** A text as a piece of a metric's name. */
export function plain(text: string): string {
  let name = "";
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    name += unit > 0x20 && unit < 0x7f ? String.fromCharCode(unit) : "_";
  }
  return name;
}
