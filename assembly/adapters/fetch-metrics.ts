// What one source of keys or of revoked tokens tells operators: fetches by outcome, how much is in use, and which set that is. Defined at
// configure time.
import { MetricType } from "../abi/constants";
import { KeySource } from "../jwks/key-source";
import { Metric, defineMetric } from "../sdk/metric";

@final
export class FetchMetrics {
  private renewed: Metric;
  private refused: Metric;
  private keys: Metric;
  private generation: Metric;
  private toldRenewed: u32 = 0;
  private toldRefused: u32 = 0;

  /**
   * @param family what is fetched, the second word of the metrics' names
   * @param counted what it is made of, the last word of one of them
   * @param provider its name in the configuration, ""; there is but one
   */
  constructor(family: string, counted: string, provider: string) {
    const label = provider.length > 0 ? `provider=.=${plain(provider)};.;` : "";
    const fetches = `meshwarden_${family}_fetches`;
    this.renewed = defineMetric(MetricType.Counter, `${label}result=.=renewed;.;${fetches}`);
    this.refused = defineMetric(MetricType.Counter, `${label}result=.=refused;.;${fetches}`);
    this.keys = defineMetric(MetricType.Gauge, `${label}meshwarden_${family}_${counted}`);
    this.generation = defineMetric(MetricType.Gauge, `${label}meshwarden_${family}_generation`);
  }

  /** Brings the metrics up to what the source counts. */
  tell(source: KeySource, count: i32): void {
    if (source.renewed != this.toldRenewed)
      this.renewed.increment(source.renewed - this.toldRenewed);
    if (source.refused != this.toldRefused)
      this.refused.increment(source.refused - this.toldRefused);
    this.toldRenewed = source.renewed;
    this.toldRefused = source.refused;
    this.keys.record(source.isUsable ? count : 0);
    this.generation.record(source.generation);
  }
}

/** A name without what separates the parts of a metric's name. */
function plain(name: string): string {
  let text = "";
  for (let i = 0; i < min(name.length, 64); i++) {
    const unit = name.charCodeAt(i);
    const isDigit = unit >= 0x30 && unit <= 0x39;
    const isLetter = (unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x7a;
    text += isDigit || isLetter || unit == 0x2d ? name.charAt(i) : "_";
  }
  return text;
}
