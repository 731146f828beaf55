// Recordings of what a real Envoy showed: host-test/goldens/<version>/<case file>.json, one line for each case, so that a
// changed recording is a readable diff. They are data: written by `npm run test:envoy -- --record` alone.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../../cli/build/compile.ts";
import type { CaseView } from "./view.ts";

const folder = path.join(packageRoot, "host-test", "goldens");

function goldenFile(version: string, caseFile: string): string {
  const name = caseFile
    .replace(/^host-test\/contract\//, "")
    .replace(/\.yaml$/, "")
    .replaceAll("/", "-");
  return path.join(folder, version, `${name}.json`);
}

/** Envoy versions there are recordings of. */
export function recordedVersions(): string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

/** Recordings of one case file by case name; empty when there are none. */
export function readGoldens(version: string, caseFile: string): Map<string, CaseView> {
  const file = goldenFile(version, caseFile);
  if (!existsSync(file)) return new Map();
  return new Map(
    Object.entries(JSON.parse(readFileSync(file, "utf8")) as Record<string, CaseView>),
  );
}

export function writeGoldens(
  version: string,
  caseFile: string,
  views: Map<string, CaseView>,
): void {
  const file = goldenFile(version, caseFile);
  mkdirSync(path.dirname(file), { recursive: true });
  const lines = [...views].map(
    ([name, view]) => `${JSON.stringify(name)}: ${JSON.stringify(view)}`,
  );
  writeFileSync(file, `{\n${lines.join(",\n")}\n}\n`);
}
