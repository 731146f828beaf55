// The rules that the suite is written for: the engine's recommended configuration, the Core Rule Set's setup example, the
// settings that the suite's README asks for, then every rule file in the order of its name.
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { dataFolder } from "../vectors/data.ts";

export interface RuleSource {
  /** Directives in order, as they would stand in a configuration. */
  directives: string[];
  /** Texts that directives name: included files and phrase lists, by file name. */
  files: Record<string, string>;
}

/** What the suite's README asks for: nothing blocked, every paranoia level, limits that its tests exceed. */
const suiteSettings = `SecAction "id:900005,phase:1,nolog,pass,\\
  ctl:ruleEngine=DetectionOnly,\\
  setvar:tx.blocking_paranoia_level=4,\\
  setvar:tx.crs_validate_utf8_encoding=1,\\
  setvar:tx.arg_name_length=100,\\
  setvar:tx.arg_length=400,\\
  setvar:tx.total_arg_length=64000,\\
  setvar:tx.max_num_args=255,\\
  setvar:tx.max_file_size=64100,\\
  setvar:tx.combined_file_sizes=65535"`;

const engineSettings = [
  "SecRuleEngine DetectionOnly",
  "SecResponseBodyAccess On",
  "SecResponseBodyMimeType text/plain text/html text/xml application/json",
];

/** Rules for the regression suite from the Core Rule Set at `root`. */
export function suiteRules(root: string): RuleSource {
  const source = crsRules(root, [suiteSettings]);
  source.directives.unshift(...recommended(), ...engineSettings);
  return source;
}

/** The Core Rule Set at `root` with further directives between its setup and its rules. */
export function crsRules(root: string, between: string[]): RuleSource {
  const rules = path.join(root, "rules");
  const files: Record<string, string> = {};
  for (const file of readdirSync(rules)) {
    if (/\.(conf|data)$/.test(file)) files[file] = readFileSync(path.join(rules, file), "utf8");
  }
  files["crs-setup.conf"] = readFileSync(path.join(root, "crs-setup.conf.example"), "utf8");
  const includes = Object.keys(files)
    .filter((file) => file.endsWith(".conf") && file !== "crs-setup.conf")
    .sort();
  return {
    directives: [
      "Include crs-setup.conf",
      ...between,
      ...includes.map((file) => `Include ${file}`),
    ],
    files,
  };
}

/** Coraza's recommended configuration, where the shared data is at hand. */
function recommended(): string[] {
  const folder = dataFolder("engine-config/coraza");
  if (folder === undefined) return ["SecRequestBodyAccess On"];
  return [readFileSync(path.join(folder, "coraza.conf-recommended"), "utf8")];
}
