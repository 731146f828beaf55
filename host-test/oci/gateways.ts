// What `manifest` prints, before those who read it: kubeconform with the real CRDs, Kustomize, Helm, Envoy Gateway's translator and
// real Envoys (printed-envoy.ts).
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseAllDocuments, stringify } from "yaml";
import { packageRoot } from "../../cli/build/sources.ts";
import { moduleOf } from "../../cli/image/module-of.ts";
import { loadDeployment } from "../../cli/manifest/deployment.ts";
import { render, type TargetName } from "../../cli/manifest/render.ts";
import type { Image } from "../../cli/oci/manifest.ts";
import { same, type Checks } from "./checks.ts";
import { checkEnvoyGateway } from "./envoy-gateway.ts";
import { checkGatewayTranslation } from "./gateway-translate.ts";
import { checkPrintedEnvoy, issuer } from "./printed-envoy.ts";
import { writeFiles, type Make } from "./printed.ts";
import { findTool, mustRun } from "./tools.ts";

const dataFolder = process.env["MESHWARDEN_DATA"] ?? path.join(packageRoot, "..", "shared", "data");
const gateway = { kind: "gateway", name: "edge", ports: [443] };
const waypoint = { kind: "waypoint", name: "orders" };
const sidecar = { kind: "sidecar", labels: { app: "orders" } };

/** Targets with what differs from the plain deployment. */
const variants: [TargetName, string, object][] = [
  ["wasmplugin", "gateway", { target: gateway, pullSecret: "regcred" }],
  ["wasmplugin", "waypoint", { target: waypoint, ...issuer }],
  ["wasmplugin", "sidecar", { target: sidecar }],
  ["trafficextension", "gateway", { target: gateway }],
  ["trafficextension", "waypoint", { target: waypoint }],
  ["envoyfilter", "gateway-holding", { target: gateway, holding: true, ...issuer }],
  ["envoyfilter", "waypoint", { target: waypoint, ...issuer }],
  ["envoyfilter", "sidecar", { target: sidecar }],
  ["envoygateway", "route", { target: { kind: "route", name: "orders" }, pullSecret: "regcred" }],
  ["envoygateway", "gateway", { target: { kind: "gateway", name: "edge" }, ...issuer }],
];

export async function checkGateways(checks: Checks, image: Image, root: string): Promise<void> {
  const module = path.join(root, "guard.wasm");
  writeFileSync(module, moduleOf(image));
  const base = {
    version: 1,
    name: "shield",
    namespace: "shop",
    filters: [
      {
        name: "guard",
        wasm: module,
        module,
        image: `registry.example.com/shield/guard:1.0.0@${image.manifest.digest}`,
        config: { version: 1, validate: { limits: { methods: { allow: ["GET"] } } } },
      },
    ],
  };
  const make = (target: TargetName, name: string, changes: object): string => {
    const deployment = path.join(root, "deployment.yaml");
    const { config, ...rest } = changes as { config?: object };
    const filters = base.filters.map((filter) => ({ ...filter, ...(config && { config }) }));
    writeFileSync(deployment, stringify({ ...base, filters, ...rest }));
    const file = path.join(root, `${target}-${name}.yaml`);
    writeFileSync(file, render(target, loadDeployment(deployment))[0]!.text);
    return file;
  };
  await checkKubernetes(checks, root, make);
  await checkKustomize(checks, root, make);
  await checkHelm(checks, root, make);
  await checkEnvoyGateway(checks, root, {
    route: make("envoygateway", "eg-route", { target: { kind: "route", name: "orders" } }),
    gateway: make("envoygateway", "eg-gateway", { target: gateway, ...issuer }),
  });
  await checkGatewayTranslation(checks, root, module, make);
  await checkPrintedEnvoy(checks, root, make);
}

