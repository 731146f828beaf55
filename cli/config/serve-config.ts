// Splits a configuration file into what the Node data path reads (`serve`, `clusters`) and what goes to the filters. All errors of the first part are reported at once.
import { Ajv, type ErrorObject } from "ajv";
import type { ServeLimits } from "../serve/limits.ts";
import type { TlsSection } from "../serve/tls-files.ts";
import { didYouMean } from "./did-you-mean.ts";
import type { ConfigDocument } from "./document.ts";
import type { Finding } from "./finding.ts";
import { clustersSchema, serveSchema } from "./serve-schema.ts";

export interface ServeSection {
  upstream?: string;
  /** Speak HTTP/2 to the upstream. */
  upstreamHttp2?: boolean;
  /** Threads that serve. */
  workers?: number;
  tls?: TlsSection;
  host?: string;
  port?: number;
  adminPort?: number;
  filters?: string[];
  limits?: Partial<ServeLimits>;
}

export interface ServeConfig {
  serve: ServeSection;
  /** Services that filters call by name. */
  clusters: Record<string, { url: string }>;
  /** What the filters get: the document without the two sections above. */
  filterDocument: Record<string, unknown>;
  findings: Finding[];
}

const ajv = new Ajv({ allErrors: true, verbose: true, strict: true });
const sections = {
  serve: ajv.compile(serveSchema),
  clusters: ajv.compile(clustersSchema),
};

/** Reads a parsed file; `findings` is empty when the data path's own sections are right. */
export function readServeConfig(document: ConfigDocument): ServeConfig {
  const { value } = document;
  const findings: Finding[] = [];
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    findings.push(document.finding("", "must be a mapping", 'begin with "version: 1"'));
    return { serve: {}, clusters: {}, filterDocument: {}, findings };
  }
  const { serve, clusters, ...rest } = value as Record<string, unknown>;
  const given = { serve, clusters };
  for (const name of ["serve", "clusters"] as const) {
    if (given[name] === undefined || sections[name](given[name])) continue;
    for (const error of sections[name].errors ?? [])
      findings.push(asFinding(document, name, error));
  }
  return {
    serve: (serve ?? {}) as ServeSection,
    clusters: (clusters ?? {}) as ServeConfig["clusters"],
    filterDocument: rest,
    findings,
  };
}

function asFinding(document: ConfigDocument, section: string, error: ErrorObject): Finding {
  let pointer = `/${section}${error.instancePath}`;
  let message = error.message ?? "is wrong";
  let mend = "";
  if (error.keyword === "additionalProperties") {
    const name = String((error.params as { additionalProperty: string }).additionalProperty);
    pointer += `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    const known = Object.keys((error.parentSchema?.["properties"] as object | undefined) ?? {});
    const near = didYouMean(name, known);
    message = "is not a known field";
    mend = near === undefined ? `known are: ${known.join(", ")}` : `did you mean "${near}"?`;
  } else if (error.keyword === "pattern") {
    message = `must be a URL without a path, got ${JSON.stringify(error.data)}`;
    mend = 'write it like "http://127.0.0.1:3000"';
  } else if (error.keyword !== "required") {
    message += `, got ${JSON.stringify(error.data)}`;
  }
  return document.finding(pointer, message, mend);
}
