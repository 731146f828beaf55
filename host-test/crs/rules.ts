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

/** What the suite's README asks for: nothing blocked, every paranoia level, limits that its tests exceed; and what its compose file sets for 4.25.1. */
const suiteSettings = `SecAction "id:900005,phase:1,nolog,pass,\\
  ctl:ruleEngine=DetectionOnly,\\
  setvar:tx.blocking_paranoia_level=4,\\
  setvar:tx.crs_validate_utf8_encoding=1,\\
  setvar:tx.arg_name_length=100,\\
  setvar:tx.arg_length=400,\\
  setvar:tx.total_arg_length=64000,\\
  setvar:tx.max_num_args=255,\\
  setvar:tx.max_file_size=64100,\\
  setvar:tx.crs_xml_attr_inspect=1,\\
  setvar:tx.combined_file_sizes=65535"`;

/** The same of 3.x, where the level has another name and is read as TX variables are elsewhere. */
const suiteSettings3 = suiteSettings
  .replace("tx.blocking_paranoia_level", "tx.paranoia_level")
  // These two limits are not among those that the suite of 3.x asks for.
  .replace(/ {2}setvar:tx\.(total_arg_length|max_num_args)=\d+,\\\n/g, "");

const engineSettings = [
  "SecRuleEngine DetectionOnly",
  "SecResponseBodyAccess On",
  "SecResponseBodyMimeType text/plain text/html text/xml application/json",
];

/** Rules for the regression suite from the Core Rule Set at `root`. */
export function suiteRules(root: string): RuleSource {
  const version = versionOf(root);
  const source = crsRules(root, [version.startsWith("3.") ? suiteSettings3 : suiteSettings]);
  source.directives.unshift(...recommended(), ...engineSettings);
  return source;
}

/** `4.28.0`, as its files say. */
function versionOf(root: string): string {
  const file = path.join(root, "rules", "REQUEST-901-INITIALIZATION.conf");
  return (
    /SecComponentSignature\s+"OWASP_CRS\/([^"\s]+)"/.exec(readFileSync(file, "utf8"))?.[1] ?? ""
  );
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
