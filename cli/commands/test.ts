// `meshwarden test`: case files in the Node host. The same files run in a real Envoy (`npm run test:envoy`).
import type { Command } from "commander";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { isMap, parseDocument } from "yaml";
import { checkExpectations } from "../../host-test/cases/compare.ts";
import { CaseError, loadCaseFile } from "../../host-test/cases/load.ts";
import { runOnNodeHost } from "../../host-test/cases/node-run.ts";
import type { Case, CaseFile } from "../../host-test/cases/format.ts";
import { packageRoot } from "../build/sources.ts";
import { exitCodes, UserError, type ExitCode } from "../exit.ts";
import type { Context } from "../program.ts";
import { paint, type Terminal } from "../terminal/terminal.ts";

interface TestOptions {
  grep?: string;
}

interface CaseResult {
  file: string;
  name: string;
  /** What did not come out as expected; empty for a case that passed. */
  failures: string[];
  tookMs: number;
}

/** Adds `test` to the program. */
export function addTest(program: Command, context: Context): void {
  program
    .command("test")
    .summary("run case files in the Node host")
    .description("Runs every case of the given files, and of the case files in given folders.")
    .argument("<cases...>", "case files or folders of them")
    .option("--grep <text>", "only cases whose name holds this text")
    .addHelpText(
      "after",
      "\nExamples:\n  meshwarden test examples/quickstart\n  meshwarden test cases/ --grep upload --json",
    )
    .action((cases: string[], options: TestOptions) =>
      context.run(() => runCases(cases, options, context)),
    );
}

async function runCases(
  paths: string[],
  options: TestOptions,
  { terminal, json }: Context,
): Promise<ExitCode> {
  const results: CaseResult[] = [];
  for (const file of paths.flatMap(filesOf)) {
    for (const what of casesOf(file).cases) {
      if (options.grep !== undefined && !what.name.includes(options.grep)) continue;
      const result = await runCase(file, what);
      results.push(result);
      if (!json) show(result, terminal);
    }
  }
  if (results.length === 0) {
    throw new UserError("no case was found", "check the paths and --grep");
  }
  const failed = results.filter(({ failures }) => failures.length > 0).length;
  if (json)
    terminal.out(`${JSON.stringify({ cases: results.length, failed, results }, null, 2)}\n`);
  else
    terminal.out(`${results.length} cases, ${failed === 0 ? "all passed" : `${failed} failed`}\n`);
  return failed === 0 ? exitCodes.ok : exitCodes.findings;
}

/** A file as it is; of a folder, the files that hold cases: a configuration may lie beside them. */
function filesOf(given: string): string[] {
  if (!existsSync(given)) throw new UserError(`${given} does not exist`, "check the path");
  if (!statSync(given).isDirectory()) return [given];
  const names = readdirSync(given).filter((name) => /\.ya?ml$/.test(name));
  const files = names.sort().map((name) => path.join(given, name));
  const found = files.filter(holdsCases);
  if (found.length > 0) return found;
  throw new UserError(`${given} holds no case file`, "a case file has the key cases");
}

/** Whether a YAML file has the key `cases`, or is broken, which reading it as cases will say. */
function holdsCases(file: string): boolean {
  const document = parseDocument(readFileSync(file, "utf8"));
  return document.errors.length > 0 || (isMap(document.contents) && document.contents.has("cases"));
}

function casesOf(file: string): CaseFile {
  try {
    return loadCaseFile(path.relative(packageRoot, path.resolve(file)));
  } catch (error) {
    if (!(error instanceof CaseError)) throw error;
    throw new UserError(error.message, "schemas/cases.schema.json describes case files");
  }
}

async function runCase(file: string, what: Case): Promise<CaseResult> {
  const startedMs = performance.now();
  const failures = checkExpectations(what, await play(what));
  return { file, name: what.name, failures, tookMs: performance.now() - startedMs };
}

async function play(what: Case): ReturnType<typeof runOnNodeHost> {
  try {
    return await runOnNodeHost(what);
  } catch (error) {
    const { message } = error as Error;
    if (!message.includes("is missing: run")) throw error;
    const [what, mend] = message.split(": ");
    throw new UserError(what!, mend === "run npm run build" ? "run meshwarden build" : mend);
  }
}

function show({ file, name, failures }: CaseResult, terminal: Terminal): void {
  if (failures.length === 0) {
    if (!terminal.quiet) terminal.out(`${paint(terminal, "green", "ok")}    ${name}\n`);
    return;
  }
  terminal.out(`${paint(terminal, "red", "FAILED")} ${name} (${file})\n`);
  for (const failure of failures)
    terminal.out(`         ${failure.replaceAll("\n", "\n         ")}\n`);
}
