// Text with `%{VARIABLE.name}` in it, taken apart when rules are loaded. Most are plain text or one variable.
import { Regex, compileRegex } from "../../regex/regex";
import { RegexFlag } from "../../regex/status";
import { Text } from "../../seclang/text";
import { Variable, variableOf } from "../../seclang/variable-table";
import { holdsNames, slotOf } from "./tx-names";

/** A piece of a macro: text, or a variable (and a name in it). */
@final
export class MacroPart {
  /** A Variable, or -1 for text. */
  variable: i32 = -1;
  /** Picks a value by its name; null for all else. */
  pattern: Regex | null = null;
  /** Slot of TX.name, or of another collection that rules write; -1 for all else. */
  slot: i32 = -1;

  constructor(
    /** The text, or the name behind the dot. */
    public text: Text,
  ) {}
}

@final
export class Macro {
  readonly parts: MacroPart[] = [];

  /** Whether it is the same text for every request. */
  get isPlain(): bool {
    return this.parts.length == 0 || (this.parts.length == 1 && this.parts[0].variable < 0);
  }

  /** The text of a plain macro. */
  get plain(): Text {
    return this.parts.length == 0 ? new Text() : this.parts[0].text;
  }
}

/** What parseMacro could not read; empty when it could. */
let fault: string = "";

export function macroFault(): string {
  return fault;
}

/**
 * Takes a text apart. `%{NAME:/pattern/}` is the first value whose name matches; whoever owns `patterns` frees what is compiled for it. What is no variable of ours stays text and is named by macroFault. */
export function parseMacro(text: Text, patterns: usize[]): Macro {
  const macro = new Macro();
  fault = "";
  let from: u32 = 0;
  let at: u32 = 0;
  while (at < text.length) {
    if (text.at(at) != 0x25 || text.at(at + 1) != 0x7b) {
      at++;
      continue;
    }
    const end = text.find(0x7d, at);
    if (end == text.length) break;
    const part = parsePart(text.slice(at + 2, end), patterns);
    if (part !== null) {
      if (at > from) macro.parts.push(new MacroPart(text.slice(from, at)));
      macro.parts.push(part);
      from = end + 1;
    }
    at = end + 1;
  }
  if (from < text.length) macro.parts.push(new MacroPart(text.slice(from, text.length)));
  return macro;
}

function parsePart(inner: Text, patterns: usize[]): MacroPart | null {
  let dot = inner.find(0x2e);
  const colon = inner.find(0x3a);
  if (colon < dot) dot = colon;
  const variable = variableOf(inner.slice(0, dot).lower());
  if (variable < 0) {
    fault = `unknown variable in %{${inner.toText()}}`;
    return null;
  }
  const part = new MacroPart(dot < inner.length ? inner.slice(dot + 1, inner.length) : new Text());
  part.variable = variable;
  const name = part.text;
  if (name.length > 2 && name.at(0) == 0x2f && name.at(name.length - 1) == 0x2f) {
    const flags: u32 = RegexFlag.CASE_INSENSITIVE | RegexFlag.DOT_ALL | RegexFlag.NO_CAPTURES;
    const pattern = compileRegex(name.ptr + 1, name.length - 2, flags);
    if (pattern === null) {
      fault = `the pattern in %{${inner.toText()}} is refused`;
      return null;
    }
    patterns.push(changetype<usize>(pattern)); // unmanaged: the reference is the address
    part.pattern = pattern;
    return part;
  }
  if (!holdsNames(variable)) return part;
  if (variable != Variable.Tx || !isCapture(part.text)) part.slot = slotOf(part.text, variable);
  return part;
}

/** TX.0 to TX.9: what an operator captured. */
export function isCapture(name: Text): bool {
  return name.length == 1 && name.at(0) - 0x30 < 10;
}

/** Whether `%{VARIABLE}` or `%{VARIABLE.name}` stands in a text. */
export function namesVariable(text: Text): bool {
  for (let at: u32 = 0; at + 2 < text.length; at++) {
    if (text.at(at) != 0x25 || text.at(at + 1) != 0x7b) continue;
    const inner = text.slice(at + 2, text.find(0x7d, at));
    const end = min<u32>(inner.find(0x2e), inner.find(0x3a));
    if (variableOf(inner.slice(0, end).lower()) >= 0) return true;
  }
  return false;
}
