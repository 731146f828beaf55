// Protobuf's text format, as far as test suites use it: nested messages, strings with escapes that may stand side by side,
// numbers, words, lists and comments. Without a schema every field is a list of what was written under its name.
// Source: protobuf.dev/reference/protobuf/textformat-spec.

export type TextValue = string | TextMessage;
export interface TextMessage {
  [field: string]: TextValue[];
}

const escapes: Record<string, string> = {
  n: "\n",
  r: "\r",
  t: "\t",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
};

const token =
  /\s+|#[^\n]*|"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|[A-Za-z0-9_.+-]+|[{}<>[\]:,;]/gy;

function tokens(text: string): string[] {
  const found: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (match === null) throw new SyntaxError(`text format: unexpected "${text[at]}" at ${at}`);
    if (!/^[\s#]/.test(match[0])) found.push(match[0]);
  }
  return found;
}

/** Bytes as a byte string: escapes name bytes, other characters stand for their UTF-8. */
function unquote(quoted: string): string {
  const inner = Buffer.from(quoted.slice(1, -1)).toString("latin1");
  return inner.replace(
    /\\(?:([0-7]{1,3})|[xX]([0-9a-fA-F]{1,2})|([\s\S]))/g,
    (_, octal?: string, hex?: string, char?: string) => {
      if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8));
      if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16));
      return escapes[char!] ?? char!;
    },
  );
}

/** Parses a message. @throws SyntaxError where it is none */
export function parseTextProto(text: string): TextMessage {
  const list = tokens(text);
  let at = 0;

  const scalar = (): string => {
    let first = list[at++];
    if (!/^["']/.test(first)) return first;
    let value = unquote(first);
    while (/^["']/.test((first = list[at] ?? ""))) {
      value += unquote(first);
      at++;
    }
    return value;
  };
  const value = (): TextValue => {
    const opens = list[at];
    if (opens !== "{" && opens !== "<") return scalar();
    at++;
    const inner = message(opens === "{" ? "}" : ">");
    at++;
    return inner;
  };
  const message = (end: string | undefined): TextMessage => {
    const fields: TextMessage = {};
    while (at < list.length && list[at] !== end) {
      const name = list[at++];
      if (!/^\w/.test(name)) throw new SyntaxError(`text format: "${name}" is no field name`);
      const values = (fields[name] ??= []);
      if (list[at] === ":") at++;
      if (list[at] === "[") {
        for (at++; list[at] !== "]";) {
          values.push(value());
          if (list[at] === ",") at++;
        }
        at++;
      } else values.push(value());
      if (list[at] === "," || list[at] === ";") at++;
    }
    if (end !== undefined && at >= list.length) throw new SyntaxError("text format: no end");
    return fields;
  };
  return message(undefined);
}
