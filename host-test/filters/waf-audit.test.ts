// What operators read of waf.wasm: audit lines in the formats of others and below Envoy's limit, counters by coraza-proxy-wasm's
// names, hits of rules, and nothing of a request's values where nobody asked for them.
import { readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Exchange, Host, RequestInit } from "../host/index.ts";
import { dataFolder } from "../vectors/data.ts";
import { guarded } from "./guarded.ts";

const rules = [
  "SecRuleEngine On",
  "SecRequestBodyAccess On",
  `SecRule ARGS "@rx (?i)<script" "id:100,phase:2,pass,log,capture,t:none,msg:'Script',logdata:'%{TX.0} in %{MATCHED_VAR}',severity:CRITICAL,setvar:tx.score=+5"`,
  `SecRule ARGS "@rx union" "id:101,phase:2,pass,nolog,setvar:tx.score=+5"`,
  `SecRule ARGS "@rx quiet" "id:102,phase:2,pass,log,noauditlog"`,
  `SecRule TX:SCORE "@ge 5" "id:110,phase:2,deny,status:406,log,msg:'Score %{tx.score}'"`,
  `SecRule REQUEST_HEADERS:X-Bad "@streq 1" "id:120,phase:1,deny,log,msg:'Bad'"`,
];

let host: Host;
afterEach(() => host.close());

async function walled(more: object, lines = rules): Promise<Host> {
  const waf = { directivesMap: { own: lines }, ...more };
  host = await guarded({
    filter: "waf",
    config: JSON.stringify({ version: 1, waf }),
  });
  return host;
}

const attack: RequestInit = {
  path: "/shop/cart?card=4111111111111111&q=%3Cscript%3E",
  headers: [["x-request-id", "a3f0-1"]],
};

interface Line {
  id: number;
  json: Record<string, never> & { messages: never[] };
  text: string;
}

/** Audit lines of an exchange: the rule in front, and the JSON behind it. */
function audit({ logs }: Exchange): Line[] {
  return logs.flatMap(({ message }) => {
    const found = /^\[id "(\d+)"\] (\{.*\})$/.exec(message);
    return found === null
      ? []
      : [{ id: Number(found[1]), json: JSON.parse(found[2]!) as Line["json"], text: message }];
  });
}

