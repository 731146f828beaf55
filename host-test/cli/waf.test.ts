// `meshwarden explain`, `waf test` and `waf exclude`: rules shown, tried, and left out where they are wrong.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../cli/build/compile.ts";
import { createHostSync } from "../host/index.ts";
import { meshwarden } from "./terminal-fixture.ts";

const rule = String.raw`
# two rules, one a chain
SecRule ARGS|!ARGS:token "@rx (?i)union\s+select" \
    "id:1001,\
    phase:2,\
    deny,status:406,\
    t:none,t:urlDecodeUni,t:lowercase,\
    log,capture,\
    msg:'A union, and a comma',\
    logdata:'Matched Data: %{TX.0} found within %{MATCHED_VAR_NAME}: %{MATCHED_VAR}',\
    tag:'paranoia-level/2',\
    severity:CRITICAL,\
    setvar:'tx.score=+5'"
SecRule ARGS "@eq 7" "id:1002,phase:2,deny,chain"
    SecRule REQUEST_METHOD "@streq GET" "t:none"
`;

let folder: string;
let waf: string;
let config: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), "meshwarden-waf-"));
  waf = path.join(folder, "waf.wasm");
  config = path.join(folder, "shield.yaml");
  writeFileSync(waf, (await compile({ entry: "assembly/filters/waf.ts", target: "release" })).wasm);
  writeFileSync(path.join(folder, "own.conf"), rule);
  const rules = ["SecRuleEngine On", "SecRequestBodyAccess On", rule];
  writeFileSync(config, JSON.stringify({ version: 1, waf: { rules } }));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("explain", () => {
  test("says what a rule looks at, asks and does", async () => {
    const { out, exitCode } = await meshwarden("explain", "1001", "--rules", folder);
    expect(exitCode).toBe(0);
    expect(out.split("\n")).toEqual([
      "1001  A union, and a comma",
      "  @owasp_crs/own.conf:3",
      "  phase 2, severity critical, paranoia level 2",
      "  looks at   ARGS, !ARGS:token",
      "  changed by urlDecodeUni, lowercase",
      "  asks       @rx (?i)union\\s+select",
      "  then       denies the request with 406",
      "  sets       tx.score=+5",
      "",
    ]);
  });

  test("shows the links of a chain", async () => {
    const { out } = await meshwarden("explain", "1002", "--rules", folder);
    expect(out).toContain("  and then   REQUEST_METHOD\n  asks       @streq GET\n");
  });

  test("knows the rule set of this package", async () => {
    const { out, exitCode } = await meshwarden("explain", "1105000");
    expect([exitCode, out]).toEqual([0, expect.stringContaining("asks       @detectSQLi")]);
  });

  test("names the folder that lacks the rule", async () => {
    const { err, exitCode } = await meshwarden("explain", "7", "--rules", folder);
    expect(exitCode).toBe(2);
    expect(err).toMatch(/no rule has the id 7/);
  });
});

describe("waf test", () => {
  const play = (...argv: string[]): ReturnType<typeof meshwarden> =>
    meshwarden("waf", "test", ...argv, "-c", config, "--filter", waf);

  test("shows the rule, where it matched and on what", async () => {
    const { out, exitCode } = await play("/?q=1%20UNION%20SELECT%202&token=x");
    expect(exitCode).toBe(1);
    expect(out).toMatch(/1001 .*critical .*ARGS:q .*union select .*A union, and a comma/);
    expect(out).toMatch(/denied with 406, 1 rules matched/);
  });

  test("lets through what no rule meets", async () => {
    const { out, exitCode } = await play("/", "-d", "q=unions selected");
    expect([exitCode, out]).toEqual([0, "allowed with 200, 0 rules matched\n"]);
  });

  test("shows which bytes matched, and what the scores came to", async () => {
    const { out } = await play("/?q=a%20union%20%20select", "--json");
    expect(JSON.parse(out)).toMatchObject({
      scores: {},
      matches: [{ id: 1001, target: "ARGS:q", span: "2-15 of 15" }],
    });
    const own = path.join(folder, "own-rules.yaml");
    writeFileSync(own, "version: 1\nwaf: {}\n");
    const scored = await meshwarden("waf", "test", "/?f=../../x", "-c", own, "--filter", waf);
    expect(scored.exitCode).toBe(1);
    expect(scored.out).toMatch(/1103000 .* 0-3 of 7 /);
    expect(scored.out).toContain("scores: score 15, threshold 5\n");
  });

  test("a configuration that the filter refuses is told with its words", async () => {
    const broken = path.join(folder, "broken.yaml");
    writeFileSync(broken, 'version: 1\nwaf: { rules: [\'SecRule ARGS "@rx (" "id:1"\'] }\n');
    const result = await meshwarden("waf", "test", "/", "-c", broken, "--filter", waf);
    expect(result.exitCode).toBe(2);
    expect(result.err).toMatch(/rules:1: @rx: a parenthesis is missing/);
  });

  test("plays a whole request from a file", async () => {
    const file = path.join(folder, "request.txt");
    writeFileSync(
      file,
      "GET /?q=union+select HTTP/1.1\r\nHost: shop.example.com\r\nX-A: b\r\n\r\n",
    );
    const { out } = await play(`@${file}`, "--json");
    const matches = [{ id: 1001, target: "ARGS:q" }];
    expect(JSON.parse(out)).toMatchObject({ status: 406, denied: true, matches });
  });
});

