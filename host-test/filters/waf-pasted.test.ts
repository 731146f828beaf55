// Configurations in the form that coraza-proxy-wasm's users have them: its names for settings and for the Core Rule Set, those of
// coraza-coreruleset and of a disk, the pseudo-headers it has among the headers; in a module with a rule set and in one without.
import { beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../cli/build/compile.ts";
import { releaseOf } from "../../cli/crs/release.ts";
import { releaseFiles, usualLines } from "../../cli/waf/rule-files.ts";
import { freezeRules } from "../../cli/wasm/freeze-rules.ts";
import { release } from "../cli/crs-release.ts";
import { createHost, type Header, type Host, type RequestInit } from "../host/index.ts";

/** waf.wasm as it is released. */
let plain: Uint8Array;
/** waf.wasm with a small release inside: a word that is forbidden, and a score that its setup sets. */
let withRules: Uint8Array;
beforeAll(async () => {
  plain = (await compile({ entry: "assembly/filters/waf.ts", target: "release" })).wasm;
  const files = releaseFiles(releaseOf(release, "a release"));
  withRules = freezeRules(plain, { files, profiles: { default: usualLines(files) } });
});

const opened = async (section: object, wasm = withRules): Promise<Host> =>
  createHost({
    filters: [
      {
        name: "waf",
        wasm,
        config: JSON.stringify({ version: 1, holdHeaders: true, waf: section }),
        allowOnHeadersStopIteration: true,
      },
    ],
    workers: 1,
  });

const asPasted = (...lines: string[]): object => ({
  directives_map: { default: lines },
  default_directives: "default",
  metric_labels: {},
  per_authority_directives: {},
});

async function statuses(section: object, requests: RequestInit[]): Promise<number[]> {
  const host = await opened(section);
  const found: number[] = [];
  for (const request of requests) found.push((await host.request(request)).status);
  host.close();
  return found;
}

const word: RequestInit = { path: "/?a=forbidden" };
const fine: RequestInit = { path: "/?a=allowed" };
/** Says what the setup has set. */
const setup = `SecRule TX:LIMIT "@eq 7" "id:7,phase:2,deny,status:409,chain"\nSecRule ARGS:setup "@eq 1" ""`;

describe("names", () => {
  test.each([
    [["@demo-conf", "@crs-setup-conf", "@owasp_crs/*.conf"]],
    [["@demo-conf", "@crs-setup-demo-conf", "@owasp_crs/*.conf"]],
    [["@recommended-conf", "@crs-setup-conf", "@owasp_crs/*.conf"]],
    [["@coraza.conf-recommended", "@crs-setup.conf.example", "@owasp_crs/*.conf"]],
    [["coraza.conf-recommended.conf", "crs-setup.conf.example", "crs/*.conf"]],
    [["coraza-demo.conf", "crs-setup.conf.example", "crs/REQUEST-91*.conf"]],
    [["@demo-conf", "@crs-setup-conf", "@owasp_crs/REQUEST-913-SCANNER-DETECTION.conf"]],
    [["@demo-conf", "@crs-setup-conf", "crs/REQUEST-913-SCANNER-DETECTION.conf"]],
    [["modsecurity.conf-recommended", "/etc/crs4/crs-setup.conf", "/opt/owasp-crs/rules/*.conf"]],
    [["@demo-conf", "/usr/share/coreruleset-4.3.0/crs-setup.conf", "/x/coreruleset/rules/*.conf"]],
  ])("%j", async (names) => {
    const lines = names.map((name) => `Include ${name}`);
    const pasted = asPasted(...lines, "SecDebugLogLevel 9", "SecRuleEngine On", setup);
    const requests = [word, fine, { path: "/?setup=1" }];
    expect(await statuses(pasted, requests)).toEqual([406, 200, 409]);
  });

  test("the files for exclusions that a release calls examples", async () => {
    const name = "REQUEST-900-EXCLUSION-RULES-BEFORE-CRS.conf.example";
    expect(await statuses(asPasted(`Include @owasp_crs/${name}`), [word])).toEqual([200]);
  });

  test("a module without a rule set says which one to take", async () => {
    const host = await opened({ rules: "SecRuleEngine On" }, plain);
    for (const name of ["@crs-setup-conf", "@owasp_crs/*.conf", "crs-setup.conf.example"]) {
      const { ok, logs } = host.updateConfig(
        "waf",
        JSON.stringify({ version: 1, waf: { rules: ["SecRuleEngine On", `Include ${name}`] } }),
      );
      expect(ok).toBe(false);
      const said = logs.map(({ message }) => message).join("\n");
      expect(said).toContain(
        `rules:2: ${name} is not among the files: take a module with the Core Rule Set, made by meshwarden crs use`,
      );
    }
    host.close();
  });
});

describe("settings", () => {
  const json: Header[] = [["content-type", "application/problem+json; charset=utf-8"]];
  const late = `SecRule ARGS_POST:json.a "@streq b" "id:1,phase:2,deny,status:410"`;
  const leak = `SecRule RESPONSE_BODY "@contains stack trace" "id:4,phase:4,deny,status:500"`;
  const answer: RequestInit["upstream"] = {
    status: 200,
    headers: [["content-type", "application/json"]],
    body: '{"e":"stack trace"}',
  };

  test("@demo-conf blocks, reads bodies as far as 128 KiB, and answers", async () => {
    const pasted = asPasted("Include @demo-conf", late, leak);
    const post = (body: string): RequestInit => ({ method: "POST", headers: json, body });
    expect(
      await statuses(pasted, [
        post('{"a":"b"}'),
        post("{"),
        post('{"a":"c"}'),
        { upstream: answer },
      ]),
    ).toEqual([410, 400, 200, 500]);
    const form: RequestInit = {
      method: "POST",
      headers: [["content-type", "application/x-www-form-urlencoded"]],
      body: `a=${"1".repeat(140_000)}&json.a=b`,
    };
    expect(await statuses(pasted, [form])).toEqual([200]);
  });

  test("@recommended-conf watches, and its rules go by their ids", async () => {
    const broken: RequestInit = { method: "POST", headers: json, body: "{" };
    const on = ["Include @recommended-conf", "SecRuleEngine On"];
    expect(await statuses(asPasted("Include @recommended-conf", leak), [broken])).toEqual([200]);
    expect(await statuses(asPasted(...on), [broken])).toEqual([400]);
    expect(await statuses(asPasted(...on, "SecRuleRemoveById 200006"), [broken])).toEqual([200]);
    expect(await statuses(asPasted(...on, leak), [{ upstream: answer }])).toEqual([500]);
  });

  test("@ftw-conf watches, logs phases 3 to 5, and marks the test program's requests", async () => {
    const host = await opened(
      asPasted(
        "Include @recommended-conf",
        "Include @ftw-conf",
        "Include @crs-setup-conf",
        "Include @owasp_crs/*.conf",
        `SecRule RESPONSE_STATUS "@eq 200" "id:30,phase:3,block,t:none"`,
        `SecRule TX:BLOCKING_PARANOIA_LEVEL "@eq 4" "id:31,phase:5,log,t:none"`,
      ),
    );
    const ids = (logs: { message: string }[]): string[] =>
      logs.flatMap(({ message }) => /^\[id "(\d+)"\]/.exec(message)?.[1] ?? []);
    const plain = await host.request(word);
    expect([plain.status, ids(plain.logs)]).toEqual([200, ["913100", "30", "31"]]);
    const marked = await host.request({ ...word, headers: [["x-crs-test", "abc"]] });
    expect(ids(marked.logs)).toEqual(["999999"]);
    expect(marked.logs.map(({ message }) => message).join()).toContain("X-CRS-Test abc");
    host.close();
  });
});

describe("the published example", () => {
  const own = [
    `SecRule REQUEST_URI "@streq /admin" "id:101,phase:1,t:lowercase,deny"`,
    `SecRule REQUEST_BODY "@rx evilpayload" "id:102,phase:2,t:lowercase,deny"`,
    `SecRule RESPONSE_HEADERS::status "@rx 406" "id:103,phase:3,t:lowercase,deny"`,
    `SecRule RESPONSE_BODY "@contains leaked" "id:104,phase:4,t:lowercase,deny"`,
  ];
  const profile = (path: string): string[] => [
    "Include @demo-conf",
    "Include @crs-setup-conf",
    ...["3", "4", "5"].map((phase) => `SecDefaultAction "phase:${phase},log,auditlog,pass"`),
    "SecDebugLogLevel 3",
    "Include @owasp_crs/*.conf",
    own.join(" \n").replace("/admin", path),
  ];
  const section = {
    directives_map: { rs1: profile("/admin"), rs2: profile("/example") },
    default_directives: "rs1",
    metric_labels: { owner: "coraza", identifier: "global" },
    per_authority_directives: { "foo.example.com": "rs2", "bar.example.com": "rs2" },
  };

  test("its four rules deny, and so does the rule set", async () => {
    const answered = (status: number, body = "ok"): RequestInit => ({
      upstream: { status, headers: [["content-type", "text/plain"]], body },
    });
    expect(
      await statuses(section, [
        { path: "/Admin" },
        { path: "/admin", authority: "foo.example.com" },
        { path: "/example", authority: "BAR.example.com" },
        {
          method: "POST",
          headers: [["content-type", "application/x-www-form-urlencoded"]],
          body: "a=EvilPayload",
        },
        answered(406),
        answered(200),
        answered(200, "Leaked"),
        word,
      ]),
    ).toEqual([403, 200, 403, 403, 403, 200, 403, 406]);
  });
});

describe("pseudo-headers among the headers", () => {
  const asks = (target: string, operator: string, phase = 1): string =>
    `SecRule ${target} "${operator}" "id:1,phase:${phase},deny,status:418"`;
  test.each([
    [asks("REQUEST_HEADERS::path", "@streq /a?b=1")],
    [asks("REQUEST_HEADERS::method", "@streq PUT")],
    [asks("REQUEST_HEADERS::authority", "@streq shop.example:8080")],
    [asks("REQUEST_HEADERS:':Path'", "@beginsWith /a")],
    [asks("&REQUEST_HEADERS::method", "@eq 1")],
    [asks("RESPONSE_HEADERS::status", "@eq 201", 3)],
    [asks("RESPONSE_HEADERS|RESPONSE_HEADERS::status", "@streq 201", 3)],
  ])("%s", async (line) => {
    const request: RequestInit = {
      method: "PUT",
      path: "/a?b=1",
      authority: "shop.example:8080",
      upstream: { status: 201 },
    };
    const on = ["SecRuleEngine On", line];
    expect(await statuses({ rules: on }, [request, {}])).toEqual([
      418,
      line.includes("&") ? 418 : 200,
    ]);
  });

  test("one that is not there is refused, and an exclusion of it changes nothing", async () => {
    const host = await opened({ rules: "SecRuleEngine On" });
    for (const target of ["REQUEST_HEADERS::scheme", "RESPONSE_HEADERS::path"]) {
      const { ok, logs } = host.updateConfig(
        "waf",
        JSON.stringify({ version: 1, waf: { rules: asks(target, "@rx .") } }),
      );
      expect(ok).toBe(false);
      expect(logs.map(({ message }) => message).join()).toMatch(/rules:1: :\w+ is no header/);
    }
    host.close();
    const less = asks("REQUEST_HEADERS:x|!REQUEST_HEADERS::path", "@streq 1");
    const request: RequestInit = { headers: [["x", "1"]] };
    expect(await statuses({ rules: ["SecRuleEngine On", less] }, [request])).toEqual([418]);
  });
});
