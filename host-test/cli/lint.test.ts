// Seeded mistakes: each is found at its line, with its mend; the file without it is clean.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { packageRoot } from "../../cli/build/sources.ts";
import { compiled, type CelSchema } from "../../cli/lint/cel.ts";
import { meshwarden } from "./terminal-fixture.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "meshwarden-lint-"));
afterAll(() => rmSync(folder, { recursive: true }));
const crds = path.join(
  process.env["MESHWARDEN_DATA"] ?? path.join(packageRoot, "..", "shared", "data"),
  "crds",
);

const hash = "0f".repeat(32);
const texts = {
  plugin: `apiVersion: extensions.istio.io/v1alpha1
kind: WasmPlugin
metadata: { name: shield, namespace: edge }
spec:
  selector: { matchLabels: { istio: ingressgateway } }
  url: oci://registry.example.com/shield/guard:1.0.0
  sha256: ${hash}
  phase: AUTHN
  priority: 1000
  imagePullPolicy: IfNotPresent
  pluginName: guard
  failStrategy: FAIL_RELOAD
  vmConfig:
    env:
      - { name: POD_NAME, valueFrom: HOST }
  pluginConfig:
    version: 1
    validate:
      limits: { query: { maxArguments: 20 } }
`,
  extension: `apiVersion: extensions.istio.io/v1alpha1
kind: TrafficExtension
metadata: { name: shield }
spec:
  targetRefs:
    - { group: "", kind: Service, name: orders }
  phase: AUTHZ
  wasm:
    url: oci://registry.example.com/shield/guard@sha256:${hash}
    pluginName: guard
`,
  filter: `apiVersion: networking.istio.io/v1alpha3
kind: EnvoyFilter
metadata: { name: shield }
spec:
  workloadSelector: { labels: { istio: ingressgateway } }
  configPatches:
    - applyTo: EXTENSION_CONFIG
      match: { context: GATEWAY }
      patch:
        operation: ADD
        value:
          name: shield.guard
          typed_config:
            "@type": type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm
            config:
              name: guard
              failure_policy: FAIL_RELOAD
              capability_restriction_config: { allowed_capabilities: { proxy_log: {} } }
              vm_config:
                vm_id: shield
                code: { remote: { http_uri: { uri: "oci://registry.example.com/a/b:1", cluster: "_" }, sha256: "${hash}" } }
    - applyTo: HTTP_FILTER
      match: { context: GATEWAY, listener: {} }
      patch:
        operation: INSERT_FIRST
        value:
          name: shield.guard
          config_discovery:
            config_source: { ads: {} }
            type_urls:
              - type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm
              - type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC
`,
  gateway: `apiVersion: gateway.envoyproxy.io/v1alpha1
kind: EnvoyExtensionPolicy
metadata: { name: shield }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: orders }]
  wasm:
    - name: guard
      rootID: guard
      code:
        type: Image
        pullPolicy: IfNotPresent
        image: { url: "registry.example.com/a/b:1", sha256: "${hash}" }
      config: {}
`,
  bootstrap: `static_resources:
  listeners:
    - name: l
      filter_chains:
        - filters:
            - name: hcm
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
                use_remote_address: true
                normalize_path: true
                http_filters:
                  - name: guard
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm
                      config:
                        failure_policy: FAIL_RELOAD
                        capability_restriction_config: { allowed_capabilities: { proxy_log: {} } }
                        vm_config:
                          vm_id: shield
                          code: { local: { filename: guard.wasm } }
                        configuration: { value: '{"version":1}' }
                  - name: router
                    typed_config: { "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router }
`,
};

