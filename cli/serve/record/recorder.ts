// `serve --record FILE`: a case file of the traffic, which `meshwarden test` then plays. Callouts of filters are recorded with
// their answers. The file holds what clients sent, credentials too, so that its verdicts come out the same: only its owner
// may read it, and its first line says so.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { stringify } from "yaml";
import type { Answer, FilterUse, Step } from "../../../host-test/cases/format.ts";
import type { CalloutAnswer } from "../../../host-test/host/types.ts";
import { packageRoot } from "../../build/sources.ts";
import { UserError } from "../../exit.ts";
import type { FilterFile } from "../engine-load.ts";
import { calloutOf, stepOf, whyNot } from "./case-of.ts";
import type { Tape } from "./tape.ts";

/** Requests of one recording; a file with more is no test case. */
const tapesMax = 1000;

/** What streams and callouts are handed to while they are recorded. */
export interface Recording {
  take(tape: Tape): void;
  /** A filter's own call and what came of it. */
  calledOut(cluster: string, answer: CalloutAnswer): void;
}

/** One configuration and the traffic that ran on it. */
interface Chapter {
  sinceMs: number;
  filters: FilterUse[];
  tapes: Tape[];
  callouts: Record<string, Answer[]>;
}

export class Recorder implements Recording {
  readonly #file: string;
  readonly #bufferLimitBytes: number;
  readonly #chapters: Chapter[] = [];
  /** A configuration that is being loaded; its filters may call out before it is accepted. */
  #loading: Chapter | undefined;
  readonly #skipped = new Map<string, number>();
  readonly #startedMs = Date.now();
  #count = 0;

  /** @throws UserError when the file cannot be written */
  constructor(file: string, bufferLimitBytes: number) {
    this.#file = file;
    this.#bufferLimitBytes = bufferLimitBytes;
    try {
      this.#write("cases: []\n");
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new UserError(
        `the recording ${file} cannot be written (${code})`,
        "choose another file",
      );
    }
  }

  /** These filters are about to be loaded. */
  loading(files: FilterFile[], filterConfig: string): void {
    const filters = files.map(({ name, file }): FilterUse => ({
      name,
      wasm: placeOf(file),
      config: { json: JSON.parse(filterConfig) as unknown },
      allowOnHeadersStopIteration: true,
      failurePolicy: "FAIL_RELOAD",
    }));
    this.#loading = { sinceMs: 0, filters, tapes: [], callouts: {} };
  }

  /** They run from now on, or do not load. */
  loaded(accepted: boolean): void {
    if (accepted && this.#loading !== undefined) {
      this.#chapters.push({ ...this.#loading, sinceMs: Date.now() });
    }
    this.#loading = undefined;
  }

  take(tape: Tape): void {
    const reason = this.#count >= tapesMax ? `more than ${tapesMax} requests` : whyNot(tape);
    if (reason !== undefined) {
      this.#skipped.set(reason, (this.#skipped.get(reason) ?? 0) + 1);
      return;
    }
    this.#count++;
    const began = this.#chapters.findLast(({ sinceMs }) => sinceMs <= tape.startedMs);
    (began ?? this.#chapters[0])?.tapes.push(tape);
  }

  calledOut(cluster: string, answer: CalloutAnswer): void {
    const chapter = this.#loading ?? this.#chapters.at(-1);
    if (chapter !== undefined) (chapter.callouts[cluster] ??= []).push(calloutOf(answer));
  }

  /** Writes the file. @returns a line for the user */
  finish(): string {
    const cases = this.#chapters
      .filter(({ tapes }) => tapes.length > 0)
      .map((chapter, index) => this.#caseOf(chapter, index));
    this.#write(stringify({ cases }, { lineWidth: 0 }));
    const left = [...this.#skipped].map(([reason, count]) => `${count} left out: ${reason}`);
    return [`recorded ${this.#count} request(s) into ${this.#file}`, ...left].join("; ");
  }

  #caseOf({ filters, tapes, callouts }: Chapter, index: number): Record<string, unknown> {
    tapes.sort((a, b) => a.startedMs - b.startedMs);
    const remote = tapes.some(({ source }) => !/^(?:127\.|::1|\[::1\])/.test(source));
    const steps: Step[] = [];
    let beforeMs = tapes[0]!.startedMs;
    for (const tape of tapes) {
      // The runner's own steps take a few milliseconds each; a shorter pause than this is none.
      const pauseMs = tape.startedMs - beforeMs;
      steps.push({
        ...(pauseMs >= leastPauseMs ? { waitMs: pauseMs } : {}),
        ...stepOf(tape, remote),
      });
      beforeMs = tape.startedMs;
    }
    return {
      name: `recorded traffic, part ${index + 1}`,
      hostOnly: "recorded from live traffic: its tokens are valid at the time of clock",
      clock: new Date(tapes[0]!.startedMs).toISOString(),
      filters,
      listener: {
        useRemoteAddress: !remote,
        enableTrailers: true,
        bufferLimitBytes: this.#bufferLimitBytes,
      },
      ...(Object.keys(callouts).length > 0 ? { clusters: callouts } : {}),
      steps,
    };
  }

  #write(cases: string): void {
    const about = `Recorded by meshwarden serve --record on ${new Date(this.#startedMs).toISOString()}.`;
    const warning =
      "# It holds what clients sent, tokens and cookies included: treat it as a secret.\n";
    writeFileSync(this.#file, `${warning}version: 1\nabout: ${about}\n${cases}`, { mode: 0o600 });
  }
}

const leastPauseMs = 100;

/** A module of this package by its place in it, as case files name modules. */
function placeOf(file: string): string {
  return path.relative(packageRoot, file).split(path.sep).join("/");
}
