// Every way in which talking to a registry ends badly, by name, so that a caller can branch on the kind and a user reads a mend.
import { exitCodes, UserError, type ExitCode } from "../exit.ts";

export type FailureKind =
  /** No connection, or it broke more often than we try. */
  | "unreachable"
  /** The server asks for credentials that we do not have, or refuses those we gave (401). */
  | "unauthorized"
  /** The credentials are good and do not suffice (403). */
  | "denied"
  | "notFound"
  /** Content is not what its digest says. */
  | "digest"
  /** Larger than the limit for its kind. */
  | "tooLarge"
  /** 429 more often than we wait, or a longer Retry-After than we wait. */
  | "tooMany"
  /** A reply that the distribution specification does not allow. */
  | "protocol"
  /** A redirect that must not be followed. */
  | "redirect"
  /** Plain HTTP to a host that is not this machine. */
  | "plainHttp"
  | "aborted";

/** A failure of a registry, or of the way to it; `kind` says which. */
export class RegistryError extends UserError {
  override name = "RegistryError";
  readonly kind: FailureKind;

  constructor(
    kind: FailureKind,
    message: string,
    mend = "",
    exitCode: ExitCode = exitCodes.network,
  ) {
    super(message, mend, exitCode);
    this.kind = kind;
  }
}