describe("audit log", () => {
  test("none unless it is asked for", async () => {
    expect(audit(await (await walled({})).request(attack))).toEqual([]);
  });

  test("what a rule logs nowhere else stands in it when the rule says so behind nolog", async () => {
    const asks = (id: number, actions: string): string =>
      `SecRule ARGS:q "@contains script" "id:${id},phase:2,pass,${actions}"`;
    const lines = [
      "SecRuleEngine On",
      asks(1, "nolog,auditlog,msg:'kept'"),
      asks(2, "nolog"),
      asks(3, "auditlog,nolog"),
      asks(4, "log,noauditlog"),
      asks(5, "log"),
    ];
    const exchange = await (await walled({ auditLog: "coraza" }, lines)).request(attack);
    expect(audit(exchange).map(({ id }) => id)).toEqual([1, 5]);
    expect(audit(exchange)[0]!.text).toContain('"message":"kept"');
    const logged = exchange.logs.flatMap(
      ({ message }) => /^\[id "(\d)"\] \[/.exec(message)?.[1] ?? [],
    );
    expect(logged).toEqual(["4", "5"]);
  });

  test("as ModSecurity writes it", async () => {
    const lines = audit(await (await walled({ auditLog: "modsecurity" })).request(attack));
    expect(lines.map(({ id }) => id)).toEqual([100, 110]);
    expect(lines[0]!.json).toEqual({
      transaction: {
        client_ip: "127.0.0.1",
        time_stamp: expect.stringMatching(
          /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d \d{4}$/,
        ),
        unique_id: "a3f0-1",
        request: { method: "GET", uri: "/shop/cart" },
        response: { http_code: 406 },
        messages: [
          { message: "Script", details: { ruleId: "100", match: "ARGS", data: "", severity: "2" } },
        ],
      },
    });
  });

  test("as Coraza writes it", async () => {
    const lines = audit(
      await (await walled({ auditLog: "coraza", logMatchedData: true })).request(attack),
    );
    const [{ json }] = lines as [Line];
    const { transaction, messages } = json as unknown as Record<string, Record<string, unknown>>;
    expect(transaction).toMatchObject({
      id: "a3f0-1",
      client_ip: "127.0.0.1",
      request: { method: "GET", uri: "/shop/cart" },
      response: { status: 406 },
      is_interrupted: true,
    });
    const seconds =
      Date.parse(`${String(transaction!["timestamp"]).replaceAll("/", "-").replace(" ", "T")}Z`) /
      1000;
    expect(seconds).toBe(Math.floor(Number(transaction!["unix_timestamp"]) / 1e9));
    expect(messages).toEqual([
      { message: "Script", data: { id: 100, severity: 2, data: "<script in <script>" } },
    ]);
  });

  test("as an HTTP Activity of OCSF", async () => {
    const one = await walled({ auditLog: "ocsf" });
    const [{ json }] = audit(await one.request(attack)) as [Line];
    expect(json).toMatchObject({
      class_uid: 4002,
      category_uid: 4,
      activity_id: 3,
      type_uid: 400203,
      severity_id: 5,
      action_id: 2,
      http_request: { url: { path: "/shop/cart" } },
      http_response: { code: 406 },
      firewall_rule: { uid: "100", name: "Script", match_location: "ARGS" },
    });
    checkOcsf(json);
    const watched = await walled({ auditLog: "ocsf" }, [
      "SecRuleEngine DetectionOnly",
      ...rules.slice(1),
    ]);
    expect(audit(await watched.request(attack))[0]!.json).toMatchObject({
      action_id: 1,
      http_response: { code: 200 },
    });
    one.close();
  });

  test("SecAuditEngine and noauditlog are obeyed", async () => {
    const some = await walled({ auditLog: "modsecurity" });
    expect(audit(await some.request({ path: "/?q=quiet" }))).toEqual([]);
    expect(audit(await some.request({ path: "/" }))).toEqual([]);
    some.close();
    const off = await walled({ auditLog: "modsecurity" }, ["SecAuditEngine Off", ...rules]);
    expect(audit(await off.request(attack))).toEqual([]);
    off.close();
    const on = await walled({ auditLog: "modsecurity" }, ["SecAuditEngine On", ...rules]);
    const all = await on.request({ path: "/" });
    expect(all.logs.some(({ message }) => message.startsWith('{"transaction"'))).toBe(true);
  });

  test.each(["modsecurity", "coraza", "ocsf"])(
    "%s: no request makes a line longer than 500 bytes, or broken JSON",
    async (auditLog) => {
      const long = `SecRule ARGS "@rx ." "id:999999999,phase:2,pass,log,capture,msg:'${"m".repeat(300)} %{MATCHED_VAR}',logdata:'%{MATCHED_VAR}',severity:0"`;
      const one = await walled({ auditLog, logMatchedData: true }, [...rules, long]);
      for (const value of ["%22%5C", "%00%1f", "%C3%A9%ff", "a", "%7B%22"]) {
        const exchange = await one.request({
          method: "PROPPATCHX",
          path: `/${value.repeat(200)}?${value.repeat(100)}=${value.repeat(200)}&q=<script>`,
          headers: [["x-request-id", '"\\\u00e9'.repeat(60)]],
          source: "[2001:db8:1111:2222:3333:4444:5555:6666]:65535",
        });
        const lines = audit(exchange);
        expect(lines.length).toBeGreaterThan(1);
        for (const { text } of lines) expect(text.length, text).toBeLessThanOrEqual(500);
      }
    },
  );

  test("no value of a request stands in a line that did not ask for it", async () => {
    const one = await walled({ auditLog: "coraza" });
    expect(JSON.stringify((await one.request(attack)).logs)).not.toMatch(/4111|card|cript>/);
  });

  test("many rules leave memory where it was, and the last one in the log", async () => {
    const many = Array.from(
      { length: 60 },
      (_, i) => `SecRule ARGS "@rx a" "id:${1000 + i},phase:2,pass,log,msg:'m'"`,
    );
    const one = await walled({ auditLog: "modsecurity" }, [...rules, ...many]);
    const ids = audit(await one.request({ path: "/?q=a" })).map(({ id }) => id);
    expect(ids).toHaveLength(32);
    expect(ids.at(-1)).toBe(1059);
    const { pages } = one;
    for (let i = 0; i < 500; i++) await one.request({ path: "/?q=a" });
    expect(one.pages).toBe(pages);
  });
});

describe("counters", () => {
  const value = (name: string): number | undefined => host.metrics.value(name);

  test("requests and denials by coraza-proxy-wasm's names, with its labels", async () => {
    await walled({
      metricLabels: { owner: "coraza", identifier: "glob al" },
      defaultDirectives: "own",
      perAuthorityDirectives: { "shop.example": "own" },
    });
    await host.request(attack);
    await host.request({ ...attack, authority: "shop.example" });
    await host.request({ path: "/", headers: [["x-bad", "1"]] });
    await host.request({ path: "/" });
    expect(value("waf_filter.tx.total")).toBe(4);
    const labels = "_owner=coraza_identifier=glob_al";
    const denied = "waf_filter.tx.interruptions_ruleid=";
    expect(value(`${denied}110_phase=http_request_body${labels}`)).toBe(1);
    expect(value(`${denied}110_phase=http_request_body${labels}_authority=shop.example`)).toBe(1);
    expect(value(`${denied}120_phase=http_request_headers${labels}`)).toBe(1);
  });

  test("hits of each rule, also where nothing is denied", async () => {
    await walled({ countRules: true }, ["SecRuleEngine DetectionOnly", ...rules.slice(1)]);
    await host.request(attack);
    await host.request(attack);
    expect(value("waf_filter.rule.hits_ruleid=100_phase=http_request_body")).toBe(2);
    expect(value("waf_filter.rule.hits_ruleid=110_phase=http_request_body")).toBe(2);
    expect(value("waf_filter.rule.hits_ruleid=101_phase=http_request_body")).toBeUndefined();
    expect(value("waf_filter.tx.interruptions_ruleid=110_phase=http_request_body") ?? 0).toBe(0);
  });

  test("their number is bounded, and what is beyond it is counted together", async () => {
    const many = Array.from(
      { length: 1100 },
      (_, i) => `SecRule ARGS:a "@streq ${i}" "id:${1000 + i},phase:2,deny,log"`,
    );
    await walled({ countRules: true }, [...rules, ...many]);
    const names = host.metrics.names();
    expect(names.filter((name) => name.includes("rule.hits"))).toHaveLength(1024);
    expect(names.filter((name) => name.includes("interruptions"))).toHaveLength(256);
    await host.request({ path: "/?a=1099" });
    expect(value("waf_filter.rule.hits_ruleid=other_phase=other")).toBe(1);
    expect(value("waf_filter.tx.interruptions_ruleid=other_phase=other")).toBe(1);
  });
});

/** Required attributes and numbers of the class, where the schema is at hand. */
function checkOcsf(event: Record<string, unknown>): void {
  const folder = dataFolder("siem/ocsf");
  if (folder === undefined) return;
  const read = (
    file: string,
  ): { attributes: Record<string, { requirement?: string; enum?: object }> } =>
    JSON.parse(readFileSync(path.join(folder, file), "utf8")) as never;
  const required = (file: string): string[] =>
    Object.entries(read(file).attributes).flatMap(([name, { requirement }]) =>
      requirement === "required" ? [name] : [],
    );
  expect(Object.keys(event)).toEqual(expect.arrayContaining(required("events/base_event.json")));
  expect(Object.keys(event["metadata"] as object)).toEqual(
    expect.arrayContaining(required("objects/metadata.json")),
  );
  const { attributes } = read("dictionary.json");
  for (const name of ["action_id", "severity_id"])
    expect(Object.keys(attributes[name]!.enum!)).toContain(String(event[name]));
}
