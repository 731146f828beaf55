// Rules on disk as the filter knows them: file texts by the names that Include uses in coraza-proxy-wasm, and the rule text
// of each profile of a configuration.
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { loadDocument } from "../config/document.ts";
import { UserError } from "../exit.ts";

/** File texts by name. */
export type RuleFiles = Record<string, string>;

/** Names that users of coraza-proxy-wasm know, and the files that stand behind them. */
export const wellKnown = {
  setup: "@crs-setup-conf",
  rules: "@owasp_crs/",
} as const;

/** A directory of rules: the Core Rule Set as it is released, or `.conf` and `.data` files in one folder. */
export function ruleFiles(directory: string): RuleFiles {
  const files: Record<string, string> = {};
  const inner = path.join(directory, "rules");
  const folder = existsSync(inner) && statSync(inner).isDirectory() ? inner : directory;
  for (const name of readdirSync(folder).sort()) {
    if (!/\.(conf|data)$/.test(name)) continue;
    files[wellKnown.rules + name] = readFileSync(path.join(folder, name), "utf8");
  }
  const setup = ["crs-setup.conf", "crs-setup.conf.example"]
    .map((name) => path.join(directory, name))
    .find((file) => existsSync(file));
  if (setup !== undefined) files[wellKnown.setup] = readFileSync(setup, "utf8");
  if (Object.keys(files).length === 0) {
    throw new UserError(
      `${directory} holds no rules`,
      "name the folder of a Core Rule Set release, or of .conf files",
    );
  }
  return files;
}

/** The lines that are compiled when none are named: the whole rule set, blocking. */
export function usualLines(files: RuleFiles): string[] {
  return [
    "SecRuleEngine On",
    "SecRequestBodyAccess On",
    ...(wellKnown.setup in files ? [`Include ${wellKnown.setup}`] : []),
    `Include ${wellKnown.rules}*.conf`,
  ];
}

/** Rule text of each profile of a configuration document, as the filter will join it. */
export function loadProfiles(file: string): Record<string, string[]> {
  const { waf } = loadDocument(file).value as { waf?: Section };
  if (waf === undefined)
    throw new UserError(`${file} has no section waf`, "name a configuration of the firewall");
  const map = waf.directivesMap ?? waf.directives_map ?? {};
  const profiles = Object.fromEntries(
    Object.entries(map).map(([name, text]) => [name, lines(text)]),
  );
  if (waf.rules !== undefined) profiles["rules"] = lines(waf.rules);
  return profiles;
}

interface Section {
  directivesMap?: Record<string, string | string[]>;
  directives_map?: Record<string, string | string[]>;
  rules?: string | string[];
}

function lines(text: string | string[]): string[] {
  return typeof text === "string" ? [text] : text;
}
