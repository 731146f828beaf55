// The lines of a run against real counterparts: what was checked, the figure, and whether it holds.

export class Report {
  private failed = 0;
  private passed = 0;

  check(name: string, holds: boolean, figure = ""): void {
    if (holds) this.passed++;
    else this.failed++;
    console.log(`${holds ? "ok    " : "FAILED"} ${name}${figure === "" ? "" : `: ${figure}`}`);
  }

  /** Exit code of the run. */
  finish(): number {
    console.log(`${this.passed} passed, ${this.failed} failed`);
    return this.failed === 0 && this.passed > 0 ? 0 : 1;
  }
}
