// What a transfer shows: a line for each blob when it is there, and on a screen a bar while it is on its way, written over itself.
// Logs and pipes get the closing lines alone.
import type { Progress } from "../oci/registry.ts";
import { say, type Terminal } from "./terminal.ts";

const barCells = 24;
/** Ten pictures a second are enough for an eye, and cost the transfer nothing. */
const redrawMs = 100;

export class TransferLines {
  readonly #terminal: Terminal;
  readonly #nowMs: () => number;
  #drawnMs = -Infinity;
  /** Digests of the blobs on their way, and when each began. */
  readonly #startedMs = new Map<string, number>();
  #isDrawn = false;

  constructor(terminal: Terminal, nowMs: () => number = () => performance.now()) {
    this.#terminal = terminal;
    this.#nowMs = nowMs;
  }

  show(progress: Progress): void {
    if (this.#terminal.quiet) return;
    if (progress.state === "moving") this.#draw(progress);
    else this.#finish(progress);
  }

  #draw({ digest, doneBytes, totalBytes }: Progress): void {
    if (!this.#terminal.live) return;
    const now = this.#nowMs();
    const startedMs = this.#startedMs.get(digest) ?? now;
    if (!this.#startedMs.has(digest)) {
      this.#startedMs.set(digest, now);
      this.#drawnMs = -Infinity;
    }
    if (now - this.#drawnMs < redrawMs) return;
    this.#drawnMs = now;
    this.#isDrawn = true;
    const share = totalBytes === 0 ? 1 : Math.min(1, doneBytes / totalBytes);
    const full = Math.round(share * barCells);
    const bar = "#".repeat(full) + "-".repeat(barCells - full);
    const percent = `${Math.floor(share * 100)}`.padStart(3);
    const seconds = (now - startedMs) / 1000;
    const speed = seconds > 0 ? `  ${sizeText(doneBytes / seconds)}/s` : "";
    this.#terminal.err(`\r\u001b[K${digest.slice(0, 19)}  [${bar}] ${percent} %${speed}`);
  }

  #finish({ what, digest, totalBytes, state }: Progress): void {
    if (this.#isDrawn) this.#terminal.err("\r\u001b[K");
    this.#isDrawn = false;
    const verb = { push: "pushed", pull: "pulled" }[what];
    const word = { moving: "", done: verb, exists: "there already", mounted: "mounted" }[state];
    const size = String(totalBytes).padStart(9);
    say(this.#terminal, `${digest.slice(0, 19)}  ${size} bytes  ${word}`);
  }
}

function sizeText(bytes: number): string {
  if (bytes < 1024) return `${Math.round(bytes)} B`;
  const kib = bytes / 1024;
  return kib < 1024 ? `${kib.toFixed(1)} KiB` : `${(kib / 1024).toFixed(1)} MiB`;
}
