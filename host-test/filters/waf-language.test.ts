// Words of the language in the whole filter: limits that directives set, what rules may ask about the surroundings, what of a body
// rules of later phases see, exclusions before the rules they change, and where a fault is said to be.
import { expect, test } from "vitest";
import type { Exchange, Header, Host, RequestInit } from "../host/index.ts";
import { guarded } from "./guarded.ts";

const walled = (lines: string[], more: object = {}): Promise<Host> =>
  guarded({
    filter: "waf",
    config: JSON.stringify({
      version: 1,
      holdHeaders: true,
      waf: { rules: ["SecRuleEngine On", "SecRequestBodyAccess On", ...lines], ...more },
    }),
    allowOnHeadersStopIteration: true,
  });

async function statuses(lines: string[], requests: RequestInit[]): Promise<number[]> {
  const host = await walled(lines);
  const found: number[] = [];
  for (const request of requests) found.push((await host.request(request)).status);
  host.close();
  return found;
}

const post = (type: string, body: string): RequestInit => ({
  method: "POST",
  path: "/",
  headers: [["content-type", type]],
  body,
});
const form = (body: string): RequestInit => post("application/x-www-form-urlencoded", body);
const json = (body: string): RequestInit => post("application/json", body);

const faulty = `SecRule REQBODY_ERROR "!@eq 0" "id:200002,phase:2,deny,status:400"`;
const readsJson = `SecRule REQUEST_HEADERS:Content-Type "@beginsWith application/json" "id:200001,phase:1,pass,nolog,ctl:requestBodyProcessor=JSON"`;

test("bodies past a limit of their own are faulty, and their arguments are looked at none the less", async () => {
  const limited = ["SecRequestBodyNoFilesLimit 20", faulty];
  expect(await statuses(limited, [form("a=1"), form(`a=${"1".repeat(30)}`)])).toEqual([200, 400]);
  const few = ["SecArgumentsLimit 3", faulty];
  expect(await statuses(few, [form("a=1&b=2&c=3"), form("a=1&b=2&c=3&d=4")])).toEqual([200, 400]);
  const seen = ["SecArgumentsLimit 1", `SecRule ARGS:d "@streq 4" "id:1,phase:2,deny,status:406"`];
  expect(await statuses(seen, [form("a=1&d=4")])).toEqual([406]);
  const flat = ["SecRequestBodyJsonDepthLimit 2", readsJson, faulty];
  const deep = [json('{"a":{"b":1}}'), json('{"a":{"b":{"c":1}}}')];
  expect(await statuses(flat, deep)).toEqual([200, 400]);
});

test("a response past its limit is refused when SecResponseBodyLimitAction says so", async () => {
  const lines = [
    "SecResponseBodyAccess On",
    "SecResponseBodyMimeType text/plain",
    "SecResponseBodyLimit 50",
    `SecRule RESPONSE_BODY "@contains secret" "id:1,phase:4,deny,status:403"`,
  ];
  const plain: Header = ["content-type", "text/plain"];
  const answer: RequestInit = {
    upstream: { status: 200, headers: [plain], body: "x".repeat(500) },
  };
  expect(await statuses(lines, [answer])).toEqual([200]);
  const refuses = "SecResponseBodyLimitAction Reject";
  expect(await statuses([...lines, refuses], [answer])).toEqual([502]);
  // Also where no rule reads it (ModSecurity, Coraza), but not what is no text, fits, or is watched only.
  const bare = [...lines.slice(0, 3), refuses];
  const small: RequestInit = { upstream: { status: 200, headers: [plain], body: "fits" } };
  const image: RequestInit = {
    upstream: { status: 200, headers: [["content-type", "image/png"]], body: "x".repeat(500) },
  };
  expect(await statuses(bare, [answer, small, image])).toEqual([502, 200, 200]);
  expect(await statuses([...bare, "SecRuleEngine DetectionOnly"], [answer])).toEqual([200]);
  expect(await statuses(bare.slice(1), [answer])).toEqual([200]);
});

test("rules of the response's phases still read the request's body", async () => {
  const late = `SecRule ARGS:a "@streq <b>" "id:1,phase:3,deny,status:409"`;
  const requests = [form("a=%3Cb%3E&c=1"), form("a=<b>"), form("a=b")];
  expect(await statuses([late], requests)).toEqual([409, 409, 200]);
});

