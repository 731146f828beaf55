// waf.wasm in the Node host: when each phase runs and what the upstream sees, profiles, modes, limits, what the log says,
// and rules that are refused.
import { describe, expect, test } from "vitest";
import type { Exchange, Header, Host, RequestInit } from "../host/index.ts";
import { guarded } from "./guarded.ts";

const base = ["SecRuleEngine On", "SecRequestBodyAccess On"];

/** A host whose only filter runs these rule lines. */
async function walled(
  lines: string[],
  more: Record<string, unknown> = {},
  holds = true,
): Promise<Host> {
  const waf = { directives_map: { own: [...base, ...lines] }, default_directives: "own", ...more };
  return guarded({
    filter: "waf",
    config: JSON.stringify({ version: 1, holdHeaders: holds, waf }),
    allowOnHeadersStopIteration: holds,
  });
}

/** Ids of the rules that an exchange logged. */
const ids = (exchange: Exchange): number[] =>
  exchange.logs.flatMap(({ message }) => {
    const found = /^\[id "(\d+)"\]/.exec(message);
    return found === null ? [] : [Number(found[1])];
  });

const form = (body: RequestInit["body"]): RequestInit => ({
  method: "POST",
  path: "/form",
  headers: [["content-type", "application/x-www-form-urlencoded"]],
  body,
});

const attack = `SecRule ARGS|ARGS_NAMES "@rx (?i)<script" "id:100,phase:2,deny,status:403,log,msg:'Script',severity:CRITICAL,t:none,t:urlDecodeUni"`;

describe("phases", () => {
  test("a request without body is judged at its headers and never reaches the upstream", async () => {
    const host = await walled([attack], {}, false);
    const exchange = await host.request({ path: "/?q=%3Cscript%3E" });
    expect(exchange.status).toBe(403);
    expect(exchange.details).toBe("waf.denied");
    expect(exchange.upstream.reached).toBe(false);
    expect(ids(exchange)).toEqual([100]);
    host.close();
  });

  test("a body is judged when it is complete, however it is cut", async () => {
    const host = await walled([attack]);
    const body = "a=1&q=%3CScRipt%3Ealert(1)";
    for (let cut = 1; cut < body.length; cut++) {
      const exchange = await host.request(form([body.slice(0, cut), body.slice(cut)]));
      expect(exchange.status, `cut at ${cut}`).toBe(403);
      expect(exchange.upstream.reached).toBe(false);
    }
    expect((await host.request(form(["a=1&q=", "plain+text"]))).status).toBe(200);
    host.close();
  });

  test("trailers end a body too", async () => {
    const host = await walled([attack]);
    const exchange = await host.request({ ...form("q=<script>"), trailers: [["x-t", "1"]] });
    expect(exchange.status).toBe(403);
    host.close();
  });

  test("phase 3 sees the response's head, phase 4 its body", async () => {
    const lines = [
      "SecResponseBodyAccess On",
      "SecResponseBodyMimeType text/plain",
      `SecRule RESPONSE_HEADERS:X-Debug "@rx trace" "id:301,phase:3,deny,status:500,log"`,
      `SecRule RESPONSE_BODY "@contains SQL syntax" "id:401,phase:4,deny,status:502,log"`,
    ];
    const host = await walled(lines);
    const answer = (headers: Header[], body: string): RequestInit => ({
      upstream: { status: 200, headers, body },
    });
    const plain: Header = ["content-type", "text/plain; charset=utf-8"];
    expect((await host.request(answer([["x-debug", "trace=1"]], "ok"))).status).toBe(500);
    expect((await host.request(answer([plain], "error in your SQL syntax near"))).status).toBe(502);
    expect((await host.request(answer([plain], "fine"))).text()).toBe("fine");
    const image: Header = ["content-type", "image/png"];
    expect((await host.request(answer([image], "SQL syntax"))).status).toBe(200);
    host.close();
  });

  test("pseudo-headers are no headers, and host stands for the authority", async () => {
    const host = await walled([
      `SecRule REQUEST_HEADERS_NAMES "@rx ^:" "id:1,phase:1,deny"`,
      `SecRule REQUEST_HEADERS:Host "@streq evil.example" "id:2,phase:1,deny,status:421"`,
      `SecRule REQUEST_LINE "!@rx ^GET /a HTTP/1.1$" "id:3,phase:1,deny,status:400"`,
    ]);
    expect((await host.request({ path: "/a", authority: "good.example" })).status).toBe(200);
    expect((await host.request({ path: "/a", authority: "evil.example" })).status).toBe(421);
    host.close();
  });
});

