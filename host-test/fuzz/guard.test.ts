// Random and hostile requests through guard.wasm with every rule on: no trap, no answer but 200 and the table's own, no growth of memory.
// MESHWARDEN_FUZZ_REQUESTS and MESHWARDEN_FUZZ_SEED extend and repeat a run; a failure prints the request.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../cli/build/compile.ts";
import { guarded } from "../filters/guarded.ts";
import type { Header, RequestInit } from "../host/index.ts";
import { Random } from "../host/random.ts";

const requests = Number(process.env["MESHWARDEN_FUZZ_REQUESTS"] ?? 8000);
const seed = Number(process.env["MESHWARDEN_FUZZ_SEED"] ?? 20261123);

const limits = {
  addresses: { deny: ["192.0.2.0/24", "2001:db8::/32"] },
  hosts: { allow: ["*.example.com", "h"] },
  headers: { maxCount: 60, required: [] },
  cookies: { maxCount: 8, maxCookieBytes: 256 },
  userAgents: { deny: ["*sqlmap*", "*nikto*", "a*a*a*a*b"] },
  body: { maxBytes: "64KiB" },
  json: { maxBytes: "32KiB", maxDepth: 12, anyContentType: true },
  modes: {
    path_empty_segment: "shadow",
    path_unsafe_byte: "tag",
    query_bad_utf8: "shadow",
    query_control_byte: "tag",
    query_double_encoding: "shadow",
    user_agent_missing: "shadow",
  },
};

const data = process.env["MESHWARDEN_DATA"] ?? path.resolve(packageRoot, "../shared/data");

/** Attack lines of others where they are found, and our own in any case. */
function attackLines(): string[] {
  const own = [
    "../../etc/passwd",
    "..%c0%af..",
    "%00",
    "<script>",
    "' or 1=1--",
    "\r\nx: y",
    "${jndi:x}",
    "{{7*7}}",
  ];
  const folder = path.join(data, "payloads/dev");
  if (!existsSync(folder)) return own;
  const lines = [...own];
  for (const name of readdirSync(folder, { recursive: true }) as string[]) {
    if (!name.endsWith(".txt")) continue;
    const text = readFileSync(path.join(folder, name), "latin1").split("\n");
    for (let i = 0; i < text.length; i += 7) if (text[i].length < 4000) lines.push(text[i]);
  }
  return lines;
}

class Generator {
  readonly #random: Random;
  readonly #lines = attackLines();

  constructor(start: number) {
    this.#random = new Random(start);
  }

  below(limit: number): number {
    return Math.floor(this.#random.next() * limit);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)];
  }

  bytes(most: number): string {
    const length = this.below(this.below(most) + 1);
    let text = "";
    for (let i = 0; i < length; i++) text += String.fromCharCode(this.below(256));
    return text;
  }

  text(): string {
    const kind = this.below(8);
    if (kind < 4) return this.pick(this.#lines);
    if (kind < 6) return this.bytes(200);
    if (kind < 7)
      return this.pick(["%", "/", "..", "a", ";", "=", "&", "\\", "\0"]).repeat(this.below(300));
    return "a".repeat(this.below(20_000));
  }

  json(depth: number): string {
    const kind = this.below(depth > 14 ? 3 : 6);
    if (kind === 0)
      return this.pick(["1", "-0", "01", "1e999", "nul", "true", '"\\ud800"', "", "\xff", "-"]);
    if (kind === 1) return JSON.stringify(this.bytes(30));
    if (kind === 2) return `"${this.bytes(20)}"`;
    const items = Array.from({ length: this.below(4) }, () => this.json(depth + 1));
    if (kind === 3) return `[${items.join(",")}]`;
    return `{${items.map((item) => `"${this.pick(["a", "b", "\\u0061", "é"])}":${item}`).join(",")}}`;
  }

  body(): RequestInit["body"] {
    const kind = this.below(6);
    if (kind < 2) return undefined;
    const text = kind < 5 ? this.json(0) : this.text();
    const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0) & 255);
    const cut = this.below(bytes.length + 1);
    return this.below(2) === 0 ? bytes : [bytes.slice(0, cut), bytes.slice(cut)];
  }

  headers(): Header[] {
    const names = [
      ...[
        "cookie",
        "user-agent",
        "content-type",
        "content-length",
        "content-encoding",
        "x-request-id",
        "host",
        "te",
      ],
      ...[
        "authorization",
        "x-forwarded-for",
        "x-a",
        "accept",
        "upgrade",
        "transfer-encoding",
        "x-meshwarden-findings",
      ],
    ];
    const count = this.below(20) === 0 ? this.below(90) : this.below(8);
    return Array.from({ length: count }, () => {
      const name = this.below(12) === 0 ? `x-${this.below(1000)}` : this.pick(names);
      const value =
        this.below(3) === 0
          ? this.pick(["application/json", "gzip", "5", "websocket"])
          : this.text();
      return [name, value];
    });
  }

  /** Most parts of a request are ordinary, so that the hostile one is reached. */
  request(): RequestInit {
    const odd = (): boolean => this.below(5) === 0;
    return {
      method: odd()
        ? this.pick(["CONNECT", "OPTIONS", "", "g", this.text()])
        : this.pick(["GET", "POST", "PUT"]),
      path: odd()
        ? `/${this.text()}?${this.text()}`
        : this.pick(["/", "/a/b.c?d=e&f", "/%e2%82%ac", "/a?b=%00"]),
      authority: odd() ? this.text() : this.pick(["h", "a.example.com"]),
      headers: this.headers(),
      body: this.body(),
      source: odd()
        ? this.pick(["192.0.2.1:9", "[::ffff:192.0.2.1]:9", "x", this.text()])
        : "[::1]:1",
      separateEndOfStream: this.below(2) === 0,
      trailers: this.below(6) === 0 ? [["x-t", this.text()]] : undefined,
    };
  }
}

test(
  `${requests} random requests: no trap, no growth (seed ${seed})`,
  { timeout: 600_000 },
  async () => {
    const host = await guarded({
      limits,
      host: {
        lean: true,
        enableTrailers: true,
        useRemoteAddress: true,
        logLevel: "critical",
        seed,
      },
    });
    const generator = new Generator(seed);
    const seen = new Map<number, number>();
    let pages = 0;
    for (let i = 0; i < requests; i++) {
      const request = generator.request();
      const exchange = await host.request(request);
      if (exchange.trap !== undefined)
        expect.fail(`${exchange.trap.message}: ${JSON.stringify(request)}`);
      if (exchange.paused !== "") expect.fail(`paused: ${JSON.stringify(request)}`);
      seen.set(exchange.status, (seen.get(exchange.status) ?? 0) + 1);
      // Warm after the first eighth: the largest request has grown what may grow.
      if (i === requests >> 3) pages = host.pages;
    }
    expect(host.traps).toEqual([]);
    expect(host.pages).toBe(pages);
    expect(seen.get(200), JSON.stringify([...seen])).toBeGreaterThan(requests / 50);
    const denials = [...seen]
      .filter(([status]) => status >= 400)
      .reduce((sum, [, count]) => sum + count, 0);
    expect(denials).toBeGreaterThan(requests / 10);
    host.close();
  },
);
