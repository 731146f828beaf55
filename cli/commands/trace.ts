// `meshwarden trace`: a case as a timeline of callbacks and host calls, in the terminal, as JSON, or as one HTML page with the
// flow drawn.
import type { Command } from "commander";
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { checkExpectations } from "../../host-test/cases/compare.ts";
import type { Case } from "../../host-test/cases/format.ts";
import { CaseError, loadCaseFile } from "../../host-test/cases/load.ts";
import { runOnNodeHost } from "../../host-test/cases/node-run.ts";
import { packageRoot } from "../build/sources.ts";
import { exitCodes, UserError, type ExitCode } from "../exit.ts";
import type { Context } from "../program.ts";
import { paint, say } from "../terminal/terminal.ts";
import { tracePage } from "../trace/html.ts";
import { timelineText } from "../trace/text.ts";
import { Timeline, type TimelineEvent } from "../trace/timeline.ts";

interface TraceOptions {
  case?: string;
  html?: string;
  fields?: boolean;
  start?: boolean;
}

/** Adds `trace` to the program. */
export function addTrace(program: Command, context: Context): void {
  program
    .command("trace")
    .summary("show what a filter does with a case")
    .description(
      "Plays one case in the Node host and prints every callback with its host calls, and every frame between client,\n" +
        "filters and upstream, on the host's virtual clock. Credentials are shown by their length alone.",
    )
    .argument("<cases>", "case file")
    .option(
      "--case <text>",
      "the first case whose name holds this text; default: the first of the file",
    )
    .option(
      "--html <file>",
      "write a page with the flow drawn, in one file that needs nothing else",
    )
    .option("--start", "show what happens before the first request as well")
    .option("--fields", "show the headers of each frame")
    .addHelpText(
      "after",
      "\nExamples:\n  meshwarden trace examples/quickstart/cases.yaml\n" +
        '  meshwarden trace examples/limits/cases.yaml --case "tag mode" --html trace.html',
    )
    .action((file: string, options: TraceOptions) =>
      context.run(() => trace(file, options, context)),
    );
}

async function trace(
  file: string,
  options: TraceOptions,
  { terminal, json }: Context,
): Promise<ExitCode> {
  const what = caseOf(file, options.case);
  const timeline = new Timeline();
  const view = await play(what, timeline);
  const failures = checkExpectations(what, view);
  const { events } = timeline;
  if (options.html !== undefined) {
    writeFileSync(options.html, tracePage({ title: what.name, file, events, failures }));
    say(terminal, `wrote ${options.html}`);
  }
  if (json)
    terminal.out(`${JSON.stringify({ case: what.name, file, failures, events }, null, 2)}\n`);
  else if (options.html === undefined) {
    terminal.out(`${paint(terminal, "bold", what.name)}\n`);
    terminal.out(
      timelineText(
        options.start === true ? events : withoutStart(events),
        terminal,
        options.fields === true,
      ),
    );
    const verdict =
      failures.length === 0
        ? paint(terminal, "green", "as expected")
        : paint(terminal, "red", `not as expected:\n  ${failures.join("\n  ")}`);
    terminal.out(`\n${verdict}\n`);
  }
  return failures.length === 0 ? exitCodes.ok : exitCodes.findings;
}

/** From the first request on; a case that does not start has nothing else to show than its start. */
function withoutStart(events: TimelineEvent[]): TimelineEvent[] {
  return events.slice(
    Math.max(
      0,
      events.findIndex(({ kind }) => kind === "step"),
    ),
  );
}

function caseOf(file: string, wanted: string | undefined): Case {
  if (!existsSync(file)) throw new UserError(`${file} does not exist`, "check the path");
  try {
    const { cases } = loadCaseFile(path.relative(packageRoot, path.resolve(file)));
    const found = wanted === undefined ? cases[0] : cases.find(({ name }) => name.includes(wanted));
    if (found !== undefined) return found;
    const names = cases.map(({ name }) => name).join("\n  ");
    throw new UserError(`no case of ${file} holds "${wanted}"`, `there are:\n  ${names}`);
  } catch (error) {
    if (!(error instanceof CaseError)) throw error;
    throw new UserError(error.message, "schemas/cases.schema.json describes case files");
  }
}

async function play(what: Case, timeline: Timeline): ReturnType<typeof runOnNodeHost> {
  try {
    return await runOnNodeHost(what, undefined, timeline);
  } catch (error) {
    const { message } = error as Error;
    if (!message.includes("is missing: run")) throw error;
    throw new UserError(message.split(":")[0]!, "run meshwarden build");
  }
}
