// Reads `service` of the section and `global` of a policy: which rate-limit service is asked, and what it is told.
import { lowerAscii } from "../../base/ascii";
import { View } from "../../abi/view";
import { Block } from "../../base/block";
import { ConfigValue } from "../../config/value";
import { maxParts } from "../../identity/tuple";
import { entriesOf } from "../lists";
import { Descriptor, DescriptorEntry } from "./descriptor";
import { blockOf, bytesOf, readSource } from "./identity-config";
import { kindOf, readLimit } from "./limit-config";
import { Policy } from "./policy";

/** What becomes of a request when the service does not answer. */
export const enum OnError {
  /** The policy's own limits decide, `localLimit` among them. */
  Local = 0,
  Allow = 1,
  Deny = 2,
}

@final
export class ServiceConfig {
  cluster: View = new View();
  domain: View = new View();
  timeoutMs: u32 = 100;
  onError: OnError = OnError.Local;
  failures: u32 = 5;
  openNs: u64 = 10_000_000_000;
  /** Hits that may be taken ahead, 0: none. */
  batch: u32 = 0;

  /** Longest wait of a request; the call's own timeout comes first. */
  get waitLimitMs(): u32 {
    return this.timeoutMs + 2000;
  }
}

/** Null when the section has none. */
export function readService(section: ConfigValue): ServiceConfig | null {
  if (!section.isPresent) return null;
  const config = new ServiceConfig();
  const cluster = section.get("cluster").required("write the name of a cluster that speaks HTTP/2");
  const domain = section.get("domain").required("write the domain of the service's rules");
  if (cluster.isText(1, 256)) config.cluster = View.of(cluster.string(""));
  if (domain.isText(1, 256)) config.domain = View.of(domain.string(""));
  config.timeoutMs = <u32>(section.get("timeout").durationNs(100_000_000, 1, 60_000) / 1_000_000);
  config.onError = <OnError>section.get("onError").choice(["local", "allow", "deny"], 0);
  const breaker = section.get("breaker");
  config.failures = <u32>breaker.get("failures").integer(5, 1, 1000);
  config.openNs = <u64>breaker.get("openFor").durationNs(10_000_000_000, 100, 3_600_000);
  config.batch = <u32>section.get("quotaBatch").integer(0, 0, 10000);
  return config;
}

/** Reads `global` into the policy. */
export function readGlobal(
  entry: ConfigValue,
  policy: Policy,
  hasClaims: bool,
  service: ServiceConfig | null,
): void {
  const section = entry.get("global");
  const list = section.get("descriptor");
  const local = section.get("localLimit");
  if (!section.isPresent) return;
  if (service === null) section.fail("has no service to ask", "add rateLimit.service");
  else policy.batch = service.batch;
  const descriptor = new Descriptor();
  if (list.isPresent) {
    const entries = entriesOf(list, 1, maxParts);
    for (let i = 0; i < entries.length; i++) readEntry(entries[i], descriptor, hasClaims);
  } else {
    readParts(entry.get("identity"), descriptor, hasClaims);
    if (descriptor.entries.length == 0) {
      section.fail(
        "has nothing to tell the service",
        'add descriptor: [{"key": ..., "value": ...}]',
      );
    }
  }
  policy.descriptor = descriptor;
  if (!local.isPresent) return;
  policy.localTier = readLimit(local, kindOf(entry.get("algorithm")));
  if (service !== null && service.onError != OnError.Local) {
    local.fail("counts only when the service fails", "set service.onError to local");
  }
}

/** One entry: a key, and a fixed value or one source of an identity. */
function readEntry(entry: ConfigValue, descriptor: Descriptor, hasClaims: bool): void {
  const key = entry.get("key").required('write a key such as "user"');
  const value = entry.get("value");
  if (!entry.isObject || !key.isText(1, 256)) return;
  if (value.isPresent) {
    if (entry.length != 2) {
      entry.fail("has a value and something else", "keep key and value");
    }
    if (!value.isText(1, 256)) return;
    const bytes = blockOf(value);
    descriptor.add(
      new DescriptorEntry(blockOf(key), key.textLength, bytes, value.textLength, null),
    );
    return;
  }
  const source = readSource(entry, hasClaims, 1);
  if (source === null) return;
  descriptor.add(new DescriptorEntry(blockOf(key), key.textLength, new Block(0), 0, source));
}

/** Without a descriptor: the identity's parts, under the keys that Envoy's own actions have, or their own names. */
function readParts(list: ConfigValue, descriptor: Descriptor, hasClaims: bool): void {
  const parts = entriesOf(list, 0, maxParts);
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i];
    const source = readSource(part, hasClaims);
    if (source === null) continue;
    const key = keyOf(part);
    descriptor.add(new DescriptorEntry(bytesOf(key), <u32>key.length, new Block(0), 0, source));
  }
}

function keyOf(part: ConfigValue): string {
  const named = "header,cookie,query,jwtClaim".split(",");
  for (let i = 0; i < named.length; i++) {
    const value = part.get(named[i]);
    if (value.isPresent)
      return named[i] == "header" ? lowerAscii(value.string("")) : value.string("");
  }
  if (part.get("clientIp").isPresent) return "remote_address";
  const key = part.get("apiKey");
  if (key.isPresent) return lowerAscii(key.get("header").string("api_key"));
  if (part.get("method").isPresent) return "method";
  if (part.get("host").isPresent) return "host";
  return part.get("path").isPresent ? "path" : "certificate";
}
