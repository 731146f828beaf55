// Texts for the fuzz runs: pieces of each grammar put together and then damaged, or texts of the corpus taken apart and
// mixed. What a run with coverage finds to reach new lines joins the corpus, which every `npm test` reads again.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../../cli/build/compile.ts";
import { countersAt, type Points } from "../line-coverage/instrument.ts";
import type { Target } from "./pieces.ts";

export type Below = (n: number) => number;

/** One text of pieces, or of one or two texts of the corpus, and then damage to some of its bytes. */
export function textOf(list: string[], corpus: Buffer[], below: Below): Buffer {
  const whole = corpus.length > 0 && below(2) === 0;
  return damaged(whole ? mixed(list, corpus, below) : put(list, below), below).subarray(0, 32768);
}

/** Up to three bytes changed, ends cut off or pieces doubled. */
export function damaged(bytes: Buffer, below: Below): Buffer {
  for (let damage = below(4); damage > 0 && bytes.length > 0; damage--) {
    const at = below(bytes.length);
    const kind = below(3);
    if (kind === 0) bytes[at] = below(256);
    else if (kind === 1) bytes = bytes.subarray(0, at);
    else {
      const again = bytes.subarray(at, at + below(32));
      bytes = Buffer.concat([bytes.subarray(0, at), again, bytes.subarray(at)]);
    }
  }
  return bytes;
}

function put(list: string[], below: Below): Buffer {
  const count = 1 + below(below(4) === 0 ? 400 : 24);
  const parts: string[] = [];
  for (let i = 0; i < count; i++) {
    const piece = list[below(list.length)]!;
    parts.push(below(30) === 0 ? piece.repeat(1 + below(40)) : piece);
  }
  return Buffer.from(parts.join(""), "latin1");
}

/** The beginning of one text, a piece, the end of another. */
function mixed(list: string[], corpus: Buffer[], below: Below): Buffer {
  const one = corpus[below(corpus.length)]!;
  const other = corpus[below(corpus.length)]!;
  const piece = Buffer.from(below(2) === 0 ? "" : list[below(list.length)]!, "latin1");
  return Buffer.concat([
    one.subarray(0, below(one.length + 1)),
    piece,
    other.subarray(below(other.length + 1)),
  ]);
}

const fileOf = (target: Target): string =>
  path.join(packageRoot, "host-test", "fuzz", "corpus", `${target}.jsonl`);

/** Texts that were found to reach something, a JSON string of bytes a line. */
export function corpusOf(target: Target): Buffer[] {
  const file = fileOf(target);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return lines.map((line) => Buffer.from(JSON.parse(line) as string, "latin1"));
}

/** Writes a corpus, shortest texts first. */
export function keepCorpus(target: Target, texts: Buffer[]): void {
  const sorted = [...texts].sort((a, b) => a.length - b.length || a.compare(b));
  const lines = sorted.map((text) => JSON.stringify(text.toString("latin1")));
  writeFileSync(fileOf(target), `${lines.join("\n")}\n`);
}

/** Tells which texts reach source lines that none reached before, from the counters of an instrumented module. */
export class NewLines {
  private readonly seen: Uint8Array;

  constructor(
    private readonly memory: WebAssembly.Memory,
    points: Points | undefined,
  ) {
    this.seen = new Uint8Array(points?.lines.length ?? 0);
  }

  /** Whether there are counters at all. */
  get isOn(): boolean {
    return this.seen.length > 0;
  }

  /** Lines that have a counter. */
  get all(): number {
    return this.seen.length;
  }

  get count(): number {
    return this.seen.reduce((sum, one) => sum + one, 0);
  }

  /** Whether a line was reached for the first time since the last call. */
  found(): boolean {
    const counters = new Uint8Array(this.memory.buffer, countersAt, this.seen.length);
    let isNew = false;
    for (let i = 0; i < counters.length; i++) {
      if (counters[i] === 1 && this.seen[i] === 0) {
        this.seen[i] = 1;
        isNew = true;
      }
    }
    return isNew;
  }
}
