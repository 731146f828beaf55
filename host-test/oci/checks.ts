// Checks that count themselves: each has a name, and a run ends with what failed and what was not run.

export class Checks {
  readonly failed: string[] = [];
  readonly notRun: string[] = [];
  passed = 0;

  /** Runs one check; a thrown error is its failure. */
  async check(name: string, body: () => void | Promise<void>): Promise<void> {
    try {
      await body();
      this.passed++;
      process.stdout.write(`ok    ${name}\n`);
    } catch (error) {
      this.failed.push(name);
      process.stdout.write(
        `FAIL  ${name}\n      ${(error as Error).message.replaceAll("\n", "\n      ")}\n`,
      );
    }
  }

  skip(name: string, why: string): void {
    this.notRun.push(`${name} (${why})`);
    process.stdout.write(`--    ${name}: ${why}\n`);
  }

  /** One closing line and the exit code. */
  finish(): number {
    const missing = this.notRun.length === 0 ? "" : `; not run: ${this.notRun.join(", ")}`;
    process.stdout.write(`${this.passed} passed, ${this.failed.length} failed${missing}\n`);
    return this.failed.length === 0 ? 0 : 1;
  }
}

/** @throws Error that shows both */
export function same(found: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
  if (a !== b) throw new Error(`found ${a}, expected ${b}`);
}

/** @throws Error unless the work fails with a message that holds `text` */
export async function fails(work: Promise<unknown>, text: string): Promise<void> {
  const message = await work.then(
    () => "it did not fail",
    (error: Error) => error.message,
  );
  if (!message.includes(text)) throw new Error(`expected a failure with "${text}": ${message}`);
}
