// Where something is fetched from and how often, in the words of Envoy's RemoteJwks: httpUri, cacheDuration, retryPolicy. A cluster must
// always be named; Envoy's `async_fetch` is how fetches work here anyway.
import { RemoteAddress } from "../adapters/source-fetch";
import { ConfigValue } from "../config/value";
import { FetchPolicy } from "../jwks/policy";

const DAY_MS: i64 = 86400000;

/** Cluster and timeout of `httpUri`; returns its `uri`. @param what is fetched, as errors say it */
export function readHttpUri(
  section: ConfigValue,
  address: RemoteAddress,
  what: string,
): ConfigValue {
  const http = section.get("httpUri");
  if (section.isObject)
    http.required('write {"uri": "https://...", "cluster": "...", "timeout": "5s"}');
  const cluster = http.get("cluster");
  if (http.isObject) cluster.required(`name the cluster that the ${what} fetched from`);
  address.timeoutMs = <u32>http.get("timeout").durationMs(5000, 100, 60000);
  if (cluster.isText(1, 255)) address.cluster = cluster.string("");
  address.keysCluster = address.cluster;
  return http.get("uri");
}

/** @param said where an error is told */
export function readTarget(text: string, address: RemoteAddress, said: ConfigValue): void {
  if (text.length == 0 || address.target.read(text)) return;
  said.fail("is no http or https address", 'write one such as "https://issuer.example/keys"');
}

export function readTimes(
  section: ConfigValue,
  policy: FetchPolicy,
  cacheMs: i64,
  staleMs: i64,
): void {
  policy.cacheMs = section.get("cacheDuration").durationMs(cacheMs, 1000, 30 * DAY_MS);
  policy.staleMs = section.get("staleFor").durationMs(staleMs, 0, 30 * DAY_MS);
}

export function readRetries(
  section: ConfigValue,
  address: RemoteAddress,
  policy: FetchPolicy,
): void {
  const asynchronous = section.get("asyncFetch");
  // The listener never waits for what is fetched; requests do, for a while.
  asynchronous.get("fastListener").bool(false);
  policy.retryMs = asynchronous.get("failedRefetchDuration").durationMs(1000, 100, 3600000);
  const retry = section.get("retryPolicy");
  address.retries = <u32>retry.get("numRetries").integer(0, 0, 10);
  const backOff = retry.get("retryBackOff");
  if (backOff.isObject) backOff.get("baseInterval").required("write a time such as 1s");
  if (backOff.isPresent) {
    const base = backOff.get("baseInterval");
    if (base.isPresent) policy.retryMs = base.durationMs(1000, 1, 3600000);
    policy.retryMostMs = backOff.get("maxInterval").durationMs(10 * policy.retryMs, 1, 3600000);
  }
  policy.retryMostMs = max(policy.retryMostMs, policy.retryMs);
}
