// Files that other processes may be reading, or writing as well, at the same moment: a compile cache, a module that a proxy loads.
import { renameSync, writeFileSync } from "node:fs";

/** Two processes may write the same file at the same time: readers must never see half of it. */
export function writeAtomically(file: string, contents: string | Uint8Array): void {
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, contents);
  renameSync(temporary, file);
}
