// What `manifest envoygateway` prints, before Envoy Gateway's own translator (egctl). It decodes both policies and applies the
// patch; of the extension policy it then says that it has no Wasm cache, which egctl never has: an image is fetched by the
// controller alone. A policy that is wrong is refused with another word, which is checked too.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { same, type Checks } from "./checks.ts";
import { findTool, mustRun } from "./tools.ts";

/** The Gateway, route and service that a policy stands beside. */
export const surroundings = `apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: eg }
spec: { controllerName: gateway.envoyproxy.io/gatewayclass-controller }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge, namespace: shop }
spec:
  gatewayClassName: eg
  listeners: [{ name: http, protocol: HTTP, port: 8080 }]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: orders, namespace: shop }
spec:
  parentRefs: [{ name: edge }]
  rules: [{ backendRefs: [{ name: orders, port: 80 }] }]
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { clusterIP: 10.0.0.1, ports: [{ port: 80, protocol: TCP }] }
---
apiVersion: v1
kind: Namespace
metadata: { name: shop }
---
`;

const noCache = "Wasm: wasm cache is not initialized.";

/** A policy with what a controller says about it. */
export interface Conditioned {
  status?: { ancestors?: { conditions: { type: string; status: string; message: string }[] }[] };
}

interface Translated {
  envoyExtensionPolicies: Conditioned[];
  envoyPatchPolicies?: Conditioned[];
}

/** @param printed files made for a Gateway with clusters and for a route, by their names */
export async function checkEnvoyGateway(
  checks: Checks,
  root: string,
  printed: Record<string, string>,
): Promise<void> {
  const egctl = findTool("egctl");
  if (egctl === undefined) return checks.skip("egctl x translate", "not on PATH and not built");
  const translate = (text: string, to: string): string => {
    const file = path.join(root, "gateway-resources.yaml");
    writeFileSync(file, surroundings + text);
    const flags = ["--from", "gateway-api", "--to", to, "--output", "yaml", "--file", file];
    return mustRun(egctl, ["x", "translate", ...flags]);
  };
  for (const [name, file] of Object.entries(printed)) {
    const text = readFileSync(file, "utf8");
    await checks.check(`egctl x translate takes envoygateway for ${name}`, () => {
      const translated = parse(translate(text, "gateway-api")) as Translated;
      same(messages(translated.envoyExtensionPolicies), [`Accepted False ${noCache}`]);
      for (const line of messages(translated.envoyPatchPolicies ?? [])) {
        same(/^(Accepted|Programmed) True /.test(line), true);
      }
      if (text.includes("EnvoyPatchPolicy")) {
        same(/^ *name: issuer$/m.test(translate(text, "xds")), true);
      }
    });
  }
  await checks.check("egctl x translate refuses a wrong one with another word", () => {
    const [file] = Object.values(printed);
    const wrong = readFileSync(file!, "utf8").replace(
      /kind: (?:Gateway|HTTPRoute)\n/,
      "kind: Gatewaj\n",
    );
    let said: string;
    try {
      said = messages(
        (parse(translate(wrong, "gateway-api")) as Translated).envoyExtensionPolicies,
      ).join();
    } catch (error) {
      said = (error as Error).message;
    }
    same(said === `Accepted False ${noCache}`, false);
  });
}

/** "Accepted True …" for each condition. */
export function messages(policies: Conditioned[]): string[] {
  return policies.flatMap(({ status }) =>
    (status?.ancestors ?? []).flatMap(({ conditions }) =>
      conditions.map(({ type, status: is, message }) => `${type} ${is} ${message}`),
    ),
  );
}
