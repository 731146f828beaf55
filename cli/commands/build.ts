// `meshwarden build`: AssemblyScript sources to the .wasm files that Envoy loads.
import type { Command } from "commander";
import {
  buildAll,
  checkAll,
  filterNames,
  type BuildProgress,
  type BuildResult,
} from "../build/build-all.ts";
import { CompileError, type Target } from "../build/compile.ts";
import { exitCodes, UserError, type ExitCode } from "../exit.ts";
import type { Context } from "../program.ts";
import { table } from "../terminal/table.ts";
import { paint, say, type Terminal } from "../terminal/terminal.ts";

interface BuildOptions {
  target: string;
  check?: boolean;
}

/** Adds `build` to the program. */
export function addBuild(program: Command, context: Context): void {
  program
    .command("build")
    .summary("compile every filter of assembly/filters into build/")
    .description(
      "Compiles every filter of assembly/filters into build/<filter>.wasm with its source map.\n" +
        "A module whose sources have not changed is kept, without starting the compiler.",
    )
    .option("--target <target>", "release, or debug (goes to build/debug/)", "release")
    .option("--check", "compile afresh, write nothing, and fail when build/ differs")
    .addHelpText(
      "after",
      "\nExamples:\n  meshwarden build\n  meshwarden build --target debug\n  meshwarden build --check --json",
    )
    .action((options: BuildOptions) => context.run(() => build(options, context)));
}

async function build(options: BuildOptions, context: Context): Promise<ExitCode> {
  const { terminal, json } = context;
  if (options.target !== "release" && options.target !== "debug") {
    throw new UserError(
      `there is no build target "${options.target}"`,
      "use --target release or --target debug",
    );
  }
  const target: Target = options.target;
  if (filterNames().length === 0) throw new UserError("assembly/filters holds no filter");
  const results = await compileAll(target, options.check === true, progressOn(terminal, json));
  if (json) terminal.out(`${JSON.stringify({ target, modules: results }, null, 2)}\n`);
  else terminal.out(report(results));
  const stale = results.filter((result) => result.state === "stale");
  if (stale.length === 0) return exitCodes.ok;
  if (!json) say(terminal, "build/ is not what the sources give: run meshwarden build");
  return exitCodes.findings;
}

/** Lines on standard error; none with --json, whose reader has no use for them. */
function progressOn(terminal: Terminal, json: boolean): BuildProgress {
  const line = (text: string): void => (json ? undefined : say(terminal, text));
  return {
    onCompile: (filter) => line(`compiling  assembly/filters/${filter}.ts`),
    onResult: ({ state, file, tookMs }) => {
      const took = `${Math.round(tookMs)} ms`;
      line(`${state.padEnd(10)} ${file} ${paint(terminal, "dim", took)}`);
    },
  };
}

async function compileAll(
  target: Target,
  check: boolean,
  progress: BuildProgress,
): Promise<BuildResult[]> {
  try {
    return await (check ? checkAll : buildAll)(target, progress);
  } catch (error) {
    if (error instanceof CompileError) {
      throw new UserError(error.message, "mend the source named above", exitCodes.findings);
    }
    throw error;
  }
}

function report(results: BuildResult[]): string {
  const rows = results.map((result) => [
    result.filter,
    String(result.sizeBytes),
    result.sha256.slice(0, 16),
    String(Math.round(result.tookMs)),
    result.state,
  ]);
  const header = ["filter", "bytes", "sha256", "ms", "state"];
  return table(header, rows, ["left", "right", "left", "right", "left"]);
}
