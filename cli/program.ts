// The command line as a whole: the list of commands, the options that every one of them has, and how errors and exit codes
// leave it. Nothing here ends the process or touches its streams, so that tests run commands in their own process.
import { Command, CommanderError, Option } from "commander";
import { exitCodes, UserError, type ExitCode } from "./exit.ts";
import { packageVersion } from "./package-version.ts";
import { paint, type Terminal } from "./terminal/terminal.ts";

/** What each command is given besides its own options. */
export interface Context {
  terminal: Terminal;
  /** Results as one JSON document on standard output. */
  readonly json: boolean;
  /** Ends a command that would run on, such as `serve`; Ctrl-C and SIGTERM fire it. */
  signal: AbortSignal;
  /** Runs a command's body and keeps its exit code. */
  run(body: () => Promise<ExitCode>): Promise<void>;
}

type AddCommand = (program: Command, context: Context) => void;

/** Every command by its name, in the order of the help. Only what runs is loaded: all of them take most of a second to read. */
const commands: Record<string, () => Promise<AddCommand>> = {
  start: async () => (await import("./commands/start.ts")).addStart,
  serve: async () => (await import("./commands/serve.ts")).addServe,
  build: async () => (await import("./commands/build.ts")).addBuild,
  test: async () => (await import("./commands/test.ts")).addTest,
  trace: async () => (await import("./commands/trace.ts")).addTrace,
  check: async () => (await import("./commands/check.ts")).addCheck,
  symbolicate: async () => (await import("./commands/symbolicate.ts")).addSymbolicate,
  explain: async () => (await import("./commands/explain.ts")).addExplain,
  waf: async () => (await import("./commands/waf.ts")).addWaf,
  crs: async () => (await import("./commands/crs.ts")).addCrs,
  bundle: async () => (await import("./commands/bundle.ts")).addBundle,
  copy: async () => (await import("./commands/copy.ts")).addCopy,
  inspect: async () => (await import("./commands/inspect.ts")).addInspect,
  lint: async () => (await import("./commands/lint.ts")).addLint,
  manifest: async () => (await import("./commands/manifest.ts")).addManifest,
  import: async () => (await import("./commands/import.ts")).addImport,
  token: async () => (await import("./commands/token.ts")).addToken,
  pull: async () => (await import("./commands/pull.ts")).addPull,
  push: async () => (await import("./commands/push.ts")).addPush,
  tags: async () => (await import("./commands/tags.ts")).addTags,
  sign: async () => (await import("./commands/sign.ts")).addSign,
  verify: async () => (await import("./commands/verify.ts")).addVerify,
  init: async () => (await import("./commands/init.ts")).addInit,
  doctor: async () => (await import("./commands/doctor.ts")).addDoctor,
  completion: async () => (await import("./commands/completion.ts")).addCompletion,
};

/**
 * Runs one command line (without the node and script names) to its end.
 * @returns the exit code; user errors have been written to `terminal.err`. Other errors are defects and are thrown.
 */
export async function runProgram(
  argv: string[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.ok;
  const context: Context = {
    terminal,
    signal,
    get json(): boolean {
      return argv.includes("--json");
    },
    run: async (body) => {
      exitCode = await body();
    },
  };
  terminal.quiet = argv.includes("--quiet") || argv.includes("-q");
  const [first = ""] = argv;
  const knowsAll = first === "completion" || !(first in commands);
  const program = await makeProgram(context, knowsAll ? undefined : [first]);
  try {
    await program.parseAsync(argv, { from: "user" });
    return exitCode;
  } catch (error) {
    return report(error, terminal, context.json);
  }
}

/** The program with some of its commands, for a run or for a page about it; all unless `names` says which. */
export async function makeProgram(
  context: Context,
  names: string[] = Object.keys(commands),
): Promise<Command> {
  const program = new Command("meshwarden");
  shape(program, context.terminal);
  for (const name of names) (await commands[name]!())(program, context);
  for (const command of program.commands) addCommonOptions(command);
  return program;
}

function shape(program: Command, terminal: Terminal): void {
  program
    .description("Security filters for Envoy and Istio, run and tested without either.")
    .version(packageVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help for a command")
    .showSuggestionAfterError(true)
    .showHelpAfterError("(--help shows what is possible)")
    .addHelpText(
      "after",
      "\nExit codes: 0 ok, 1 findings, 2 usage or configuration, 3 network, 4 trust.",
    )
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.err(text),
    })
    .exitOverride();
}

function addCommonOptions(command: Command): void {
  command
    .addOption(new Option("--json", "write the result as JSON to standard output"))
    .addOption(new Option("-q, --quiet", "write nothing but results and errors"))
    .configureHelp({ sortOptions: false });
}

function report(error: unknown, terminal: Terminal, json: boolean): ExitCode {
  if (error instanceof CommanderError) {
    // Help and version come out as "errors" with code 0; everything else is a wrong command line.
    return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  }
  if (!(error instanceof UserError)) throw error;
  if (json) {
    const { message, mend, exitCode } = error;
    terminal.out(`${JSON.stringify({ error: { message, mend, exitCode } })}\n`);
  } else {
    terminal.err(`${paint(terminal, "red", "error:")} ${error.message}\n`);
    if (error.mend !== "") terminal.err(`${paint(terminal, "cyan", " mend:")} ${error.mend}\n`);
  }
  return error.exitCode;
}
