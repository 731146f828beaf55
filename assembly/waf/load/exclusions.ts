// Directives that change rules: remove them, look at other values, act in another way. They change rules that were read before
// them; one that finds none is tried again at the end, since ModSecurity 3 does not ask for an order.
import { parseActions } from "../../seclang/action-list";
import { Directive } from "../../seclang/directive-reader";
import { Selection } from "../../seclang/target-list";
import { Text } from "../../seclang/text";
import { Rule } from "../model/rule";
import { RuleTarget } from "../model/rule-target";
import { sameFolded } from "../model/tx-names";
import { readActions } from "./actions";
import { numberOf } from "../model/number";
import { Faults } from "./faults";
import { RuleBuilder } from "./rule-builder";
import { RuleList } from "./rule-list";

const names: string = ` secruleremovebyid secruleremovebytag secruleremovebymsg secruleupdatetargetbyid secruleupdatetargetbytag secruleupdatetargetbymsg secruleupdateactionbyid `;

export function isExclusion(key: string): bool {
  return names.indexOf(` ${key} `) >= 0;
}

/** Whether it has found a rule, or is at fault. */
export function readExclusion(
  directive: Directive,
  list: RuleList,
  builder: RuleBuilder,
  faults: Faults,
): bool {
  const key = directive.key;
  if (directive.arguments.length == 0) {
    faults.add(`${directive.name} names no rule`);
    return true;
  }
  let found = false;
  if (key.startsWith("secruleremove")) {
    for (let a = 0; a < directive.arguments.length; a++) {
      const places = placesOf(key, directive.argument(a), list);
      for (let i = 0; i < places.length; i++) list.removeAt(places[i]);
      if (places.length > 0) found = true;
    }
    return found;
  }
  const places = placesOf(key, directive.argument(0), list);
  for (let i = 0; i < places.length; i++) {
    const rule = list.ownAt(places[i]);
    if (rule === null) continue;
    if (key == "secruleupdateactionbyid") updateActions(rule, directive.argument(1), faults);
    else updateTargets(rule, directive, builder);
  }
  return places.length > 0;
}

function placesOf(key: string, text: Text, list: RuleList): i32[] {
  if (key.endsWith("bytag")) return list.tagged(text);
  if (key.endsWith("bymsg")) return list.saying(text);
  let places: i32[] = [];
  let at: u32 = 0;
  while (at < text.length) {
    // `1-5`, `1,2`, and `1 2` in one argument.
    let end = at;
    while (end < text.length && text.at(end) != 0x2c && text.at(end) != 0x20) end++;
    const part = text.slice(at, end);
    const dash = part.find(0x2d);
    const from = <u32>numberOf(part.ptr, dash);
    const to =
      dash < part.length ? <u32>numberOf(part.ptr + dash + 1, part.length - dash - 1) : from;
    places = places.concat(list.inRange(from, to));
    at = end + 1;
  }
  return places;
}

/** A third argument names what is replaced; without it, targets and exclusions are added. */
function updateTargets(rule: Rule, directive: Directive, builder: RuleBuilder): void {
  if (directive.arguments.length > 2) {
    const old = new Rule();
    if (!builder.addTargets(old, directive.argument(2))) return;
    for (let i = 0; i < old.targets.length; i++) remove(rule, old.targets[i]);
  }
  builder.addTargets(rule, directive.argument(1));
}

function remove(rule: Rule, old: RuleTarget): void {
  for (let i = rule.targets.length - 1; i >= 0; i--) {
    if (isSame(rule.targets[i], old)) rule.targets.splice(i, 1);
  }
}

function isSame(a: RuleTarget, b: RuleTarget): bool {
  if (a.variable != b.variable || a.selection != b.selection) return false;
  if (a.selection == Selection.All) return true;
  return a.name.length == b.name.length && sameFolded(a.name.ptr, b.name.ptr, a.name.length);
}

/** Lists (tags, setvars) grow, single values are replaced; id and phase of a rule cannot change. */
function updateActions(rule: Rule, text: Text, faults: Faults): void {
  const id = rule.id;
  const phase = rule.phase;
  const isLink = rule.isLink;
  readActions(rule, parseActions(text), faults);
  if (rule.id != id || rule.phase != phase) faults.add("id and phase of a rule cannot be changed");
  rule.id = id;
  rule.phase = phase;
  rule.isLink = isLink;
}
