// Reads where a provider's keys are fetched from: Envoy's RemoteJwks by its field names, and OpenID Connect discovery in the same
// words.
import { RemoteKeys } from "../../adapters/remote-keys";
import { RemoteAddress } from "../../adapters/source-fetch";
import { ConfigValue } from "../../config/value";
import { FetchPolicy } from "../../jwks/policy";
import { readHttpUri, readRetries, readTarget, readTimes } from "../fetch-config";

const METADATA_PATH: string = "/.well-known/openid-configuration";

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
  readTimes(section, policy, 600000, 86400000);
  policy.coolDownMs = section.get("coolDown").durationMs(30000, 1000, 3600000);
  readRetries(section, address, policy);
  return RemoteKeys.of(provider.name, address, policy, seed);
}

function readAddress(
  section: ConfigValue,
  provider: ConfigValue,
  isDiscovery: bool,
  address: RemoteAddress,
): void {
  const uri = readHttpUri(section, address, "keys are");
  const http = section.get("httpUri");
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
  readTarget(text, address, uri.isPresent ? uri : http);
}

function withoutSlash(text: string): string {
  return text.endsWith("/") ? text.substring(0, text.length - 1) : text;
}
