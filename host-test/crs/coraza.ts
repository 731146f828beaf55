// The native Coraza as a child process: built once from its module with the Go toolchain, fed one JSON request a line.
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { packageRoot } from "../../cli/build/compile.ts";
import type { RuleSource } from "./rules.ts";

export interface CorazaRequest {
  method: string;
  uri: string;
  protocol: string;
  headers: [name: string, value: string][];
  /** Base64. */
  body?: string;
  response?: { status: number; headers: [string, string][]; body: string };
  /** Runs for the clock. */
  repeat?: number;
}

export interface CorazaVerdict {
  ids: number[];
  /** Status of the interruption; 0 without one. */
  status: number;
  log?: string[];
  cpuUs: number;
  wallUs: number;
}

/** Neither a built Coraza nor a Go toolchain to build it with. */
export class CorazaMissing extends Error {
  override name = "CorazaMissing";
}

/** Path of the program: MESHWARDEN_CORAZA, or built from bench/rivals/coraza into .rivals/. */
export function corazaProgram(): string {
  const given = process.env["MESHWARDEN_CORAZA"];
  if (given !== undefined) return given;
  const built = path.join(packageRoot, ".rivals", "coraza");
  if (existsSync(built)) return built;
  mkdirSync(path.dirname(built), { recursive: true });
  const sources = path.join(packageRoot, "bench", "rivals", "coraza");
  const go = spawnSync("go", ["build", "-tags", "memoize_builders", "-o", built, "."], {
    cwd: sources,
    encoding: "utf8",
  });
  if (go.status !== 0) {
    throw new CorazaMissing(
      `go build in bench/rivals/coraza failed: ${go.stderr ?? go.error?.message}`,
    );
  }
  return built;
}

/** A running Coraza with its rules loaded. */
export class Coraza {
  private readonly waiting: {
    resolve(verdict: CorazaVerdict): void;
    reject(error: Error): void;
  }[] = [];
  private readonly child: ChildProcess;
  private readonly folder: string;

  constructor(rules: RuleSource, withLog = false) {
    this.folder = mkdtempSync(path.join(tmpdir(), "meshwarden-coraza-"));
    for (const [name, text] of Object.entries(rules.files)) {
      writeFileSync(path.join(this.folder, name), text);
    }
    writeFileSync(path.join(this.folder, "main.conf"), rules.directives.join("\n"));
    const flags = ["-root", this.folder, "-directives", "main.conf", ...(withLog ? ["-log"] : [])];
    this.child = spawn(corazaProgram(), flags, { stdio: ["pipe", "pipe", "pipe"] });
    let errors = "";
    this.child.stderr!.on("data", (text: Buffer) => (errors += text.toString()));
    createInterface({ input: this.child.stdout! }).on("line", (line) => {
      this.waiting.shift()?.resolve(JSON.parse(line) as CorazaVerdict);
    });
    this.child.on("exit", (code) => {
      const error = new Error(`coraza ended with ${code}: ${errors.slice(0, 2000)}`);
      for (const one of this.waiting.splice(0)) one.reject(error);
    });
    this.child.stdin!.on("error", () => undefined);
  }

  judge(request: CorazaRequest): Promise<CorazaVerdict> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.child.stdin!.write(`${JSON.stringify(request)}\n`);
    });
  }

  close(): void {
    this.child.stdin!.end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