describe("waf exclude", () => {
  const line = '[id "1001"] [msg "A union"] [matched "ARGS:q"] [data "x"]';

  test("writes the directive that removes the false positive, and no other", async () => {
    const { out } = await meshwarden("waf", "exclude", line);
    const directive = out.split("\n").find((one) => one.startsWith("Sec"))!;
    expect(directive).toBe('SecRuleUpdateTargetById 1001 "!ARGS:q"');
    const rules = ["SecRuleEngine On", rule, directive];
    const host = createHostSync({
      filters: [
        {
          name: "waf",
          wasm: (await compile({ entry: "assembly/filters/waf.ts", target: "release" })).wasm,
          config: JSON.stringify({ version: 1, waf: { rules } }),
        },
      ],
    });
    expect((await host.request({ path: "/?q=union%20select" })).status).toBe(200);
    expect((await host.request({ path: "/?other=union%20select" })).status).toBe(406);
    host.close();
  });

  test("keeps it to a path", async () => {
    const { out } = await meshwarden("waf", "exclude", line, "--path", "/editor");
    expect(out).toContain(
      'SecRule REQUEST_FILENAME "@beginsWith /editor" "id:10000,phase:1,pass,nolog,ctl:ruleRemoveTargetById=1001;ARGS:q"',
    );
  });

  test.each([
    [
      "our ModSecurity shape",
      '[warn] [id "1001"] {"transaction":{"client_ip":"1.2.3.4","messages":[{"message":"A union","details":{"ruleId":"1001","match":"ARGS:q","data":""}}]}}',
    ],
    [
      "ModSecurity itself",
      '{"transaction":{"messages":[{"message":"A union","details":{"match":"Matched \\"Operator `Rx\' with parameter `x\' against variable `ARGS:q\' (Value: `y\' )","ruleId":"1001"}}]}}',
    ],
    [
      "Coraza",
      '{"transaction":{"id":"x"},"messages":[{"message":"A union","data":{"id":1001,"data":"Matched Data: u found within ARGS:q: u"}}]}',
    ],
    [
      "OCSF",
      '[id "1001"] {"class_uid":4002,"firewall_rule":{"uid":"1001","name":"A union","match_location":"ARGS:q"}}',
    ],
  ])("reads an audit line of %s", async (_name, audit) => {
    const { out } = await meshwarden("waf", "exclude", audit);
    expect(out).toContain('SecRuleUpdateTargetById 1001 "!ARGS:q"');
  });

  test("reads a line of ModSecurity, and refuses the rule that only adds up", async () => {
    const other =
      '[id "942100"] [msg "x"] [data "Matched Data: s&1 found within ARGS:id: 1\' or 1"]';
    expect((await meshwarden("waf", "exclude", other)).out).toContain('942100 "!ARGS:id"');
    const sum = '[id "949110"] [matched "TX:BLOCKING_INBOUND_ANOMALY_SCORE"]';
    expect((await meshwarden("waf", "exclude", sum)).exitCode).toBe(2);
  });
});
