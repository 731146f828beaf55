// waf.wasm under many requests: memory stays where the first of them brought it, and what hostile values add to the caches of
// patterns stays within their bound. MESHWARDEN_WAF_REQUESTS sets how many (1,000,000: some minutes).
import { beforeAll, describe, expect, test } from "vitest";
import { ruleFiles } from "../../cli/waf/rule-files.ts";
import { createHost, type Host, type RequestInit } from "../host/index.ts";
import { Random } from "../host/random.ts";
import { dataFolder } from "../vectors/data.ts";
import { filterModule } from "./guarded.ts";

const requests = Number(process.env["MESHWARDEN_WAF_REQUESTS"] ?? 2400);
const crs = dataFolder("crs");

const rules = [
  "Include @recommended-conf",
  "SecRuleEngine On",
  ...(crs === undefined ? [] : ["Include @crs-setup-conf", "Include @owasp_crs/*.conf"]),
  "Include @meshwarden/*.conf",
];

let module: WebAssembly.Module;
beforeAll(async () => {
  module = await filterModule("waf");
}, 60_000);

function openHost(): Promise<Host> {
  const files = crs === undefined ? {} : ruleFiles(crs);
  const config = JSON.stringify({
    version: 1,
    holdHeaders: true,
    waf: { rules, files, countRules: true },
  });
  return createHost({
    filters: [{ name: "waf", wasm: module, config, allowOnHeadersStopIteration: true }],
    workers: 1,
    lean: true,
    logLevel: "critical",
  });
}