describe("what rules do", () => {
  test("scores add up over rules and a threshold denies", async () => {
    const host = await walled([
      `SecAction "id:1,phase:1,nolog,pass,setvar:tx.critical=5,setvar:tx.score=0"`,
      `SecRule ARGS "@rx select" "id:2,phase:2,pass,log,setvar:tx.score=+%{tx.critical}"`,
      `SecRule ARGS "@rx union" "id:3,phase:2,pass,log,setvar:tx.score=+%{tx.critical}"`,
      `SecRule TX:SCORE "@ge 10" "id:4,phase:2,deny,log,msg:'Score %{tx.score}'"`,
    ]);
    const exchange = await host.request({ path: "/?q=union+select" });
    expect(exchange.status).toBe(403);
    expect(ids(exchange)).toEqual([2, 3, 4]);
    expect(exchange.logs.at(-2)?.message).toContain('[msg "Score 10"]');
    expect((await host.request({ path: "/?q=select" })).status).toBe(200);
    host.close();
  });

  test("a chain needs all its links, captures and matched values go along", async () => {
    const host = await walled([
      `SecRule ARGS:id "@rx ^(\\d+)-(\\w+)$" "id:1,phase:2,deny,capture,log,chain"`,
      `SecRule TX:2 "@streq root" "chain"`,
      `SecRule MATCHED_VARS_NAMES "@streq ARGS:id" "t:none"`,
    ]);
    expect((await host.request({ path: "/?id=7-root" })).status).toBe(403);
    expect((await host.request({ path: "/?id=7-user" })).status).toBe(200);
    expect((await host.request({ path: "/?x=7-root" })).status).toBe(200);
    host.close();
  });

  test("skipAfter, ctl and updates leave rules and values out", async () => {
    const host = await walled([
      `SecRule REQUEST_URI "@beginsWith /static" "id:1,phase:1,pass,nolog,skipAfter:END"`,
      `SecRule REQUEST_HEADERS:User-Agent "@pm bad-bot worse" "id:2,phase:1,deny"`,
      `SecMarker END`,
      `SecRule REQUEST_URI "@beginsWith /upload" "id:3,phase:1,pass,nolog,ctl:ruleRemoveTargetById=100;ARGS:comment"`,
      `SecRule REQUEST_URI "@beginsWith /raw" "id:4,phase:1,pass,nolog,ctl:ruleRemoveById=100"`,
      attack,
      `SecRuleUpdateTargetById 100 "!ARGS:html"`,
      `SecRule ARGS:gone "@unconditionalMatch" "id:5,phase:2,deny"`,
      `SecRuleRemoveById 5`,
    ]);
    const status = async (path: string, agent = "x"): Promise<number> =>
      (await host.request({ path, headers: [["user-agent", agent]] })).status;
    expect(await status("/a", "A-Bad-Bot")).toBe(403);
    expect(await status("/static/a", "a-bad-bot")).toBe(200);
    expect(await status("/upload?comment=<script>")).toBe(200);
    expect(await status("/upload?title=<script>")).toBe(403);
    expect(await status("/raw?title=<script>")).toBe(200);
    expect(await status("/a?html=<script>&gone=1")).toBe(200);
    host.close();
  });

  test("redirect sends the client on, and never a line of its own making", async () => {
    const host = await walled([
      `SecRule ARGS:a "@streq 1" "id:1,phase:2,log,redirect:https://help.example/?id=%{UNIQUE_ID}"`,
      `SecRule ARGS:b "@rx ." "id:2,phase:2,log,status:307,redirect:%{ARGS.b}"`,
    ]);
    const headers: Header[] = [["x-request-id", "r-1"]];
    const one = await host.request({ path: "/?a=1", headers });
    expect([one.status, one.header("location")]).toEqual([302, "https://help.example/?id=r-1"]);
    const two = await host.request({ path: "/?b=%0d%0aset-cookie:x=1" });
    expect([two.status, two.header("location"), two.header("set-cookie")]).toEqual([
      307,
      undefined,
      undefined,
    ]);
    host.close();
  });

  test("DetectionOnly logs and lets pass; Off does nothing", async () => {
    const only = await walled(["SecRuleEngine DetectionOnly", attack]);
    const exchange = await only.request({ path: "/?q=<script>" });
    expect([exchange.status, ids(exchange)]).toEqual([200, [100]]);
    only.close();
    const off = await walled(["SecRuleEngine Off", attack]);
    expect(ids(await off.request({ path: "/?q=<script>" }))).toEqual([]);
    off.close();
  });

  test("log lines hold no word of the client unless the configuration asks for it", async () => {
    const rule = `SecRule ARGS "@rx s3cr3t(.*)" "id:9,phase:2,pass,log,capture,msg:'Found',logdata:'%{TX.0} in %{MATCHED_VAR_NAME}'"`;
    const quiet = await walled([rule]);
    const one = await quiet.request({ path: "/?k3y=s3cr3t%22%5D%0A[id" });
    expect(ids(one)).toEqual([9]);
    expect(JSON.stringify(one.logs)).not.toMatch(/s3cr3t|k3y/);
    quiet.close();
    const loud = await walled([rule], { logMatchedData: true });
    const line = (await loud.request({ path: "/?k3y=s3cr3t%22%5D%0A[id" })).logs[0].message;
    expect(line).toContain('[data "s3cr3t ] [id in ARGS:k3y"]');
    loud.close();
  });
});

