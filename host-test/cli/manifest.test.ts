// One deployment file, every target: what is printed passes lint, with our schemas and with the real CRDs, and states the secure
// choice. What a target cannot do: manifest-refused.test.ts.
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { packageRoot } from "../../cli/build/sources.ts";
import {
  clusters,
  deployment,
  digest,
  folder,
  listened,
  made,
  type Parts,
  type Patch,
} from "./manifest-fixture.ts";
import { meshwarden } from "./terminal-fixture.ts";

const crds = path.join(
  process.env["MESHWARDEN_DATA"] ?? path.join(packageRoot, "..", "shared", "data"),
  "crds",
);
const everything: [string, Parts][] = [
  ["envoy", { top: clusters }],
  ["envoy", { top: "holding: true\nenvoyVersion: '1.40'" }],
  ["wasmplugin", {}],
  ["wasmplugin", { target: "{ kind: waypoint, name: orders }", top: clusters }],
  [
    "wasmplugin",
    { target: "{ kind: sidecar, labels: { app: orders } }", top: "pullSecret: regcred" },
  ],
  ["trafficextension", {}],
  ["trafficextension", { target: "{ kind: waypoint, name: orders }" }],
  ["envoyfilter", { top: `holding: true\n${clusters}` }],
  ["envoyfilter", { target: "{ kind: waypoint, name: orders }", top: clusters }],
  ["envoyfilter", { target: "{ kind: sidecar, name: orders }", filter: "phase: AUTHZ" }],
  ["envoygateway", { target: "{ kind: route, name: orders }", top: "pullSecret: regcred" }],
  ["envoygateway", { top: clusters }],
  ["envoygateway", { target: listened, top: "holding: true" }],
];

describe.each(everything)("%s %j", (target, parts) => {
  test("passes lint", async () => {
    const { text } = await made(target, parts);
    const file = path.join(folder, "made.yaml");
    writeFileSync(file, text);
    expect((await meshwarden("lint", file, "--strict")).out).toBe("");
  });
});

test.skipIf(!existsSync(crds))("all of them pass the real CRDs", async () => {
  const files: string[] = [];
  for (const [index, [target, parts]] of everything.entries()) {
    if (target === "envoy") continue;
    const file = path.join(folder, `made-${index}.yaml`);
    writeFileSync(file, (await made(target, parts)).text);
    files.push(file);
  }
  expect((await meshwarden("lint", ...files, "--strict", "--crds", crds)).out).toBe("");
});

test.skipIf(existsSync(crds))(
  "the CRDs of Istio and Envoy Gateway are not here: set MESHWARDEN_DATA",
  () => {},
);

describe("secure choices", () => {
  test("plain Envoy", async () => {
    const { documents } = await made("envoy");
    const [bootstrap] = documents as [
      {
        static_resources: {
          listeners: {
            filter_chains: { filters: { typed_config: Record<string, unknown> }[] }[];
          }[];
        };
      },
    ];
    const manager =
      bootstrap.static_resources.listeners[0]!.filter_chains[0]!.filters[0]!.typed_config;
    expect(manager).toMatchObject({
      use_remote_address: true,
      normalize_path: true,
      merge_slashes: true,
    });
    const [own] = manager["http_filters"] as [
      { typed_config: { config: Record<string, unknown> } },
    ];
    expect(own.typed_config.config).toMatchObject({ failure_policy: "FAIL_RELOAD" });
    expect(own.typed_config.config["capability_restriction_config"]).toEqual({
      allowed_capabilities: {},
    });
  });

  test("the holding flag only where it is asked for", async () => {
    expect((await made("envoyfilter")).text).not.toContain("allow_on_headers_stop_iteration");
    expect((await made("envoyfilter", { top: "holding: true" })).text).toContain(
      "allow_on_headers_stop_iteration: true",
    );
  });

  test("Envoy Gateway gets by patch what its policy cannot say", async () => {
    const { documents } = await made("envoygateway", { target: listened, top: "holding: true" });
    const [, patch] = documents as [object, { spec: { jsonPatches: Patch[] } }];
    const [first] = patch.spec.jsonPatches;
    expect(first).toEqual({
      type: "type.googleapis.com/envoy.config.listener.v3.Listener",
      name: "shop/edge/http",
      operation: {
        op: "add",
        jsonPath:
          "$..http_filters[?(@.name == 'envoy.filters.http.wasm/envoyextensionpolicy/shop/shield/wasm/0')].typed_config.config",
        path: "allow_on_headers_stop_iteration",
        value: true,
      },
    });
    expect(patch.spec.jsonPatches.map(({ name, operation }) => [name, operation.path])).toEqual(
      ["shop/edge/http", "shop/edge/https"].flatMap((listener) =>
        ["allow_on_headers_stop_iteration", "failure_policy", "capability_restriction_config"].map(
          (field) => [listener, field],
        ),
      ),
    );
    const { text } = await made("envoygateway", { target: listened, top: "failOpen: true" });
    expect(text).not.toContain("failure_policy");
    expect(text).not.toContain("allow_on_headers_stop_iteration");
  });

  test("holding tells the filter too, and leaves an explicit word alone", async () => {
    const { text } = await made("envoyfilter", { top: "holding: true" });
    expect(text).toContain('{"holdHeaders":true,"version":1');
    expect((await made("envoyfilter")).text).not.toContain("holdHeaders");
  });

  test("Envoy Gateway gets the digest beside the address, Istio within it", async () => {
    const [policy] = (await made("envoygateway")).documents as [
      { spec: { wasm: { code: { image: object } }[] } },
    ];
    expect(policy.spec.wasm[0]!.code.image).toEqual({
      url: "registry.example.com/shield/own:1.0.0",
      sha256: digest,
    });
    const [plugin] = (await made("wasmplugin")).documents as [{ spec: object }];
    expect(plugin.spec).toMatchObject({
      url: `oci://registry.example.com/shield/own@sha256:${digest}`,
      failStrategy: "FAIL_RELOAD",
    });
  });

  test("an older Istio gets the strategy that it knows", async () => {
    const strategy = async (top: string): Promise<string | undefined> =>
      /failStrategy: (\w+)/.exec((await made("wasmplugin", { top })).text)?.[1];
    expect(await strategy("istioVersion: '1.26'")).toBe("FAIL_CLOSE");
    expect(await strategy("istioVersion: '1.27'")).toBe("FAIL_RELOAD");
    expect(await strategy("istioVersion: '1.26'\nfailOpen: true")).toBe("FAIL_OPEN");
  });

  test("filters of one phase run by priority", async () => {
    const more =
      "priority: 10\n  - { name: early, wasm: own.wasm, image: r.example.com/a/b:1, priority: 900 }";
    const [resource] = (await made("envoyfilter", { filter: more })).documents as [
      {
        spec: {
          configPatches: {
            applyTo: string;
            patch: { operation: string; value: { name: string } };
          }[];
        };
      },
    ];
    const inserts = resource.spec.configPatches.filter(({ applyTo }) => applyTo === "HTTP_FILTER");
    expect(inserts.map(({ patch }) => `${patch.operation} ${patch.value.name}`)).toEqual([
      "INSERT_FIRST shield.own",
      "INSERT_FIRST shield.early",
    ]);
  });

  test("Consul requires the filter", async () => {
    const { text } = await made("consul", { target: "{ kind: sidecar, name: orders }" });
    expect(JSON.parse(text)).toMatchObject({
      Kind: "service-defaults",
      EnvoyExtensions: [
        { Name: "builtin/wasm", Required: true, Arguments: { ListenerType: "inbound" } },
      ],
    });
  });

  test("a Kustomize base names its resources", async () => {
    const output = path.join(folder, "base");
    await meshwarden("manifest", "kustomize", "-c", deployment(), "-o", output);
    expect(readdirSync(output).sort()).toEqual(["kustomization.yaml", "wasmplugin.yaml"]);
  });
});