type Mistake = [file: keyof typeof texts, from: string, to: string, finding: RegExp];
const mistakes: Mistake[] = [
  ["plugin", "imagePullPolicy", "imagePullPolciy", /^10:3: .*did you mean "imagePullPolicy"/],
  ["plugin", "phase: AUTHN", "phase: AUTH", /^8:\d+: .*did you mean "AUTH[NZ]"/],
  ["plugin", "FAIL_RELOAD", "FAIL_CLOSED", /^12:\d+: .*did you mean "FAIL_CLOSE"/],
  ["plugin", hash, hash.slice(1), /^7:\d+: .*sha256/],
  ["plugin", `  sha256: ${hash}\n`, "", /^6:\d+: .*warning: the image is not pinned/],
  ["plugin", "IfNotPresent", "Always", /^10:\d+: .*warning: Always fetches/],
  ["plugin", "FAIL_RELOAD", "FAIL_OPEN", /^12:\d+: .*warning: requests pass unfiltered/],
  ["plugin", "oci://", "ftp://", /^6:\d+: .*knows no ftp/],
  [
    "plugin",
    "  selector:",
    "  targetRefs: [{ kind: Service, name: a }]\n  selector:",
    /only one of selector and targetRefs/,
  ],
  ["plugin", "valueFrom: HOST", "valueFrom: HOST, value: x", /^15:\d+: .*value is not allowed/],
  ["plugin", "maxArguments", "maxArgumnets", /^19:\d+: .*did you mean "maxArguments"/],
  ["plugin", "version: 1\n", "version: 1\n    holdHeaders: true\n", /^18:\d+: .*holding flag/],
  ["plugin", "  pluginName: guard\n", "", /no pluginName/],
  ["plugin", "guard:1.0.0", "Guard:1.0.0", /^6:\d+: .*no repository name/],
  ["extension", "phase: AUTHZ", "phase: UNSPECIFIED_PHASE", /^7:\d+: .*UNSPECIFIED/],
  ["extension", "  wasm:", "  lua: { inlineCode: x }\n  wasm:", /exactly one of wasm and lua/],
  [
    "extension",
    "    pluginName",
    `    sha256: ${"1".repeat(64)}\n    pluginName`,
    /^10:\d+: .*differs from the digest/,
  ],
  ["extension", "name: orders", "name: orders, namespace: shop", /^6:\d+: .*same namespace/],
  ["filter", "INSERT_FIRST", "INSERT_FRIST", /did you mean "INSERT_FIRST"/],
  [
    "filter",
    "failure_policy: FAIL_RELOAD",
    "failure_policy: FAIL_CLOSE",
    /did you mean "FAIL_CLOSED"/,
  ],
  [
    "filter",
    "              - type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC\n",
    "",
    /lacks RBAC/,
  ],
  ["filter", "EXTENSION_CONFIG", "HTTP_FILTER", /Envoy itself fetches no image here/],
  ["filter", "context: GATEWAY }", "context: WAYPOINT }", /waypoint belongs/],
  [
    "filter",
    "          name: shield.guard\n          config_discovery",
    "          name: shield.gaurd\n          config_discovery",
    /did you mean "shield.guard"/,
  ],
  ["filter", "vm_id: shield", "vm_idd: shield", /did you mean "vm_id"/],
  ["gateway", "type: Image", "type: OCI", /^10:\d+: /],
  ["gateway", "type: Image", "type: HTTP", /needs the field "http"/],
  ["gateway", "rootID", "rootId", /^8:\d+: .*did you mean "rootID"/],
  ["gateway", "config: {}", "config: { holdHeaders: true }", /holding flag/],
  ["bootstrap", "use_remote_address: true", "use_remote_address: false", /use_remote_address/],
  ["bootstrap", "                normalize_path: true\n", "", /normalize_path/],
  [
    "bootstrap",
    "local: { filename: guard.wasm }",
    'remote: { http_uri: { uri: "https://x/g.wasm" } }',
    /needs sha256/,
  ],
  ["bootstrap", '{"version":1}', '{"version":1,"holdHeaders":true}', /end in 504/],
  ["bootstrap", "vm_id: shield", "allow_precompiled: true", /share a VM/],
];

/** Findings as "line:column: …", one a line with its mend. */
async function linted(text: string, ...more: string[]): Promise<string> {
  const file = path.join(folder, "x.yaml");
  writeFileSync(file, text);
  const { out } = await meshwarden("lint", file, ...more);
  return out.replaceAll(`${file}:`, "").replaceAll("\n  mend:", " mend:");
}

test.each(Object.entries(texts))("no false alarm: %s", async (_name, text) => {
  expect(await linted(text)).toBe("");
});

describe("seeded mistakes", () => {
  test.each(mistakes)("%s: %j written %j", async (name, from, to, finding) => {
    const text = texts[name].replace(from, to);
    expect(text).not.toBe(texts[name]);
    const lines = (await linted(text)).split("\n");
    expect(lines.filter((line) => finding.test(line))).not.toEqual([]);
  });
});

test.skipIf(!existsSync(crds))(
  "the real CRDs take the good ones and find the same misspellings",
  async () => {
    const { plugin, extension, filter, gateway } = texts;
    expect(await linted([plugin, extension, filter, gateway].join("---\n"), "--crds", crds)).toBe(
      "",
    );
    const spoilt = plugin
      .replace("imagePullPolicy", "imagePullPolciy")
      .replace("FAIL_RELOAD", "FAIL_CLOSED");
    const found = await linted(spoilt, "--crds", crds);
    expect(found).toContain('did you mean "imagePullPolicy"');
    expect(found).toContain('did you mean "FAIL_CLOSE"');
  },
);

