// Actions that write into collections: `setvar` and what ModSecurity puts beside it (`setenv`, `setsid`, `setuid`, `initcol` …).
// Every collection lives as long as the request: what `initcol` would bring back from a disk is not there, and what
// `expirevar` would end later ends with the request (at once when it says 0).
import { Text } from "../../seclang/text";
import { Variable, variableOf } from "../../seclang/variable-table";
import { parseMacro } from "../model/macro";
import { numberOf } from "../model/number";
import { Rule, SetVar } from "../model/rule";
import { holdsNames, slotOf } from "../model/tx-names";
import { Faults } from "./faults";

/** Reads an action that writes; false when it is another. */
export function readStore(rule: Rule, name: string, value: Text, faults: Faults): bool {
  if (name == "setvar") readSetVar(rule, value, faults);
  else if (name == "setenv") readNamed(rule, Variable.Env, value.trimmed(), faults);
  else if (name == "setsid") readWhole(rule, Variable.SessionId, value, faults);
  else if (name == "setuid") readWhole(rule, Variable.UserId, value, faults);
  else if (name == "initcol") readCollection(value, faults);
  else if (name == "expirevar") readExpiry(rule, value, faults);
  else if (name == "xmlns") readNamespace(value, faults);
  else return name == "setrsc";
  return true;
}

/** `tx.name=value`, `tx.name=+1`, `!tx.name`; the quotes are gone already. */
function readSetVar(rule: Rule, value: Text, faults: Faults): void {
  const text = value.trimmed();
  const removes = text.at(0) == 0x21;
  const written = removes ? text.slice(1, text.length) : text;
  const name = written.slice(0, written.find(0x3d)).trimmed();
  const dot = min<u32>(name.find(0x2e), name.find(0x3a));
  const collection = variableOf(name.slice(0, dot).lower());
  if (collection < 0 || !holdsNames(collection) || dot >= name.length) {
    return faults.add(
      `setvar cannot write ${name.toText()}: write tx.NAME, or a name in ip, session, user, global, resource or env`,
    );
  }
  const rest = written.slice(dot + 1, written.length);
  if (removes) remove(rule, collection, rest, faults);
  else readNamed(rule, collection, rest, faults);
}

/** "1" */
const ONE: usize = memory.data<u8>([0x31]);

/** `name=value`, `name=+1`, `name=-1`, or a name alone, which is a flag and has the value 1. */
function readNamed(rule: Rule, collection: u32, text: Text, faults: Faults): void {
  if (text.at(0) == 0x21) return remove(rule, collection, text.slice(1, text.length), faults);
  const equals = text.find(0x3d);
  const set = new SetVar();
  if (!name(set, collection, text.slice(0, equals).trimmed(), faults)) return;
  let from = equals + 1;
  const sign = text.at(from);
  if (sign == 0x2b || sign == 0x2d) {
    set.operation = sign;
    from++;
  }
  const value =
    equals < text.length ? text.slice(min<u32>(from, text.length), text.length) : new Text(ONE, 1);
  giveValue(set, value, faults);
  rule.setVars.push(set);
}

/** A variable that is one value. */
function readWhole(rule: Rule, variable: u32, value: Text, faults: Faults): void {
  const set = new SetVar();
  if (!name(set, variable, new Text(), faults)) return;
  giveValue(set, value, faults);
  rule.setVars.push(set);
}

function giveValue(set: SetVar, value: Text, faults: Faults): void {
  const macro = parseMacro(value, faults.patterns);
  set.value = macro;
  if (macro.isPlain) {
    set.isNumber = set.operation != 0x3d;
    set.number = numberOf(value.ptr, value.length);
  } else if (macro.parts.length == 1) set.valueSlot = macro.parts[0].slot;
}

function remove(rule: Rule, collection: u32, written: Text, faults: Faults): void {
  const set = new SetVar();
  set.operation = 0x21;
  if (name(set, collection, written.slice(0, written.find(0x3d)).trimmed(), faults))
    rule.setVars.push(set);
}

function name(set: SetVar, collection: u32, text: Text, faults: Faults): bool {
  set.collection = collection;
  const key = parseMacro(text, faults.patterns);
  if (!key.isPlain) {
    set.name = key;
    return true;
  }
  set.slot = slotOf(key.plain, collection);
  if (set.slot < 0) faults.add("more names in TX than one filter can hold (1024)");
  return set.slot >= 0;
}

/** `ip=%{REMOTE_ADDR}`: the collection is there already. */
function readCollection(value: Text, faults: Faults): void {
  const collection = variableOf(value.slice(0, value.find(0x3d)).trimmed().lower());
  if (collection >= 0 && holdsNames(collection) && value.find(0x3d) < value.length) return;
  faults.add(
    `initcol:${value.toText()} names no collection: write ip=, session=, user=, global= or resource=`,
  );
}

/** `ip.name=60`: within a request only an end at once is seen. */
function readExpiry(rule: Rule, value: Text, faults: Faults): void {
  const equals = value.find(0x3d);
  const seconds = value.slice(min<u32>(equals + 1, value.length), value.length).trimmed();
  const name = value.slice(0, equals).trimmed();
  const dot = min<u32>(name.find(0x2e), name.find(0x3a));
  const collection = variableOf(name.slice(0, dot).lower());
  if (collection < 0 || !holdsNames(collection) || dot >= name.length) {
    return faults.add(`expirevar names no variable of a collection: ${value.toText()}`);
  }
  const isNow = seconds.length == 1 && seconds.at(0) == 0x30;
  if (isNow) remove(rule, collection, name.slice(dot + 1, name.length), faults);
}

/** `prefix=address`: a path of XML is read by local names, so that a prefix needs no address here. */
function readNamespace(value: Text, faults: Faults): void {
  const equals = value.find(0x3d);
  const address = value.slice(min<u32>(equals + 1, value.length), value.length).trimmed();
  const inner = address.at(0) == 0x27 ? address.slice(1, address.length) : address;
  const isAddress =
    inner.length > 7 &&
    (inner.slice(0, 7).lower() == "http://" || inner.slice(0, 8).lower() == "https://");
  if (equals == 0 || equals >= value.length || !isAddress) {
    faults.add(
      `xmlns:${value.toText()} is not PREFIX=ADDRESS with an address that begins with http:// or https://`,
    );
  }
}