describe("folders", () => {
  const written = async (target: string, top: string): Promise<Map<string, string>> => {
    const output = mkdtempSync(path.join(folder, `${target}-`));
    const run = await meshwarden("manifest", target, "-c", deployment({ top }), "-o", output);
    expect(run.exitCode).toBe(0);
    const names = readdirSync(output, { recursive: true, encoding: "utf8" });
    const files = names.filter((name) => /\.yaml$/.test(name));
    return new Map(files.map((name) => [name, readFileSync(path.join(output, name), "utf8")]));
  };

  test("xds: what changes stands in files that Envoy watches", async () => {
    const files = await written("xds", `xdsFolder: /srv/xds\n${clusters}`);
    expect([...files.keys()].sort()).toEqual([
      "bootstrap.yaml",
      "cds.yaml",
      "filter-own.yaml",
      "lds.yaml",
    ]);
    expect(files.get("bootstrap.yaml")).toContain("path: /srv/xds/lds.yaml");
    expect(files.get("lds.yaml")).toContain("path: /srv/xds/filter-own.yaml");
    expect(files.get("filter-own.yaml")).toContain("maxArguments");
    expect(files.get("cds.yaml")).toContain("name: issuer");
  });

  test("helm: image, configuration and failure strategy are values", async () => {
    const files = await written("helm", clusters);
    expect([...files.keys()].sort()).toEqual([
      "Chart.yaml",
      "templates/wasmplugin.yaml",
      "values.yaml",
    ]);
    const template = files.get("templates/wasmplugin.yaml")!;
    expect(template).toContain('url: {{ (index .Values.filters "own").url }}');
    expect(template).toContain("failStrategy: {{ .Values.failStrategy }}");
    expect(template).toContain('{{ toYaml (index .Values.filters "own").config | indent 4 }}');
    expect(template).not.toContain("MESHWARDEN");
    expect(template).toContain("name: issuer");
    expect(parse(files.get("values.yaml")!)).toMatchObject({
      failStrategy: "FAIL_RELOAD",
      filters: { own: { url: expect.stringContaining(digest), config: { version: 1 } } },
    });
  });

  test("helm: holding makes it an EnvoyFilter, and says so to the filter", async () => {
    const files = await written("helm", "holding: true");
    const template = files.get("templates/envoyfilter.yaml")!;
    expect(template).toContain(
      'value: {{ (index .Values.filters "own").config | toJson | quote }}',
    );
    expect(template).not.toContain("MESHWARDEN");
    expect(files.get("values.yaml")).toContain("holdHeaders: true");
  });

  test("a folder needs --output", async () => {
    const { exitCode, err } = await meshwarden("manifest", "helm", "-c", deployment());
    expect(exitCode).toBe(2);
    expect(err).toContain("add --output FOLDER");
  });
});

test("normalizePath: false leaves odd paths to the filter", async () => {
  const { text } = await made("envoy", { top: "normalizePath: false" });
  expect(text).toContain("normalize_path: false");
  expect(text).toContain("path_with_escaped_slashes_action: KEEP_UNCHANGED");
});
