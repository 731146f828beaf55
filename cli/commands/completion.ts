// `meshwarden completion`: a script for the shell, made from the very commands and options that the program has.
import { Argument, type Command } from "commander";
import { exitCodes } from "../exit.ts";
import type { Context } from "../program.ts";

const shells = ["bash", "zsh", "fish"] as const;
type Shell = (typeof shells)[number];

interface Entry {
  name: string;
  summary: string;
  options: { flag: string; description: string }[];
}

/** Adds `completion` to the program. */
export function addCompletion(program: Command, context: Context): void {
  program
    .command("completion")
    .summary("print a completion script for your shell")
    .description(
      "Prints a script that completes commands and options; file names complete as ever.",
    )
    .addArgument(new Argument("<shell>", "your shell").choices([...shells]))
    .addHelpText(
      "after",
      "\nExamples:\n  meshwarden completion bash > /etc/bash_completion.d/meshwarden\n" +
        "  meshwarden completion fish > ~/.config/fish/completions/meshwarden.fish",
    )
    .action((shell: Shell) =>
      context.run(async () => {
        const script = { bash, zsh, fish }[shell](entriesOf(program));
        context.terminal.out(context.json ? `${JSON.stringify({ shell, script })}\n` : script);
        return exitCodes.ok;
      }),
    );
}

function entriesOf(program: Command): Entry[] {
  return program.commands.map((command) => ({
    name: command.name(),
    summary: command.summary(),
    options: command.options.map(({ long, short, description }) => ({
      flag: long ?? short ?? "",
      description,
    })),
  }));
}

function bash(entries: Entry[]): string {
  const cases = entries
    .map(
      ({ name, options }) =>
        `    ${name}) words="${options.map(({ flag }) => flag).join(" ")}" ;;\n`,
    )
    .join("");
  return (
    "_meshwarden() {\n  local current=${COMP_WORDS[COMP_CWORD]} words\n" +
    `  if [ "$COMP_CWORD" -eq 1 ]; then words="${entries.map(({ name }) => name).join(" ")}"\n` +
    `  else case "\${COMP_WORDS[1]}" in\n${cases}    *) words="" ;;\n  esac; fi\n` +
    '  COMPREPLY=($(compgen -W "$words" -- "$current"))\n}\n' +
    "complete -o default -F _meshwarden meshwarden\n"
  );
}

/** Text within single quotes of a shell, without what _arguments gives a meaning. */
const quoted = (text: string): string =>
  `'${text.replace(/[[\]:\n]/g, " ").replaceAll("'", "'\\''")}'`;

function zsh(entries: Entry[]): string {
  const names = entries.map(
    ({ name, summary }) => `    ${quoted(`${name}\u0000${summary}`).replace("\u0000", ":")}\n`,
  );
  const cases = entries.map(({ name, options }) => {
    const flags = options.map(({ flag, description }) =>
      quoted(`${flag}\u0000${description}\u0001`),
    );
    const words = flags.map((text) => text.replace("\u0000", "[").replace("\u0001", "]"));
    return `    ${name}) _arguments ${words.join(" ")} '*:file:_files' ;;\n`;
  });
  return (
    "#compdef meshwarden\n_meshwarden() {\n  local -a commands\n  commands=(\n" +
    `${names.join("")}  )\n  if (( CURRENT == 2 )); then _describe command commands; return; fi\n` +
    `  case "$words[2]" in\n${cases.join("")}  esac\n}\ncompdef _meshwarden meshwarden\n`
  );
}

function fish(entries: Entry[]): string {
  const escape = (text: string): string =>
    `'${text.replace(/['\\]/g, "\\$&").replaceAll("\n", " ")}'`;
  const lines = entries.flatMap(({ name, summary, options }) => [
    `complete -c meshwarden -n __fish_use_subcommand -f -a ${name} -d ${escape(summary)}`,
    ...options
      .filter(({ flag }) => flag.startsWith("--"))
      .map(
        ({ flag, description }) =>
          `complete -c meshwarden -n '__fish_seen_subcommand_from ${name}' -l ${flag.slice(2)} -d ${escape(description)}`,
      ),
  ]);
  return `${lines.join("\n")}\n`;
}
