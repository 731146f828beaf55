// The version in package.json, for whoever has to name it.
import { readFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "./build/sources.ts";

/** This package's version. */
export function packageVersion(): string {
  const text = readFileSync(path.join(packageRoot, "package.json"), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
