// Reads one entry of `when`: a key of Istio's, or one of ours for scopes, roles and permissions.
import { Condition, TextCondition } from "../../authz/condition";
import { AddressKind, Attribute } from "../../authz/facts";
import { TextForm } from "../../authz/matcher";
import { Rule } from "../../authz/rule";
import { lowerAscii } from "../../base/ascii";
import { ConfigValue } from "../../config/value";
import { isToken } from "../../http/header-name";
import { View } from "../../abi/view";
import { AuthzConfig, PolicyHead } from "./model";
import { PeerField, peerCondition } from "./peer-config";
import {
  bracketNames,
  claimCondition,
  permissionCondition,
  principalCondition,
  roleCondition,
  scopeCondition,
} from "./token-config";
import { addAddress, addPorts, matchersOf, texts } from "./values";

/** Headers that all rules together can name. */
const MAX_HEADERS: i32 = 64;
/** Scopes that a challenge names, bytes. */
const MAX_CHALLENGE_SCOPES: i32 = 512;
const CLAIMS: string = "request.auth.claims";
const ROLES: string = "request.auth.roles";
const HEADERS: string = "request.headers";

/** Adds what an entry asks for to `when`, or to `grants` when it is a scope or a permission. */
export function readCondition(
  section: ConfigValue,
  rule: Rule,
  head: PolicyHead,
  config: AuthzConfig,
  when: Condition[],
  grants: Condition[],
): void {
  const key = section.get("key").required('write a key such as "request.auth.claims[groups]"');
  const values = section.get("values");
  const notValues = section.get("notValues");
  if (section.isObject && !values.isPresent && !notValues.isPresent) {
    section.fail("has neither values nor notValues", 'add "values": ["..."]');
  }
  if (!key.isText(1, 1024)) return;
  const name = key.string("");
  if (name == "request.auth.scopes") {
    noteScopes(values, rule, config);
    addTo(grants, scopeCondition(key, values, notValues, rule, config));
  } else if (name == "request.auth.permissions") {
    grants.push(permissionCondition(values, notValues, rule, config));
  } else if (name.startsWith("request.auth.")) {
    addTo(when, tokenCondition(name, key, values, notValues, rule, config));
  } else if (name.startsWith(HEADERS)) {
    addTo(when, headerCondition(name, key, values, notValues, config));
  } else if (!addConnection(name, values, notValues, head, config, when)) {
    key.fail("is no key of a condition", keysMend(name));
    texts(values);
    texts(notValues);
  }
}

function keysMend(name: string): string {
  if (name.startsWith("experimental.")) return "Envoy's metadata cannot be asked for: take it out";
  return 'write one such as "source.ip", "request.headers[x-team]" or "request.auth.claims[groups]"';
}

function addTo(list: Condition[], condition: Condition | null): void {
  if (condition !== null) list.push(condition);
}

function addConnection(
  name: string,
  values: ConfigValue,
  notValues: ConfigValue,
  head: PolicyHead,
  config: AuthzConfig,
  when: Condition[],
): bool {
  const peer = [
    "source.principal",
    "source.namespace",
    "source.serviceAccount",
    "source.trustDomain",
  ];
  const field = peer.indexOf(name);
  if (field >= 0) when.push(peerCondition(values, notValues, <PeerField>field, head, config));
  else if (name == "source.ip") {
    addAddress(when, values, notValues, AddressKind.Source, config);
  } else if (name == "remote.ip") {
    addAddress(when, values, notValues, AddressKind.Remote, config);
  } else if (name == "destination.ip") {
    addAddress(when, values, notValues, AddressKind.Destination, config);
  } else if (name == "destination.port") {
    addPorts(when, values, notValues);
  } else if (name == "connection.sni") {
    const wanted = matchersOf(values, TextForm.AnyText);
    const unwanted = matchersOf(notValues, TextForm.AnyText);
    when.push(new TextCondition(Attribute.ServerName, wanted, unwanted));
  } else return false;
  return true;
}

function tokenCondition(
  name: string,
  key: ConfigValue,
  values: ConfigValue,
  notValues: ConfigValue,
  rule: Rule,
  config: AuthzConfig,
): Condition | null {
  if (name == "request.auth.principal") {
    return principalCondition(values, notValues, rule, config);
  }
  if (name == "request.auth.audiences") {
    return claimCondition(["aud"], key, values, notValues, rule, config);
  }
  if (name == "request.auth.presenter") {
    return claimCondition(["azp"], key, values, notValues, rule, config);
  }
  const isRole = name.startsWith(ROLES);
  const names = bracketNames(name.substring(isRole ? ROLES.length : CLAIMS.length));
  if (isRole && (name == ROLES || names.length == 1)) {
    const issuer = names.length == 1 ? names[0] : "";
    return roleCondition(issuer, key, values, notValues, rule, config);
  }
  if (name.startsWith(CLAIMS) && names.length > 0 && !names.includes("")) {
    return claimCondition(names, key, values, notValues, rule, config);
  }
  key.fail("is no key of a condition", 'write "request.auth.claims[name]"');
  return null;
}

function headerCondition(
  name: string,
  key: ConfigValue,
  values: ConfigValue,
  notValues: ConfigValue,
  config: AuthzConfig,
): Condition | null {
  const wanted = matchersOf(values, TextForm.Present);
  const unwanted = matchersOf(notValues, TextForm.Present);
  const inner = name.substring(HEADERS.length);
  const isBracketed = inner.startsWith("[") && inner.endsWith("]") && inner.length > 2;
  const header = isBracketed ? lowerAscii(inner.substring(1, inner.length - 1)) : "";
  const bytes = View.of(header.startsWith(":") ? header.substring(1) : header);
  if (bytes.length == 0 || !isToken(bytes.ptr, bytes.length)) {
    key.fail("names no header", 'write "request.headers[x-team]"');
    return null;
  }
  const number = config.headerNumber(header);
  if (number >= MAX_HEADERS) key.fail(`names one more than ${MAX_HEADERS} headers`, "name fewer");
  return new TextCondition(<i32>Attribute.FirstHeader + number, wanted, unwanted);
}

/** What a challenge names: the first scope of each condition, since any of them will do (RFC 6750 §3). */
function noteScopes(values: ConfigValue, rule: Rule, config: AuthzConfig): void {
  const list = texts(values);
  if (list.length == 0) return;
  const scope = list[0];
  for (let i = 0; i < scope.length; i++) {
    const unit = scope.charCodeAt(i);
    if (unit < 0x21 || unit > 0x7e || unit == 0x22 || unit == 0x5c || unit == 0x2a) return;
  }
  const info = config.rules[rule.number];
  // A challenge is one header line.
  if (info.scope.length + scope.length > MAX_CHALLENGE_SCOPES) return;
  info.scope = info.scope.length == 0 ? scope : `${info.scope} ${scope}`;
}
