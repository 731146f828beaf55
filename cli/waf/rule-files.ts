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
        /^\d/.test(name) ? `@meshwarden/${name}` : `@${name.replace(".conf", "-conf")}`,
        readFileSync(path.join(folder, name), "utf8"),
      ]),
  );
}

/** The files of a release by the names that Include uses. */
export function releaseFiles({ files }: Pick<Release, "files">): RuleFiles {
  return Object.fromEntries(
    files
      .filter(({ name }) => isRuleFile(name) || name.startsWith("crs-setup.conf"))
      .map(({ name, bytes }) => [includeName(name), Buffer.from(bytes).toString("utf8")]),
  );
}

/** Rules, lists, and the files for a user's own exclusions, which a release calls examples. */
function isRuleFile(name: string): boolean {
  return /\.(conf|data|conf\.example)$/.test(name);
}

function includeName(name: string): string {
  if (name.startsWith("crs-setup.conf")) return wellKnown.setup;
  return name.replace(/^rules\//, wellKnown.rules).replace(/^plugins\//, wellKnown.plugins);
}

function filesOf(folder: string, prefix: string): TarFile[] {
  const names = readdirSync(folder).filter(
    (name) => isRuleFile(name) && !name.startsWith("crs-setup.conf"),
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

/** What a configuration document brings along for its rules. */
export interface Section {
  /** Rule text of each profile, as the filter will join it. */
  profiles: Record<string, string[]>;
  /** Its own files. */
  files: RuleFiles;
}

/** Profiles and files of a configuration document. @throws UserError when it has no firewall section */
export function loadSection(file: string): Section {
  const { waf } = loadDocument(file).value as { waf?: Written };
  if (waf === undefined)
    throw new UserError(`${file} has no section waf`, "name a configuration of the firewall");
  const map = waf.directivesMap ?? waf.directives_map ?? {};
  const profiles = Object.fromEntries(
    Object.entries(map).map(([name, text]) => [name, lines(text)]),
  );
  if (waf.rules !== undefined) profiles["rules"] = lines(waf.rules);
  return { profiles, files: waf.files ?? {} };
}

interface Written {
  directivesMap?: Record<string, string | string[]>;
  directives_map?: Record<string, string | string[]>;
  rules?: string | string[];
  files?: RuleFiles;
}

function lines(text: string | string[]): string[] {
  return typeof text === "string" ? [text] : text;
}
