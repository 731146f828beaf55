// Lists of values in a rule, and the conditions that several fields make of them.
import { AddressCondition, Condition, PortCondition } from "../../authz/condition";
import { AddressKind } from "../../authz/facts";
import { Matcher, TextForm, textMatch } from "../../authz/matcher";
import { ConfigValue } from "../../config/value";
import { entriesOf, networks } from "../lists";
import { AuthzConfig } from "./model";

/** Values in one list. */
export const MAX_VALUES: i32 = 1024;

/** The texts of a list, none when it is absent. */
export function texts(list: ConfigValue): string[] {
  const found: string[] = [];
  const entries = entriesOf(list, 1, MAX_VALUES);
  for (let i = 0; i < entries.length; i++) {
    if (entries[i].isText(1, 2048)) found.push(entries[i].string(""));
  }
  return found;
}

/** The matchers of a list of texts. */
export function matchersOf(
  values: ConfigValue,
  wild: TextForm,
  folds: bool = false,
): StaticArray<Matcher> {
  const list = texts(values);
  const matchers: Matcher[] = [];
  for (let i = 0; i < list.length; i++) matchers.push(textMatch(list[i], wild, folds));
  return StaticArray.fromArray(matchers);
}

/** Adds a condition on an address when one of the lists is there. */
export function addAddress(
  list: Condition[],
  values: ConfigValue,
  notValues: ConfigValue,
  kind: AddressKind,
  config: AuthzConfig,
): void {
  if (!values.isPresent && !notValues.isPresent) return;
  if (kind != AddressKind.Destination) config.usesAddress = true;
  list.push(new AddressCondition(kind, networks(values), networks(notValues)));
}

/** Adds a condition on this end's port when one of the lists is there. */
export function addPorts(list: Condition[], values: ConfigValue, notValues: ConfigValue): void {
  if (!values.isPresent && !notValues.isPresent) return;
  list.push(new PortCondition(portsOf(values), portsOf(notValues)));
}

function portsOf(values: ConfigValue): StaticArray<i32> {
  const ports: i32[] = [];
  const entries = entriesOf(values, 1, MAX_VALUES);
  for (let i = 0; i < entries.length; i++) {
    if (!entries[i].isText(1, 5)) continue;
    const text = entries[i].string("");
    let port: i32 = 0;
    for (let j = 0; j < text.length; j++) {
      const digit = text.charCodeAt(j) - 0x30;
      port = digit < 0 || digit > 9 || port < 0 ? -1 : port * 10 + digit;
    }
    if (port < 0 || port > 65535) entries[i].fail("is no port from 0 to 65535", 'write "8080"');
    else ports.push(port);
  }
  return StaticArray.fromArray(ports);
}
