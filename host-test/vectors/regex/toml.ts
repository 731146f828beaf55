// The subset of TOML that the rust-lang/regex test files use: [[test]] tables, the four kinds of string,
// arrays over several lines, inline tables, integers and booleans (toml.io/en/v1.0.0).

export type TomlValue = string | number | boolean | TomlValue[] | { [key: string]: TomlValue };
export type TomlTable = { [key: string]: TomlValue };

/** Tables of every `[[test]]` in order. */
export function parseTests(text: string): TomlTable[] {
  const reader = new Reader(text);
  const tests: TomlTable[] = [];
  while (reader.skipBlank()) {
    if (reader.takeWord("[[test]]")) {
      tests.push({});
      continue;
    }
    const key = reader.key();
    reader.expect("=");
    tests.at(-1)![key] = reader.value();
  }
  return tests;
}

class Reader {
  #at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** Skips white space and comments; false at the end. */
  skipBlank(): boolean {
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined) return false;
      if (char === "#") {
        while (this.#at < this.#text.length && this.#text[this.#at] !== "\n") this.#at++;
      } else if (/\s/.test(char)) this.#at++;
      else return true;
    }
  }

  takeWord(word: string): boolean {
    if (!this.#text.startsWith(word, this.#at)) return false;
    this.#at += word.length;
    return true;
  }

  expect(word: string): void {
    this.skipBlank();
    if (!this.takeWord(word)) throw new Error(`expected ${word} at ${this.#at}`);
  }

  key(): string {
    const match = /^[A-Za-z0-9_-]+/.exec(this.#text.slice(this.#at, this.#at + 80));
    if (!match)
      throw new Error(
        `expected a key at ${this.#at}: ${this.#text.slice(this.#at, this.#at + 40)}`,
      );
    this.#at += match[0].length;
    return match[0];
  }

  value(): TomlValue {
    this.skipBlank();
    if (this.takeWord("'''")) return this.#until("'''");
    if (this.takeWord('"""')) return this.#escaped('"""');
    if (this.takeWord("'")) return this.#until("'");
    if (this.takeWord('"')) return this.#escaped('"');
    if (this.takeWord("[")) return this.#list();
    if (this.takeWord("{")) return this.#table();
    if (this.takeWord("true")) return true;
    if (this.takeWord("false")) return false;
    const match = /^-?\d+/.exec(this.#text.slice(this.#at, this.#at + 20));
    if (!match) throw new Error(`unknown value at ${this.#at}`);
    this.#at += match[0].length;
    return Number(match[0]);
  }

  #until(close: string): string {
    if (close.length === 3) this.takeWord("\n");
    const end = this.#text.indexOf(close, this.#at);
    const body = this.#text.slice(this.#at, end);
    this.#at = end + close.length;
    return body;
  }

  #escaped(close: string): string {
    if (close.length === 3) this.takeWord("\n");
    let body = "";
    while (!this.takeWord(close)) {
      const char = this.#text[this.#at++]!;
      if (char !== "\\") {
        body += char;
        continue;
      }
      const kind = this.#text[this.#at++]!;
      const simple: Record<string, string> = {
        n: "\n",
        t: "\t",
        r: "\r",
        b: "\b",
        f: "\f",
        '"': '"',
        "\\": "\\",
      };
      if (kind === "u" || kind === "U") {
        const digits = kind === "u" ? 4 : 8;
        body += String.fromCodePoint(parseInt(this.#text.slice(this.#at, this.#at + digits), 16));
        this.#at += digits;
      } else if (/\s/.test(kind)) this.skipBlank();
      else body += simple[kind] ?? "";
    }
    return body;
  }

  #list(): TomlValue[] {
    const items: TomlValue[] = [];
    for (;;) {
      this.skipBlank();
      if (this.takeWord("]")) return items;
      items.push(this.value());
      this.skipBlank();
      this.takeWord(",");
    }
  }

  #table(): TomlTable {
    const table: TomlTable = {};
    for (;;) {
      this.skipBlank();
      if (this.takeWord("}")) return table;
      const key = this.key();
      this.expect("=");
      table[key] = this.value();
      this.skipBlank();
      this.takeWord(",");
    }
  }
}
