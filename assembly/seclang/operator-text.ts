// The second argument of a rule: `!@name argument`. Without `@` the whole of it is a pattern.
import { Text, isBlank } from "./text";

@final
export class OperatorText {
  isNegated: bool = false;
  /** Without `@`; `rx` when none is written. */
  name: string = "rx";
  argument: Text = new Text();
}

export function parseOperatorText(text: Text): OperatorText {
  const result = new OperatorText();
  let rest = text;
  let at: u32 = 0;
  while (isBlank(rest.at(at))) at++;
  if (rest.at(at) == 0x21) {
    result.isNegated = true;
    at++;
    while (isBlank(rest.at(at))) at++;
  }
  if (rest.at(at) != 0x40) {
    result.argument = rest.slice(result.isNegated ? at : 0, rest.length);
    return result;
  }
  let end = at + 1;
  while (end < rest.length && !isBlank(rest.at(end))) end++;
  result.name = rest.slice(at + 1, end).toText();
  while (end < rest.length && isBlank(rest.at(end))) end++;
  result.argument = rest.slice(end, rest.length);
  return result;
}