describe("configuration", () => {
  test("profiles by authority, in the form of coraza-proxy-wasm", async () => {
    const host = await guarded({
      filter: "waf",
      config: JSON.stringify({
        version: 1,
        waf: {
          directives_map: { strict: [...base, attack], open: ["SecRuleEngine Off"] },
          default_directives: "open",
          per_authority_directives: {
            "shop.example": "strict",
            "mybookstore.example:8080": "strict",
          },
          metric_labels: { owner: "shop" },
        },
      }),
    });
    const status = async (authority: string): Promise<number> =>
      (await host.request({ authority, path: "/?q=<script>" })).status;
    expect(await status("shop.example")).toBe(403);
    expect(await status("Shop.Example")).toBe(403);
    expect(await status("mybookstore.example:8080")).toBe(403);
    expect(await status("mybookstore.example")).toBe(200);
    expect(await status("other.example")).toBe(200);
    host.close();
  });

  test("files are included and read by operators, by their names or by the last part of them", async () => {
    const files = {
      "@own/rules.conf": `SecRule ARGS "@pmFromFile words.data" "id:7,phase:2,deny"`,
      "words.data": "# comment\nfirst phrase\nSecond\n",
    };
    const host = await walled(["Include @own/*.conf"], { files });
    expect((await host.request({ path: "/?q=the+first+phrase" })).status).toBe(403);
    expect((await host.request({ path: "/?q=sECONDly" })).status).toBe(403);
    expect((await host.request({ path: "/?q=comment" })).status).toBe(200);
    host.close();
  });

  test.each([
    [
      `SecRule ARGS "@rx (a" "id:1,deny"`,
      /own:3: @rx: a parenthesis is missing at byte \d+ of the pattern/,
    ],
    [`SecRule ARGZ "@rx a" "id:1,deny"`, /own:3: unknown variable ARGZ/],
    [`SecRule ARGS "@rx (?=a)" "id:1,deny"`, /a lookahead, which takes no linear time/],
    [`SecRule ARGS "@geoLookup" "id:1,deny"`, /@geoLookup needs a GeoIP database/],
    [`SecRule ARGS "@rx a" "id:1,exec:/bin/x"`, /exec runs a program/],
    [`SecRule ARGS "@rx a" "id:1,t:rot13"`, /unknown transformation t:rot13/],
    [`SecRule ARGS "@rx a" "deny"`, /a rule needs an id/],
    [
      `SecRule ARGS "@pmFromFile none.data" "id:1"`,
      /names none.data, which is not among the files/,
    ],
    ["SecRuleScript a.lua deny", /SecRuleScript runs a script/],
    ["SecFoo On", /unknown directive SecFoo/],
    ["Include @owasp_crs/*.conf", /is not among the files/],
  ])("refuses %s", async (line, wanted) => {
    const host = await walled([attack]);
    const waf = { directives_map: { own: [...base, line] }, default_directives: "own" };
    const config = { version: 1, waf };
    const { ok, logs } = host.updateConfig("guard", JSON.stringify(config));
    expect(ok).toBe(false);
    expect(logs[0]?.message).toBe("configuration refused, 1 errors:");
    expect(logs.map(({ message }) => message).join("\n")).toMatch(wanted);
    expect((await host.request({ path: "/?q=<script>" })).status).toBe(403);
    host.close();
  });
});

describe("limits", () => {
  test("a body past its limit is refused, or judged by what fits", async () => {
    const lines = ["SecRequestBodyLimit 100", attack];
    const strict = await walled(lines);
    expect((await strict.request(form("a=" + "x".repeat(200)))).status).toBe(413);
    strict.close();
    const partial = await walled([...lines, "SecRequestBodyLimitAction ProcessPartial"]);
    expect((await partial.request(form("a=" + "x".repeat(200)))).status).toBe(200);
    expect((await partial.request(form("a=<script>&b=" + "x".repeat(200)))).status).toBe(403);
    partial.close();
  });

  test("requests of all kinds leave memory where it was", async () => {
    const host = await walled([
      attack,
      `SecRule ARGS "@rx ." "id:5,phase:2,pass,nolog,setvar:'tx.seen_%{MATCHED_VAR_NAME}=1'"`,
    ]);
    const round = async (n: number): Promise<void> => {
      await host.request({ path: `/?a=${n}&b=%41%42` });
      await host.request(form([`n${n}=1&`, "x=".padEnd(20000, "y")]));
      await host.request({
        ...form(`{"a":[${n},{"b":"c"}]}`),
        headers: [["content-type", "application/json"]],
      });
    };
    for (let n = 0; n < 50; n++) await round(n);
    const pages = host.pages;
    for (let n = 0; n < 300; n++) await round(n);
    expect(host.pages).toBe(pages);
    host.close();
  });
});
