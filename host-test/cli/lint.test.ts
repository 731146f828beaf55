// Seeded mistakes: each is found at its line, with its mend; the file without it is clean.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { folder, hash, linted, texts } from "./lint-texts.ts";
import { meshwarden } from "./terminal-fixture.ts";

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
