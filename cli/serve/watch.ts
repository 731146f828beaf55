// Notices that files changed, by content: editors write in several steps and by renaming, and a mounted volume swaps a link.
// So the folders are watched, events are gathered for a moment, and only a different digest counts.
import { createHash } from "node:crypto";
import { readFileSync, watch, type FSWatcher } from "node:fs";
import path from "node:path";
import type { Timers } from "./timers.ts";

/** Quiet time after an event before the files are looked at. */
const settleMs = 100;

export class FileWatch {
  readonly #files: string[];
  readonly #watchers: FSWatcher[] = [];
  readonly #timers: Timers;
  readonly #changed: () => void;
  #digest: string;
  #cancel: (() => void) | undefined;

  /** @param changed is called after the contents of any file differ from what they were; missing files count as empty. */
  constructor(files: string[], timers: Timers, changed: () => void) {
    this.#files = [...new Set(files.map((file) => path.resolve(file)))];
    this.#timers = timers;
    this.#changed = changed;
    this.#digest = this.#digestNow();
  }

  /** Begins to watch. False when the system has no watch left to give; then only `check` notices changes. */
  start(): boolean {
    const folders = new Set(this.#files.map((file) => path.dirname(file)));
    try {
      for (const folder of folders) {
        const watcher = watch(folder, { persistent: false }, () => this.#settle());
        watcher.on("error", () => {});
        this.#watchers.push(watcher);
      }
      return true;
    } catch {
      this.close();
      return false;
    }
  }

  /** Looks at the files now. */
  check(): void {
    const digest = this.#digestNow();
    if (digest === this.#digest) return;
    this.#digest = digest;
    this.#changed();
  }

  close(): void {
    this.#cancel?.();
    for (const watcher of this.#watchers.splice(0)) watcher.close();
  }

  #settle(): void {
    this.#cancel?.();
    this.#cancel = this.#timers.after(settleMs, () => this.check());
  }

  #digestNow(): string {
    const hash = createHash("sha256");
    for (const file of this.#files) hash.update(`${file}\0`).update(contentsOf(file));
    return hash.digest("hex");
  }
}

function contentsOf(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch {
    return new Uint8Array(0);
  }
}
