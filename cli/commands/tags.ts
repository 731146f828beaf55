// `meshwarden tags`: what a repository holds.
import type { Command } from "commander";
import { exitCodes, type ExitCode } from "../exit.ts";
import { parseReference } from "../oci/reference.ts";
import type { Context } from "../program.ts";
import {
  addRegistryOptions,
  openRepository,
  type RegistryCommandOptions,
} from "./registry-options.ts";

/** Adds `tags` to the program. */
export function addTags(program: Command, context: Context): void {
  const command = program
    .command("tags")
    .summary("list the tags of a repository")
    .argument("<repository>", "registry/name");
  addRegistryOptions(command)
    .addHelpText("after", "\nExamples:\n  meshwarden tags registry.example.com/shield/guard")
    .action((text: string, options: RegistryCommandOptions) =>
      context.run(() => tags(text, options, context)),
    );
}

async function tags(
  text: string,
  options: RegistryCommandOptions,
  context: Context,
): Promise<ExitCode> {
  const { terminal, json } = context;
  const repository = openRepository(parseReference(text), options, context);
  try {
    const found = await repository.tags();
    terminal.out(
      json ? `${JSON.stringify({ tags: found })}\n` : found.map((tag) => `${tag}\n`).join(""),
    );
    return exitCodes.ok;
  } finally {
    repository.close();
  }
}
