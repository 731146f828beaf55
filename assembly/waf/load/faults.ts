// What is wrong with rules, collected while they load: file, line, what, and the mend. Loading goes on after a fault, so
// that the author sees all of them at once.

/** Lines that are kept; the rest is counted. */
const MAX_LINES = 50;

@final
export class Faults {
  lines: string[] = [];
  count: i32 = 0;
  /** Patterns that were compiled on the way, for whoever ends the load to own. */
  patterns: usize[] = [];
  /** Where the directive stands that is being read. */
  file: string = "";
  line: u32 = 0;

  add(message: string): void {
    this.count++;
    if (this.lines.length < MAX_LINES) this.lines.push(`${this.file}:${this.line}: ${message}`);
  }
}
