// Requests and rule texts for the firewall's fuzzer, made from grammars: most parts are well-formed, so that what is broken lies
// deep, and every one of them comes from a seed.
import type { Header, RequestInit } from "../host/index.ts";
import { Random } from "../host/random.ts";

const attacks = [
  "' or 1=1--",
  "1 union/**/select a,b from t#",
  "<svg/onload=alert(1)>",
  "&#x3c;script&#62;",
  "\\u003cscript\\x3e",
  "../../../etc/passwd",
  "%252e%252e%255c",
  ";cat /etc/passwd|nc -e",
  "${${lower:j}ndi:ldap://x}",
  "{{7*7}}",
  "%00%0d%0a",
  "%u0027%uff1c",
  "\xc0\xaf\xff\xfe",
  "=?utf-8?Q?",
  "/*!50000*/",
  "aaaa",
];
const words = [
  "id",
  "q",
  "json.a.0",
  "__proto__",
  "a[b][c]",
  "$ne",
  "",
  "page",
  "x".repeat(60),
  "é",
];

/** Values from one seed. */
export class Grammar {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = new Random(seed);
  }

  below(limit: number): number {
    return Math.floor(this.#random.next() * limit);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  many<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.below(most + 1) }, make);
  }

  value(): string {
    switch (this.below(8)) {
      case 0:
        return "";
      case 1:
        return this.pick([...attacks, "%", "\\", "&", "'", '"', "<", "\0"]).repeat(this.below(400));
      case 2:
        return this.many(60, () => String.fromCharCode(this.below(256))).join("");
      case 3:
        return String(this.below(1e9) - 5e8);
      case 4:
        return this.many(5, () => this.pick(attacks)).join(
          this.pick(["", " ", "/**/", "%20", "\n"]),
        );
      default:
        return this.pick(attacks);
    }
  }

  #pairs(join: string, escape: (text: string) => string): string {
    return this.many(
      12,
      () => `${this.pick(words)}${this.pick(["=", "=", "=", "", "=="])}${escape(this.value())}`,
    ).join(join);
  }

  #escape = (text: string): string => {
    const how = this.below(4);
    if (how === 0) return text;
    const escaped = [...text]
      .map((char) => `%${char.charCodeAt(0).toString(16).padStart(2, "0")}`)
      .join("");
    return how === 1
      ? escaped
      : text.replace(
          /[^\w.-]/g,
          (char) => `%${(char.charCodeAt(0) & 255).toString(16).padStart(2, "0")}`,
        );
  };

  #json(depth: number): string {
    const kind = this.below(depth > 40 ? 3 : 8);
    if (kind === 0)
      return this.pick(["1", "-0.5e3", "true", "null", "01", '"\\ud800"', "", "[", '"\\u0000"']);
    if (kind < 4) return JSON.stringify(this.value());
    const items = this.many(4, () => this.#json(depth + 1));
    if (kind < 6) return `[${items.join(",")}]`;
    return `{${items.map((item) => `${JSON.stringify(this.pick(words))}:${item}`).join(this.pick([",", ",", ",,"]))}}`;
  }

  #xml(depth: number): string {
    const name = this.pick(["a", "b:c", "x".repeat(30)]);
    const inner =
      depth > 30
        ? ""
        : this.many(3, () =>
            this.below(2) === 0 ? this.#xml(depth + 1) : this.value().replace(/[<&]/g, "&lt;"),
          ).join("");
    return this.pick([
      `<${name} k="${this.value().replace(/["<&]/g, "")}">${inner}</${name}>`,
      `<${name}>${inner}</${name}>`,
      `<![CDATA[${this.value()}]]>`,
      `<!-- ${this.value()} -->`,
      `<!DOCTYPE a [<!ENTITY b "${this.value()}">]>&b;`,
      `<${name}>${inner}`,
    ]);
  }

  #multipart(): string {
    const end = this.pick(["\r\n", "\r\n", "\r\n", "\n"]);
    const parts = this.many(6, () => {
      const file =
        this.below(2) === 0
          ? `; filename="${this.pick(["a.png", "a.php", "../x", 'a"b', ""])}"`
          : "";
      const more =
        this.below(4) === 0 ? `content-type: ${this.value().replace(/[\r\n]/g, " ")}${end}` : "";
      return `--b${end}content-disposition: form-data; name="${this.pick(words)}"${file}${end}${more}${end}${this.value()}${end}`;
    });
    return parts.join("") + this.pick([`--b--${end}`, "--b--", "--b", ""]);
  }

  #body(): [type: string, text: string] {
    switch (this.below(6)) {
      case 0:
        return ["application/x-www-form-urlencoded", this.#pairs("&", this.#escape)];
      case 1:
        return ["application/json", this.#json(0)];
      case 2:
        return ["text/xml", `<?xml version="1.0"?>${this.#xml(0)}`];
      case 3:
        return [
          `multipart/form-data; boundary=${this.pick(["b", "b", "b", '"b"', "", "x".repeat(80)])}`,
          this.#multipart(),
        ];
      case 4:
        return ["text/plain", this.value()];
      default:
        return [this.value().replace(/[\r\n\0]/g, " "), this.value()];
    }
  }

  /** A request that mostly parses, cut anywhere. */
  request(): RequestInit {
    // Some are ordinary: what a hostile one leaves behind must not harm them.
    if (this.below(10) === 0)
      return {
        path: "/products?page=2",
        headers: [
          ["user-agent", "Mozilla/5.0"],
          ["accept", "text/html"],
        ],
      };
    const headers: Header[] = this.many(6, () => [
      this.pick([
        "user-agent",
        "referer",
        "x-a",
        "accept",
        "range",
        "x-forwarded-for",
        "content-encoding",
      ]),
      this.value(),
    ]);
    if (this.below(2) === 0)
      headers.push(["cookie", this.#pairs("; ", (text) => text.replace(/[;\r\n]/g, ""))]);
    const path = `/${this.many(4, () => this.#escape(this.value())).join("/")}?${this.#pairs("&", this.#escape)}`;
    const upstream =
      this.below(4) === 0
        ? {
            status: this.pick([200, 404, 500]),
            headers: [["content-type", this.pick(["text/html", "application/json"])]] as Header[],
            body: this.value(),
          }
        : undefined;
    const base: RequestInit = { path, headers, ...(upstream === undefined ? {} : { upstream }) };
    if (this.below(3) === 0) return base;
    const [type, text] = this.#body();
    const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0) & 255);
    const cut = this.below(bytes.length + 1);
    headers.push(["content-type", type]);
    return {
      ...base,
      method: this.pick(["POST", "PUT", "PATCH"]),
      body: [bytes.slice(0, cut), bytes.slice(cut)],
    };
  }

  /** Rule text with something broken, changed, doubled or left out. */
  rules(seeds: string[]): string {
    let text = this.many(4, () => this.pick(seeds)).join("\n");
    for (let changes = 1 + this.below(4); changes > 0; changes--) text = this.#mutate(text);
    return text.slice(0, 60_000);
  }

  #mutate(text: string): string {
    const at = this.below(text.length + 1);
    const length = this.below(this.pick([2, 8, 60]));
    const insert = this.pick([
      ...[
        '"',
        "'",
        "\\",
        "\n",
        ",",
        ":",
        "|",
        "!",
        "&",
        "@",
        "%{",
        "}",
        "(",
        "[^",
        "{999}",
        "\\\n",
        "\0",
        "`",
        "\xff",
      ],
      ...[
        "chain",
        "t:none,",
        "ctl:ruleRemoveById=1-9",
        "setvar:tx.a=+%{tx.b}",
        "skipAfter:X",
        "phase:9",
        "id:1",
        "multiMatch,",
      ],
      ...[
        "SecMarker X\n",
        "Include @own/*.conf\n",
        "SecRuleRemoveById 1\n",
        'SecDefaultAction "phase:1,deny"\n',
      ],
      ...[
        "@pm a b",
        "@ipMatch 1.2.3.4/99",
        "@validateByteRange 1-999",
        "ARGS:/(/",
        "XML:/*",
        "TX:/x/",
        "&ARGS",
      ],
    ]);
    switch (this.below(4)) {
      case 0:
        return text.slice(0, at) + text.slice(at + length);
      case 1:
        return text.slice(0, at) + insert + text.slice(at);
      case 2:
        return (
          text.slice(0, at) +
          text.slice(at, at + length).repeat(1 + this.below(20)) +
          text.slice(at)
        );
      default:
        return text.slice(0, at) + String.fromCharCode(this.below(256)) + text.slice(at + 1);
    }
  }
}
