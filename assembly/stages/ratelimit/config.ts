// Reads the section `rateLimit`. All mistakes are reported at once, each at its place; what a policy means is in policy.ts.
import { lowerAscii } from "../../base/ascii";
import { ConfigValue } from "../../config/value";
import { ClientIp } from "../../identity/client-ip";
import { PathKind } from "../../identity/path-pattern";
import { readClientIp } from "../client-ip-config";
import { Mode } from "../verdict";
import { entriesOf, hostPatterns, networks, tokens } from "../lists";
import { FieldsOn, FieldsStandard } from "./denial";
import { bytesOf, readIdentity, readPattern } from "./identity-config";
import { AlgorithmKind, periodNs, readLimit } from "./limit-config";
import { HeaderMatch, Match } from "./match";
import { MethodCost, Policy } from "./policy";
import { maxPolicies } from "./rows";

const maxList: i32 = 256;

@final
export class RateLimitConfig {
  policies: Array<Policy> = [];
  namespace: string = "";
  hashSecret: string = "";
  standard: FieldsStandard = FieldsStandard.Draft10;
  fieldsOn: FieldsOn = FieldsOn.Denied;
}

/**
 * Fills `config` and `clientIp` from the document.
 * @param hasClaims some stage before this one verifies tokens
 * @returns false when there is no such section
 */
export function readRateLimit(
  root: ConfigValue,
  config: RateLimitConfig,
  clientIp: ClientIp,
  hasClaims: bool,
): bool {
  const section = root.get("rateLimit");
  config.namespace = section.get("namespace").string("");
  const secret = section.get("hashSecret");
  if (secret.isPresent && secret.isText(16, 1024)) config.hashSecret = secret.string("");
  const fields = section.get("headers");
  config.standard = <FieldsStandard>(
    fields.get("standard").choice(["draft10", "legacy", "both", "none"], 0)
  );
  config.fieldsOn = <FieldsOn>fields.get("on").choice(["denied", "always"], 0);
  readClientIp(section.get("clientIp"), clientIp);
  const mode = readMode(section.get("mode"), Mode.Enforce);
  const list = section.get("policies");
  if (section.isPresent) list.required("add a policy");
  const entries = entriesOf(list, 1, maxPolicies);
  const names: string[] = [];
  for (let i = 0; i < entries.length && i < maxPolicies; i++) {
    config.policies.push(readPolicy(entries[i], mode, hasClaims, names));
  }
  return section.isPresent;
}

function readMode(value: ConfigValue, fallback: Mode): Mode {
  const chosen = value.choice(["shadow", "tag", "enforce"], <i32>fallback - <i32>Mode.Shadow);
  return <Mode>(chosen + <i32>Mode.Shadow);
}

function readPolicy(entry: ConfigValue, mode: Mode, hasClaims: bool, names: string[]): Policy {
  const name = entry.get("name").required('write a name such as "login"');
  const text = name.string("policy");
  if (name.isPresent && !isName(text)) {
    name.fail("is no name of 1 to 64 letters, digits, - and _", "rename the policy");
  } else if (names.includes(text)) {
    name.fail("names another policy too: they would share one table", "rename one of them");
  }
  names.push(text);
  const policy = new Policy(text, readIdentity(entry, hasClaims));
  policy.mode = readMode(entry.get("mode"), mode);
  policy.failOpen = entry.get("failOpen").bool(false);
  policy.onTableFull = entry.get("onTableFull").choice(["inherit", "deny", "reset", "allow"], 0);
  policy.maxIdentities = <u32>entry.get("maxIdentities").integer(31744, 1, 1000000);
  policy.leaseTokens = <u32>entry.get("leaseTokens").integer(0, 0, 10000);
  policy.exempt = networks(entry.get("exempt").get("addresses"));
  readMatch(entry.get("match"), policy.match);
  readTiers(entry, policy);
  readCosts(entry, policy);
  readCountWhen(entry, policy);
  checkBurst(entry, policy);
  policy.seal();
  return policy;
}

/** The name goes into metric names, header fields and JSON as it is. */
function isName(text: string): bool {
  if (text.length == 0 || text.length > 64) return false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    const isWord = (unit | 0x20) - 0x61 < 26 && (unit | 0x20) >= 0x61;
    if (!isWord && !(unit >= 0x30 && unit <= 0x39) && unit != 0x2d && unit != 0x5f) return false;
  }
  return true;
}

function readMatch(section: ConfigValue, match: Match): void {
  match.hosts = hostPatterns(section.get("hosts"));
  match.methods = tokens(section.get("methods"), false, 'write a method such as "GET"');
  const paths = section.get("paths");
  const entries = entriesOf(paths, 1, maxList);
  for (let i = 0; i < entries.length; i++) readPath(entries[i], match);
  const headers = entriesOf(section.get("headers"), 1, maxList);
  for (let i = 0; i < headers.length; i++) {
    const header = readHeader(headers[i]);
    if (header !== null) match.headers.push(header);
  }
}

