// Builds and asks the Go oracle; see go-regexp/main.go. Only scripts use it: tests run on its stored answers.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { packageRoot } from "../../cli/build/compile.ts";
import type { Query } from "./random-patterns.ts";

/** For each text of a query: offsets of match and groups, or null; null as a whole: pattern refused. */
export type Answer = (number[] | null)[] | null;

/** Compiles the oracle; throws when there is no Go. */
export function buildGoOracle(): string {
  const binary = path.join(mkdtempSync(path.join(tmpdir(), "go-regexp-")), "oracle");
  const result = spawnSync("go", ["build", "-o", binary, "."], {
    cwd: path.join(packageRoot, "host-test/oracles/go-regexp"),
    encoding: "utf8",
  });
  if (result.status !== 0) throw new Error(`go build: ${result.error?.message ?? result.stderr}`);
  return binary;
}

/** Asks the oracle, in order. */
export async function askGo(binary: string, queries: Query[]): Promise<Answer[]> {
  const child = spawn(binary, [], { stdio: ["pipe", "pipe", "inherit"] });
  const answers: Answer[] = [];
  const reading = (async () => {
    for await (const line of createInterface({ input: child.stdout })) {
      answers.push(JSON.parse(line) as Answer);
    }
  })();
  for (const query of queries) {
    if (!child.stdin.write(`${JSON.stringify(query)}\n`)) {
      await new Promise((resolve) => child.stdin.once("drain", resolve));
    }
  }
  child.stdin.end();
  await reading;
  if (answers.length !== queries.length)
    throw new Error(`oracle answered ${answers.length} of ${queries.length}`);
  return answers;
}
