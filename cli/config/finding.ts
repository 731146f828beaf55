// One thing wrong with a configuration: where, what, and how to mend it. The same form whether the CLI or a filter found it.
import { paint, type Terminal } from "../terminal/terminal.ts";

export interface Place {
  file: string;
  /** From 1. */
  line: number;
  /** From 1. */
  column: number;
}

export interface Finding extends Place {
  /** JSON pointer into the document, "" for all of it. */
  pointer: string;
  message: string;
  /** What to write instead; "" when there is nothing to say beyond the message. */
  mend: string;
}

/** "config.yaml:3:7: /validate/limits: message" and, under it, the mend. */
export function findingText(finding: Finding, terminal: Terminal): string {
  const { file, line, column, pointer, message, mend } = finding;
  const where = paint(terminal, "bold", `${file}:${line}:${column}:`);
  const what = pointer === "" ? message : `${pointer}: ${message}`;
  const after = mend === "" ? "" : `\n  ${paint(terminal, "cyan", "mend:")} ${mend}`;
  return `${where} ${what}${after}\n`;
}
