// Where a command writes and what that place can show. Commands get it as an argument, so that a test reads what a user would
// see. Results go to `out`, everything said along the way to `err`, so that `--json | jq` works.
// Colour follows https://no-color.org: off when NO_COLOR is set and not empty, off when the stream is not a terminal.

export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Whether `out` shows colours. */
  colour: boolean;
  /** Suppresses what `say` writes. */
  quiet: boolean;
  /** `err` is a screen on which a line can be written over. */
  live: boolean;
  env: Record<string, string | undefined>;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const { env, stdout, stderr } = process;
  const refused = env["NO_COLOR"] !== undefined && env["NO_COLOR"] !== "";
  const forced = env["FORCE_COLOR"] !== undefined && env["FORCE_COLOR"] !== "0";
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    colour: !refused && (forced || stdout.isTTY === true),
    quiet: false,
    live: stderr.isTTY === true && env["TERM"] !== "dumb",
    env,
  };
}

/** A line of progress or explanation; `--quiet` drops it. */
export function say(terminal: Terminal, line: string): void {
  if (!terminal.quiet) terminal.err(`${line}\n`);
}

export type Paint = "bold" | "dim" | "red" | "green" | "yellow" | "cyan";

const codes: Record<Paint, [number, number]> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
};

/** `text` in a colour, or as it is where the terminal shows none. */
export function paint(terminal: Terminal, style: Paint, text: string): string {
  if (!terminal.colour) return text;
  const [on, off] = codes[style];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}
