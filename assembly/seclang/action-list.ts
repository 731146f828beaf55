// The third argument of a rule: `id:1,phase:2,msg:'it is, so to say',t:none`. A value may stand in single quotes, in
// which a backslash escapes a quote.
import { Text, isBlank } from "./text";

/** One action of a rule. */
@final
export class ActionText {
  constructor(
    /** In lower case. */
    public name: string,
    public value: Text,
  ) {}
}

let fault: string = "";

/** What was wrong with the list that parseActions refused; empty: nothing. */
export function actionFault(): string {
  return fault;
}

/** The actions of a list in order. The text may be changed: values are unescaped in place. */
export function parseActions(list: Text): ActionText[] {
  const actions: ActionText[] = [];
  fault = "";
  let at: u32 = 0;
  while (true) {
    while (isBlank(list.at(at)) || list.at(at) == 0x2c) at++;
    if (at >= list.length) return actions;
    let end = at;
    while (end < list.length && list.at(end) != 0x3a && list.at(end) != 0x2c) end++;
    const name = list.slice(at, end).trimmed().lower();
    at = end;
    let value = new Text();
    if (list.at(at) == 0x3a) {
      at++;
      while (isBlank(list.at(at))) at++;
      const stop = list.at(at) == 0x27 ? endOfQuoted(list, at) : list.find(0x2c, at);
      value = list.at(at) == 0x27 ? unescaped(list, at + 1, stop) : list.slice(at, stop).trimmed();
      at = list.at(at) == 0x27 ? stop + 1 : stop;
    }
    actions.push(new ActionText(name, value));
  }
  return actions;
}

/** Place of the quote that ends the value that begins with one at `from`. */
function endOfQuoted(list: Text, from: u32): u32 {
  let at = from + 1;
  while (at < list.length && list.at(at) != 0x27) at += list.at(at) == 0x5c ? 2 : 1;
  if (at >= list.length) {
    fault = "a quoted value does not end: add the closing quote";
    return list.length;
  }
  return at;
}

function unescaped(list: Text, from: u32, to: u32): Text {
  let out = list.ptr + from;
  for (let at = from; at < to; at++) {
    if (list.at(at) == 0x5c && list.at(at + 1) == 0x27 && at + 1 < to) at++;
    store<u8>(out++, list.at(at));
  }
  return new Text(list.ptr + from, <u32>(out - list.ptr) - from);
}
