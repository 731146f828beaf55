// Reads where a provider's keys are fetched from: Envoy's RemoteJwks by its field names, and OpenID Connect discovery in the same
// words. A cluster must always be named; Envoy's `async_fetch` is how this filter works anyway.
import { ConfigValue } from "../../config/value";
import { RemoteAddress } from "../../adapters/key-fetch";
import { RemoteKeys } from "../../adapters/remote-keys";
import { FetchPolicy } from "../../jwks/policy";

const METADATA_PATH: string = "/.well-known/openid-configuration";
const DAY_MS: i64 = 86400000;

/** @param isDiscovery whether `section` is `oidcDiscovery`; else it is `remoteJwks` */
export function readRemote(
  section: ConfigValue,
  provider: ConfigValue,
  isDiscovery: bool,
  seed: u64,
): RemoteKeys {
  const address = new RemoteAddress();
  const policy = new FetchPolicy();
  readAddress(section, provider, isDiscovery, address);
  policy.timeoutMs = (isDiscovery ? 2 : 1) * <u64>address.timeoutMs;
  readTimes(section, policy);
  readRetries(section, address, policy);
  return new RemoteKeys(provider.name, address, policy, seed);
}

function readAddress(
  section: ConfigValue,
  provider: ConfigValue,
  isDiscovery: bool,
  address: RemoteAddress,
): void {
  const http = section.get("httpUri");
  if (section.isObject)
    http.required('write {"uri": "https://...", "cluster": "...", "timeout": "5s"}');
  const cluster = http.get("cluster");
  if (http.isObject) cluster.required("name the cluster that the keys are fetched from");
  address.timeoutMs = <u32>http.get("timeout").durationMs(5000, 100, 60000);
  if (cluster.isText(1, 255)) address.cluster = cluster.string("");
  address.keysCluster = address.cluster;
  const uri = http.get("uri");
  let text = uri.isText(1, 2048) ? uri.string("") : "";
  if (!isDiscovery) {
    if (http.isObject) uri.required('write the address of the key set, such as "https://..."');
  } else {
    const issuer = provider.get("issuer");
    if (section.isObject) issuer.required("name the issuer: its metadata must speak of it");
    if (issuer.isText(1, 2048)) address.issuer = issuer.string("");
    if (!uri.isPresent) text = withoutSlash(address.issuer) + METADATA_PATH;
    const keys = section.get("jwksCluster");
    if (keys.isText(1, 255)) address.keysCluster = keys.string("");
  }
  if (text.length == 0 || address.target.read(text)) return;
  const said = uri.isPresent ? uri : http;
  said.fail("is no http or https address", 'write one such as "https://issuer.example/keys"');
}

function readTimes(section: ConfigValue, policy: FetchPolicy): void {
  policy.cacheMs = section.get("cacheDuration").durationMs(600000, 1000, 30 * DAY_MS);
  policy.staleMs = section.get("staleFor").durationMs(DAY_MS, 0, 30 * DAY_MS);
  policy.coolDownMs = section.get("coolDown").durationMs(30000, 1000, 3600000);
}

function readRetries(section: ConfigValue, address: RemoteAddress, policy: FetchPolicy): void {
  const asynchronous = section.get("asyncFetch");
  // The listener never waits for keys; requests do, for as long as `keyWait` says.
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

function withoutSlash(text: string): string {
  return text.endsWith("/") ? text.substring(0, text.length - 1) : text;
}
