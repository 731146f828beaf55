// Something that is fetched, shared among workers and renewed: the jwks room's machine over callouts and shared data. One object for each
// source and worker; it logs what went wrong with a fetch, never what was fetched.
import { LogLevel } from "../abi/constants";
import { KeySource } from "../jwks/key-source";
import { FetchPolicy } from "../jwks/policy";
import { nowNs } from "../sdk/clock";
import { log } from "../sdk/log";
import { Root } from "../sdk/root";
import { FetchMetrics } from "./fetch-metrics";
import { SharedSource } from "./shared-source";
import { Progress, SourceFetch } from "./source-fetch";

/** What a source is called in logs and metrics. */
@final
export class SourceNames {
  constructor(
    /** As logs say it, such as "jwt provider shop: its keys". */
    readonly spoken: string,
    /** Second word of its metrics. */
    readonly family: string,
    /** What it is made of: last word of one metric. */
    readonly counted: string,
    /** Label of its metrics; "": none. */
    readonly provider: string,
  ) {}
}

export class RemoteSource {
  readonly source: KeySource;
  private metrics: FetchMetrics | null = null;

  /** @param seed random number of this worker */
  constructor(
    private names: SourceNames,
    private fetch: SourceFetch,
    private store: SharedSource,
    policy: FetchPolicy,
    seed: u64,
  ) {
    this.source = new KeySource(policy, store, seed);
  }

  /** Configure time: takes over what other workers or an older configuration have fetched. @param tag comes back with answers */
  attach(root: Root, tag: u32): void {
    const names = this.names;
    this.fetch.attach(root, tag);
    this.metrics = new FetchMetrics(names.family, names.counted, names.provider);
    this.source.follow(nowMs());
    this.tell();
  }

  /** Once a second. True: what is in use has changed, or nobody fetches any more. */
  tick(): bool {
    const now = nowMs();
    const changed = this.source.tick(now);
    this.tell();
    return changed || !this.source.isLeased(now);
  }

  /** An answer has come. True: the fetch is over, well or not. */
  answered(headerCount: u32, bodySize: u32): bool {
    const fetch = this.fetch;
    const progress = fetch.answered(headerCount, bodySize);
    if (progress == Progress.None || progress == Progress.More) return false;
    const source = this.source;
    const before = source.refused;
    const body = fetch.body;
    const now = nowMs();
    if (progress == Progress.Failed) source.failed(now);
    else source.succeeded(body.ptr, body.length, fetch.maxAge(), now);
    if (source.refused != before) {
      const wrong = progress == Progress.Failed ? fetch.wrong : this.store.wrong;
      log(LogLevel.Warn, `${this.names.spoken} were not renewed: ${wrong}`);
    }
    this.tell();
    return true;
  }

  /** The configuration is gone. */
  dispose(): void {
    this.store.dispose();
  }

  private tell(): void {
    const metrics = this.metrics;
    if (metrics !== null) metrics.tell(this.source, this.store.count);
  }
}

/** Milliseconds since 1970. */
function nowMs(): u64 {
  return nowNs() / 1000000;
}
