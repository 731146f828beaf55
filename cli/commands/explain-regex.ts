// `meshwarden explain regex PATTERN`: what the engine of the filters makes of a pattern, what it finds in a text, or why it is refused.
import type { Command } from "commander";
import { RegexStatus } from "../../assembly/regex/status.ts";
import { exitCodes, UserError, type ExitCode } from "../exit.ts";
import type { Context } from "../program.ts";
import { flagLetters, RegexEngine, type Refusal, type Span } from "../regex/regex-engine.ts";

interface RegexOptions {
  text?: string;
  flags?: string;
  program?: boolean;
}

/** Adds `regex` below `explain`. */
export function addExplainRegex(explain: Command, context: Context): void {
  explain
    .command("regex")
    .summary("say what the regex engine makes of a pattern")
    .description(
      "Compiles a pattern as rules and configurations do and says which engines will run it, which literals a text must hold before\n" +
        "it is looked at, and what it finds in a text. A pattern that is refused is shown with its place and the reason.",
    )
    .argument("<pattern>", "the pattern, in the syntax of RE2")
    .option("-t, --text <text>", "look for the pattern in this text")
    .option(
      "--flags <letters>",
      `options of the whole pattern: ${Object.keys(flagLetters).join(", ")}`,
    )
    .option("--program", "show byte classes and instructions too")
    .addHelpText(
      "after",
      "\nExamples:\n  meshwarden explain regex '(?i)union\\s+(?:all\\s+)?select'\n" +
        "  meshwarden explain regex '^(\\w+)=(.*)$' --text a=b --program",
    )
    .action((pattern: string, options: RegexOptions) =>
      context.run(() => explainRegex(pattern, options, context)),
    );
}

async function explainRegex(
  pattern: string,
  options: RegexOptions,
  { terminal, json }: Context,
): Promise<ExitCode> {
  const engine = await RegexEngine.open(Buffer.from(pattern), flagsOf(options.flags ?? ""));
  if (engine.refusal !== undefined) throw refused(pattern, engine.refusal);
  const lines = engine.describe();
  // Classes and instructions are the lines below a heading; a large rule has thousands of them.
  const shown = options.program === true ? lines : lines.filter((line) => !line.startsWith("  "));
  const text = options.text === undefined ? undefined : Buffer.from(options.text);
  const spans = text === undefined ? undefined : (engine.find(text) ?? null);
  if (json) {
    const match = spans === undefined ? {} : { match: spans };
    terminal.out(`${JSON.stringify({ pattern, description: shown, ...match }, null, 2)}\n`);
  } else {
    terminal.out(`${shown.join("\n")}\n`);
    if (text !== undefined) terminal.out(`${matchLines(text, spans ?? null).join("\n")}\n`);
  }
  return spans === null ? exitCodes.findings : exitCodes.ok;
}

function flagsOf(letters: string): number {
  let flags = 0;
  for (const letter of letters) {
    const flag = flagLetters[letter];
    if (flag === undefined) {
      const known = Object.keys(flagLetters).join(", ");
      throw new UserError(`--flags: ${letter} is no option of a pattern`, `known are ${known}`);
    }
    flags |= flag;
  }
  return flags;
}

function matchLines(text: Buffer, spans: (Span | null)[] | null): string[] {
  if (spans === null) return ["in the text: no match"];
  return spans.map((span, group) => {
    const name = group === 0 ? "in the text" : `group ${group}`;
    if (span === null) return `${name}: took no part`;
    const [start, end] = span;
    return `${name}: bytes ${start} to ${end}: ${JSON.stringify(text.toString("utf8", start, end))}`;
  });
}

/** What to do about reasons that have a usual way out. */
const mends: Partial<Record<RegexStatus, string>> = {
  [RegexStatus.LOOKAHEAD]: "match what follows too, or ask a second pattern (in SecLang: chain)",
  [RegexStatus.LOOKBEHIND]: "match what stands before too, in a group of its own",
  [RegexStatus.BACKREFERENCE]: "write out what may be repeated, or compare groups afterwards",
  [RegexStatus.ATOMIC_GROUP]: "write (?:…): no pattern runs longer than text times program here",
  [RegexStatus.POSSESSIVE]: "leave the + out: no pattern runs longer than text times program here",
  [RegexStatus.REPEAT_TOO_LARGE]: "a count may be 1000 at most; check the length in another way",
  [RegexStatus.PROGRAM_TOO_LARGE]:
    "counted repeats inside of each other multiply: take one of them out",
};

function refused(pattern: string, { status, reason, offset }: Refusal): UserError {
  const bytes = Buffer.from(pattern);
  // A window around the place, so that a rule of 12 KB can be shown too; bytes that are no letters would move the mark.
  const from = Math.max(0, offset - 40);
  const visible = (part: Buffer): string => part.toString("latin1").replace(/[^ -~]/g, "?");
  const excerpt = visible(bytes.subarray(from, offset + 40));
  const mark = `${" ".repeat(visible(bytes.subarray(from, offset)).length)}^`;
  return new UserError(
    `the pattern is refused at byte ${offset}: ${reason}\n  ${excerpt}\n  ${mark}`,
    mends[status] ?? "mend the pattern there; the syntax is RE2's",
  );
}