/** The base as kubectl's own Kustomize builds it; needs no cluster. */
async function checkKustomize(checks: Checks, root: string, make: Make): Promise<void> {
  const kubectl = findTool("kubectl");
  if (kubectl === undefined) return checks.skip("kubectl kustomize", "no kubectl on PATH");
  await checks.check("kubectl kustomize builds the base", () => {
    make("wasmplugin", "for-kustomize", { target: gateway });
    const base = path.join(root, "base");
    writeFiles(base, render("kustomize", loadDeployment(path.join(root, "deployment.yaml"))));
    const built = mustRun(kubectl, ["kustomize", base]);
    same(/kind: WasmPlugin/.test(built) && /managed-by: meshwarden/.test(built), true);
  });
}

/** The chart as Helm itself reads it: with its own values it is what `manifest` prints. */
async function checkHelm(checks: Checks, root: string, make: Make): Promise<void> {
  const helm = findTool("helm");
  if (helm === undefined) return checks.skip("helm", "not on PATH and not built");
  for (const [kind, changes] of [
    ["wasmplugin", { target: gateway, pullSecret: "regcred", ...issuer }],
    ["envoyfilter", { target: gateway, holding: true, ...issuer }],
  ] as const) {
    await checks.check(`helm lints the chart, and its template is the printed ${kind}`, () => {
      const printed = readFileSync(make(kind, "for-helm", changes), "utf8");
      const chart = path.join(root, `chart-${kind}`);
      writeFiles(chart, render("helm", loadDeployment(path.join(root, "deployment.yaml"))));
      mustRun(helm, ["lint", "--strict", chart]);
      const templated = mustRun(helm, ["template", "any", chart, "--namespace", "shop"]);
      same(resources(templated), resources(printed));
      const open = mustRun(helm, ["template", "any", chart, "--set", "failStrategy=FAIL_OPEN"]);
      same(/FAIL_OPEN/.test(open) && !/FAIL_RELOAD/.test(open), true);
    });
  }
}

/** Documents without their namespace, which Helm gives to the whole release, whatever the order of kinds and fields. */
function resources(text: string): unknown[] {
  const documents = parseAllDocuments(text).map((document) => document.toJS() as object | null);
  return documents
    .filter((value) => value !== null)
    .map((value) => JSON.stringify(sorted(value)))
    .sort();
}

function sorted(value: unknown): unknown {
  if (typeof value === "string" && value.startsWith("{")) return sorted(JSON.parse(value));
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(([name]) => name !== "namespace");
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, of]) => [name, sorted(of)]),
  );
}

async function checkKubernetes(checks: Checks, root: string, make: Make): Promise<void> {
  const crds = path.join(dataFolder, "crds");
  const kubeconform = findTool("kubeconform");
  if (!existsSync(crds))
    return checks.skip("kubeconform", "the CRDs are not there: set MESHWARDEN_DATA");
  if (kubeconform === undefined) return checks.skip("kubeconform", "not on PATH and not built");
  const schemas = path.join(root, "schemas");
  writeSchemas(crds, schemas);
  const location = `${schemas}/{{.ResourceKind}}.json`;
  for (const [target, name, changes] of variants) {
    await checks.check(`kubeconform takes ${target} for ${name}`, () => {
      const file = make(target, name, changes);
      mustRun(kubeconform, ["-strict", "-schema-location", location, file]);
    });
  }
}

/** CRDs as the plain JSON Schemas that kubeconform reads. */
function writeSchemas(crds: string, output: string): void {
  mkdirSync(output, { recursive: true });
  for (const name of readdirSync(crds, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".yaml")) continue;
    for (const document of parseAllDocuments(readFileSync(path.join(crds, name), "utf8"))) {
      const crd = document.toJS() as {
        spec?: { names: { kind: string }; versions: { schema?: { openAPIV3Schema?: object } }[] };
      } | null;
      const schema = crd?.spec?.versions.at(-1)?.schema?.openAPIV3Schema;
      if (schema === undefined) continue;
      const file = path.join(output, `${crd!.spec!.names.kind.toLowerCase()}.json`);
      writeFileSync(file, JSON.stringify(schema));
    }
  }
}
