// `meshwarden copy`: an image from one registry to another, byte for byte, with what is attached to it.
import type { Command } from "commander";
import { exitCodes, UserError, type ExitCode } from "../exit.ts";
import { target } from "../oci/reference.ts";
import { copyImage } from "../oci/transfer.ts";
import type { Context } from "../program.ts";
import {
  addRegistryOptions,
  fullReference,
  openRepository,
  type RegistryCommandOptions,
} from "./registry-options.ts";

interface CopyCommandOptions extends RegistryCommandOptions {
  referrers: boolean;
}

/** Adds `copy` to the program. */
export function addCopy(program: Command, context: Context): void {
  const command = program
    .command("copy")
    .summary("copy an image between registries")
    .description(
      "Copies an image with its signatures, SBOM and provenance; digests stay what they are.",
    )
    .argument("<from>", "registry/name:tag, or with @sha256:…")
    .argument("<to>", "registry/name:tag");
  addRegistryOptions(command)
    .option("--no-referrers", "leave signatures, SBOM and provenance behind")
    .addHelpText(
      "after",
      "\nExamples:\n  meshwarden copy registry.example.com/shield/guard:1.0.0 mirror.example.com/guard:1.0.0",
    )
    .action((from: string, to: string, options: CopyCommandOptions) =>
      context.run(() => copy(from, to, options, context)),
    );
}

async function copy(
  fromText: string,
  toText: string,
  options: CopyCommandOptions,
  context: Context,
): Promise<ExitCode> {
  const { terminal, json } = context;
  const source = fullReference(fromText);
  const destination = fullReference(toText);
  if (destination.tag === undefined) throw new UserError(`${toText} names no tag`);
  const from = openRepository(source, options, context);
  const to = openRepository(destination, options, context);
  try {
    const { referrers } = options;
    const digest = await copyImage(from, target(source), to, [destination.tag], { referrers });
    terminal.out(json ? `${JSON.stringify({ digest })}\n` : `${digest}\n`);
    return exitCodes.ok;
  } finally {
    from.close();
    to.close();
  }
}
