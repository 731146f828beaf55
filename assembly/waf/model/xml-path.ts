// Paths of XML targets beyond `/*` (all texts) and `//@*` (all attribute values): `/a/b`, `//b`, `/a/*/c`, `/a/@id`, `/a/text()`,
// `*[local-name()='b']`. An element's value is each text below it, as XPath's string value is all of them together. Names
// are compared without prefix and case matters. Anything more is refused when rules load. One pass over the open elements a
// text, in a set of steps (one bit each), so that `//` costs no search.
import { Text } from "../../seclang/text";
import { XmlReader } from "../../xml/reader";

/** Steps of one path; one bit of a word each. */
const MAX_STEPS = 30;

/** An element of a path: its name, none for any, and whether others may stand between it and the one before. */
@final
class Step {
  constructor(
    readonly name: Text,
    readonly isDeep: bool,
  ) {}
}

@final
export class XmlPath {
  private steps: Step[] = [];
  /** Whether it ends in `@name`. */
  private wantsAttribute: bool = false;
  /** Name of the attribute; empty for any. */
  private attribute: Text = new Text();
  /** What is below the last element counts too. */
  private isOpen: bool = true;

  /** @param text the path as the rule writes it */
  private constructor(readonly text: Text) {}

  /** Reads a path; null when it holds more than this room knows. */
  static parse(text: Text): XmlPath | null {
    const path = new XmlPath(text);
    let at: u32 = 0;
    while (at < text.length) {
      const isDeep = text.at(at + 1) == 0x2f;
      if (text.at(at) != 0x2f || !path.isOpen || path.wantsAttribute) return null;
      at += isDeep ? 2 : 1;
      const end = endOfStep(text, at);
      if (end == 0 || !path.add(text.slice(at, end), isDeep)) return null;
      at = end;
    }
    return at > 0 ? path : null;
  }

  private add(step: Text, isDeep: bool): bool {
    if (step.at(0) == 0x40) {
      this.wantsAttribute = true;
      this.isOpen = isDeep;
      this.attribute = nameOf(step.slice(1, step.length));
      return isName(this.attribute) || step.at(1) == 0x2a;
    }
    const bracket = min<u32>(step.find(0x5b, 0), step.length);
    const name = step.slice(0, bracket);
    if (name.toText() == "text()") {
      this.isOpen = isDeep;
      return bracket == step.length && (isDeep || this.steps.length > 0);
    }
    let local = nameOf(name);
    if (bracket < step.length) {
      const condition = step.slice(bracket, step.length);
      if (isLocalName(condition)) {
        local = step.slice(bracket + 15, step.length - 2);
      } else if (condition.toText() != "[text()]") return false;
    }
    this.steps.push(new Step(local, isDeep));
    const isAny = name.length == 1 && name.at(0) == 0x2a;
    return (
      this.steps.length <= MAX_STEPS &&
      (isAny || isName(nameOf(name))) &&
      (local.length == 0 || isName(local))
    );
  }

  /** Whether the text or the attribute value that the reader stands at is meant. */
  holds(reader: XmlReader, isAttribute: bool): bool {
    if (isAttribute != this.wantsAttribute) return false;
    const own = this.attribute;
    if (isAttribute && own.length > 0 && !isCalled(reader.namePtr, reader.nameLength, own))
      return false;
    const steps = this.steps;
    const whole: u32 = 1 << steps.length;
    let reached: u32 = 1;
    for (let level: u32 = 1; level <= reader.depth; level++) {
      if ((reached & whole) != 0 && this.isOpen) return true;
      let next: u32 = 0;
      for (let i = 0; i < steps.length; i++) {
        if ((reached & (1 << i)) == 0) continue;
        const step = steps[i];
        if (step.isDeep) next |= 1 << i;
        const name = step.name;
        if (
          name.length == 0 ||
          isCalled(reader.elementName(level), reader.elementNameLength(level), name)
        ) {
          next |= 1 << (i + 1);
        }
      }
      reached = next;
    }
    return (reached & whole) != 0;
  }
}

/** End of the step at `at`, its condition included; 0 when that has no end. */
function endOfStep(text: Text, at: u32): u32 {
  let end = at;
  while (end < text.length && text.at(end) != 0x2f && text.at(end) != 0x5b) end++;
  if (text.at(end) != 0x5b) return end;
  const close = text.find(0x5d, end);
  return close < text.length ? close + 1 : 0;
}

/** `[local-name()='…']` with a name in quotes of one kind. */
function isLocalName(condition: Text): bool {
  const length = condition.length;
  if (length < 18 || !condition.toText().startsWith("[local-name()=")) return false;
  const quote = condition.at(14);
  return (quote == 0x27 || quote == 0x22) && condition.at(length - 2) == quote;
}

/** Without the prefix; empty for `*`. */
function nameOf(name: Text): Text {
  const colon = name.find(0x3a, 0);
  const local = colon < name.length ? name.slice(colon + 1, name.length) : name;
  return local.length == 1 && local.at(0) == 0x2a ? new Text() : local;
}

/** Letters, `_` and what is not ASCII; digits, `-` and `.` behind the first. */
function isName(name: Text): bool {
  for (let i: u32 = 0; i < name.length; i++) {
    const byte = name.at(i);
    const isLetter = <u8>((byte | 0x20) - 0x61) < 26 || byte >= 0x80;
    const goesOn = i > 0 && (<u8>(byte - 0x30) < 10 || byte == 0x2d || byte == 0x2e);
    if (!isLetter && !goesOn && byte != 0x5f) return false;
  }
  return name.length > 0;
}

/** Whether a name of the text, prefix or not, has this local name. */
function isCalled(ptr: usize, length: u32, local: Text): bool {
  if (length < local.length) return false;
  const from = length - local.length;
  if (from > 0 && load<u8>(ptr + from - 1) != 0x3a) return false;
  return memory.compare(ptr + from, local.ptr, local.length) == 0;
}
