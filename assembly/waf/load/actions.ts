// What the actions of a rule mean. Actions that have no place in a proxy are refused by name; those that only say
// something about a rule (ver, rev, accuracy …) are kept for the log.
import { ActionText } from "../../seclang/action-list";
import { Text } from "../../seclang/text";
import { transformationOf } from "../../transform/table";
import { bitsOf } from "../model/gate-class";
import { Macro, namesVariable, parseMacro } from "../model/macro";
import { Choice, Disruption, Rule } from "../model/rule";
import { isWhole, numberOf } from "../model/number";
import { readControl } from "./controls";
import { Faults } from "./faults";
import { readStore } from "./stores";

/** `name=reason` of actions that exist elsewhere and cannot work here. */
const impossible: string = `exec=runs a program
proxy=moves the request to another server
append=needs content injection
prepend=needs content injection
pause=would hold a worker
sanitisearg=changes an audit log that holds no values
sanitisematched=changes an audit log that holds no values
sanitiserequestheader=changes an audit log that holds no values`;

/** Actions that are accepted and change nothing here: nothing outlives a request, and no audit log holds values. */
const without: string = ` deprecatevar sanitisematchedbytes `;

const severities: string = "emergency alert critical error warning notice info debug";

/** Applies actions to a rule; what is wrong goes to the faults. */
export function readActions(rule: Rule, actions: ActionText[], faults: Faults): void {
  const chain: u8[] = [];
  for (let i = 0; i < actions.length; i++) {
    const action = actions[i];
    if (action.name == "t") readTransformation(rule, chain, action.value, faults);
    else if (!readMeaning(rule, action, faults) && !readDisruption(rule, action, faults)) {
      readEffect(rule, action, faults);
    }
  }
  if (chain.length > 0) setTransformations(rule, chain);
}

/** Puts the transformations of SecDefaultAction before the rule's own, unless it says `t:none` (ModSecurity). */
export function inheritTransformations(rule: Rule, usual: StaticArray<u8>): void {
  if (usual.length == 0 || rule.choosesTransformations) return;
  const chain: u8[] = [];
  for (let i = 0; i < usual.length; i++) chain.push(usual[i]);
  for (let i = 0; i < rule.transformations.length; i++) chain.push(rule.transformations[i]);
  setTransformations(rule, chain);
}

function setTransformations(rule: Rule, chain: u8[]): void {
  rule.transformations = StaticArray.fromArray(chain);
  rule.changes = bitsOf(rule.transformations);
}

function readTransformation(rule: Rule, chain: u8[], value: Text, faults: Faults): void {
  const name = value.toText();
  const id = transformationOf(name);
  if (id < 0) faults.add(`unknown transformation t:${name}`);
  else if (id == 0) {
    chain.length = 0;
    rule.choosesTransformations = true;
  } else chain.push(<u8>id);
}

/** What only describes the rule. */
function readMeaning(rule: Rule, action: ActionText, faults: Faults): bool {
  const name = action.name;
  const value = action.value;
  if (name == "tag") readTag(rule, value, faults);
  else if (name == "msg") rule.msg = parseMacro(value, faults.patterns);
  else if (name == "logdata") rule.logdata = parseMacro(value, faults.patterns);
  else if (name == "ver") rule.ver = value;
  else if (name == "rev") rule.rev = value;
  else if (name == "severity") rule.severity = severityOf(value);
  else if (name == "maturity") rule.maturity = <u32>numberOf(value.ptr, value.length);
  else if (name == "accuracy") rule.accuracy = <u32>numberOf(value.ptr, value.length);
  else if (name == "log") rule.logs = Choice.Yes;
  else if (name == "nolog") {
    // In the order of the list, as Coraza reads it: an `auditlog` behind it audits what is not logged.
    rule.logs = Choice.No;
    rule.audits = Choice.No;
  } else if (name == "auditlog") rule.audits = Choice.Yes;
  else if (name == "noauditlog") rule.audits = Choice.No;
  else return false;
  return true;
}

