// Two builds on two machines' paths give one digest: the sources copied to another path, compiled there from nothing, and bundled.
import { cpSync, mkdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../../cli/build/sources.ts";
import { readLayout } from "../../cli/image/layout.ts";
import { same, type Checks } from "./checks.ts";
import { mustRun } from "./tools.ts";

const epoch = { SOURCE_DATE_EPOCH: "1790000000" };
/** What `npm pack` takes along and what a build reads; no compiled filter is among it. */
const sources = [
  "assembly",
  "asconfig.json",
  "cli/bin.js",
  "dist",
  "schemas",
  "package.json",
  "LICENSE",
];

/** @param root a folder whose path shares nothing with the package's */
export async function checkTwoPaths(checks: Checks, root: string): Promise<void> {
  await checks.check("two builds, at two paths, give one digest", () => {
    const other = path.join(root, "another", "longer path", "of the package");
    for (const name of sources) {
      mkdirSync(path.dirname(path.join(other, name)), { recursive: true });
      cpSync(path.join(packageRoot, name), path.join(other, name), { recursive: true });
    }
    symlinkSync(path.join(packageRoot, "node_modules"), path.join(other, "node_modules"));
    const node = process.execPath;
    mustRun(node, [path.join(other, "cli", "bin.js"), "build"]);
    const digestsAt = (place: string): string[] =>
      ["guard", "jwt", "ratelimit", "validate", "waf"].map((filter) => {
        const output = path.join(root, `${filter}.tar`);
        const args = ["bundle", "--filter", filter, "--output", output, "--quiet"];
        mustRun(node, [path.join(place, "cli", "bin.js"), ...args], epoch);
        return readLayout(output).manifest.digest;
      });
    same(digestsAt(other), digestsAt(packageRoot));
  });
}
