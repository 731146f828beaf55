// Reads what a rule asks of a verified token: principals, claims, scopes, roles, permissions.
import {
  ClaimCondition,
  PrincipalCondition,
  PrincipalPair,
  principalPair,
} from "../../authz/claim-condition";
import { MAX_CLAIM_DEPTH } from "../../authz/claim-paths";
import { Condition } from "../../authz/condition";
import { TextForm } from "../../authz/matcher";
import { PermissionCondition, PermissionSet, RoleCondition } from "../../authz/roles";
import { Rule } from "../../authz/rule";
import { ConfigValue } from "../../config/value";
import { entriesOf } from "../lists";
import { AuthzConfig } from "./model";
import { permissionNumber } from "./issuer-config";
import { MAX_VALUES, matchersOf, texts } from "./values";

/** `requestPrincipals`. */
export function principalCondition(
  values: ConfigValue,
  notValues: ConfigValue,
  rule: Rule,
  config: AuthzConfig,
): Condition {
  rule.usesToken = true;
  config.usesClaims = true;
  return new PrincipalCondition(pairs(values), pairs(notValues));
}

function pairs(values: ConfigValue): StaticArray<PrincipalPair> {
  const list = texts(values);
  const found: PrincipalPair[] = [];
  for (let i = 0; i < list.length; i++) found.push(principalPair(list[i]));
  return StaticArray.fromArray(found);
}

/** A claim by its path; null, and an error at `key`, when there are too many. */
export function claimCondition(
  path: string[],
  key: ConfigValue,
  values: ConfigValue,
  notValues: ConfigValue,
  rule: Rule,
  config: AuthzConfig,
): Condition | null {
  const slot = path.length > MAX_CLAIM_DEPTH ? -1 : config.claims.slotOf(path);
  return onSlots([slot], key, values, notValues, rule, config);
}

/** The words of `scope` and `scp`. */
export function scopeCondition(
  key: ConfigValue,
  values: ConfigValue,
  notValues: ConfigValue,
  rule: Rule,
  config: AuthzConfig,
): Condition | null {
  const slots = [config.claims.slotOf(["scope"]), config.claims.wordsOf(["scp"])];
  return onSlots(slots, key, values, notValues, rule, config);
}

function onSlots(
  slots: i32[],
  key: ConfigValue,
  values: ConfigValue,
  notValues: ConfigValue,
  rule: Rule,
  config: AuthzConfig,
): Condition | null {
  rule.usesToken = true;
  config.usesClaims = true;
  const wanted = matchersOf(values, TextForm.AnyText);
  const unwanted = matchersOf(notValues, TextForm.AnyText);
  if (slots.includes(-1)) {
    key.fail("is nested too deeply, or one claim too many", "name fewer claims");
    return null;
  }
  return new ClaimCondition(StaticArray.fromArray(slots), wanted, unwanted);
}

/**
 * The names in `[a][b]`; brackets that do not pair make one name of the whole, as in Istio
 * (pilot/pkg/security/authz/model/util.go, extractNameInNestedBrackets).
 */
export function bracketNames(text: string): string[] {
  const names: string[] = [];
  let at = 0;
  while (at < text.length) {
    const close = text.charCodeAt(at) == 0x5b ? text.indexOf("]", at) : -1;
    const next = text.indexOf("[", at + 1);
    if (close < 0 || (next >= 0 && next < close)) {
      return text.startsWith("[") && text.endsWith("]") ? [text.substring(1, text.length - 1)] : [];
    }
    names.push(text.substring(at + 1, close));
    at = close + 1;
  }
  return names;
}

/** `request.auth.roles` with the issuer's name in brackets, or without when there is but one. */
export function roleCondition(
  name: string,
  key: ConfigValue,
  values: ConfigValue,
  notValues: ConfigValue,
  rule: Rule,
  config: AuthzConfig,
): Condition | null {
  rule.usesToken = true;
  config.usesClaims = true;
  const issuers = config.book.issuers;
  const wanted = matchersOf(values, TextForm.AnyText);
  const unwanted = matchersOf(notValues, TextForm.AnyText);
  if (name.length == 0 && issuers.length == 1) {
    return new RoleCondition(issuers[0], wanted, unwanted);
  }
  for (let i = 0; i < issuers.length; i++) {
    if (issuers[i].name == name) return new RoleCondition(issuers[i], wanted, unwanted);
  }
  if (issuers.length == 0) key.fail("needs to know whose roles", 'add "issuers"');
  else if (name.length > 0) key.fail("names no issuer of this section", "use its name there");
  else key.fail("says of no issuer", 'write "request.auth.roles[name]": a role is one issuer\'s');
  return null;
}

/** `request.auth.permissions`. */
export function permissionCondition(
  values: ConfigValue,
  notValues: ConfigValue,
  rule: Rule,
  config: AuthzConfig,
): Condition {
  rule.usesToken = true;
  config.usesClaims = true;
  const wanted = permissions(values, config);
  return new PermissionCondition(
    config.book,
    values.isPresent ? wanted : null,
    permissions(notValues, config),
  );
}

function permissions(list: ConfigValue, config: AuthzConfig): PermissionSet {
  const set = new PermissionSet();
  const entries = entriesOf(list, 1, MAX_VALUES);
  for (let i = 0; i < entries.length; i++) {
    if (!entries[i].isText(1, 255)) continue;
    // Issuers that put permissions into the token themselves may use names that no role map has.
    const number = permissionNumber(entries[i].string(""), config, hasOwnPermissions(config));
    if (number >= 0) set.add(number);
    else entries[i].fail("is granted to no role", "name it under issuers, in permissions");
  }
  return set;
}

function hasOwnPermissions(config: AuthzConfig): bool {
  const issuers = config.book.issuers;
  for (let i = 0; i < issuers.length; i++) if (issuers[i].permissionSlots.length > 0) return true;
  return false;
}
