// Reads one policy of the section `rateLimit`. A document with errors still gives a policy, so that all its mistakes are reported.
import { lowerAscii } from "../../base/ascii";
import { View } from "../../abi/view";
import { ConfigValue } from "../../config/value";
import { isToken } from "../../http/header-name";
import { NumberPointer } from "../../json/number-pointer";
import { entriesOf } from "../lists";
import { Mode } from "../verdict";
import { readIdentity } from "./identity-config";
import { AlgorithmKind, kindOf, periodNs, readLimit } from "./limit-config";
import { readCondition, readMatch } from "./match-config";
import { Policy } from "./policy";
import { MethodCost } from "./request-cost";
import { ServiceConfig, readGlobal } from "./service-config";

const maxList: i32 = 256;
/** Bursts of debt that a policy remembers whose costs are known only afterwards. */
const rememberedBursts: u32 = 10;

export function readMode(value: ConfigValue, fallback: Mode): Mode {
  const chosen = value.choice(["shadow", "tag", "enforce"], <i32>fallback - <i32>Mode.Shadow);
  return <Mode>(chosen + <i32>Mode.Shadow);
}

/**
 * @param hasClaims some stage before this one verifies tokens
 * @param names of the policies read so far
 * @param service null: the section has none
 */
export function readPolicy(
  entry: ConfigValue,
  mode: Mode,
  hasClaims: bool,
  names: string[],
  service: ServiceConfig | null,
): Policy {
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
  policy.exempt = readCondition(entry.get("exempt"), hasClaims);
  readMatch(entry.get("match"), policy.match);
  readTiers(entry, policy, hasClaims, readCosts(entry, policy));
  readCountWhen(entry, policy);
  readGlobal(entry, policy, hasClaims, service);
  checkCombinations(entry, policy);
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

function readTiers(entry: ConfigValue, policy: Policy, hasClaims: bool, debt: u32): void {
  const kind = kindOf(entry.get("algorithm"));
  const own = readLimit(entry.get("limit"), kind, debt);
  const ownPeriod = periodNs;
  // A TAT means the same whatever the rate; a count in a window does not outlive the window's length.
  policy.geometryText = kind == AlgorithmKind.Gcra ? "gcra" : `${<i32>kind}/${ownPeriod}`;
  policy.isConcurrency = kind == AlgorithmKind.Concurrency;
  const tiers = entriesOf(entry.get("tiers"), 1, 16);
  for (let i = 0; i < tiers.length && i < 16; i++) {
    const limit = tiers[i].get("limit");
    const tier = readLimit(limit, kind, debt);
    if (kind != AlgorithmKind.Gcra && periodNs != ownPeriod && limit.isPresent) {
      limit.get("per").fail("is not the policy's own window", "use the same period, or gcra");
    }
    const when = tiers[i].get("when").required('write {"header": {"name": ..., "in": [...]}}');
    tier.condition = readCondition(when, hasClaims);
    if (when.isPresent && when.length == 0) {
      when.fail("has no condition", "add addresses, header or claim");
    }
    policy.tiers.push(tier);
  }
  policy.tiers.push(own);
}

/** @returns bursts of debt that the limit must remember: what responses cost is known only afterwards */
function readCosts(entry: ConfigValue, policy: Policy): u32 {
  const cost = policy.cost;
  cost.constant = <u32>entry.get("cost").integer(1, 1, 1000000);
  const members = entry.get("costByMethod").members();
  for (let i = 0; i < members.length; i++) {
    const tokens = <u32>members[i].integer(1, 1, 1000000);
    cost.methods.push(new MethodCost(members[i].name, tokens));
  }
  cost.bytesPerToken = <u32>entry.get("costByBody").get("bytes").integer(0, 1, 1073741824);
  const response = entry.get("costByResponse");
  const header = response.get("header");
  const json = response.get("jsonPointer");
  if (response.isPresent && response.isObject && response.length != 1) {
    response.fail(
      "must have exactly one of header and jsonPointer",
      'write {"jsonPointer": "/usage/total_tokens"}',
    );
  }
  if (header.isPresent && header.isText(1, 256)) {
    if (!isToken(header.textPtr, header.textLength)) {
      header.fail("is no token", 'write a header name such as "x-cost"');
    }
    cost.header = View.of(lowerAscii(header.string("")));
  }
  if (json.isPresent && json.isText(2, 256)) {
    const pointer = new NumberPointer(json.textPtr, json.textLength);
    cost.pointer = pointer;
    if (pointer.parts == 0) {
      json.fail("is no JSON Pointer of 1 to 8 parts", 'write "/usage/total_tokens"');
    }
  }
  return cost.isLate || cost.bytesPerToken > 0 ? rememberedBursts : 0;
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
}

/** What cannot stand together: each of these would give back, or charge, what another has changed. */
function checkCombinations(entry: ConfigValue, policy: Policy): void {
  const leases = entry.get("leaseTokens");
  const byAnswer = entry.get("countWhen");
  const byResponse = entry.get("costByResponse");
  const isCounted = policy.countedStatuses !== null;
  if (policy.leaseTokens > 0) {
    if (isCounted) leases.fail("cannot be given back", "leave it out beside countWhen");
    if (policy.isConcurrency) leases.fail("cannot be given back", "leave it out with concurrency");
    if (policy.cost.isLate)
      leases.fail("cannot be given back", "leave it out beside costByResponse");
  }
  if (isCounted && policy.isConcurrency) {
    byAnswer.fail("has no meaning for requests in flight", "use another algorithm");
  }
  if (!policy.cost.isLate) return;
  if (policy.isConcurrency) {
    byResponse.fail("has no meaning for requests in flight", "use another algorithm");
  }
  if (isCounted) byResponse.fail("cannot stand beside countWhen", "make two policies of it");
}

/** A cost above the burst could never pass: every such request would be denied for ever. */
function checkBurst(entry: ConfigValue, policy: Policy): void {
  let least: u32 = u32.MAX_VALUE;
  for (let i = 0; i < policy.tiers.length; i++) {
    least = min<u32>(least, policy.tiers[i].algorithm.capacity());
  }
  const most = policy.cost.most;
  if (most > least) entry.fail(`has a cost of ${most} and a burst of ${least}`, "raise the burst");
  if (policy.leaseTokens > least / 8) {
    entry.get("leaseTokens").fail("is more than an eighth of the burst", `use ${least / 8}`);
  }
}
