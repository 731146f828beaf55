// Test data made by others is not part of this package. It is looked for in MESHWARDEN_DATA, then
// in ../shared/data beside the package; a suite that finds nothing is skipped under a name that
// says so.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../../cli/build/compile.ts";

/**
 * Folder of an outside suite, for example `wycheproof/testvectors_v1`, or undefined when it is not
 * on this machine.
 */
export function dataFolder(name: string): string | undefined {
  const roots = [process.env["MESHWARDEN_DATA"], path.join(packageRoot, "..", "shared", "data")];
  for (const root of roots) {
    if (root === undefined) continue;
    const folder = path.join(root, name);
    if (existsSync(folder)) return folder;
  }
  return undefined;
}

/** A JSON file of an outside suite. */
export function dataJson<T>(folder: string, file: string): T {
  return JSON.parse(readFileSync(path.join(folder, file), "utf8")) as T;
}

/** Title of a suite that runs only where its data is found. */
export function suiteTitle(title: string, folder: string | undefined): string {
  return folder === undefined ? `${title} (skipped: data not found, see MESHWARDEN_DATA)` : title;
}
