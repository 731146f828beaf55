// What the checks of printed manifests share: how one is printed, and a folder of them on disk.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { RenderedFile, TargetName } from "../../cli/manifest/render.ts";

/** Prints a target from the plain deployment with changes, `config` being the filter's own. @returns the file */
export type Make = (target: TargetName, name: string, changes: object) => string;

export function writeFiles(folder: string, files: RenderedFile[]): void {
  for (const { name, text } of files) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
}
