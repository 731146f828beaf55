// How a command ends. The numbers are part of the command line's contract (scripts branch on them), so they live in one place.

/** Exit codes of every `meshwarden` command. */
export const exitCodes = {
  /** It worked, and nothing was found wrong. */
  ok: 0,
  /** It worked, and it found something: a failed case, a configuration error, a wrong verdict. */
  findings: 1,
  /** The command line or a file it names cannot be used. */
  usage: 2,
  /** A peer could not be reached. */
  network: 3,
  /** A signature or digest is not the one asked for. */
  trust: 4,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A mistake that the user can mend: printed as one sentence and its mend, never with a stack trace. */
export class UserError extends Error {
  override name = "UserError";
  readonly mend: string;
  readonly exitCode: ExitCode;

  /** `mend` says what to do next; `exitCode` defaults to `usage`. */
  constructor(message: string, mend = "", exitCode: ExitCode = exitCodes.usage) {
    super(message);
    this.mend = mend;
    this.exitCode = exitCode;
  }
}
