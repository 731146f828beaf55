// The little of CEL that filters' expressions mostly are: attribute paths (`request.path`, `request.headers['x-a']`), text,
// whole numbers, true and false, ==, !=, &&, ||, ! and parentheses. Everything else of the language is told apart from a
// syntax error and refused by name, so that nobody takes this for a CEL engine.
import { bytesOfLatin1, latin1Of, utf8 } from "./bytes.ts";

/** A value, or undefined for an error (an attribute that is not there). */
type Value = string | boolean | bigint | Uint8Array | undefined;
/** Value of an attribute by its path joined with NUL, in Envoy's property encoding. */
export type Attributes = (path: string) => string | Uint8Array | undefined;
export type Expression = (attributes: Attributes) => Value;

/** Valid CEL that is not evaluated here. */
export class UnsupportedCel extends Error {}

const tokens =
  /\s*(?:([A-Za-z_]\w*)|(\d+)|('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(==|!=|&&|\|\||<=|>=|[-!().[\]<>+*/%?:{},]))/y;
const foreignOperator = /^(<|>|<=|>=|\+|-|\*|\/|%|\?|\{|in)$/;

function split(text: string): string[] {
  const list: string[] = [];
  tokens.lastIndex = 0;
  while (tokens.lastIndex < text.length) {
    const at = tokens.lastIndex;
    const match = tokens.exec(text);
    if (match === null) {
      if (text.slice(at).trim() === "") break;
      throw new SyntaxError("unexpected character");
    }
    list.push(match[0].trim());
  }
  return list;
}

/** @throws SyntaxError for what is no CEL, UnsupportedCel for what is more than this knows */
export function parseCel(text: string): Expression {
  const parser = new Parser(split(text));
  const expression = parser.either();
  parser.end();
  return expression;
}

class Parser {
  readonly #tokens: string[];
  #at = 0;

  constructor(list: string[]) {
    this.#tokens = list;
  }

  #take(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at++;
    return true;
  }

  #expect(token: string): void {
    if (!this.#take(token)) throw new SyntaxError(`expected ${token}`);
  }

  end(): void {
    const next = this.#tokens[this.#at];
    if (next === undefined) return;
    if (foreignOperator.test(next)) throw new UnsupportedCel(`operator ${next}`);
    throw new SyntaxError(`unexpected ${next}`);
  }

  either(): Expression {
    let left = this.#both();
    while (this.#take("||")) left = junction(left, this.#both(), true);
    return left;
  }

  #both(): Expression {
    let left = this.#comparison();
    while (this.#take("&&")) left = junction(left, this.#comparison(), false);
    return left;
  }

  #comparison(): Expression {
    const left = this.#unary();
    const differs = this.#tokens[this.#at] === "!=";
    if (!differs && this.#tokens[this.#at] !== "==") return left;
    this.#at++;
    const right = this.#unary();
    return (attributes) => {
      const equal = equals(left(attributes), right(attributes));
      return equal === undefined ? undefined : equal !== differs;
    };
  }

  #unary(): Expression {
    if (this.#take("!")) {
      const inner = this.#unary();
      return (attributes) => {
        const value = truth(inner(attributes));
        return value === undefined ? undefined : !value;
      };
    }
    if (this.#take("(")) {
      const inner = this.either();
      this.#close();
      return inner;
    }
    return this.#operand();
  }

  /** A closing parenthesis, or a known reason why there is none. */
  #close(): void {
    if (!this.#take(")")) {
      this.end();
      throw new SyntaxError("expected )");
    }
  }

  #operand(): Expression {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new SyntaxError("unexpected end");
    if (/^\d/.test(token)) return () => BigInt(token);
    if (/^['"]/.test(token)) return constant(unquote(token));
    if (token === "true" || token === "false") return constant(token === "true");
    if (!/^\w/.test(token)) {
      if (/^[-[{]$/.test(token)) throw new UnsupportedCel(`operator ${token}`);
      throw new SyntaxError(`unexpected ${token}`);
    }
    return this.#path(token);
  }

  #path(first: string): Expression {
    const parts = [first];
    for (;;) {
      if (this.#take(".")) {
        const part = this.#tokens[this.#at++] ?? "";
        if (!/^[A-Za-z_]/.test(part)) throw new SyntaxError("expected a name");
        parts.push(part);
      } else if (this.#take("[")) {
        const key = this.#tokens[this.#at++] ?? "";
        if (!/^['"]/.test(key)) throw new UnsupportedCel("an index that is no text");
        parts.push(unquote(key));
        this.#expect("]");
      } else break;
    }
    if (this.#tokens[this.#at] === "(") {
      if (this.#tokens.includes(")", this.#at))
        throw new UnsupportedCel(`call of ${parts.join(".")}`);
      throw new SyntaxError("expected )");
    }
    const path = parts.join("\0");
    return (attributes) => attributes(path);
  }
}

function constant(value: string | boolean): Expression {
  return () => value;
}

function unquote(token: string): string {
  return token.slice(1, -1).replace(/\\(.)/g, "$1");
}

/** Attributes come as bytes: a boolean is one byte, a number eight. */
function truth(value: Value): boolean | undefined {
  if (value instanceof Uint8Array && value.length === 1) return value[0] !== 0;
  return typeof value === "boolean" ? value : undefined;
}

function equals(left: Value, right: Value): boolean | undefined {
  if (left === undefined || right === undefined) return undefined;
  if (typeof left === "boolean" || typeof right === "boolean") return truth(left) === truth(right);
  if (typeof left === "bigint" || typeof right === "bigint") return whole(left) === whole(right);
  return text(left) === text(right);
}

function whole(value: string | bigint | Uint8Array): bigint | undefined {
  if (typeof value === "bigint") return value;
  if (typeof value === "string" || value.length !== 8) return undefined;
  return new DataView(value.buffer, value.byteOffset).getBigInt64(0, true);
}

function text(value: string | bigint | Uint8Array): string {
  return value instanceof Uint8Array ? latin1Of(value) : String(value);
}

/** An error on one side does not matter when the other one decides. */
function junction(left: Expression, right: Expression, decides: boolean): Expression {
  return (attributes) => {
    const a = truth(left(attributes));
    if (a === decides) return decides;
    const b = truth(right(attributes));
    if (b === decides) return decides;
    return a === undefined || b === undefined ? undefined : !decides;
  };
}

/** A result in Envoy's property encoding; undefined for an error. */
export function encodeCel(value: Value): Uint8Array | undefined {
  if (value === undefined || value instanceof Uint8Array) return value;
  if (typeof value === "boolean") return Uint8Array.of(value ? 1 : 0);
  if (typeof value === "string")
    return /[^\0-\xff]/.test(value) ? utf8(value) : bytesOfLatin1(value);
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, value, true);
  return bytes;
}
