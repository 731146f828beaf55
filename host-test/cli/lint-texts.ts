// Good manifests that the tests of lint spoil in one place, and lint's findings without the name of the file.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll } from "vitest";
import { meshwarden } from "./terminal-fixture.ts";

/** A folder of the test file that imports this one, removed after it. */
export const folder: string = mkdtempSync(path.join(os.tmpdir(), "meshwarden-lint-"));
afterAll(() => rmSync(folder, { recursive: true }));

export const hash: string = "0f".repeat(32);
/** A clean file of each kind. */
export const texts = {
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

/** What lint finds in a text, one finding a line, mends behind them. */
export async function linted(text: string, ...more: string[]): Promise<string> {
  const file = path.join(folder, "x.yaml");
  writeFileSync(file, text);
  const { out } = await meshwarden("lint", file, ...more);
  return out.replaceAll(`${file}:`, "").replaceAll("\n  mend:", " mend:");
}