/** Rules are named by the tag as it is written; a macro in it is for the log. */
function readTag(rule: Rule, value: Text, faults: Faults): void {
  const macro: Macro | null = namesVariable(value) ? parseMacro(value, faults.patterns) : null;
  if (macro !== null || rule.tagMacros.length > 0) {
    while (rule.tagMacros.length < rule.tags.length) rule.tagMacros.push(null);
    rule.tagMacros.push(macro);
  }
  rule.tags.push(value);
}

function severityOf(value: Text): i32 {
  if (value.at(0) - 0x30 < 10) return <i32>numberOf(value.ptr, value.length);
  return severities.split(" ").indexOf(value.lower());
}

export function severityName(severity: i32): string {
  const names = severities.split(" ");
  return severity >= 0 && severity < names.length ? names[severity] : "";
}

function readDisruption(rule: Rule, action: ActionText, faults: Faults): bool {
  const name = action.name;
  if (name == "pass") rule.disruption = Disruption.Pass;
  else if (name == "block") rule.disruption = Disruption.Block;
  else if (name == "deny") rule.disruption = Disruption.Deny;
  else if (name == "drop") rule.disruption = Disruption.Drop;
  else if (name == "redirect") {
    rule.disruption = Disruption.Redirect;
    rule.redirect = parseMacro(action.value, faults.patterns);
  } else if (name == "allow") {
    const scope = action.value.lower();
    rule.disruption = Disruption.Allow;
    if (scope == "phase") rule.disruption = Disruption.AllowPhase;
    else if (scope == "request") rule.disruption = Disruption.AllowRequest;
    else if (scope.length > 0)
      faults.add(`allow:${scope} is neither allow:phase nor allow:request`);
  } else if (name == "status") {
    const status = numberOf(action.value.ptr, action.value.length);
    if (status < 100 || status > 599) faults.add("status must be a number from 100 to 599");
    rule.status = <u32>status;
  } else return false;
  return true;
}

function readEffect(rule: Rule, action: ActionText, faults: Faults): void {
  const name = action.name;
  const value = action.value;
  if (name == "id") readId(rule, value, faults);
  else if (name == "phase") readPhase(rule, value, faults);
  else if (name == "chain") rule.isLink = true;
  else if (name == "capture") rule.capture = true;
  else if (name == "multimatch") rule.multiMatch = true;
  else if (name == "skip") readSkip(rule, value, faults);
  else if (name == "skipafter") rule.skipAfter = value.toText();
  else if (readStore(rule, name, value, faults)) return;
  else if (name == "ctl") readControl(rule, value, faults);
  else if (without.indexOf(` ${name} `) < 0) refuseUnknown(name, faults);
}

function refuseUnknown(name: string, faults: Faults): void {
  const lines = impossible.split("\n");
  for (let i = 0; i < lines.length; i++) {
    const at = lines[i].indexOf("=");
    if (lines[i].substring(0, at) == name)
      return faults.add(`${name} ${lines[i].substring(at + 1)}`);
  }
  faults.add(`unknown action ${name}`);
}

function readId(rule: Rule, value: Text, faults: Faults): void {
  const id = numberOf(value.ptr, value.length);
  if (id < 1 || id > 0x7fffffff || !isWhole(value.ptr, value.length)) {
    faults.add(`id must be a number from 1 to 2147483647, not ${value.toText()}`);
  }
  rule.id = <u32>id;
}

function readSkip(rule: Rule, value: Text, faults: Faults): void {
  const count = numberOf(value.ptr, value.length);
  if (count < 1) faults.add("skip must be a number of rules");
  else rule.skip = <u32>count;
}

function readPhase(rule: Rule, value: Text, faults: Faults): void {
  const name = value.lower();
  let phase = numberOf(value.ptr, value.length);
  if (name == "request") phase = 2;
  else if (name == "response") phase = 4;
  else if (name == "logging") phase = 5;
  if (phase < 1 || phase > 5) faults.add("phase must be 1 to 5, request, response or logging");
  else rule.phase = <u32>phase;
}
