// Rules on disk as the filter knows them: file texts by the names that Include uses in coraza-proxy-wasm, and the rule text
// of each profile of a configuration.
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../build/sources.ts";
import { loadDocument } from "../config/document.ts";
import { readRelease, type Release } from "../crs/release.ts";
import { UserError } from "../exit.ts";
import type { TarFile } from "../image/tar.ts";

/** File texts by name. */
export type RuleFiles = Record<string, string>;

/** Names that users of coraza-proxy-wasm know, and the files that stand behind them. */
export const wellKnown = {
  setup: "@crs-setup-conf",
  rules: "@owasp_crs/",
  plugins: "@crs-plugins/",
} as const;

/** Rules on disk: the Core Rule Set as it is released, folder or archive, or `.conf` and `.data` files in one folder. */
export function ruleFiles(source: string): RuleFiles {
  if (!existsSync(source)) throw new UserError(`${source} does not exist`, "check the path");
  if (!statSync(source).isDirectory()) return releaseFiles(readRelease(source));
  const inner = path.join(source, "rules");
  const folder = existsSync(inner) && statSync(inner).isDirectory() ? inner : source;
  const files: TarFile[] = filesOf(folder, "rules/");
  const plugins = path.join(source, "plugins");
  if (existsSync(plugins)) files.push(...filesOf(plugins, "plugins/"));
  const setup = ["crs-setup.conf", "crs-setup.conf.example"].find((name) =>
    existsSync(path.join(source, name)),
  );
  if (setup !== undefined)
    files.push({ name: setup, bytes: readFileSync(path.join(source, setup)) });
  const named = releaseFiles({ files });
  if (Object.keys(named).length === 0) {
    throw new UserError(
      `${source} holds no rules`,
      "name the folder or archive of a Core Rule Set release, or a folder of .conf files",
    );
  }
  return named;
}

/** The rule set of this package. */
export function ownFiles(): RuleFiles {
  const folder = path.join(packageRoot, "assembly", "ruleset");
  const names = readdirSync(folder).filter((name) => name.endsWith(".conf"));
  return Object.fromEntries(
    names
      .sort()
      .map((name) => [
        name === "recommended.conf" ? "@recommended-conf" : `@meshwarden/${name}`,
        readFileSync(path.join(folder, name), "utf8"),
      ]),
  );
}

/** The files of a release by the names that Include uses. */
export function releaseFiles({ files }: Pick<Release, "files">): RuleFiles {
  return Object.fromEntries(
    files
      .filter(({ name }) => /\.(conf|data)$|^crs-setup\.conf/.test(name))
      .map(({ name, bytes }) => [includeName(name), Buffer.from(bytes).toString("utf8")]),
  );
}

function includeName(name: string): string {
  if (name.startsWith("crs-setup.conf")) return wellKnown.setup;
  return name.replace(/^rules\//, wellKnown.rules).replace(/^plugins\//, wellKnown.plugins);
}

function filesOf(folder: string, prefix: string): TarFile[] {
  const names = readdirSync(folder).filter(
    (name) => /\.(conf|data)$/.test(name) && name !== "crs-setup.conf",
  );
  return names
    .sort()
    .map((name) => ({ name: prefix + name, bytes: readFileSync(path.join(folder, name)) }));
}

/** The lines that are compiled when none are named: the whole rule set, blocking. */
export function usualLines(files: RuleFiles): string[] {
  const plugins = (kind: string): string[] => {
    const end = `-${kind}.conf`;
    const some = Object.keys(files).some(
      (name) => name.startsWith(wellKnown.plugins) && name.endsWith(end) && hasRules(files[name]!),
    );
    return some ? [`Include ${wellKnown.plugins}*${end}`] : [];
  };
  return [
    "SecRuleEngine On",
    "SecRequestBodyAccess On",
    ...(wellKnown.setup in files ? [`Include ${wellKnown.setup}`] : []),
    ...plugins("config"),
    ...plugins("before"),
    `Include ${wellKnown.rules}*.conf`,
    ...plugins("after"),
  ];
}

/** Whether a file says anything: releases carry empty plugins. */
function hasRules(text: string): boolean {
  return /^\s*Sec/m.test(text);
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