test("addresses, names and the time are known to rules that ask", async () => {
  const asks = (variable: string, operator: string): string =>
    `SecRule ${variable} "!${operator}" "id:1,phase:1,deny,status:418"`;
  const request: RequestInit = {
    path: "/?a=%zz",
    authority: "shop.example:8080",
    source: "[2001:db8::1]:4711",
    destination: "10.0.0.9:8443",
    headers: [["authorization", "Basic dTpw"]],
  };
  for (const line of [
    asks("REMOTE_ADDR", "@streq 2001:db8::1"),
    asks("REMOTE_PORT", "@streq 4711"),
    asks("SERVER_ADDR", "@streq 10.0.0.9"),
    asks("SERVER_PORT", "@eq 8443"),
    asks("SERVER_NAME", "@streq shop.example"),
    asks("AUTH_TYPE", "@streq Basic"),
    asks("PATH_INFO", "@streq /"),
    asks("URLENCODED_ERROR", "@eq 1"),
    asks("TIME_YEAR", "@rx ^20\\d\\d$"),
    asks("TIME", "@rx ^\\d\\d:\\d\\d:\\d\\d$"),
    asks("TIME_MON", "@lt 12"),
    asks("TIME_DAY", "@rx ^([1-9]|[12]\\d|3[01])$"),
  ])
    expect([line, ...(await statuses([line], [request]))]).toEqual([line, 200]);
});

test("the date is that of the clock", async () => {
  const names = ["TIME_YEAR", "TIME_MON", "TIME_DAY", "TIME_WDAY", "TIME_HOUR"];
  const host = await walled([
    `SecAction "id:1,phase:1,pass,log,msg:'${names.map((name) => `%{${name}}`).join(" ")}'"`,
  ]);
  const exchange: Exchange = await host.request();
  const said = /\[msg "([\d ]+)"\]/.exec(exchange.logs.map(({ message }) => message).join("\n"));
  const [year, month, day, weekday, hour] = said![1].split(" ").map(Number);
  const date = new Date(Date.UTC(year, month, day, hour));
  expect(date.getUTCDay()).toBe(weekday);
  expect(date.getUTCDate()).toBe(day);
  host.close();
});

test("an exclusion may stand before the rule that it changes", async () => {
  const rule = `SecRule ARGS "@streq x" "id:7,phase:2,deny,status:403"`;
  const request: RequestInit = { path: "/?a=x" };
  expect(await statuses([rule], [request])).toEqual([403]);
  expect(await statuses([`SecRuleUpdateTargetById 7 "!ARGS:a"`, rule], [request])).toEqual([200]);
  expect(await statuses([`SecRuleRemoveById 7`, rule], [request])).toEqual([200]);
});

test("a fault is said with the file and the line it is in", async () => {
  const good = await walled([]);
  const refused = (files: Record<string, string>): string =>
    good
      .updateConfig(
        "guard",
        JSON.stringify({ version: 1, waf: { rules: ["Include *.conf"], files } }),
      )
      .logs.map(({ message }) => message)
      .join("\n");
  const fine = `SecRule ARGS "@streq a" "id:1,phase:2,pass"\n`;
  const chain = `\nSecRule ARGS "@streq a" "id:2,phase:2,deny,chain"\n`;
  expect(refused({ "a.conf": fine, "b.conf": chain })).toContain("b.conf:2: the last chain");
  const pattern = `# one\n\nSecRule ARGS "@rx (a" "id:3,phase:2,deny"\n`;
  expect(refused({ "a.conf": pattern, "b.conf": fine })).toContain("a.conf:3: @rx");
  expect((await good.request({ path: "/?a=1" })).status).toBe(200);
  good.close();
});

const readsXml = `SecRule REQUEST_HEADERS:Content-Type "@beginsWith text/xml" "id:200000,phase:1,pass,nolog,ctl:requestBodyProcessor=XML"`;
const xml = (body: string): RequestInit => post("text/xml", body);

