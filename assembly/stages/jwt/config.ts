// Reads the section `jwt`: providers, the rules that say which requests need them, and what challenges say. Without rules every
// request needs a token of any provider; so does one that no rule matches, which is stricter than Envoy on purpose.
import { View } from "../../abi/view";
import { ConfigValue } from "../../config/value";
import { Judge } from "../judge";
import { readModes } from "../modes";
import { StatusTable } from "../status-table";
import { JwtProvider, MAX_PROVIDERS } from "./provider";
import { readProvider } from "./provider-config";
import { Requirement, RequirementKind } from "./requirement";
import { RouteRule } from "./route-rule";

const MAX_RULES: i32 = 256;
/** Names of Crypto. */
const CRYPTO_NAMES: string[] = ["builtin", "envoy", "auto"];
/** Requirements within requirements. */
const MAX_DEPTH: i32 = 8;

/** Who verifies signatures. */
export const enum Crypto {
  /** This module, always. */
  Builtin = 0,
  /** Envoy, whatever it can. */
  Envoy = 1,
  /** Envoy where that is faster, once it has given known answers. */
  Auto = 2,
}

@final
export class JwtConfig {
  readonly providers: JwtProvider[] = [];
  readonly rules: RouteRule[] = [];
  /** For requests that no rule matches. */
  fallback: Requirement = new Requirement(RequirementKind.Any);
  bypassCorsPreflight: bool = false;
  realm: string = "meshwarden";
  /** RFC 9728: where the resource's metadata are; empty: not said. */
  resourceMetadata: string = "";
  cacheEntries: u32 = 0;
  /** Longest time a request waits for keys. */
  keyWaitMs: u32 = 2000;
  crypto: Crypto = Crypto.Auto;

  /** What is asked of a request by its path without the query; null: nothing. */
  requirementOf(path: usize, length: u32): Requirement | null {
    for (let i = 0; i < this.rules.length; i++) {
      if (this.rules[i].matches(path, length)) return this.rules[i].requirement;
    }
    return this.fallback;
  }
}

/**
 * Fills `config` and the modes of `judge` from the document.
 * @param seed keys the hashes of JSON names and of the token cache
 * @returns false when there is no such section
 */
export function readJwt(
  root: ConfigValue,
  config: JwtConfig,
  judge: Judge,
  table: StatusTable,
  seed: u64,
): bool {
  const section = root.get("jwt").allowSnakeCase();
  readModes(section, judge, table);
  const providers = section.get("providers");
  if (section.isObject)
    providers.required("add one provider for each issuer").sized(1, MAX_PROVIDERS);
  const entries = providers.members();
  const names: string[] = [];
  for (let i = 0; i < min(entries.length, MAX_PROVIDERS); i++) {
    names.push(entries[i].name);
    config.providers.push(readProvider(entries[i], i, seed));
  }
  config.fallback = Requirement.anyOf(config.providers.length);
  const rules = section.get("rules").sized(0, MAX_RULES).elements();
  for (let i = 0; i < rules.length; i++) readRule(rules[i], config, names);
  config.bypassCorsPreflight = section.get("bypassCorsPreflight").bool(false);
  config.cacheEntries = <u32>section.get("cache").get("entries").integer(128, 0, 4096);
  config.keyWaitMs = <u32>section.get("keyWait").durationMs(2000, 100, 30000);
  config.crypto = <Crypto>section.get("crypto").choice(CRYPTO_NAMES, <i32>Crypto.Auto);
  config.realm = quotable(section.get("realm"), config.realm);
  config.resourceMetadata = quotable(section.get("resourceMetadata"), "");
  return section.isPresent;
}

function readRule(section: ConfigValue, config: JwtConfig, names: string[]): void {
  const match = section.get("match").required('write "match": {"prefix": "/"}');
  const prefix = match.get("prefix");
  const path = match.get("path");
  if (match.isObject && prefix.isPresent == path.isPresent) {
    match.fail("must have one of prefix and path", 'write {"prefix": "/"}');
  }
  const text = prefix.isPresent ? prefix : path;
  const requires = section.get("requires");
  const requirement = requires.isPresent ? readRequirement(requires, names, 1) : null;
  if (!text.isText(1, 8192)) return;
  if (load<u8>(text.textPtr) != 0x2f) {
    text.fail("must begin with a slash", 'write "/" for every path');
  }
  const bytes = View.copy(text.textPtr, text.textLength);
  config.rules.push(new RouteRule(bytes, prefix.isPresent, requirement));
}

/** A requirement; one that is wrong is reported and asks for nothing that could be met. */
function readRequirement(section: ConfigValue, names: string[], depth: i32): Requirement {
  const provider = section.get("providerName");
  const any = section.get("requiresAny");
  const all = section.get("requiresAll");
  const missing = isSet(section.get("allowMissing"));
  const failed = isSet(section.get("allowMissingOrFailed"));
  const chosen = i32(provider.isPresent) + i32(any.isPresent) + i32(all.isPresent);
  if (section.isObject && chosen + i32(missing) + i32(failed) != 1) {
    section.fail(
      "must have exactly one of providerName, requiresAny, requiresAll, allowMissing and allowMissingOrFailed",
      'write {"providerName": "..."}',
    );
  }
  if (provider.isPresent) {
    return new Requirement(RequirementKind.Provider, provider.choice(names, 0));
  }
  if (missing || failed) {
    const open = Requirement.anyOf(names.length);
    open.allowMissing = missing;
    open.allowFailed = failed;
    return open;
  }
  const kind = all.isPresent ? RequirementKind.All : RequirementKind.Any;
  return readMany(all.isPresent ? all : any, new Requirement(kind), names, depth);
}

/** `{requirements: [...]}` as Envoy writes it. Within requiresAny, allowMissing speaks of the others. */
function readMany(
  section: ConfigValue,
  parent: Requirement,
  names: string[],
  depth: i32,
): Requirement {
  const list = section.get("requirements");
  if (section.isObject) list.required("list what is required").sized(1, 32);
  if (depth == MAX_DEPTH) {
    list.opaque();
    if (list.isPresent) list.fail("is nested too deeply", "write it flat");
    return parent;
  }
  const entries = list.elements();
  for (let i = 0; i < entries.length; i++) {
    const child = readRequirement(entries[i], names, depth + 1);
    const isOpen = child.allowMissing || child.allowFailed;
    const isBare = entries[i].isObject && !entries[i].get("requiresAny").isPresent;
    if (parent.kind == RequirementKind.Any && isOpen && isBare) {
      parent.allowMissing = parent.allowMissing || child.allowMissing;
      parent.allowFailed = parent.allowFailed || child.allowFailed;
    } else parent.children.push(child);
  }
  if (parent.children.length > 0 || entries.length == 0) return parent;
  // Nothing but an open end: every provider will do.
  const open = Requirement.anyOf(names.length);
  open.allowMissing = parent.allowMissing;
  open.allowFailed = parent.allowFailed;
  return open;
}

/** An empty object, as Envoy writes it, or true. */
function isSet(value: ConfigValue): bool {
  if (value.isObject) {
    value.sized(0, 0);
    return true;
  }
  return value.bool(false);
}

/** Text that may stand between quotes in a header. */
function quotable(value: ConfigValue, fallback: string): string {
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
