// Builds the filters in bench/rivals with the SDK and the compiler that each of them needs, into .cache/rivals.
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../../cli/build/compile.ts";

/** asc flags by rival; solo-io's SDK needs the compiler of its time, where `-b` names the binary. */
const flags = {
  gcore: (out: string) => [
    "--config",
    "node_modules/@assemblyscript/wasi-shim/asconfig.json",
    "--use",
    "abort=abort_proc_exit",
    "-O3",
    "--runtime",
    "incremental",
    "-o",
    out,
  ],
  solo: (out: string) => ["--use", "abort=abort_proc_exit", "-O3", "--runtime", "full", "-b", out],
};

export type Rival = keyof typeof flags;

/** @returns the module's bytes; the packages are installed at the first call. */
export function buildRival(rival: Rival, filter: "empty" | "filter"): Uint8Array<ArrayBuffer> {
  const source = path.join(packageRoot, "bench", "rivals", rival);
  const work = path.join(packageRoot, ".cache", "rivals", rival);
  const out = path.join(work, `${filter}.wasm`);
  if (!existsSync(out)) {
    mkdirSync(work, { recursive: true });
    for (const name of ["package.json", "package-lock.json", `${filter}.ts`]) {
      copyFileSync(path.join(source, name), path.join(work, name));
    }
    const run = (program: string, args: string[]): void => {
      execFileSync(program, args, { cwd: work, stdio: ["ignore", "ignore", "pipe"] });
    };
    if (!existsSync(path.join(work, "node_modules"))) run("npm", ["ci", "--no-audit", "--no-fund"]);
    run(process.execPath, [ascPath(work), `${filter}.ts`, ...flags[rival](`${filter}.wasm`)]);
  }
  return new Uint8Array(readFileSync(out));
}

function ascPath(work: string): string {
  const folder = path.join(work, "node_modules", "assemblyscript");
  const bin = (
    JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")) as {
      bin: Record<string, string>;
    }
  ).bin;
  return path.join(folder, bin["asc"]);
}
