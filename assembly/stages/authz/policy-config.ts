// Reads `policies`: each entry is the spec of an Istio AuthorizationPolicy, or the whole resource as it is applied to a cluster. Fields
// that would name other workloads are an error unless the section says that they are to be ignored: the filter speaks for the workload
// it is loaded into, and a policy for another one must not be taken for one of ours.
import { RuleSet } from "../../authz/rule";
import { ConfigValue } from "../../config/value";
import { entriesOf } from "../lists";
import { AuthzConfig, PolicyHead } from "./model";
import { readRule } from "./rule-config";
import { AuthzStatus } from "./status";

const MAX_POLICIES: i32 = 1024;
const MAX_RULES: i32 = 4096;

const enum Action {
  Allow = 0,
  Deny = 1,
  Audit = 2,
  Custom = 3,
}

export function readPolicies(list: ConfigValue, config: AuthzConfig): void {
  const entries = entriesOf(list, 0, MAX_POLICIES);
  for (let i = 0; i < entries.length && i < MAX_POLICIES; i++) {
    const entry = entries[i];
    const spec = entry.get("spec");
    if (spec.isPresent) readResource(entry, spec, i, config);
    else readSpec(entry, headOf(entry, i, config), readShadow(entry.get("mode")), config);
  }
}

function readResource(entry: ConfigValue, spec: ConfigValue, i: i32, config: AuthzConfig): void {
  entry.get("kind").choice(["AuthorizationPolicy"], 0);
  const version = entry.get("apiVersion").string("security.istio.io/v1");
  if (!version.startsWith("security.istio.io/")) {
    entry.get("apiVersion").fail("is not Istio's", 'write "security.istio.io/v1"');
  }
  entry.get("status").opaque();
  const metadata = entry.get("metadata");
  metadata.opaque();
  let isShadow = readShadow(entry.get("mode"));
  if (metadata.isObject) {
    const dryRun = metadata.get("annotations").get("istio.io/dry-run");
    if (dryRun.choice(["true", "false"], 1) == 0) isShadow = true;
    metadata.get("annotations").opaque();
  }
  readSpec(spec, headOf(metadata, i, config), isShadow, config);
}

function headOf(section: ConfigValue, i: i32, config: AuthzConfig): PolicyHead {
  const name = nameOf(section.get("name"), `policy-${i}`);
  return new PolicyHead(name, nameOf(section.get("namespace"), config.namespace));
}

/** A name as Kubernetes has them: it stands in JSON and in logs as it is. */
function nameOf(value: ConfigValue, fallback: string): string {
  if (!value.isText(1, 253)) return fallback;
  const text = value.string(fallback);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const lower = unit | 0x20;
    const isWord = (lower >= 0x61 && lower <= 0x7a) || (unit >= 0x30 && unit <= 0x39);
    if (isWord || unit == 0x2d || unit == 0x2e || unit == 0x5f) continue;
    value.fail("is no name of letters, digits, -, _ and .", "rename it");
    return fallback;
  }
  return text;
}

function readShadow(mode: ConfigValue): bool {
  return mode.choice(["enforce", "shadow"], 0) == 1;
}

function readSpec(spec: ConfigValue, head: PolicyHead, isShadow: bool, config: AuthzConfig): void {
  readSelectors(spec, config);
  const action = <Action>spec.get("action").choice(["ALLOW", "DENY", "AUDIT", "CUSTOM"], 0);
  spec.get("provider").opaque();
  if (action == Action.Custom) {
    spec.get("rules").opaque();
    const mend = "keep this policy in Istio, or use Envoy's ext_authz filter";
    spec.get("action").fail("CUSTOM asks another service, which this filter does not", mend);
    return;
  }
  if (spec.get("provider").isPresent) {
    spec.get("provider").fail("belongs to CUSTOM", "take it out");
  }
  const rules = spec.get("rules");
  if (action == Action.Deny && spec.isObject) {
    rules.required("write [{}] to deny everything: without rules nothing is denied");
  }
  const entries = entriesOf(rules, 0, MAX_RULES);
  const status = statusOf(action);
  // A policy without rules matches nothing; one that allows nothing still asks to be allowed.
  if (entries.length == 0) setOf(action, isShadow, config).isActive = true;
  for (let i = 0; i < entries.length; i++) {
    const isOwn = readShadow(entries[i].get("mode"));
    const shadow = isShadow || isOwn;
    if (config.rules.length == MAX_RULES) {
      entries[i].fail(`is one more than ${MAX_RULES} rules`, "join some");
      return;
    }
    const rule = config.newRule(head.fullName, i, status, shadow);
    readRule(entries[i], rule, head, config);
    setOf(action, shadow, config).add(rule);
  }
}

function readSelectors(spec: ConfigValue, config: AuthzConfig): void {
  const names = ["selector", "targetRef", "targetRefs"];
  for (let i = 0; i < names.length; i++) {
    const value = spec.get(names[i]);
    value.opaque();
    if (!value.isPresent || config.ignoresSelectors) continue;
    value.fail(
      "names workloads, and the filter speaks for the one it is loaded into",
      'take it out, or set "ignoreSelectors": true',
    );
  }
}

function statusOf(action: Action): i32 {
  if (action == Action.Deny) return AuthzStatus.Denied;
  return action == Action.Audit ? AuthzStatus.Audited : AuthzStatus.InsufficientScope;
}

function setOf(action: Action, isShadow: bool, config: AuthzConfig): RuleSet {
  if (action == Action.Audit) return config.audit;
  if (action == Action.Deny) return isShadow ? config.denyShadow : config.deny;
  return isShadow ? config.allowShadow : config.allow;
}
