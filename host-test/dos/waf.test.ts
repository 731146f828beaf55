// Rules over requests stay linear in the size of the request, whatever it is made of.
import { describe, test } from "vitest";
import { WafProbe, type ProbeRequest } from "../vectors/waf-probe.ts";
import { expectGrowth } from "./exponent.ts";

const rules = [
  "SecRuleEngine On",
  "SecRequestBodyAccess On",
  `SecRule REQUEST_HEADERS:Content-Type "@beginsWith application/json" "id:1,phase:1,pass,nolog,ctl:requestBodyProcessor=JSON"`,
  `SecRule ARGS|ARGS_NAMES|REQUEST_BODY|XML:/* "@rx (?i)\\bon[a-z]{3,50}\\s*=" "id:2,phase:2,pass,log,capture,multiMatch,t:none,t:urlDecodeUni,t:htmlEntityDecode,t:jsDecode,t:removeNulls"`,
  `SecRule ARGS "@rx (?:union\\s+(?:all\\s+)?select|'\\s*or\\s*')" "id:3,phase:2,pass,log,t:none,t:lowercase,t:replaceComments,t:compressWhitespace"`,
  `SecRule ARGS "@pm wget curl powershell /etc/passwd" "id:4,phase:2,pass,log,t:none,t:cmdLine"`,
  `SecRule ARGS "@detectSQLi" "id:5,phase:2,pass,log,t:none,t:urlDecodeUni"`,
  `SecRule ARGS "@detectXSS" "id:6,phase:2,pass,log,t:none"`,
  `SecRule ARGS "@validateByteRange 1-255" "id:7,phase:2,pass,log"`,
  `SecRule &ARGS "@gt 100000" "id:8,phase:2,pass,log"`,
  `SecRule ARGS "@rx ^(\\w+):" "id:9,phase:2,pass,nolog,capture,chain"`,
  `SecRule MATCHED_VARS "@contains zz" "t:none,t:lowercase"`,
  `SecRule ARGS "@detectCommand" "id:10,phase:2,pass,log,t:none,t:urlDecodeUni"`,
  `SecRule REQUEST_HEADERS:Content-Type "@beginsWith text/xml" "id:11,phase:1,pass,nolog,ctl:requestBodyProcessor=XML"`,
  `SecRule XML://a//a//a//b|XML:/r/a/*/@k|XML://@k "@streq x" "id:12,phase:2,pass,log,t:none"`,
];

const form = (piece: string, size: number): ProbeRequest => ({
  method: "POST",
  headers: [["content-type", "application/x-www-form-urlencoded"]],
  body: piece.repeat(Math.ceil(size / piece.length)),
});
const json = (piece: string, size: number): ProbeRequest => ({
  method: "POST",
  headers: [["content-type", "application/json"]],
  body: `[${piece.repeat(Math.ceil(size / piece.length))}0]`,
});
const xml = (piece: string, size: number): ProbeRequest => ({
  method: "POST",
  headers: [["content-type", "text/xml"]],
  body: `<r>${piece.repeat(Math.ceil(size / piece.length))}</r>`,
});

const requests: [name: string, request: (size: number) => ProbeRequest][] = [
  ["pairs", (size) => form("a=1&", size)],
  ["pairs that match", (size) => form("ab=x:1%20union%20select&", size)],
  ["one value", (size) => form("a", size)],
  ["escapes", (size) => form("%27", size)],
  ["quotes", (size) => form("'\"", size)],
  ["comments", (size) => form("/*", size)],
  ["references", (size) => form("%26%23x6f;", size)],
  ["almost handlers", (size) => form("onload ", size)],
  ["separators", (size) => form("%3B%7C", size)],
  ["commands", (size) => form("%0Aid %24a", size)],
  ["elements", (size) => xml(`${"<a k='1'>".repeat(9)}t${"</a>".repeat(9)}`, size)],
  ["members", (size) => json('{"k":"v w"},', size)],
];

describe("rules over a request", async () => {
  const probe = await WafProbe.create(1 << 20);
  probe.rules(rules);

  test.each(requests)("linear on %s", (_name, request) => {
    expectGrowth(
      (size) => {
        const wanted = request(size);
        return () => probe.prepare(wanted)();
      },
      1.1,
      { sizes: [2048, 8192, 32768], rounds: 4, sliceMs: 1 },
    );
  });
});
