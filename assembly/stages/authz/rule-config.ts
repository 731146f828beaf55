// Reads one rule of a policy: `from`, `to` and `when`, by Istio's names, with Istio's checks (pkg/config/validation/validation.go,
// ValidateAuthorizationPolicy).
import { Condition, TextCondition } from "../../authz/condition";
import { AddressKind, Attribute } from "../../authz/facts";
import { Matcher, TextForm, textMatch } from "../../authz/matcher";
import { isTemplate, readTemplate } from "../../authz/path-template";
import { Clause, Rule } from "../../authz/rule";
import { ConfigValue } from "../../config/value";
import { entriesOf } from "../lists";
import { readCondition } from "./condition-config";
import { AuthzConfig, PolicyHead } from "./model";
import { PeerField, peerCondition } from "./peer-config";
import { principalCondition } from "./token-config";
import { MAX_VALUES, addAddress, addPorts, matchersOf } from "./values";

const MAX_CLAUSES: i32 = 256;

export function readRule(
  section: ConfigValue,
  rule: Rule,
  head: PolicyHead,
  config: AuthzConfig,
): void {
  const from = entriesOf(section.get("from"), 1, MAX_CLAUSES);
  for (let i = 0; i < from.length; i++) {
    const source = from[i].get("source").required('write "source": {"principals": ["..."]}');
    rule.sources.push(new Clause(readSource(source.sized(1, 32), rule, head, config)));
  }
  const to = entriesOf(section.get("to"), 1, MAX_CLAUSES);
  for (let i = 0; i < to.length; i++) {
    const operation = to[i].get("operation").required('write "operation": {"paths": ["..."]}');
    rule.operations.push(new Clause(readOperation(operation.sized(1, 32), config)));
  }
  const when: Condition[] = [];
  const grants: Condition[] = [];
  const conditions = entriesOf(section.get("when"), 0, MAX_CLAUSES);
  for (let i = 0; i < conditions.length; i++) {
    readCondition(conditions[i], rule, head, config, when, grants);
  }
  rule.when = new Clause(when);
  rule.grants = new Clause(grants);
}

function readSource(
  source: ConfigValue,
  rule: Rule,
  head: PolicyHead,
  config: AuthzConfig,
): Condition[] {
  const list: Condition[] = [];
  addAddress(list, source.get("ipBlocks"), source.get("notIpBlocks"), AddressKind.Source, config);
  const remote = source.get("remoteIpBlocks");
  addAddress(list, remote, source.get("notRemoteIpBlocks"), AddressKind.Remote, config);
  addPeer(list, source, "principals", "notPrincipals", PeerField.Principal, head, config);
  addPeer(list, source, "namespaces", "notNamespaces", PeerField.Namespace, head, config);
  addPeer(list, source, "trustDomains", "notTrustDomains", PeerField.TrustDomain, head, config);
  const accounts = "serviceAccounts";
  addPeer(list, source, accounts, "notServiceAccounts", PeerField.Account, head, config);
  const hasAccounts = isAny(source, accounts, "notServiceAccounts");
  const hasPeers =
    isAny(source, "principals", "notPrincipals") || isAny(source, "namespaces", "notNamespaces");
  if (hasAccounts && hasPeers) {
    source.fail("has serviceAccounts beside principals or namespaces", "keep one of them");
  }
  const principals = source.get("requestPrincipals");
  const notPrincipals = source.get("notRequestPrincipals");
  if (principals.isPresent || notPrincipals.isPresent) {
    list.push(principalCondition(principals, notPrincipals, rule, config));
  }
  return list;
}

function isAny(section: ConfigValue, name: string, notName: string): bool {
  return section.get(name).isPresent || section.get(notName).isPresent;
}

function addPeer(
  list: Condition[],
  source: ConfigValue,
  name: string,
  notName: string,
  field: PeerField,
  head: PolicyHead,
  config: AuthzConfig,
): void {
  const values = source.get(name);
  const notValues = source.get(notName);
  if (!values.isPresent && !notValues.isPresent) return;
  list.push(peerCondition(values, notValues, field, head, config));
}

function readOperation(operation: ConfigValue, config: AuthzConfig): Condition[] {
  const list: Condition[] = [];
  addTexts(list, operation.get("methods"), operation.get("notMethods"), Attribute.Method);
  const paths = operation.get("paths");
  const notPaths = operation.get("notPaths");
  if (paths.isPresent || notPaths.isPresent) {
    config.usesPaths = true;
    const wanted = StaticArray.fromArray(pathMatchers(paths));
    const unwanted = StaticArray.fromArray(pathMatchers(notPaths));
    list.push(new TextCondition(Attribute.Path, wanted, unwanted));
  }
  addTexts(list, operation.get("hosts"), operation.get("notHosts"), Attribute.Host);
  addPorts(list, operation.get("ports"), operation.get("notPorts"));
  return list;
}

/** Methods and hosts: a lone star is met by whatever is there. */
function addTexts(
  list: Condition[],
  values: ConfigValue,
  notValues: ConfigValue,
  attribute: Attribute,
): void {
  if (!values.isPresent && !notValues.isPresent) return;
  const folds = attribute == Attribute.Host;
  const wanted = matchersOf(values, TextForm.Present, folds);
  const unwanted = matchersOf(notValues, TextForm.Present, folds);
  list.push(new TextCondition(attribute, wanted, unwanted));
}

function pathMatchers(values: ConfigValue): Matcher[] {
  const matchers: Matcher[] = [];
  const entries = entriesOf(values, 1, MAX_VALUES);
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i];
    if (!entry.isText(1, 2048)) continue;
    const text = entry.string("");
    if (!isTemplate(text)) {
      if (text.includes("{") || text.includes("}")) {
        entry.fail("has braces around something else than * and **", 'write "/users/{*}"');
      }
      matchers.push(textMatch(text, TextForm.AnyText));
      continue;
    }
    const template = readTemplate(text);
    if (template !== null) matchers.push(template);
    else {
      const mend = 'write "/a/{*}/b" or "/a/{**}": whole segments, {**} once and last';
      entry.fail("is no path template", mend);
    }
  }
  return matchers;
}
