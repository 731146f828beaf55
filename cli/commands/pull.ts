// `meshwarden pull`: the module out of an image, for plain Envoy, init containers, and anyone who wants to look at it.
import type { Command } from "commander";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { writeAtomically } from "../build/write-atomically.ts";
import { exitCodes, type ExitCode } from "../exit.ts";
import { writeLayout } from "../image/layout.ts";
import { moduleOf } from "../image/module-of.ts";
import { target } from "../oci/reference.ts";
import { pullImage } from "../oci/transfer.ts";
import type { Context } from "../program.ts";
import { readFacts } from "../wasm/facts.ts";
import {
  addRegistryOptions,
  fullReference,
  openRepository,
  type RegistryCommandOptions,
} from "./registry-options.ts";

interface PullOptions extends RegistryCommandOptions {
  output?: string;
  layout?: string;
}

/** Adds `pull` to the program. */
export function addPull(program: Command, context: Context): void {
  const command = program
    .command("pull")
    .summary("fetch a filter's module from a registry")
    .description(
      "Writes the .wasm of an image, whatever its shape, after every digest has been checked. The hash that is printed is\n" +
        "what plain Envoy compares; the digest is what Istio and Envoy Gateway compare.",
    )
    .argument("<reference>", "registry/name:tag, or with @sha256:…");
  addRegistryOptions(command)
    .option("-o, --output <file>", "where to write the module (default <name>.wasm)")
    .option("--layout <output>", "write the image as a layout, a folder or a .tar, instead")
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  meshwarden pull registry.example.com/shield/guard:1.0.0 -o /modules/guard.wasm\n" +
        "  meshwarden pull registry.example.com/shield/guard:1.0.0 --layout guard.tar",
    )
    .action((reference: string, options: PullOptions) =>
      context.run(() => pull(reference, options, context)),
    );
}

async function pull(text: string, options: PullOptions, context: Context): Promise<ExitCode> {
  const { terminal, json } = context;
  const reference = fullReference(text);
  const repository = openRepository(reference, options, context);
  try {
    const image = await pullImage(repository, target(reference));
    const wasm = moduleOf(image);
    const { sha256, sizeBytes } = readFacts(wasm, text);
    const name = reference.repository.split("/").at(-1)!;
    const output = options.layout ?? options.output ?? `${name}.wasm`;
    if (options.layout !== undefined) writeLayout(image, output, reference.tag);
    else {
      mkdirSync(path.dirname(path.resolve(output)), { recursive: true });
      writeAtomically(output, wasm);
    }
    const { digest } = image.manifest;
    const facts = { output, digest, sha256, sizeBytes };
    if (json) terminal.out(`${JSON.stringify(facts, null, 2)}\n`);
    else terminal.out(`${output}\ndigest ${digest}\nsha256 ${sha256}\n`);
    return exitCodes.ok;
  } finally {
    repository.close();
  }
}
