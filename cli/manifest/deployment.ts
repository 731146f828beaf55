// The deployment file: which filters, from where, in front of what, and how they fail. Every manifest is made from it, so that
// moving from one gateway to another changes a word. What a target cannot do is an error, never silently left out.
import { Ajv2020 } from "ajv/dist/2020.js";
import { existsSync } from "node:fs";
import path from "node:path";
import { loadDocument } from "../config/document.ts";
import { findingText } from "../config/finding.ts";
import { schemaFindings } from "../config/schema-findings.ts";
import { UserError } from "../exit.ts";
import { parseReference, type Reference } from "../oci/reference.ts";
import { filterPath, readFilter } from "../serve/engine-load.ts";
import { readFacts } from "../wasm/facts.ts";
import { deploymentSchema } from "./deployment-schema.ts";

export type Phase = "AUTHN" | "AUTHZ" | "STATS";

export interface Target {
  kind: "gateway" | "sidecar" | "waypoint" | "route";
  name?: string;
  labels?: Record<string, string>;
  ports?: number[];
  /** Listeners of an Envoy Gateway's Gateway, the first of each port, for what only a patch of the listener can set. */
  listeners?: string[];
}

export interface FilterEntry {
  name: string;
  rootId: string;
  image?: Reference;
  /** Path of the module where Envoy runs. */
  module?: string;
  /** Where plain Envoy may fetch the module. */
  url?: string;
  /** Hex SHA-256 of the module, known where the module is at hand. */
  sha256?: string;
  phase: Phase;
  priority: number;
  capabilities: string[];
  config: Record<string, unknown>;
}

export interface Cluster {
  name: string;
  host: string;
  port: number;
  tls: boolean;
  http2: boolean;
}

export interface Deployment {
  name: string;
  namespace: string | undefined;
  target: Target;
  pullSecret: string | undefined;
  /** Minor version of the Envoy that will read it, like 1.40; decides where newer fields stand. */
  envoyMinor: number | undefined;
  /** Minor version of the Istio that will read it; the newest is meant where it is not given. */
  istioMinor: number | undefined;
  failOpen: boolean;
  /** Hold the head of a request back until its body has been judged. */
  holding: boolean;
  /** Envoy rewrites paths to their plain form before a filter sees them; false leaves odd ones to the filter, which refuses. */
  normalizePath: boolean;
  /** Where the files of target xds lie when Envoy runs. */
  xdsFolder: string;
  listen: { address: string; port: number };
  upstream: Cluster | undefined;
  clusters: Cluster[];
  filters: FilterEntry[];
}

interface RawFilter extends Partial<Omit<FilterEntry, "image">> {
  name: string;
  wasm?: string;
  image?: string;
  configFile?: string;
}

interface RawDeployment {
  name: string;
  namespace?: string;
  target?: Target;
  pullSecret?: string;
  envoyVersion?: string;
  istioVersion?: string;
  failOpen?: boolean;
  holding?: boolean;
  normalizePath?: boolean;
  xdsFolder?: string;
  listen?: { address?: string; port?: number };
  upstream?: string;
  clusters?: Record<string, { url: string; http2?: boolean }>;
  filters: RawFilter[];
}

/** Reads a deployment file. @throws UserError with all findings */
export function loadDeployment(file: string): Deployment {
  const document = loadDocument(file);
  const ajv = new Ajv2020({ allErrors: true, verbose: true });
  if (!ajv.validate(deploymentSchema, document.value)) {
    const found = schemaFindings(ajv.errors ?? [], document);
    const plain = { colour: false } as Parameters<typeof findingText>[1];
    throw new UserError(found.map((finding) => findingText(finding, plain).trimEnd()).join("\n"));
  }
  const raw = document.value as RawDeployment;
  const folder = path.dirname(file);
  const filters = raw.filters.map((filter) => filterEntry(filter, folder));
  const names = new Set(filters.map(({ name }) => name));
  if (names.size < filters.length) throw new UserError(`${file}: two filters have the same name`);
  return {
    name: raw.name,
    namespace: raw.namespace,
    target: raw.target ?? { kind: "gateway" },
    pullSecret: raw.pullSecret,
    envoyMinor: minorOf(raw.envoyVersion),
    istioMinor: minorOf(raw.istioVersion),
    failOpen: raw.failOpen ?? false,
    holding: raw.holding ?? false,
    normalizePath: raw.normalizePath ?? true,
    xdsFolder: raw.xdsFolder ?? "/etc/envoy/xds",
    listen: { address: raw.listen?.address ?? "0.0.0.0", port: raw.listen?.port ?? 8080 },
    upstream: raw.upstream === undefined ? undefined : clusterOf("upstream", raw.upstream, false),
    clusters: Object.entries(raw.clusters ?? {}).map(([name, { url, http2 }]) =>
      clusterOf(name, url, http2 === true),
    ),
    filters,
  };
}

const minorOf = (version: string | undefined): number | undefined =>
  version === undefined ? undefined : Number(version.split(".")[1]);

function filterEntry(raw: RawFilter, folder: string): FilterEntry {
  const facts = factsOf(raw, folder);
  return {
    name: raw.name,
    rootId: raw.rootId ?? raw.name,
    phase: raw.phase ?? "AUTHN",
    priority: raw.priority ?? 1000,
    capabilities: raw.capabilities ?? facts?.capabilities ?? noModule(raw.name),
    config: configOf(raw, folder),
    ...(raw.image === undefined ? {} : { image: parseReference(raw.image) }),
    ...(raw.module === undefined ? {} : { module: raw.module }),
    ...(raw.url === undefined ? {} : { url: raw.url }),
    ...(facts === undefined ? {} : { sha256: facts.sha256 }),
  };
}

/** Facts of the module on this machine: `wasm` relative to the deployment file, else the shipped filter of that name. */
function factsOf(raw: RawFilter, folder: string): ReturnType<typeof readFacts> | undefined {
  if (raw.wasm === undefined && !existsSync(filterPath(raw.name))) return undefined;
  const file = raw.wasm === undefined ? raw.name : path.resolve(folder, raw.wasm);
  return readFacts(readFilter(file).wasm, file);
}

function noModule(name: string): never {
  throw new UserError(
    `filter ${name}: its module is not at hand, so what it needs to call is not known`,
    "name the .wasm with `wasm:`, or list `capabilities:` as meshwarden inspect shows them",
  );
}

function configOf(
  { config, configFile, name }: RawFilter,
  folder: string,
): Record<string, unknown> {
  if (config !== undefined && configFile !== undefined) {
    throw new UserError(`filter ${name} has both config and configFile`, "keep one");
  }
  if (configFile === undefined) return config ?? {};
  const value = loadDocument(path.resolve(folder, configFile)).value;
  if (value === null || typeof value !== "object")
    throw new UserError(`${configFile} is no document`);
  // The sections of the Node proxy itself; in Envoy both are the bootstrap's business.
  const own = Object.entries(value).filter(([name]) => name !== "serve" && name !== "clusters");
  return Object.fromEntries(own);
}

function clusterOf(name: string, address: string, http2: boolean): Cluster {
  const url = new URL(address);
  const tls = url.protocol === "https:";
  const port = url.port === "" ? (tls ? 443 : 80) : Number(url.port);
  return { name, host: url.hostname.replace(/^\[|\]$/g, ""), port, tls, http2 };
}