const agent: [string, string] = ["user-agent", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"];
const typed = (type: string): [string, string][] => [agent, ["content-type", type]];

/** What a service sees, one after the other; `n` makes values that were not there before. */
const mixed: ((n: number) => RequestInit)[] = [
  (n) => ({
    path: `/products/${n}?page=${n % 7}&sort=price`,
    headers: [agent, ["cookie", `session=${n}; theme=dark`]],
  }),
  (n) => ({
    method: "POST",
    path: "/login",
    headers: typed("application/x-www-form-urlencoded"),
    body: `user=u${n}&password=p%40ss${n}`,
  }),
  (n) => ({
    method: "POST",
    path: "/api",
    headers: typed("application/json"),
    body: JSON.stringify({ id: n, items: [{ name: `Chair ${n}`, price: n / 7 }] }),
  }),
  (n) => ({ path: `/search?q=${n}'%20or%20'1'='1`, headers: [agent] }),
  (n) => ({ path: `/search?q=<script>alert(${n})</script>`, headers: [agent] }),
  (n) => ({
    method: "POST",
    path: "/upload",
    headers: typed("multipart/form-data; boundary=b"),
    body: `--b\r\ncontent-disposition: form-data; name="f"; filename="a${n}.png"\r\n\r\n${"x".repeat(200)}\r\n--b--\r\n`,
  }),
  (n) => ({
    method: "POST",
    path: "/soap",
    headers: typed("text/xml"),
    body: `<a><b>${n}</b></a>`,
  }),
  (n) => ({ path: `/files/..%2f..%2fetc/passwd?${n}`, headers: [agent] }),
];

describe(`rules of this package${crs === undefined ? " (the Core Rule Set was not found: MESHWARDEN_DATA)" : " and the Core Rule Set"}`, () => {
  test(`${requests} mixed requests leave memory where it was`, { timeout: 3_600_000 }, async () => {
    const host = await openHost();
    const statuses = new Map<number, number>();
    let pages = 0;
    for (let n = 0; n < requests; n++) {
      const { status, trap } = await host.request(mixed[n % mixed.length]!(n));
      expect(trap).toBeUndefined();
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (n === Math.min(requests >> 2, 20_000)) pages = host.pages;
    }
    expect(host.pages).toBe(pages);
    expect(statuses.get(200)).toBeGreaterThan(requests / 2);
    expect(statuses.get(403)).toBeGreaterThan(requests / 4);
    host.close();
  });

  test("new rules leave memory where it was", { timeout: 600_000 }, async () => {
    const host = await openHost();
    const own = ["Include @recommended-conf", "SecRuleEngine On", "Include @meshwarden/*.conf"];
    const pages: number[] = [];
    for (let n = 0; n < 24; n++) {
      const first = `SecAction "id:1,phase:1,pass,nolog,setvar:tx.n=${n}"`;
      const config = JSON.stringify({ version: 1, waf: { rules: [first, ...own] } });
      expect(host.updateConfig("waf", config).ok).toBe(true);
      // The rules before go when their last stream has ended.
      host.drain();
      expect((await host.request(mixed[4]!(n))).status).toBe(403);
      pages.push(host.pages);
    }
    expect(pages.at(-1)).toBe(pages[8]);
    host.close();
  });

  test(
    `${requests} requests that make names leave memory where it was`,
    { timeout: 3_600_000 },
    async () => {
      const host = await openHost();
      const rules = [
        "SecRuleEngine On",
        `SecAction "id:1,phase:1,pass,nolog,initcol:ip=%{REMOTE_ADDR},setsid:%{REQUEST_HEADERS.x-session},setvar:ip.%{REQUEST_HEADERS.x-session}=+1"`,
        `SecRule ARGS "@unconditionalMatch" "id:2,phase:2,pass,nolog,setvar:'tx.seen_%{MATCHED_VAR_NAME}=%{MATCHED_VAR}',setenv:'e%{MATCHED_VAR}=1'"`,
        `SecRule TX:/^seen_ARGS:n/ "@unconditionalMatch" "id:3,phase:2,pass,nolog,setvar:tx.count=+1"`,
        `SecRule TX:count "!@eq 3" "id:4,phase:2,deny,status:418"`,
        `SecRule &IP "!@eq 1" "id:5,phase:2,deny,status:419"`,
        `SecRule SESSIONID "!@beginsWith s" "id:6,phase:2,deny,status:420"`,
        `SecRule &ENV "!@eq 4" "id:7,phase:2,deny,status:421"`,
      ];
      expect(host.updateConfig("waf", JSON.stringify({ version: 1, waf: { rules } })).ok).toBe(
        true,
      );
      host.drain();
      let pages = 0;
      for (let n = 0; n < requests; n++) {
        // Each request has names that no other has.
        const path = `/?n${n}=a${n}&n${n}x=b${n}&n=c&m=${n}`;
        const { status } = await host.request({ path, headers: [["x-session", `s${n}`]] });
        if (status !== 200) expect([n, status]).toEqual([n, 200]);
        if (n === Math.min(requests >> 2, 20_000)) pages = host.pages;
      }
      expect(host.pages).toBe(pages);
      host.close();
    },
  );

  test("names of rules that have gone are free again", { timeout: 600_000 }, async () => {
    const host = await openHost();
    const pages: number[] = [];
    // More names together than there are places for (1024).
    for (let n = 0; n < 40; n++) {
      const names = Array.from({ length: 60 }, (_, i) => `setvar:tx.name_${n}_${i}=${i}`);
      const rules = [
        "SecRuleEngine On",
        `SecAction "id:1,phase:1,pass,nolog,${names.join()}"`,
        `SecRule TX:name_${n}_59 "@eq 59" "id:2,phase:1,deny,chain"`,
        `SecRule &TX "@eq 60" ""`,
      ];
      const config = JSON.stringify({ version: 1, waf: { rules } });
      const result = host.updateConfig("waf", config);
      expect([n, result.ok, ...result.logs.map(({ message }) => message)]).toEqual([n, true]);
      host.drain();
      expect((await host.request({ path: "/" })).status).toBe(403);
      pages.push(host.pages);
    }
    expect(pages.at(-1)).toBe(pages[9]);
    const many = Array.from({ length: 1100 }, (_, i) => `setvar:tx.many_${i}=1`).join();
    const tooMany = [`SecAction "id:1,phase:1,pass,nolog,${many}"`];
    const refused = host.updateConfig(
      "waf",
      JSON.stringify({ version: 1, waf: { rules: tooMany } }),
    );
    expect(refused.ok).toBe(false);
    expect((await host.request({ path: "/" })).status).toBe(403);
    // What was refused has given its names back.
    const config = JSON.stringify({
      version: 1,
      waf: { rules: [`SecAction "id:1,phase:1,deny,setvar:tx.last=1"`] },
    });
    expect(host.updateConfig("waf", config).ok).toBe(true);
    host.close();
  });

  test(
    "values made to fill the caches of patterns stay within their bound",
    { timeout: 600_000 },
    async () => {
      const host = await openHost();
      const random = new Random(7);
      const below = (limit: number): number => Math.floor(random.next() * limit);
      // Pieces of what patterns look for, in ever new orders: each byte may be a state that no request made before.
      const pieces = [
        "select ",
        "union",
        "<",
        "script",
        "on",
        "=",
        "'",
        "/*",
        ";",
        "|",
        "cat ",
        "$(",
        "..",
        "/",
        "a",
        "\\",
        "%",
        "0x",
        "(",
        "php:",
        "\n",
        "é",
      ];
      const hostile = (bytes: number): string => {
        let text = "";
        while (text.length < bytes)
          text +=
            below(3) === 0 ? String.fromCharCode(33 + below(200)) : pieces[below(pieces.length)]!;
        return text;
      };
      const send = (): Promise<unknown> =>
        host.request({
          method: "POST",
          path: `/?q=${encodeURIComponent(hostile(300))}`,
          headers: [
            ["content-type", "application/x-www-form-urlencoded"],
            ["user-agent", hostile(100).replace(/[\n]/g, "")],
          ],
          body: `a=${encodeURIComponent(hostile(6000))}&b=${encodeURIComponent(hostile(6000))}`,
        });
      for (let n = 0; n < 30; n++) await send();
      const { pages } = host;
      for (let n = 0; n < 90; n++) await send();
      expect(host.traps).toEqual([]);
      expect(host.pages).toBe(pages);
      host.close();
    },
  );
});
