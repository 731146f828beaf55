// `meshwarden import ratelimit`: what the rate-limit service refuses is refused, what it loads becomes policies that the filter takes and
// that count as the service would, and what cannot be said is left out with a note.
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { statuses, limited, type Policy } from "../filters/limited.ts";
import { dataFolder, suiteTitle } from "../vectors/data.ts";
import { meshwarden } from "./terminal-fixture.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "meshwarden-import-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Result {
  code: number;
  policies: Policy[];
  rateLimit: Record<string, unknown>;
  err: string;
}

async function importing(...args: string[]): Promise<Result> {
  const { exitCode: code, out, err } = await meshwarden("import", "ratelimit", ...args);
  const document = (parse(code === 0 ? out : "") ?? {}) as {
    rateLimit?: { policies: Policy[] };
  };
  const rateLimit = document.rateLimit ?? { policies: [] };
  return { code, policies: rateLimit.policies, rateLimit: { ...rateLimit }, err };
}

function file(name: string, text: string): string {
  const target = path.join(folder, name);
  writeFileSync(target, text);
  return target;
}

const rules = `
domain: api
descriptors:
  - key: user
    rate_limit: { unit: minute, requests_per_unit: 3 }
  - key: user
    value: gold
    rate_limit: { unit: minute, requests_per_unit: 5 }
  - key: user
    value: monitor
  - key: method
    value: POST
    descriptors:
      - key: remote_address
        rate_limit: { unit: hour, requests_per_unit: 2 }
        shadow_mode: true
  - key: pattern
    value: a*
    rate_limit: { unit: day, requests_per_unit: 1 }
`;

describe("rules of the service", () => {
  test("become policies that count as the service does", async () => {
    const { code, policies, err } = await importing(
      file("rules.yaml", rules),
      "--key",
      "user=header:x-user",
    );
    expect(code).toBe(0);
    expect(err).toContain('the pattern "a*" cannot be carried over');
    expect(policies.map(({ name }) => name)).toEqual(["user", "POST-remote_address"]);
    expect(policies[1]["mode"]).toBe("shadow");
    const host = await limited({ policies });
    const ask = (user: string): Promise<number[]> =>
      statuses(host, 6, { headers: [["x-user", user]] });
    expect(await ask("ann")).toEqual([200, 200, 200, 429, 429, 429]);
    expect(await ask("gold")).toEqual([200, 200, 200, 200, 200, 429]);
    expect(await ask("monitor")).toEqual([200, 200, 200, 200, 200, 200]);
    expect(await statuses(host, 3, { method: "POST" })).toEqual([200, 200, 200]);
    host.close();
  });

  test("can ask the service as well", async () => {
    const { rateLimit, policies } = await importing(file("rules.yaml", rules), "--global", "rls");
    expect(rateLimit["service"]).toEqual({ cluster: "rls", domain: "api" });
    expect(policies[1]["global"]).toEqual({
      descriptor: [
        { key: "method", value: "POST" },
        { key: "remote_address", clientIp: { v4Prefix: 32, v6Prefix: 128 } },
      ],
    });
    (await limited({ policies, section: { service: rateLimit["service"] } })).close();
  });

  test.each([
    [
      "domain: d\ndescriptors: [{ key: a, rate_limit: { unit: foo, requests_per_unit: 1 } }]",
      '"foo" is no unit',
    ],
    ["domain: d\ndescriptors: [{ key: a }, { key: a }]", "stands there twice"],
    ["descriptors: []", "domain: is empty"],
    ["domain: d\ndescriptors: [{ value: a }]", "has no key"],
    ["domain: d\ndescriptors: [{ key: a, ratelimit: {} }]", 'unknown key "ratelimit"'],
    ["domain: d\ndescriptors: [a]", "is no map"],
    [
      "domain: d\ndescriptors: [{ key: a, rate_limit: { unlimited: true, unit: day } }]",
      "is unlimited and has a unit",
    ],
    ["'''", "bad.yaml"],
  ])("%#: refused with its place", async (text, says) => {
    const { code, err } = await importing(file("bad.yaml", text));
    expect(code).not.toBe(0);
    expect(err).toContain(says);
  });
});

const data = dataFolder("ratelimit");

