// Reads the section `authz`: its own members here, policies, issuers and the deny list in files of their own.
import { MAX_XFCC_HOPS } from "../../authz/xfcc";
import { ConfigValue } from "../../config/value";
import { readClientIp } from "../client-ip-config";
import { Judge } from "../judge";
import { readModes } from "../modes";
import { StatusTable } from "../status-table";
import { readRevocation } from "./deny-list-config";
import { readIssuers } from "./issuer-config";
import { AuthzConfig, Binding, PeerSource } from "./model";
import { readPolicies } from "./policy-config";

/** Fills `config` and the modes of `judge`. False: there is no such section. */
export function readAuthz(
  root: ConfigValue,
  config: AuthzConfig,
  judge: Judge,
  table: StatusTable,
): bool {
  const section = root.get("authz");
  readModes(section, judge, table);
  keepReporting(section.get("modes").get("audited"));
  keepReporting(section.get("modes").get("not_allowed_shadow"));
  config.deniesByDefault = section.get("defaultAction").choice(["allow", "deny"], 0) == 1;
  config.ignoresSelectors = section.get("ignoreSelectors").bool(false);
  const namespace = section.get("namespace");
  if (namespace.isText(1, 63)) config.namespace = namespace.string("");
  config.realm = readRealm(section.get("realm"), config.realm);
  const domains = section.get("trustDomains").sized(1, 64).elements();
  for (let i = 0; i < domains.length; i++) {
    if (domains[i].isText(1, 255)) config.trustDomains.push(domains[i].string(""));
  }
  readPeer(section.get("peer"), config);
  readClientIp(section.get("clientIp"), config.clientIp);
  const binding = section.get("certificateBinding");
  config.binding = <Binding>binding.choice(["off", "ifPresent", "required"], 0);
  readIssuers(section.get("issuers"), config);
  readRevocation(section.get("revocation"), config);
  readPolicies(section.get("policies"), config);
  if (section.isObject && !section.get("policies").isPresent && section.length == 0) {
    section.fail("says nothing", 'add policies, or "defaultAction": "deny"');
  }
  const revokes = config.denied.size > 0 || config.remoteDenied !== null;
  if (config.binding != Binding.Off || revokes) config.usesClaims = true;
  return section.isPresent;
}

/** Statuses that only report cannot be enforced. */
function keepReporting(mode: ConfigValue): void {
  if (!mode.isString || mode.string("") != "enforce") return;
  mode.fail("only reports and denies nothing", 'write "shadow", "tag" or "off"');
}

function readPeer(section: ConfigValue, config: AuthzConfig): void {
  const from = section.get("from").choice(["certificate", "xfcc", "linkerd"], 0);
  config.peer = <PeerSource>from;
  const hops = section.get("trustedHops");
  config.trustedHops = <i32>hops.integer(1, 1, MAX_XFCC_HOPS);
  if (config.peer == PeerSource.Xfcc) {
    hops.required("say how many proxies from here wrote elements you trust: 1 for the nearest");
  } else if (hops.isPresent) {
    hops.fail('belongs to "from": "xfcc"', "take it out");
  }
}

/** Text that may stand between quotes in a header. */
function readRealm(value: ConfigValue, fallback: string): string {
  if (!value.isText(1, 255)) return fallback;
  const text = value.string(fallback);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x20 && unit < 0x7f && unit != 0x22 && unit != 0x5c) continue;
    value.fail("must be printable ASCII without quotes and backslashes", "take them out");
    return fallback;
  }
  return text;
}
