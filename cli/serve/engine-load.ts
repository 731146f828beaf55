// What it takes to make an engine: the filters' modules and their configuration, read from disk at one moment, and the outcome
// of loading them. Loading is a function handed in, so that a reload can be tested without compiling anything.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../build/sources.ts";
import type { CalloutAnswer } from "../../host-test/host/types.ts";
import type { ConfigDocument } from "../config/document.ts";
import type { Finding } from "../config/finding.ts";
import { UserError } from "../exit.ts";
import type { ServeEngine } from "./engine.ts";

/** One filter of the chain as it lies on disk. */
export interface FilterFile {
  name: string;
  /** Path of the wasm. */
  file: string;
  wasm: Uint8Array;
  /** Source map of version 3, when one lies beside the wasm. */
  sourceMap?: string;
  /** Hex SHA-256 of the wasm. */
  sha256: string;
}

export interface EngineInput {
  filters: FilterFile[];
  /** JSON text for every filter; each reads its own sections of it. */
  filterConfig: string;
  clusters: Record<string, { url: string }>;
  /** For the places of findings; absent when there is no configuration file. */
  document?: ConfigDocument;
  bufferLimitBytes: number;
  /** Told of each call that a filter made and what came of it. */
  onCallout?: (cluster: string, answer: CalloutAnswer) => void;
  /** Lines that filters log. */
  onLog(level: string, line: string): void;
}

/** Either an engine or the reasons why there is none. */
export type EngineOutcome =
  { engine: ServeEngine; findings: [] } | { engine: undefined; findings: Finding[] };

/** `previous` is the engine that runs now; state that outlives a change of configuration is in it. */
export type EngineLoader = (input: EngineInput, previous?: ServeEngine) => Promise<EngineOutcome>;

/** A filter of this package, named without a path. */
function isShipped(filter: string): boolean {
  return !filter.endsWith(".wasm") && !/[\\/]/.test(filter);
}

/**
 * The document as JSON text for the filters. This proxy always lets a filter hold a request's head (Envoy's
 * allow_on_headers_stop_iteration), and tells shipped filters so, unless the document decides that itself: nothing of a
 * request whose body is refused then reaches the service.
 */
export function filterConfig(document: Record<string, unknown>, filters: string[]): string {
  const holds = filters.every(isShipped) ? { holdHeaders: true } : {};
  return JSON.stringify({ ...holds, ...document });
}

/** Where the wasm of a filter lies: a shipped filter by name, anything else by its path. */
export function filterPath(filter: string): string {
  if (!isShipped(filter)) return path.resolve(filter);
  return path.join(packageRoot, "build", `${filter}.wasm`);
}

/** Reads a filter's module. @throws UserError when it is not there */
export function readFilter(filter: string): FilterFile {
  const file = filterPath(filter);
  if (!existsSync(file)) {
    const shipped = !filter.endsWith(".wasm");
    throw new UserError(
      `there is no filter ${JSON.stringify(filter)}: ${file} does not exist`,
      shipped ? "run meshwarden build, or give the path of a .wasm file" : "check the path",
    );
  }
  const wasm = new Uint8Array(readFileSync(file));
  const map = `${file}.map`;
  return {
    name: path.basename(file, ".wasm"),
    file,
    wasm,
    ...(existsSync(map) ? { sourceMap: readFileSync(map, "utf8") } : {}),
    sha256: createHash("sha256").update(wasm).digest("hex"),
  };
}