function readPath(entry: ConfigValue, match: Match): void {
  const exact = entry.get("exact");
  const prefix = entry.get("prefix");
  const template = entry.get("template");
  if (!entry.isObject) return;
  if (entry.length != 1) {
    entry.fail("must have exactly one of exact, prefix and template", 'write {"exact": "/login"}');
    return;
  }
  const kind = exact.isPresent
    ? PathKind.Exact
    : prefix.isPresent
      ? PathKind.Prefix
      : PathKind.Template;
  const value = exact.isPresent ? exact : prefix.isPresent ? prefix : template;
  const pattern = readPattern(value, kind);
  if (pattern !== null) match.paths.push(pattern);
}

function readHeader(entry: ConfigValue): HeaderMatch | null {
  const name = entry.get("name").required('write a header name such as "x-plan"');
  const list = entry.get("in");
  const entries = entriesOf(list, 1, maxList);
  const values: string[] = [];
  for (let i = 0; i < entries.length; i++) values.push(entries[i].string(""));
  if (!name.isText(1, 256)) return null;
  const lower = lowerAscii(name.string(""));
  return new HeaderMatch(bytesOf(lower), name.textLength, list.isPresent ? values : null);
}

function readTiers(entry: ConfigValue, policy: Policy): void {
  const kind = entry
    .get("algorithm")
    .choice(["gcra", "fixedWindow", "slidingWindow"], <i32>AlgorithmKind.Gcra);
  const own = readLimit(entry.get("limit"), <AlgorithmKind>kind);
  const ownPeriod = periodNs;
  // A TAT means the same whatever the rate; a count in a window does not outlive the window's length.
  policy.geometryText = kind == <i32>AlgorithmKind.Gcra ? "gcra" : `${kind}/${ownPeriod}`;
  const tiers = entriesOf(entry.get("tiers"), 1, 16);
  for (let i = 0; i < tiers.length && i < 16; i++) {
    const limit = tiers[i].get("limit");
    const tier = readLimit(limit, <AlgorithmKind>kind);
    if (kind != <i32>AlgorithmKind.Gcra && periodNs != ownPeriod && limit.isPresent) {
      limit.get("per").fail("is not the policy's own window", "use the same period, or gcra");
    }
    const when = tiers[i].get("when").required('write {"header": {"name": ..., "in": [...]}}');
    const header = when.get("header");
    tier.networks = networks(when.get("addresses"));
    if (header.isPresent) tier.header = readHeader(header);
    if (when.isPresent && tier.networks === null && !header.isPresent) {
      when.fail("has no condition", "add addresses or header");
    }
    policy.tiers.push(tier);
  }
  policy.tiers.push(own);
}

function readCosts(entry: ConfigValue, policy: Policy): void {
  policy.cost = <u32>entry.get("cost").integer(1, 1, 1000000);
  const members = entry.get("costByMethod").members();
  for (let i = 0; i < members.length; i++) {
    const cost = <u32>members[i].integer(1, 1, 1000000);
    policy.methodCosts.push(new MethodCost(members[i].name, cost));
  }
}

function readCountWhen(entry: ConfigValue, policy: Policy): void {
  const statuses = entry.get("countWhen").get("responseStatus");
  const entries = entriesOf(statuses, 1, maxList);
  if (statuses.isPresent) {
    const bits = new StaticArray<u64>(8);
    for (let i = 0; i < entries.length; i++) {
      const bit = <u32>entries[i].integer(100, 100, 599) - 100;
      bits[bit >> 6] |= (<u64>1) << (bit & 63);
    }
    policy.countedStatuses = bits;
  }
  const blockFor = entry.get("blockFor");
  policy.blockForNs = <u64>blockFor.durationNs(0, 1000, 34560000000);
  const scope = entry.get("blockScope");
  policy.blocksEverywhere = scope.choice(["match", "everywhere"], 0) == 1;
  if (scope.isPresent && !blockFor.isPresent) scope.fail("has no blockFor", "add blockFor");
  if (statuses.isPresent && policy.leaseTokens > 0) {
    entry.get("leaseTokens").fail("cannot be given back", "leave it out beside countWhen");
  }
}

/** A cost above the burst could never pass: every such request would be denied for ever. */
function checkBurst(entry: ConfigValue, policy: Policy): void {
  let least: u32 = u32.MAX_VALUE;
  for (let i = 0; i < policy.tiers.length; i++) {
    least = min<u32>(least, policy.tiers[i].algorithm.capacity());
  }
  let most = policy.cost;
  for (let i = 0; i < policy.methodCosts.length; i++) {
    most = max<u32>(most, policy.methodCosts[i].cost);
  }
  if (most > least) entry.fail(`has a cost of ${most} and a burst of ${least}`, "raise the burst");
  if (policy.leaseTokens > least / 8) {
    entry.get("leaseTokens").fail("is more than an eighth of the burst", `use ${least / 8}`);
  }
}
