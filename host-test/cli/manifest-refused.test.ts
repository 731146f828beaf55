// What a target cannot do, and what a deployment file has wrong, is refused with a word on what to do instead.
import { describe, expect, test } from "vitest";
import { clusters, deployment, type Parts } from "./manifest-fixture.ts";
import { meshwarden } from "./terminal-fixture.ts";

describe("refused", () => {
  test.each<[string, Parts, string]>([
    ["wasmplugin", { top: "holding: true" }, "cannot set Envoy's holding flag"],
    ["wasmplugin", { target: "{ kind: route, name: x }" }, "not to routes"],
    ["wasmplugin", { target: "{ kind: sidecar }" }, "needs labels"],
    ["envoyfilter", { top: "pullSecret: x" }, "no pull secret"],
    ["envoygateway", { target: "{ kind: waypoint, name: x }" }, "has no waypoints"],
    [
      "envoygateway",
      { target: "{ kind: route, name: x }", top: clusters },
      "patched into a Gateway",
    ],
    ["envoygateway", { top: "holding: true" }, "name the Gateway's listeners"],
    [
      "envoygateway",
      { target: "{ kind: route, name: x, listeners: [http] }", top: "holding: true" },
      "patched into a Gateway",
    ],
    ["envoygateway", { target: `{ kind: gateway, name: x, listeners: ["a')]"] }` }, "listeners/0"],
    ["trafficextension", { top: "istioVersion: '1.29'" }, "came with Istio 1.30"],
    [
      "wasmplugin",
      { target: "{ kind: waypoint, name: x }", top: `istioVersion: '1.28'\n${clusters}` },
      "from Istio 1.29 on",
    ],
    ["consul", {}, "in a service's sidecar"],
    ["kustomize", {}, "is a folder"],
    ["rancher", {}, "there is no target"],
    ["envoy", { top: "holdng: true" }, 'did you mean "holding"?'],
    ["envoy", { target: "{ kind: gatway }" }, 'did you mean "gateway"?'],
    ["envoy", { filter: "wasn: x" }, 'did you mean "wasm"?'],
  ])("%s %j", async (target, parts, text) => {
    const result = await meshwarden("manifest", target, "-c", deployment(parts));
    expect(result.exitCode).toBe(2);
    expect(result.err).toContain(text);
  });
});

test("lint finds what a deployment file has wrong, at its line", async () => {
  const result = await meshwarden("lint", deployment({ top: "holdng: true" }));
  expect(result.out).toMatch(
    /deployment\.yaml:6:1: .*holdng: is not a known field\n {2}mend: did you mean "holding"\?/,
  );
});
