// Recordings of what a real Envoy showed: host-test/goldens/<version>/<case file>.json, one line for each case, so that a
// changed recording is a readable diff. They are data: written by `npm run test:envoy -- --record` alone.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { packageRoot } from "../../cli/build/compile.ts";
import type { CaseView } from "./view.ts";

/** The version with a recording of every case; folders of other versions hold what differs from it. */
export const baseVersion = "1.40.0";

const folder = path.join(packageRoot, "host-test", "goldens");

function goldenFile(version: string, caseFile: string): string {
  const name = caseFile
    .replace(/^host-test\/contract\//, "")
    .replace(/\.yaml$/, "")
    .replaceAll("/", "-");
  return path.join(folder, version, `${name}.json`);
}

/** Recordings of one case file by case name; empty when there are none. Another version's differ where it has its own. */
export function readGoldens(version: string, caseFile: string): Map<string, CaseView> {
  const base = readFolder(baseVersion, caseFile);
  if (version === baseVersion) return base;
  return new Map([...base, ...readFolder(version, caseFile)]);
}

function readFolder(version: string, caseFile: string): Map<string, CaseView> {
  const file = goldenFile(version, caseFile);
  if (!existsSync(file)) return new Map();
  const views = JSON.parse(readFileSync(file, "utf8")) as Record<string, CaseView>;
  return new Map(Object.entries(views));
}

/** Versions other than the base that recordings are kept of, newest first. */
export function otherVersions(): string[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names
    .filter((name) => name !== baseVersion)
    .sort()
    .reverse();
}

/** Cases of a file that another version shows differently. */
export function differingCases(version: string, caseFile: string): string[] {
  return [...readFolder(version, caseFile).keys()];
}

/** Write recordings: all of them for the base version, those that differ from it for any other. */
export function writeGoldens(
  version: string,
  caseFile: string,
  views: Map<string, CaseView>,
): void {
  const base = version === baseVersion ? new Map() : readFolder(baseVersion, caseFile);
  const own = [...views].filter(([name, view]) => !isDeepStrictEqual(plain(view), base.get(name)));
  const file = goldenFile(version, caseFile);
  if (own.length === 0 && version !== baseVersion) {
    rmSync(file, { force: true });
    return;
  }
  mkdirSync(path.dirname(file), { recursive: true });
  const lines = own.map(([name, view]) => `${JSON.stringify(name)}: ${JSON.stringify(view)}`);
  writeFileSync(file, `{\n${lines.join(",\n")}\n}\n`);
}

/** As it reads back: without undefined members. */
function plain(view: CaseView): unknown {
  return JSON.parse(JSON.stringify(view));
}