describe.skipIf(data === undefined)(suiteTitle("the service's own test files", data), () => {
  const tests = path.join(data ?? "", "test", "config");
  const bad =
    /^(bad_|duplicate_key|empty_|misspelled_|non_|replaces_|unlimited_with_unit|duplicate_domain)/;
  const names = data === undefined ? [] : readdirSync(tests);

  test.each(names.filter((name) => bad.test(name)))("%s is refused", async (name) => {
    const before = name === "duplicate_domain.yaml" ? [path.join(tests, "basic_config.yaml")] : [];
    expect((await importing(...before, path.join(tests, name))).code).not.toBe(0);
  });

  test.each(names.filter((name) => !bad.test(name)))(
    "%s becomes what the filter takes",
    async (name) => {
      const { code, policies, err } = await importing(path.join(tests, name));
      expect(err).not.toContain("error");
      expect(code).toBe(0);
      (await limited({ policies })).close();
    },
  );

  test("files of one domain are joined when asked to, and a rule of both is refused", async () => {
    const [first, second] = ["merge_domain_key1.yaml", "merge_domain_key2.yaml"].map((name) =>
      path.join(tests, name),
    );
    expect((await importing(first, second, "--merge-domains")).policies).toHaveLength(2);
    expect((await importing(first, first, "--merge-domains")).code).not.toBe(0);
    expect((await importing(first, second)).code).not.toBe(0);
  });

  test("its example configuration loads", async () => {
    const example = path.join(data!, "examples", "ratelimit", "config", "example.yaml");
    expect(readFileSync(example, "utf8")).toContain("replaces");
    const { code, policies } = await importing(example);
    expect(code).toBe(0);
    (await limited({ policies })).close();
  });
});

describe("local_ratelimit", () => {
  const filter = (fields: object): string =>
    JSON.stringify({
      http_filters: [
        {
          name: "envoy.filters.http.local_ratelimit",
          typed_config: {
            "@type":
              "type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit",
            stat_prefix: "api",
            token_bucket: { max_tokens: 100, tokens_per_fill: 10, fill_interval: "1s" },
            filter_enabled: { default_value: { numerator: 100 } },
            filter_enforced: { default_value: { numerator: 100 } },
            ...fields,
          },
        },
      ],
    });

  test("its bucket and the descriptors that its actions explain", async () => {
    const text = filter({
      rate_limits: [
        { actions: [{ request_headers: { header_name: "X-User", descriptor_key: "user" } }] },
        {
          actions: [
            { generic_key: { descriptor_value: "slow" } },
            { masked_remote_address: { v4_prefix_mask_len: 24 } },
          ],
        },
      ],
      descriptors: [
        { entries: [{ key: "user" }], token_bucket: { max_tokens: 3, fill_interval: "60s" } },
        {
          entries: [{ key: "user", value: "bot" }],
          token_bucket: { max_tokens: 1, fill_interval: "60s" },
        },
        {
          entries: [{ key: "generic_key", value: "slow" }, { key: "masked_remote_address" }],
          token_bucket: { max_tokens: 50, tokens_per_fill: 50, fill_interval: "1s" },
        },
        { entries: [{ key: "unknown" }], token_bucket: { max_tokens: 1, fill_interval: "1s" } },
      ],
    });
    const { code, policies, err } = await importing(file("envoy.json", text));
    expect(code).toBe(0);
    expect(policies.map(({ name }) => name)).toEqual([
      "api",
      "api-user",
      "api-bot",
      "api-slow-masked_remote_address",
    ]);
    expect(policies[0]["limit"]).toEqual({ requests: 10, per: "1s", burst: 100 });
    expect(err).toContain("no rate_limits action makes these keys");
    expect(err).toContain("is set by a route");
    const host = await limited({ policies });
    expect(await statuses(host, 4, { headers: [["x-user", "ann"]] })).toEqual([200, 200, 200, 429]);
    expect(await statuses(host, 2, { headers: [["x-user", "bot"]] })).toEqual([200, 429]);
    host.close();
  });

  test("a filter that was never switched on comes as shadow, with a note", async () => {
    const { policies, err } = await importing(
      file("off.json", filter({ filter_enforced: undefined })),
    );
    expect(policies[0]["mode"]).toBe("shadow");
    expect(err).toContain("filter_enforced is 0 %");
  });
});
