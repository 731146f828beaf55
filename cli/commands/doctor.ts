// `meshwarden doctor`: what on this machine could stand in the way, each with its mend. It changes nothing and asks no network.
import type { Command } from "commander";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { filterNames } from "../build/build-all.ts";
import { compilerVersion, packageRoot } from "../build/sources.ts";
import { exitCodes, type ExitCode } from "../exit.ts";
import { credentialFiles } from "../oci/credentials.ts";
import { packageVersion } from "../package-version.ts";
import type { Context } from "../program.ts";
import { paint, type Terminal } from "../terminal/terminal.ts";
import { readFacts } from "../wasm/facts.ts";

interface Diagnosis {
  what: string;
  /** "missing" is no fault: something optional is not there. */
  state: "ok" | "missing" | "wrong";
  found: string;
  mend: string;
}

/** Adds `doctor` to the program. */
export function addDoctor(program: Command, context: Context): void {
  program
    .command("doctor")
    .summary("look at this machine and say what is missing")
    .description(
      "Checks Node, the built modules, credential files, and the programs that some commands can use.",
    )
    .addHelpText("after", "\nExamples:\n  meshwarden doctor\n  meshwarden doctor --json")
    .action(() => context.run(() => doctor(context)));
}

async function doctor({ terminal, json }: Context): Promise<ExitCode> {
  const diagnoses = [node(), ...modules(), ...credentials(terminal), ...programs()];
  if (json) terminal.out(`${JSON.stringify({ version: packageVersion(), diagnoses }, null, 2)}\n`);
  else for (const diagnosis of diagnoses) terminal.out(line(diagnosis, terminal));
  return diagnoses.some(({ state }) => state === "wrong") ? exitCodes.findings : exitCodes.ok;
}

function line({ what, state, found, mend }: Diagnosis, terminal: Terminal): string {
  const colours = { ok: "green", missing: "dim", wrong: "red" } as const;
  const after = mend === "" ? "" : `\n           mend: ${mend}`;
  return `${paint(terminal, colours[state], state.padEnd(8))} ${what}: ${found}${after}\n`;
}

function node(): Diagnosis {
  const [major, minor] = process.versions.node.split(".").map(Number) as [number, number];
  const good = major > 20 || (major === 20 && minor >= 19);
  return {
    what: "Node",
    state: good ? "ok" : "wrong",
    found: process.versions.node,
    mend: good ? "" : "install Node 20.19 or later",
  };
}

function modules(): Diagnosis[] {
  return filterNames().map((name) => {
    const file = path.join(packageRoot, "build", `${name}.wasm`);
    if (!existsSync(file)) {
      return {
        what: `${name}.wasm`,
        state: "wrong",
        found: "not built",
        mend: "run meshwarden build",
      };
    }
    try {
      const { abi, sizeBytes } = readFacts(readFileSync(file), file);
      return {
        what: `${name}.wasm`,
        state: "ok",
        found: `ABI ${abi}, ${sizeBytes} bytes`,
        mend: "",
      };
    } catch {
      return {
        what: `${name}.wasm`,
        state: "wrong",
        found: "broken",
        mend: "run meshwarden build",
      };
    }
  });
}

function credentials({ env }: Terminal): Diagnosis[] {
  const files = credentialFiles(env["HOME"] === undefined ? process.env : env).filter((file) =>
    existsSync(file),
  );
  if (files.length === 0) {
    const mend = "docker login REGISTRY, or push with --username and --password-stdin";
    return [{ what: "credentials", state: "missing", found: "no docker or podman file", mend }];
  }
  return files.map((file) => {
    try {
      JSON.parse(readFileSync(file, "utf8"));
      return { what: "credentials", state: "ok", found: file, mend: "" };
    } catch {
      return {
        what: "credentials",
        state: "wrong",
        found: `${file} is not JSON`,
        mend: "log in again",
      };
    }
  });
}

function programs(): Diagnosis[] {
  const uses: [string, string[], string][] = [
    ["envoy", ["--version"], "lint --envoy validates bootstraps with it"],
    ["cosign", ["version"], "verifies what sign writes, elsewhere"],
    ["kubectl", ["version", "--client"], "applies what manifest prints"],
  ];
  const found = uses.map(([name, args, use]): Diagnosis => {
    const run = spawnSync(name, args, { encoding: "utf8", timeout: 10_000 });
    const version = /v?(\d+\.\d+\.\d+)/.exec(`${run.stdout}${run.stderr}`)?.[1];
    if (run.error !== undefined || version === undefined) {
      return { what: name, state: "missing", found: `not on PATH; ${use}`, mend: "" };
    }
    return { what: name, state: "ok", found: version, mend: "" };
  });
  return [{ what: "asc", state: "ok", found: compilerVersion(), mend: "" }, ...found];
}
