// A firewall module with rules inside, written to disk: what `bundle --rules` and `crs use` end in. An image of it is what push
// or bundle make of that file.
import { mkdirSync } from "node:fs";
import path from "node:path";
import { writeAtomically } from "../build/write-atomically.ts";
import { UserError } from "../exit.ts";
import { readFilter } from "../serve/engine-load.ts";
import { freezeRules } from "../wasm/freeze-rules.ts";
import { loadSection, usualLines, type RuleFiles } from "./rule-files.ts";

export interface RuleModuleOptions {
  /** Path of the module, ending in .wasm. */
  output: string;
  /** Configuration whose profiles are compiled; without one, the whole set, blocking. */
  config?: string | undefined;
  /** Filter that runs the rules; `waf` when not given. */
  filter?: string | undefined;
}

export interface RuleModule {
  output: string;
  sizeBytes: number;
  /** How many files are inside. */
  files: number;
  /** Names of the profiles that are compiled. */
  profiles: string[];
}

/** Compiles, freezes and writes. @throws UserError where a rule is refused, with its file and line */
export function writeRuleModule(files: RuleFiles, options: RuleModuleOptions): RuleModule {
  const { output, config, filter = "waf" } = options;
  if (!output.endsWith(".wasm")) {
    throw new UserError(
      `${output} is no name of a module`,
      "write --output waf-crs.wasm, then bundle or push it with --filter waf-crs.wasm",
    );
  }
  const section =
    config === undefined
      ? { profiles: { default: usualLines(files) }, files: {} }
      : loadSection(config);
  const { profiles } = section;
  const own = section.files;
  const frozen = freezeRules(readFilter(filter).wasm, { files, own, profiles });
  mkdirSync(path.dirname(path.resolve(output)), { recursive: true });
  writeAtomically(output, frozen);
  return {
    output,
    sizeBytes: frozen.length,
    files: Object.keys({ ...files, ...own }).length,
    profiles: Object.keys(profiles),
  };
}

/** The module in one line. */
export function ruleModuleLine({ output, sizeBytes, files, profiles }: RuleModule): string {
  return `${output}: ${sizeBytes} bytes, ${files} files, profiles ${profiles.join(", ")}`;
}
