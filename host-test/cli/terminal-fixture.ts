// Runs a command line in this process and keeps what a user would see of it.
import { runProgram } from "../../cli/program.ts";
import type { Terminal } from "../../cli/terminal/terminal.ts";

export interface CommandResult {
  exitCode: number;
  out: string;
  err: string;
}

/** A terminal that remembers. */
export function memoryTerminal(
  colour = false,
): Terminal & { written: { out: string; err: string } } {
  const written = { out: "", err: "" };
  return {
    written,
    out: (text) => void (written.out += text),
    err: (text) => void (written.err += text),
    colour,
    quiet: false,
    live: false,
    env: {},
  };
}

/** Runs `meshwarden ...argv` to its end. */
export async function meshwarden(...argv: string[]): Promise<CommandResult> {
  const terminal = memoryTerminal();
  const exitCode = await runProgram(argv, terminal, new AbortController().signal);
  return { exitCode, ...terminal.written };
}
