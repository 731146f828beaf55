// Keys of an issuer that are fetched: the jwks room's machine over callouts and shared data. One object for each provider and worker;
// it logs what went wrong with a fetch, never what was fetched.
import { LogLevel } from "../abi/constants";
import { KeySet } from "../jose/key-set";
import { KeySource } from "../jwks/key-source";
import { FetchPolicy } from "../jwks/policy";
import { nowNs } from "../sdk/clock";
import { log } from "../sdk/log";
import { Root } from "../sdk/root";
import { FetchMetrics } from "./fetch-metrics";
import { KeyFetch, Progress, RemoteAddress } from "./key-fetch";
import { SharedKeys } from "./shared-keys";

@final
export class RemoteKeys {
  readonly source: KeySource;
  private fetch: KeyFetch;
  private store: SharedKeys;
  private metrics: FetchMetrics | null = null;

  /** @param name of the provider, for logs and metrics */
  constructor(
    private name: string,
    address: RemoteAddress,
    policy: FetchPolicy,
    seed: u64,
  ) {
    const fetch = new KeyFetch(address);
    const store = new SharedKeys(address, fetch);
    this.fetch = fetch;
    this.store = store;
    this.source = new KeySource(policy, store, seed);
  }

  /** The set in use; never to be kept. */
  get keys(): KeySet {
    return this.store.keys;
  }

  /** Configure time: takes over what other workers or an older configuration have fetched. @param tag comes back with answers */
  attach(root: Root, tag: u32): void {
    this.fetch.attach(root, tag);
    this.metrics = new FetchMetrics(this.name);
    this.source.follow(nowMs());
    this.tell();
  }

  /** Once a second. True: the set in use has changed, or nobody fetches any more. */
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
      log(LogLevel.Warn, `jwt provider ${this.name}: its keys were not renewed: ${wrong}`);
    }
    this.tell();
    return true;
  }

  /** The configuration is gone. */
  dispose(): void {
    this.store.keys.dispose();
  }

  private tell(): void {
    const metrics = this.metrics;
    if (metrics !== null) metrics.tell(this.source, this.keys.keys.length);
  }
}

/** Milliseconds since 1970. */
function nowMs(): u64 {
  return nowNs() / 1000000;
}
