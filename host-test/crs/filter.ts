// The filter as the suite runs it: waf.wasm with the suite's rules in its section, log lines with what matched.
import { compile } from "../../cli/build/compile.ts";
import type { FilterSpec } from "../host/index.ts";
import type { RuleSource } from "./rules.ts";

/** The document of `waf.wasm` for these rules. */
export function wafDocument(rules: RuleSource, section: object = {}): object {
  const { directives, files } = rules;
  return {
    version: 1,
    holdHeaders: true,
    waf: { directivesMap: { suite: directives }, files, logMatchedData: true, ...section },
  };
}

export async function wafFilter(rules: RuleSource): Promise<FilterSpec> {
  const { wasm } = await compile({ entry: "assembly/filters/waf.ts", target: "release" });
  return {
    name: "waf",
    wasm,
    config: JSON.stringify(wafDocument(rules)),
    allowOnHeadersStopIteration: true,
  };
}
