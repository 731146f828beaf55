// Reads what a rule asks of the peer: principals, namespaces, service accounts, trust domains. A principal in the mesh's own trust
// domain, or in `cluster.local`, stands for the same identity in each of its aliases, as in Istio
// (pilot/pkg/security/trustdomain/bundle.go).
import { Condition, TextCondition } from "../../authz/condition";
import { Attribute } from "../../authz/facts";
import { Matcher } from "../../authz/matcher";
import {
  NamespaceMatch,
  ServiceAccountMatch,
  TrustDomainMatch,
  principalMatch,
} from "../../authz/peer-match";
import { MAX_GLOB_PIECE } from "../../base/glob";
import { ConfigValue } from "../../config/value";
import { entriesOf } from "../lists";
import { AuthzConfig, PolicyHead } from "./model";
import { MAX_VALUES } from "./values";

export const enum PeerField {
  Principal = 0,
  Namespace = 1,
  Account = 2,
  TrustDomain = 3,
}

/** Istio's own limit of service accounts in a list. */
const MAX_ACCOUNTS: i32 = 16;

export function peerCondition(
  values: ConfigValue,
  notValues: ConfigValue,
  field: PeerField,
  head: PolicyHead,
  config: AuthzConfig,
): Condition {
  const wanted = StaticArray.fromArray(matchersOf(values, field, head, config));
  const unwanted = StaticArray.fromArray(matchersOf(notValues, field, head, config));
  return new TextCondition(Attribute.Peer, wanted, unwanted);
}

function matchersOf(
  list: ConfigValue,
  field: PeerField,
  head: PolicyHead,
  config: AuthzConfig,
): Matcher[] {
  const matchers: Matcher[] = [];
  const most = field == PeerField.Account ? MAX_ACCOUNTS : MAX_VALUES;
  const entries = entriesOf(list, 1, most);
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i];
    const room: u32 = field == PeerField.Namespace ? MAX_GLOB_PIECE - 8 : 2048;
    if (!entry.isText(1, field == PeerField.Account ? 320 : room)) continue;
    const text = entry.string("");
    if (field == PeerField.Principal) addPrincipals(matchers, text, config);
    else if (field == PeerField.Namespace) matchers.push(new NamespaceMatch(text));
    else if (field == PeerField.Account) addAccount(matchers, entry, text, head);
    else addDomains(matchers, entry, text, config);
  }
  return matchers;
}

function addAccount(matchers: Matcher[], entry: ConfigValue, text: string, head: PolicyHead): void {
  const parts = text.split("/");
  const isWhole = parts.length == 2 && parts[0].length > 0 && parts[1].length > 0;
  if (text.includes("*") || (parts.length > 1 && !isWhole)) {
    entry.fail("is no service account", 'write "account" or "namespace/account", without stars');
  } else if (isWhole) {
    matchers.push(new ServiceAccountMatch(parts[0], parts[1]));
  } else if (head.namespace.length == 0) {
    entry.fail("stands in no namespace", 'write "namespace/account", or give the policy one');
  } else {
    matchers.push(new ServiceAccountMatch(head.namespace, text));
  }
}

function addDomains(
  matchers: Matcher[],
  entry: ConfigValue,
  text: string,
  config: AuthzConfig,
): void {
  const star = text.indexOf("*");
  const isInside = star > 0 && star < text.length - 1;
  if (text.includes("/") || isInside || star != text.lastIndexOf("*")) {
    entry.fail("is no trust domain", 'write "td", "td*", "*td" or "*", without slashes');
    return;
  }
  const aliases = config.trustDomains;
  if (!aliases.includes(text)) matchers.push(new TrustDomainMatch(text));
  else for (let i = 0; i < aliases.length; i++) matchers.push(new TrustDomainMatch(aliases[i]));
}

function addPrincipals(matchers: Matcher[], text: string, config: AuthzConfig): void {
  const aliases = config.trustDomains;
  const parts = text.split("/");
  const domain = parts[0];
  const isOurs = domain == "cluster.local" || isAlias(domain, aliases);
  if (aliases.length == 0 || parts.length != 5 || domain == "*" || !isOurs) {
    matchers.push(principalMatch(text));
    return;
  }
  const rest = text.substring(domain.length);
  const written: string[] = [];
  for (let i = 0; i < aliases.length; i++) {
    const principal = covers(domain, aliases[i]) ? text : aliases[i] + rest;
    if (written.includes(principal)) continue;
    written.push(principal);
    matchers.push(principalMatch(principal));
  }
}

function isAlias(domain: string, aliases: string[]): bool {
  for (let i = 0; i < aliases.length; i++) if (covers(domain, aliases[i])) return true;
  return false;
}

/** Whether a domain as a rule writes it, perhaps with a leading star, is this one. */
function covers(domain: string, alias: string): bool {
  if (domain == alias) return true;
  return domain.startsWith("*") && alias.endsWith(domain.substring(1));
}