test("paths of XML pick elements, attributes and texts", async () => {
  const shop = xml(
    `<s:shop xmlns:s="urn:s"><book lang="en"><title>Ink</title>mixed<price>39.95</price></book><note id="7"><price>1</price></note></s:shop>`,
  );
  const asks = (path: string, wanted: string): string =>
    `SecRule XML:${path} "@streq ${wanted}" "id:1,phase:2,deny,status:406"`;
  const told = async (path: string, wanted: string): Promise<number[]> =>
    statuses([readsXml, asks(path, wanted)], [shop]);
  for (const [path, wanted] of [
    ["/shop/book/price", "39.95"],
    ["/s:shop/book", "39.95"],
    ["/shop/*/title", "Ink"],
    ["//price", "1"],
    ["/shop//price[text()]", "1"],
    ["//*[local-name()='title']", "Ink"],
    ["/shop/book/text()", "mixed"],
    ["/shop/book/@lang", "en"],
    ["//note/@*", "7"],
    ["/shop//@id", "7"],
    ["/*", "Ink"],
    ["//@*", "7"],
  ] as const)
    expect([path, ...(await told(path, wanted))]).toEqual([path, 406]);
  for (const [path, wanted] of [
    ["/shop/price", "39.95"],
    ["/book", "39.95"],
    ["/shop/book/price", "1"],
    ["/shop/Book", "39.95"],
    ["/shop/book/text()", "Ink"],
    ["/shop/@lang", "en"],
    ["//note/@lang", "en"],
    ["//ook", "39.95"],
  ] as const)
    expect([path, ...(await told(path, wanted))]).toEqual([path, 200]);
});

test("more of XPath than is known is refused with its line", async () => {
  const host = await walled([]);
  for (const path of [
    "/a[1]",
    "/a[@id='1']",
    "count(/a)",
    "/a/b[",
    "/a/../b",
    "a/b",
    "/a//",
    "/",
    "//*[local-name()=abcd]",
    "//*[local-name()=(ab)]",
    "//*[local-name()='']",
  ]) {
    const { ok, logs } = host.updateConfig(
      "guard",
      JSON.stringify({
        version: 1,
        waf: { rules: `SecRule XML:${path} "@rx a" "id:1,phase:2,deny"` },
      }),
    );
    expect([path, ok, logs.map(({ message }) => message).join()]).toEqual([
      path,
      false,
      expect.stringContaining("rules:1: XML:"),
    ]);
  }
  host.close();
});

test("transformations of SecDefaultAction come before a rule's own, unless it says t:none", async () => {
  const usual = `SecDefaultAction "phase:2,pass,log,t:urlDecodeUni,t:lowercase"`;
  const rule = (more: string): string =>
    `SecRule ARGS:a "@streq x" "id:1,phase:2,deny,status:406${more}"`;
  const request: RequestInit = { path: "/?a=%2558" };
  expect(await statuses([rule("")], [request])).toEqual([200]);
  expect(await statuses([usual, rule("")], [request])).toEqual([406]);
  expect(await statuses([usual, rule(",t:none,t:lowercase")], [request])).toEqual([200]);
  expect(await statuses([usual, rule(",t:trim")], [{ path: "/?a=%2558%2520" }])).toEqual([406]);
  expect(await statuses([rule(""), usual], [request])).toEqual([200]);
});

test("every fault is told at once, each with its line, and none that follows from another", async () => {
  const host = await walled([]);
  const rules = [
    `SecRule ARGS "@geoLookup" "id:1,phase:1,deny,chain"`,
    `SecRule ARGS "@rx (?<!a)b" "t:none,chain"`,
    `SecRuleScript a.lua`,
    `SecRule GEO:COUNTRY "@inspectFile x" "id:2,phase:1,deny"`,
    `SecAction "id:3,exec:/bin/x"`,
  ];
  const { ok, logs } = host.updateConfig("guard", JSON.stringify({ version: 1, waf: { rules } }));
  expect(ok).toBe(false);
  const told = logs.map(({ message }) => message.replace(/^\/waf\/rules: rules:/, ""));
  expect(told).toEqual([
    "configuration refused, 6 errors:",
    "1: @geoLookup needs a GeoIP database",
    expect.stringMatching(/^2: @rx: a lookbehind/),
    expect.stringMatching(/^3: SecRuleScript runs a script/),
    "4: GEO needs a GeoIP database",
    "4: @inspectFile runs a program",
    expect.stringMatching(/^5: exec runs a program/),
  ]);
  host.close();
});
