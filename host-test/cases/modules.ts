// The wasm bytes and configuration bytes of a case's filters, the same for both runners.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { compile, packageRoot } from "../../cli/build/compile.ts";
import { ruleFiles, usualLines } from "../../cli/waf/rule-files.ts";
import { freezeRules } from "../../cli/wasm/freeze-rules.ts";
import { crsRoot } from "../crs/suite.ts";
import type { ConfigValue, FilterUse } from "./format.ts";
import { encodeScript } from "./script.ts";

export interface FilterModule {
  wasm: Uint8Array<ArrayBuffer>;
  sourceMap?: string;
}

const cache = new Map<string, Promise<FilterModule>>();

/**
 * Compile a probe (`probe:trace` is assembly/probes/trace.ts; `unlinked:` keeps the import of env.abort), or read a
 * built module.
 */
export function filterModule(wasm = "probe:trace"): Promise<FilterModule> {
  let found = cache.get(wasm);
  if (found === undefined) cache.set(wasm, (found = readModule(wasm)));
  return found;
}

async function readModule(wasm: string): Promise<FilterModule> {
  const [kind, name] = wasm.split(":");
  if (kind === "probe" || kind === "unlinked") {
    const target = kind === "probe" ? "release" : "spec";
    return compile({ entry: `assembly/probes/${name}.ts`, target });
  }
  const shipped = /^build\/([\w-]+)\.wasm$/.exec(wasm)?.[1];
  const entry = `assembly/filters/${shipped}.ts`;
  // From sources, a filter is compiled here as the build does it: the case never meets a stale module.
  if (shipped !== undefined && existsSync(path.join(packageRoot, entry))) {
    return compile({ entry, target: "release" });
  }
  if (wasm === crsModule) return readCrsModule();
  const file = path.join(packageRoot, wasm);
  const map = `${file}.map`;
  if (!existsSync(file)) throw new Error(`${wasm} is missing: run npm run build`);
  const sourceMap = existsSync(map) ? readFileSync(map, "utf8") : undefined;
  return { wasm: new Uint8Array(readFileSync(file)), sourceMap };
}

/** The firewall with the Core Rule Set, which is not part of this package: made from a release that is found, or by the user. */
const crsModule = "build/waf-crs.wasm";

async function readCrsModule(): Promise<FilterModule> {
  const root = crsRoot();
  if (root !== undefined) {
    const { wasm } = await readModule("build/waf.wasm");
    const files = ruleFiles(root);
    return {
      wasm: new Uint8Array(freezeRules(wasm, { files, profiles: { default: usualLines(files) } })),
    };
  }
  const file = path.join(packageRoot, crsModule);
  if (existsSync(file)) return { wasm: new Uint8Array(readFileSync(file)) };
  throw new Error(`${crsModule} is missing: run meshwarden crs use RELEASE -o ${crsModule}`);
}

/** Whether a case file needs the Core Rule Set, and there is none. */
export function lacksCrs(caseFile: string): boolean {
  if (!readFileSync(path.join(packageRoot, caseFile), "utf8").includes(crsModule)) return false;
  return crsRoot() === undefined && !existsSync(path.join(packageRoot, crsModule));
}

/** A configuration as Envoy's `Any` carries it; undefined means none. */
export function configOf(use: FilterUse): ConfigValue | undefined {
  return use.script === undefined ? use.config : encodeScript(use.script);
}

export function vmConfigOf(use: FilterUse): ConfigValue | undefined {
  return use.vmScript === undefined ? use.vmConfig : encodeScript(use.vmScript);
}

/** Name of the plugin, as in Envoy's log and metrics. */
export function filterName(use: FilterUse): string {
  return use.name ?? "probe";
}

/** Does this filter write trace records? */
export function isTracing(use: FilterUse): boolean {
  return (use.wasm ?? "probe:trace") === "probe:trace";
}
