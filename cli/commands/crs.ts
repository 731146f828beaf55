// `meshwarden crs fetch` and `crs use`: a Core Rule Set release that the user has, or downloads, checked and listed; then as a
// folder, or compiled into a firewall module of its own.
import type { Command } from "commander";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { listing } from "../crs/listing.ts";
import { openRelease, type OpenedRelease } from "../crs/open.ts";
import { usualVersion } from "../crs/sources.ts";
import { exitCodes, UserError, type ExitCode } from "../exit.ts";
import type { Context } from "../program.ts";
import { table } from "../terminal/table.ts";
import { say } from "../terminal/terminal.ts";
import { releaseFiles } from "../waf/rule-files.ts";
import { ruleModuleLine, writeRuleModule } from "../waf/rule-module.ts";

interface FetchOptions {
  sha256?: string;
  ca?: string;
  output?: string;
}

interface UseOptions extends FetchOptions {
  output: string;
  config?: string;
  filter: string;
}

const what =
  "folder or archive of a release, a version such as 4.28.0, or the address of an archive";

/** Adds `crs` and its subcommands to the program. */
export function addCrs(program: Command, context: Context): void {
  const crs = program
    .command("crs")
    .summary("get the OWASP Core Rule Set and compile it")
    .description(
      "Takes a release of the OWASP Core Rule Set that you have, or downloads one, checks it, and compiles it into the firewall.",
    );
  addSource(crs.command("fetch"), "[release]")
    .summary("download or unpack a release into a folder")
    .description(
      "Downloads a release (or reads the archive given), compares its checksum, and writes its rule files into a folder.\n" +
        "A version that is known here comes from your Go module proxy: GOPROXY, or what an installed Go uses.",
    )
    .option("-o, --output <directory>", "where to write it (default crs-<version>)")
    .addHelpText(
      "after",
      `\nExamples:\n  meshwarden crs fetch\n  meshwarden crs fetch 4.28.0 --sha256 <digest of the release page> -o crs/\n  meshwarden crs fetch coreruleset-4.28.0-minimal.tar.gz`,
    )
    .action((release: string | undefined, options: FetchOptions) =>
      context.run(() => fetchRelease(release ?? usualVersion, options, context)),
    );
  addSource(crs.command("use"), "<release>")
    .summary("compile a release into a firewall module")
    .description(
      "Checks a release, lists its files, and writes a module with all of its rules compiled: no other file is needed to load it.",
    )
    .option("-o, --output <file>", "the module to write", "waf-crs.wasm")
    .option(
      "--config <file>",
      "the configuration whose profiles are compiled (default: the whole set)",
    )
    .option("--filter <name>", "shipped filter or path of a .wasm", "waf")
    .addHelpText(
      "after",
      "\nExamples:\n  meshwarden crs use crs-4.25.0\n  meshwarden crs use coreruleset-4.28.0-minimal.tar.gz -o modules/waf-crs.wasm --config shield.yaml",
    )
    .action((release: string, options: UseOptions) =>
      context.run(() => useRelease(release, options, context)),
    );
}

function addSource(command: Command, argument: string): Command {
  return command
    .argument(argument, what)
    .option(
      "--sha256 <digest>",
      "what a downloaded archive must have; needed unless the version is known here",
    )
    .option("--ca <file>", "PEM certificates trusted besides the system's")
    .option("--json", "write the result as JSON to standard output");
}

async function fetchRelease(
  release: string,
  options: FetchOptions,
  context: Context,
): Promise<ExitCode> {
  const opened = await open(release, options, context);
  const output = options.output ?? `crs-${opened.version}`;
  if (existsSync(output) && readdirSync(output).length > 0)
    throw new UserError(
      `${output} is not empty`,
      "remove it, or name another folder with --output",
    );
  for (const { name, bytes } of opened.files) {
    const file = path.join(output, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
  return report(opened, { output }, `${output}: ${opened.files.length} files`, context);
}

async function useRelease(
  release: string,
  options: UseOptions,
  context: Context,
): Promise<ExitCode> {
  const opened = await open(release, options, context);
  const module = writeRuleModule(releaseFiles(opened), options);
  return report(opened, module, ruleModuleLine(module), context);
}

function open(
  release: string,
  { sha256, ca }: FetchOptions,
  { terminal, json, signal }: Context,
): Promise<OpenedRelease> {
  if (!existsSync(release) && !json) say(terminal, `fetching ${release}`);
  if (ca !== undefined && !existsSync(ca))
    throw new UserError(`${ca} does not exist`, "check the path");
  const trusted = ca === undefined ? {} : { ca: [readFileSync(ca, "utf8")] };
  return openRelease(release, sha256, { ...trusted, signal, env: terminal.env });
}

/** The list of files, then what was made of them. */
function report(
  opened: OpenedRelease,
  made: object,
  line: string,
  { terminal, json }: Context,
): ExitCode {
  const files = listing(opened);
  const { version, from } = opened;
  if (json) {
    terminal.out(`${JSON.stringify({ version, from, ...made, release: files }, null, 2)}\n`);
    return exitCodes.ok;
  }
  const rows = files.map(({ name, sizeBytes, rules }) => [
    name,
    String(sizeBytes),
    rules === 0 ? "" : String(rules),
  ]);
  const rules = files.reduce((sum, file) => sum + file.rules, 0);
  terminal.out(table(["file", "bytes", "rules"], rows, ["left", "right", "right"]));
  terminal.out(`Core Rule Set ${version} of ${from}: ${rules} rules\n${line}\n`);
  return exitCodes.ok;
}