type Broken = [file: keyof typeof texts, from: string, to: string, finding: RegExp];
const againstRules: Broken[] = [
  [
    "plugin",
    "  selector:",
    "  targetRefs: [{ group: '', kind: Service, name: a }]\n  selector:",
    /only one of targetRefs or selector/,
  ],
  ["plugin", "oci://", "ftp://", /url must have schema one of \[http, https, file, oci\]/],
  [
    "plugin",
    "valueFrom: HOST",
    "valueFrom: HOST, value: x",
    /value may only be set when valueFrom is INLINE/,
  ],
  ["extension", "  wasm:", "  lua: { inlineCode: x }\n  wasm:", /exactly one of wasm or lua/],
  ["gateway", "type: Image", "type: HTTP", /If type is HTTP, http field needs to be set/],
  ["gateway", "kind: HTTPRoute", "kind: Service", /kind of Gateway/],
];

describe.skipIf(!existsSync(crds))("the CEL rules of the real CRDs", () => {
  test.each(againstRules)("%s: %j written %j", async (name, from, to, finding) => {
    const found = await linted(texts[name].replace(from, to), "--crds", crds);
    expect(found).toMatch(finding);
  });

  test("every one of them can be run here, those about a change aside", () => {
    const rules = new Set<string>();
    const walk = (schema: unknown): void => {
      if (schema === null || typeof schema !== "object") return;
      const { "x-kubernetes-validations": own } = schema as CelSchema;
      for (const { rule } of own ?? []) rules.add(rule);
      Object.values(schema).forEach(walk);
    };
    for (const name of readdirSync(crds, { recursive: true, encoding: "utf8" })) {
      if (!name.endsWith(".yaml")) continue;
      for (const document of parseAllDocuments(readFileSync(path.join(crds, name), "utf8"))) {
        walk(document.toJS());
      }
    }
    expect(rules.size).toBeGreaterThan(150);
    const unread = [...rules].filter((rule) => compiled(rule) === undefined);
    expect(unread.filter((rule) => !rule.includes("oldSelf"))).toEqual([]);
  });
});

describe("a folder of CRDs", () => {
  const crd = (port: object): string => {
    const spec = { type: "object", properties: { port: { type: "integer", ...port } } };
    const openAPIV3Schema = { type: "object", properties: { spec } };
    return JSON.stringify({
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      spec: {
        group: "example.com",
        names: { kind: "Door" },
        versions: [{ name: "v1", schema: { openAPIV3Schema } }],
      },
    });
  };
  const door = (kind: string, port: number): string =>
    `apiVersion: example.com/v1\nkind: ${kind}\nmetadata: { name: a }\nspec: { port: ${port} }\n`;
  const against = (port: object, text: string): Promise<string> => {
    const file = path.join(folder, "doors.yaml");
    writeFileSync(file, crd(port));
    return linted(text, "--crds", file);
  };

  test("may say that a limit is exclusive as OpenAPI 3.0 does", async () => {
    const below = { minimum: 0, exclusiveMinimum: true, maximum: 9, exclusiveMaximum: false };
    expect(await against(below, door("Door", 9))).toBe("");
    expect(await against(below, door("Door", 0))).toContain("/spec/port");
  });

  test("decides which kinds there are", async () => {
    const found = await against({}, door("Gate", 1));
    expect(found).toMatch(/2:1: \/kind: the cluster has no example\.com\/v1 Gate/);
  });

  test("that is broken is named, not run into", async () => {
    const file = path.join(folder, "door.yaml");
    writeFileSync(file, door("Door", 1));
    writeFileSync(path.join(folder, "doors.yaml"), crd({ minimum: "a" }));
    const run = await meshwarden("lint", file, "--crds", path.join(folder, "doors.yaml"));
    expect([run.exitCode, run.err]).toEqual([
      2,
      expect.stringContaining("CRD of example.com/v1 Door is broken"),
    ]);
  });
});

test("warnings fail only when asked", async () => {
  const file = path.join(folder, "w.yaml");
  writeFileSync(file, texts.plugin.replace("IfNotPresent", "Always"));
  expect((await meshwarden("lint", file)).exitCode).toBe(0);
  expect((await meshwarden("lint", file, "--strict")).exitCode).toBe(1);
  const json = await meshwarden("lint", file, "--json");
  expect(JSON.parse(json.out)).toMatchObject({ findings: [{ severity: "warning", line: 10 }] });
});

test("files that are not there, and broken YAML", async () => {
  expect((await meshwarden("lint", path.join(folder, "none.yaml"))).exitCode).toBe(2);
  expect((await meshwarden("lint", "x", "--crds", path.join(folder, "none"))).exitCode).toBe(2);
  const file = path.join(folder, "broken.yaml");
  writeFileSync(file, "kind: [\n");
  const broken = await meshwarden("lint", file);
  expect(broken.exitCode).toBe(1);
  expect(broken.out).toMatch(/broken\.yaml:\d+:\d+: /);
});
