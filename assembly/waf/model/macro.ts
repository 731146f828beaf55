// Text with `%{VARIABLE.name}` in it, taken apart when rules are loaded. Most are plain text or one variable.
import { Text } from "../../seclang/text";
import { Variable, variableOf } from "../../seclang/variable-table";
import { slotOf } from "./tx-names";

/** A piece of a macro: text, or a variable (and a name in it). */
@final
export class MacroPart {
  /** A Variable, or -1 for text. */
  variable: i32 = -1;
  /** Slot of TX.name; -1 for all else. */
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

/** Takes a text apart. What is no variable of ours stays text and is named by macroFault. */
export function parseMacro(text: Text): Macro {
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
    const part = parsePart(text.slice(at + 2, end));
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

function parsePart(inner: Text): MacroPart | null {
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
  if (variable == Variable.Tx && !isCapture(part.text)) part.slot = slotOf(part.text);
  return part;
}

/** TX.0 to TX.9: what an operator captured. */
export function isCapture(name: Text): bool {
  return name.length == 1 && name.at(0) - 0x30 < 10;
}
