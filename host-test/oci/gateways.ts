// What `manifest` prints, before those who read it: kubeconform with the real CRDs, and a real Envoy, which validates each
// bootstrap, then serves with the capability list that came from the module's imports.
import { spawn, type ChildProcess } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import { createServer as createTcpServer, type AddressInfo } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseAllDocuments, stringify } from "yaml";
import { packageRoot } from "../../cli/build/sources.ts";
import { moduleOf } from "../../cli/image/module-of.ts";
import { loadDeployment } from "../../cli/manifest/deployment.ts";
import { render, type RenderedFile, type TargetName } from "../../cli/manifest/render.ts";
import type { Image } from "../../cli/oci/manifest.ts";
import { EnvoyMissing, findEnvoy } from "../envoy/find.ts";
import { same, type Checks } from "./checks.ts";
import { checkEnvoyGateway } from "./envoy-gateway.ts";
import { envoyMatrix } from "./printed-cases.ts";
import { waitForPort } from "./real-registry.ts";
import { findTool, mustRun } from "./tools.ts";

const dataFolder = process.env["MESHWARDEN_DATA"] ?? path.join(packageRoot, "..", "shared", "data");
const issuer = { clusters: { issuer: { url: "https://issuer.example.com" } } };
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
    writeFileSync(deployment, stringify({ ...base, ...changes }));
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
  await checkEnvoy(checks, root, make);
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

function writeFiles(folder: string, files: RenderedFile[]): void {
  for (const { name, text } of files) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
}

type Make = (target: TargetName, name: string, changes: object) => string;

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

async function checkEnvoy(checks: Checks, root: string, make: Make): Promise<void> {
  const wanted = (process.env["MESHWARDEN_ENVOY_VERSIONS"] ?? "").split(",").filter(Boolean);
  for (const version of wanted.length === 0 ? envoyMatrix : wanted) {
    let envoy;
    try {
      envoy = findEnvoy(version);
    } catch (error) {
      if (!(error instanceof EnvoyMissing)) throw error;
      checks.skip(`Envoy ${version ?? ""}`, "none found, and none could be installed");
      continue;
    }
    const { binary } = envoy;
    const short = envoy.version.split(".").slice(0, 2).join(".");
    await checks.check(`Envoy ${envoy.version} validates the bootstraps`, () => {
      for (const holding of [false, true]) {
        const changes = { upstream: "http://127.0.0.1:1", holding, envoyVersion: short, ...issuer };
        mustRun(binary, [
          "--mode",
          "validate",
          "-l",
          "error",
          "-c",
          make("envoy", "validate", changes),
        ]);
      }
    });
    await checks.check(
      `Envoy ${envoy.version} serves with the pulled module and its capability list`,
      () => serve(binary, short, make),
    );
    await checks.check(
      `Envoy ${envoy.version} follows a changed xds folder without a restart`,
      () => serveXds(binary, short, make, root),
    );
  }
}

async function serve(binary: string, envoyVersion: string, make: Make): Promise<void> {
  const upstream = await startUpstream();
  const port = await freePort();
  const listen = { address: "127.0.0.1", port };
  const file = make("envoy", "serve", { upstream: upstream.address, listen, envoyVersion });
  const child = startEnvoy(binary, file);
  try {
    await waitForPort(port, child);
    const url = `http://127.0.0.1:${port}/`;
    const good = await fetch(url);
    same([good.status, await good.text()], [200, "hello"]);
    same((await fetch(url, { method: "DELETE" })).status, 405);
  } finally {
    child.kill();
    upstream.close();
  }
}

/** The printed folder, then another configuration of the filter, then one that it refuses. */
async function serveXds(
  binary: string,
  envoyVersion: string,
  make: Make,
  root: string,
): Promise<void> {
  const upstream = await startUpstream();
  const port = await freePort();
  const xdsFolder = mkdtempSync(path.join(root, "xds-"));
  const deployment = {
    upstream: upstream.address,
    listen: { address: "127.0.0.1", port },
    envoyVersion,
    xdsFolder,
  };
  make("xds", "serve", deployment);
  const printed = render("xds", loadDeployment(path.join(root, "deployment.yaml")));
  writeFiles(xdsFolder, printed);
  const filter = printed.find(({ name }) => name === "filter-guard.yaml")!.text;
  const child = startEnvoy(binary, path.join(xdsFolder, "bootstrap.yaml"));
  const url = `http://127.0.0.1:${port}/`;
  const put = (text: string): void => {
    writeFileSync(path.join(xdsFolder, "next"), text);
    renameSync(path.join(xdsFolder, "next"), path.join(xdsFolder, "filter-guard.yaml"));
  };
  const deletes = async (): Promise<number> => (await fetch(url, { method: "DELETE" })).status;
  try {
    await waitForPort(port, child);
    same([(await fetch(url)).status, await deletes()], [200, 405]);
    put(filter.replace("GET", "DELETE"));
    for (let waited = 0; waited < 100 && (await deletes()) !== 200; waited++) await sleep(50);
    same([(await fetch(url)).status, await deletes()], [405, 200]);
    put(filter.replace("methods", "nonsense"));
    await sleep(500);
    same([(await fetch(url)).status, await deletes()], [405, 200]);
  } finally {
    child.kill();
    upstream.close();
  }
}

async function startUpstream(): Promise<{ address: string; close(): void }> {
  const server = createServer((_request, response) => response.end("hello"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}`, close: () => void server.close() };
}

async function freePort(): Promise<number> {
  const probe = createTcpServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

function startEnvoy(binary: string, file: string): ChildProcess {
  const flags = ["-c", file, "--concurrency", "1", "--disable-hot-restart", "-l", "error"];
  return spawn(binary, flags, { stdio: "ignore" });
}
