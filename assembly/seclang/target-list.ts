// The first argument of a rule: which values it looks at. `A|B:name|!B:other|&C|D:/pattern/|D:'/pattern|with bars/'`.
// A name may be quoted; XML and JSON take a path instead of a name, which begins with a slash and is no pattern.
import { Text } from "./text";
import { Variable, isCollection, variableOf, whyNoVariable } from "./variable-table";

/** How a target picks values of its collection. */
export const enum Selection {
  All = 0,
  /** By name, case ignored. */
  Name = 1,
  /** By a pattern for the name. */
  Pattern = 2,
}

/** One target of a rule. */
@final
export class Target {
  /** `!`: values that the rule does not look at. */
  isExclusion: bool = false;
  /** `&`: the number of values instead of the values. */
  isCount: bool = false;
  selection: Selection = Selection.All;
  /** Name or pattern; empty for All. */
  name: Text = new Text();

  constructor(public variable: u32) {}
}

/** What was wrong with the list that parseTargets refused. */
let fault: string = "";

export function targetFault(): string {
  return fault;
}

/** Adds the targets of a list to `out`; false when it is refused (targetFault). */
export function parseTargets(list: Text, out: Target[]): bool {
  fault = "";
  let at: u32 = 0;
  while (at < list.length) {
    const byte = list.at(at);
    if (byte == 0x7c || byte == 0x2c || byte == 0x20) {
      at++;
      continue;
    }
    const end = endOfTarget(list, at);
    const target = parseTarget(list.slice(at, end).trimmed());
    if (target === null) return false;
    out.push(target);
    at = end;
  }
  if (out.length == 0) fault = "no variable to look at";
  return fault.length == 0;
}

/** A bar inside quotes or inside a pattern does not end a target. */
function endOfTarget(list: Text, from: u32): u32 {
  let at = from;
  while (at < list.length && list.at(at) != 0x7c && list.at(at) != 0x2c) {
    if (list.at(at) == 0x3a) return endOfName(list, at + 1, from);
    at++;
  }
  return at;
}

function endOfName(list: Text, from: u32, start: u32): u32 {
  const first = list.at(from);
  if (first == 0x27) return min<u32>(list.length, list.find(0x27, from + 1) + 1);
  if (first == 0x2f && !takesPath(list, start)) {
    let at = from + 1;
    while (at < list.length && list.at(at) != 0x2f) at += list.at(at) == 0x5c ? 2 : 1;
    return min<u32>(list.length, at + 1);
  }
  let at = from;
  while (at < list.length && list.at(at) != 0x7c && list.at(at) != 0x2c) at++;
  return at;
}

function takesPath(list: Text, from: u32): bool {
  let at = from;
  while (list.at(at) == 0x21 || list.at(at) == 0x26) at++;
  const colon = list.find(0x3a, at);
  const variable = variableOf(list.slice(at, colon).lower());
  return variable == Variable.Xml || variable == Variable.Json;
}

function parseTarget(text: Text): Target | null {
  let at: u32 = 0;
  let isExclusion = false;
  let isCount = false;
  while (text.at(at) == 0x21 || text.at(at) == 0x26) {
    if (text.at(at) == 0x21) isExclusion = true;
    else isCount = true;
    at++;
  }
  // ModSecurity also takes a dot, as in macros.
  const colon = min<u32>(text.find(0x3a, at), text.find(0x2e, at));
  const name = text.slice(at, colon);
  const lower = name.lower();
  const variable = variableOf(lower);
  if (variable < 0) {
    const why = whyNoVariable(lower);
    fault = why.length > 0 ? `${name.toText()} ${why}` : `unknown variable ${name.toText()}`;
    return null;
  }
  const target = new Target(variable);
  target.isExclusion = isExclusion;
  target.isCount = isCount;
  if (colon < text.length) select(target, unquoted(text.slice(colon + 1, text.length)));
  if (fault.length > 0) return null;
  if (target.selection != Selection.All && !isCollection(variable)) {
    fault = `${name.toText()} holds one value, so nothing can be selected from it`;
    return null;
  }
  return target;
}

function unquoted(name: Text): Text {
  if (name.length >= 2 && name.at(0) == 0x27 && name.at(name.length - 1) == 0x27) {
    return name.slice(1, name.length - 1);
  }
  return name;
}

function select(target: Target, name: Text): void {
  if (name.length == 0) return;
  const isPath = target.variable == Variable.Xml || target.variable == Variable.Json;
  const isPattern =
    !isPath && name.length >= 2 && name.at(0) == 0x2f && name.at(name.length - 1) == 0x2f;
  target.selection = isPattern ? Selection.Pattern : Selection.Name;
  target.name = isPattern ? name.slice(1, name.length - 1) : name;
  if (name.at(0) == 0x3a && !target.isExclusion) pseudoHeader(target);
}

/** coraza-proxy-wasm has HTTP/2's pseudo-headers among the headers: here a variable of its own holds the same. */
function pseudoHeader(target: Target): void {
  const name = target.name.lower();
  const isRequest = target.variable == Variable.RequestHeaders;
  if (isRequest && name == ":authority") target.name = new Text(HOST, 4);
  else if (isRequest && name == ":path") become(target, Variable.RequestUriRaw);
  else if (isRequest && name == ":method") become(target, Variable.RequestMethod);
  else if (target.variable == Variable.ResponseHeaders && name == ":status")
    become(target, Variable.ResponseStatus);
  else if (isRequest || target.variable == Variable.ResponseHeaders)
    fault = `${name} is no header that rules can see: only :authority, :method, :path and :status are`;
}

function become(target: Target, variable: u32): void {
  target.variable = variable;
  target.selection = Selection.All;
  target.name = new Text();
}

/** "host" */
const HOST: usize = memory.data<u8>([0x68, 0x6f, 0x73, 0x74]);
