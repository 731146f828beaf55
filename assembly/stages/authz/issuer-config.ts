// Reads `issuers`: whose tokens carry roles where, and what each role permits. A preset is nothing but the claims in which a product
// puts its roles; `rolesFrom` and `permissionsFrom` add others, each a path of names, so that a name with dots or slashes needs no
// escaping.
import { IssuerRoles, MAX_PERMISSIONS, Role } from "../../authz/roles";
import { Text } from "../../authz/text";
import { ConfigValue } from "../../config/value";
import { MAX_CLAIM_DEPTH } from "../../authz/claim-paths";
import { entriesOf } from "../lists";
import { AuthzConfig } from "./model";

const MAX_ISSUERS: i32 = 32;
const MAX_PATHS: i32 = 16;
const MAX_ROLES: i32 = 256;

export function readIssuers(section: ConfigValue, config: AuthzConfig): void {
  if (section.isObject) section.sized(1, MAX_ISSUERS);
  const entries = section.members();
  for (let i = 0; i < entries.length && i < MAX_ISSUERS; i++) readIssuer(entries[i], config);
}

function readIssuer(entry: ConfigValue, config: AuthzConfig): void {
  const issuer = entry.get("issuer").required('write the tokens\' "iss"');
  const name = issuer.isText(1, 2048) ? issuer.string("") : "";
  const slots: i32[] = [];
  const permissionSlots: i32[] = [];
  readPreset(entry, config, slots, permissionSlots);
  readPaths(entry.get("rolesFrom"), config, slots);
  readPaths(entry.get("permissionsFrom"), config, permissionSlots);
  const roles = new IssuerRoles(entry.name, Text.of(name), slots, permissionSlots);
  if (entry.isObject && slots.length == 0 && permissionSlots.length == 0) {
    entry.fail("says nowhere where roles are", 'add "preset" or "rolesFrom"');
  }
  const permissions = entry.get("permissions");
  if (permissions.isObject) permissions.sized(1, MAX_ROLES);
  const members = permissions.members();
  for (let i = 0; i < members.length; i++) {
    const role = new Role(Text.of(members[i].name));
    const names = entriesOf(members[i], 1, MAX_PERMISSIONS);
    for (let j = 0; j < names.length; j++) {
      if (!names[j].isText(1, 255)) continue;
      const number = permissionNumber(names[j].string(""), config, true);
      if (number < 0)
        names[j].fail(`is one more than ${MAX_PERMISSIONS} permissions`, "name fewer");
      else role.permissions.add(number);
    }
    roles.roles.push(role);
  }
  config.book.issuers.push(roles);
}

/**
 * The number of a permission.
 * @param adds one that is not known becomes one
 * @returns -1 when it is not known, or there is no number left
 */
export function permissionNumber(name: string, config: AuthzConfig, adds: bool): i32 {
  const names = config.book.names;
  const text = Text.of(name);
  for (let i = 0; i < names.length; i++) if (names[i].equals(text.ptr, text.length)) return i;
  if (!adds || names.length == MAX_PERMISSIONS) return -1;
  names.push(text);
  return names.length - 1;
}

function readPreset(
  entry: ConfigValue,
  config: AuthzConfig,
  slots: i32[],
  permissionSlots: i32[],
): void {
  const preset = entry.get("preset");
  const client = entry.get("client");
  const choice = preset.choice(["keycloak", "entra", "auth0", "cognito"], -1);
  const claims = config.claims;
  if (client.isPresent && choice != 0) {
    client.fail('belongs to "preset": "keycloak"', "take it out");
  }
  if (choice == 0) {
    slots.push(claims.slotOf(["realm_access", "roles"]));
    if (client.isText(1, 255)) {
      slots.push(claims.slotOf(["resource_access", client.string(""), "roles"]));
    }
  } else if (choice == 1) {
    slots.push(claims.slotOf(["roles"]));
    slots.push(claims.slotOf(["groups"]));
  } else if (choice == 2) {
    permissionSlots.push(claims.slotOf(["permissions"]));
  } else if (choice == 3) {
    slots.push(claims.slotOf(["cognito:groups"]));
  }
}

function readPaths(list: ConfigValue, config: AuthzConfig, slots: i32[]): void {
  const entries = entriesOf(list, 1, MAX_PATHS);
  for (let i = 0; i < entries.length; i++) {
    const names = entriesOf(entries[i], 1, MAX_CLAIM_DEPTH);
    const path: string[] = [];
    for (let j = 0; j < names.length; j++) {
      if (names[j].isText(1, 255)) path.push(names[j].string(""));
    }
    if (path.length == 0) continue;
    const slot = config.claims.slotOf(path);
    if (slot >= 0) slots.push(slot);
    else entries[i].fail("is one claim too many", "name fewer claims");
  }
}
