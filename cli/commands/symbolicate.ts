// `meshwarden symbolicate`: a crash in a gateway's log, with AssemblyScript lines instead of wasm offsets. V8 and Envoy print the
// offset of each frame in the module; the source map that `build` writes beside each wasm knows the line. It works for release
// modules, which carry no names.
import type { Command } from "commander";
import { existsSync, readFileSync } from "node:fs";
import { text as readAll } from "node:stream/consumers";
import { SourceMap } from "../../host-test/host/source-map.ts";
import { exitCodes, UserError, type ExitCode } from "../exit.ts";
import type { Context } from "../program.ts";
import { filterPath } from "../serve/engine-load.ts";

interface SymbolicateOptions {
  filter: string;
}

/** `wasm-function[8]:0x752` in V8's words, `0: 0x752 - name` in Envoy's. */
const framePattern = /(wasm-function\[\d+\]:|^\s*\d+:\s+)(0x[0-9a-f]+)/gim;

/** Adds `symbolicate` to the program. */
export function addSymbolicate(program: Command, context: Context): void {
  program
    .command("symbolicate")
    .summary("put AssemblyScript lines into the backtraces of a log")
    .description(
      "Copies a log to standard output and writes file:line:column behind each wasm offset of a backtrace.\n" +
        "The source map must be of the very module that ran.",
    )
    .argument("[log]", "log file; standard input when absent")
    .option(
      "--filter <name>",
      "shipped filter or path of a .wasm, with its .map beside it",
      "guard",
    )
    .addHelpText(
      "after",
      "\nExamples:\n  meshwarden symbolicate envoy.log\n  kubectl logs gateway | meshwarden symbolicate --filter validate",
    )
    .action((log: string | undefined, options: SymbolicateOptions) =>
      context.run(() => symbolicate(log, options, context)),
    );
}

async function symbolicate(
  log: string | undefined,
  options: SymbolicateOptions,
  { terminal }: Context,
): Promise<ExitCode> {
  const mapFile = `${filterPath(options.filter)}.map`;
  if (!existsSync(mapFile)) {
    throw new UserError(`${mapFile} does not exist`, "run meshwarden build, or name the filter");
  }
  if (log !== undefined && !existsSync(log)) throw new UserError(`${log} does not exist`);
  const map = SourceMap.parse(readFileSync(mapFile, "utf8"));
  const lines = log === undefined ? await readAll(process.stdin) : readFileSync(log, "utf8");
  terminal.out(withPlaces(lines, map));
  return exitCodes.ok;
}

/** The text with ` (file:line:column)` behind every offset that the map knows. */
export function withPlaces(log: string, map: SourceMap): string {
  return log.replace(framePattern, (frame: string, _before: string, offset: string) => {
    const place = map.lookup(Number(offset));
    return place === undefined ? frame : `${frame} (${place.source}:${place.line}:${place.column})`;
  });
}
