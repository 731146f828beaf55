import type { ConfigValue, FilterUse } from "./format.ts";
export interface FilterModule {
  wasm: Uint8Array<ArrayBuffer>;
  sourceMap?: string;
}
/**
 * Compile a probe (`probe:trace` is assembly/probes/trace.ts; `unlinked:` keeps the import of env.abort), or read a
 * built module.
 */
export declare function filterModule(wasm?: string): Promise<FilterModule>;
/** A configuration as Envoy's `Any` carries it; undefined means none. */
export declare function configOf(use: FilterUse): ConfigValue | undefined;
export declare function vmConfigOf(use: FilterUse): ConfigValue | undefined;
/** Name of the plugin, as in Envoy's log and metrics. */
export declare function filterName(use: FilterUse): string;
/** Does this filter write trace records? */
export declare function isTracing(use: FilterUse): boolean;
