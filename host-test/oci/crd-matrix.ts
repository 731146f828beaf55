// The compatibility page's tables of Istio and Envoy Gateway, made again: each printed resource against the CRDs that each version
// publishes in its Go module. The page is right when it says what comes out here; UPDATE_GUIDES=1 writes it.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { stringify } from "yaml";
import { packageRoot } from "../../cli/build/sources.ts";
import { documentsOf } from "../../cli/config/document.ts";
import { UserError } from "../../cli/exit.ts";
import { KindSchemas } from "../../cli/lint/crds.ts";
import { lintDocument } from "../../cli/lint/lint.ts";
import { loadDeployment } from "../../cli/manifest/deployment.ts";
import { render, type TargetName } from "../../cli/manifest/render.ts";
import { same, type Checks } from "./checks.ts";

const page = path.join(packageRoot, "docs", "install", "compatibility.md");
const gateway = { kind: "gateway", name: "edge" };
const waypoint = { kind: "waypoint", name: "orders" };

interface Product {
  name: string;
  /** Go module that carries the CRDs. */
  module: string;
  versions: string[];
  /** Which of the module's files are CRDs that matter here. */
  crds: RegExp;
  rows: [string, TargetName, object][];
}

const products: Product[] = [
  {
    name: "Istio",
    module: "istio.io/api",
    versions: ["1.25.0", "1.26.0", "1.27.0", "1.28.0", "1.29.0", "1.30.8", "1.31.4"],
    crds: /^kubernetes\/customresourcedefinitions\.gen\.yaml$/,
    rows: [
      ["WasmPlugin, gateway", "wasmplugin", { target: gateway, pullSecret: "regcred" }],
      ["WasmPlugin, sidecar", "wasmplugin", { target: { kind: "sidecar", name: "orders" } }],
      ["WasmPlugin, waypoint", "wasmplugin", { target: waypoint }],
      ["TrafficExtension", "trafficextension", { target: gateway }],
      ["EnvoyFilter, holding, gateway", "envoyfilter", { target: gateway, holding: true }],
      ["EnvoyFilter, holding, waypoint", "envoyfilter", { target: waypoint, holding: true }],
    ],
  },
  {
    name: "Envoy Gateway",
    module: "github.com/envoyproxy/gateway",
    versions: ["1.3.0", "1.4.0", "1.5.0", "1.6.0", "1.7.0", "1.8.0", "1.9.1"],
    crds: /^charts\/gateway-helm\/.*envoy(?:extension|patch)policies\.yaml$/,
    rows: [
      [
        "EnvoyExtensionPolicy, route",
        "envoygateway",
        { target: { kind: "route", name: "orders" }, pullSecret: "regcred" },
      ],
      [
        "with EnvoyPatchPolicy, gateway",
        "envoygateway",
        { target: { ...gateway, listeners: ["http"] }, holding: true },
      ],
    ],
  },
];

/** Compares each product's table with the page. */
export async function checkCrdMatrix(checks: Checks, root: string): Promise<void> {
  for (const product of products) {
    const folders = product.versions.map((version) => crdFolder(product, version, root));
    const missing = product.versions.filter((_, index) => folders[index] === undefined);
    if (missing.length > 0) {
      checks.skip(`the CRDs of ${product.name}`, `go cannot fetch ${missing.join(", ")}`);
      continue;
    }
    await checks.check(`the page's table of ${product.name} is what the CRDs say`, () => {
      const table = tableOf(product, folders as string[], root);
      const text = readFileSync(page, "utf8");
      const block = new RegExp(`(?<=<!-- ${product.name} -->\n\n)(?:\\|.*\n)*`);
      if (process.env["UPDATE_GUIDES"] === "1") writeFileSync(page, text.replace(block, table));
      else same(block.exec(text)?.[0], table);
    });
  }
}

function tableOf({ name, versions, rows }: Product, folders: string[], root: string): string {
  const line = (cells: string[]): string => `| ${cells.join(" | ")} |\n`;
  const head = line([name, ...versions.map((version) => version.replace(/\.\d+$/, ""))]);
  const schemas = folders.map((folder) => new KindSchemas(folder));
  const body = rows.map(([label, target, changes]) =>
    line([
      label,
      ...versions.map((version, index) => cell(target, changes, version, schemas[index]!, root)),
    ]),
  );
  return `${head}|${"---|".repeat(versions.length + 1)}\n${body.join("")}`;
}

/** "yes", with what happens after a trap where that is less than a reload; "no" where the target says so itself. */
function cell(
  target: TargetName,
  changes: object,
  version: string,
  schemas: KindSchemas,
  root: string,
): string {
  const file = path.join(root, "matrix.yaml");
  const filter = {
    name: "guard",
    capabilities: ["proxy_log"],
    image: `registry.example.com/shield/guard:1.0.0@sha256:${"ab".repeat(32)}`,
    config: { version: 1, validate: { limits: { methods: { allow: ["GET"] } } } },
  };
  const istioVersion = version.replace(/\.\d+$/, "");
  const base = { version: 1, name: "shield", namespace: "shop", istioVersion, filters: [filter] };
  writeFileSync(file, stringify({ ...base, ...changes }));
  let text: string;
  try {
    text = render(target, loadDeployment(file))[0]!.text;
  } catch (error) {
    if (error instanceof UserError) return "no";
    throw error;
  }
  const documents = documentsOf("printed", text);
  const values = documents.map(({ value }) => value as unknown);
  const found = documents.flatMap((document) => lintDocument(document, schemas, values));
  if (found.length > 0) return `refused: ${found[0]!.message}`;
  return text.includes("FAIL_CLOSE\n") ? "yes, no reload" : "yes";
}

/** The CRDs of one version in a folder of their own, undefined where Go cannot fetch the module. */
function crdFolder(
  { module, crds, name }: Product,
  version: string,
  root: string,
): string | undefined {
  const run = spawnSync("go", ["mod", "download", "-json", `${module}@v${version}`], {
    cwd: mkdtempSync(path.join(root, "go-")),
    encoding: "utf8",
    timeout: 300_000,
  });
  if (run.status !== 0) return undefined;
  const { Dir } = JSON.parse(run.stdout) as { Dir: string };
  const folder = path.join(root, `crds-${name.replace(" ", "-")}-${version}`);
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(Dir, { recursive: true, encoding: "utf8" })) {
    if (crds.test(file)) cpSync(path.join(Dir, file), path.join(folder, path.basename(file)));
  }
  return folder;
}
