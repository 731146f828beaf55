// The files of the checkout as the tidy tests see them: everything git would commit, nothing that a build makes.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../../cli/build/compile.ts";

const generatedFolders = new Set([
  "node_modules",
  "build",
  "dist",
  ".cache",
  ".envoy",
  "coverage",
  ".git",
]);

/** Paths relative to the package root, with forward slashes, sorted. Works in a checkout and in an unpacked archive. */
export const files: string[] = listFiles();

function listFiles(): string[] {
  if (existsSync(path.join(packageRoot, ".git"))) {
    const flags = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
    const listed = execFileSync("git", flags, { cwd: packageRoot, encoding: "utf8" }).split("\0");
    return listed.filter((name) => name !== "" && existsSync(path.join(packageRoot, name))).sort();
  }
  return (readdirSync(packageRoot, { recursive: true, withFileTypes: true }) ?? [])
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(packageRoot, path.join(entry.parentPath, entry.name)))
    .map((name) => name.replaceAll(path.sep, "/"))
    .filter((name) => !generatedFolders.has(name.split("/")[0]))
    .sort();
}

export function read(name: string): string {
  return readFileSync(path.join(packageRoot, name), "utf8");
}

/** AssemblyScript sources, specs included. */
export const assemblyFiles: string[] = files.filter((name) => /^assembly\/.*\.ts$/.test(name));

/** Specifiers of `import … from` and `export … from`, resolved to a file path relative to the package root. */
export function importsOf(name: string): string[] {
  const found: string[] = [];
  for (const match of read(name).matchAll(
    /^\s*(?:import|export)\b[^"';]*?from\s+["'](\.[^"']+)["']/gms,
  )) {
    const target = path.posix.join(path.posix.dirname(name), match[1]);
    found.push(target.endsWith(".ts") || target.endsWith(".json") ? target : `${target}.ts`);
  }
  return found;
}
