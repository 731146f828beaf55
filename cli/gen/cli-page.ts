// docs/cli.md: what `--help` says of every command, as one page.
import { makeProgram } from "../program.ts";
import type { Terminal } from "../terminal/terminal.ts";

const head = `# Commands

What \`meshwarden COMMAND --help\` says, for reading. Results go to standard output, everything said along the way to standard
error; \`--json\` makes the result one document, \`--quiet\` drops the rest, \`NO_COLOR\` the colours.

| exit code | meaning                                  |
| --------- | ---------------------------------------- |
| 0         | done                                     |
| 1         | findings: something checked is not right |
| 2         | the command line or a configuration      |
| 3         | the network, or a registry               |
| 4         | trust: a digest or signature             |
`;

const columns = 124;

/** The text of the page. */
export async function cliPage(): Promise<string> {
  let written = "";
  const terminal: Terminal = {
    out: (text) => void (written += text),
    err: () => {},
    colour: false,
    quiet: false,
    live: false,
    env: {},
  };
  const signal = new AbortController().signal;
  const run = (): Promise<void> => Promise.resolve();
  const program = await makeProgram({ terminal, json: false, signal, run });
  const sections = program.commands.map((command) => {
    written = "";
    command.configureOutput({ ...command.configureOutput(), getOutHelpWidth: () => columns });
    command.outputHelp();
    return `\n## meshwarden ${command.name()}\n\n\`\`\`text\n${written.trimEnd()}\n\`\`\`\n`;
  });
  return head + sections.join("");
}
