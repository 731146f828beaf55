// Options of every command that talks to a registry, and the client made from them. A password comes from standard input, the
// environment or a credential file: never from an argument, which other processes can read.
import type { Command } from "commander";
import { readFileSync } from "node:fs";
import { UserError } from "../exit.ts";
import type { Credentials } from "../oci/credentials.ts";
import { parseReference, type Reference } from "../oci/reference.ts";
import { Repository } from "../oci/registry.ts";
import type { Context } from "../program.ts";
import { TransferLines } from "../terminal/transfer-lines.ts";

export interface RegistryCommandOptions {
  username?: string;
  passwordStdin?: boolean;
  anonymous?: boolean;
  ca?: string;
  plainHttp?: boolean;
}

/** Adds the options to a command. */
export function addRegistryOptions(command: Command): Command {
  return command
    .option("--username <name>", "account; with --password-stdin or MESHWARDEN_PASSWORD")
    .option("--password-stdin", "read the password from standard input")
    .option("--anonymous", "ask no credential file")
    .option("--ca <file>", "PEM certificates trusted besides the system's")
    .option("--plain-http", "plain HTTP also for hosts that are not this machine");
}

/** A repository for a reference on the command line. Close it when done. @throws UserError */
export function openRepository(
  reference: Reference,
  options: RegistryCommandOptions,
  { terminal, json, signal }: Context,
): Repository {
  const credentials = credentialsOf(options, terminal.env);
  const lines = new TransferLines(terminal);
  return new Repository(reference, {
    env: terminal.env["HOME"] === undefined ? process.env : terminal.env,
    credentials,
    ca: options.ca === undefined ? undefined : [readFile(options.ca)],
    plainHttp: options.plainHttp,
    signal,
    onProgress: json ? () => {} : (progress) => lines.show(progress),
  });
}

/** A reference that must name a tag or a digest, since "latest" moves. @throws UserError */
export function fullReference(text: string): Reference {
  const reference = parseReference(text);
  if (reference.tag === undefined && reference.digest === undefined) {
    throw new UserError(
      `${text} names no tag`,
      "write it like registry.example.com/shield/guard:1.0.0",
    );
  }
  return reference;
}

function credentialsOf(
  { username, passwordStdin, anonymous }: RegistryCommandOptions,
  env: Record<string, string | undefined>,
): Credentials | null | undefined {
  if (anonymous === true) return null;
  const name = username ?? env["MESHWARDEN_USERNAME"];
  if (passwordStdin === true) {
    if (name === undefined) throw new UserError("--password-stdin needs --username");
    const password = readFileSync(0, "utf8").replace(/\r?\n$/, "");
    if (password === "") throw new UserError("standard input holds no password");
    return { username: name, password };
  }
  const password = env["MESHWARDEN_PASSWORD"];
  if (name === undefined) return undefined;
  if (password === undefined) {
    throw new UserError("--username needs a password", "give it with --password-stdin");
  }
  return { username: name, password };
}

function readFile(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new UserError(`${file} cannot be read`, "check the path");
  }
}
