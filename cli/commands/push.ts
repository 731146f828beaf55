// `meshwarden push`: a filter to a registry, as one image that Istio, Envoy Gateway and container tools load.
import type { Command } from "commander";
import { exitCodes, UserError, type ExitCode } from "../exit.ts";
import { loadability } from "../image/module-of.ts";
import { formatReference } from "../oci/reference.ts";
import { pushImage } from "../oci/transfer.ts";
import type { Context } from "../program.ts";
import { makeImage, type ImageOptions } from "../publish/make-image.ts";
import { addImageOptions } from "./image-options.ts";
import { collect } from "./options.ts";
import {
  addRegistryOptions,
  fullReference,
  openRepository,
  type RegistryCommandOptions,
} from "./registry-options.ts";

interface PushOptions extends ImageOptions, RegistryCommandOptions {
  tag?: string[];
  chunkBytes?: string;
  force?: boolean;
}

/** Adds `push` to the program. */
export function addPush(program: Command, context: Context): void {
  const command = program
    .command("push")
    .summary("publish a filter as an OCI image")
    .description(
      "Pushes one image manifest, never an index, and prints the digest that a manifest may pin.\n" +
        "A tag that already names another image is left alone: Istio does not fetch an overwritten tag again.",
    )
    .argument("<reference>", "registry/name:tag");
  addRegistryOptions(addImageOptions(command))
    .option("--tag <tag>", "a further tag; may be repeated", collect)
    .option("--chunk-bytes <bytes>", "send larger blobs in chunks of this size")
    .option("--force", "move a tag that names another image")
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  meshwarden push registry.example.com/shield/guard:1.0.0\n" +
        "  meshwarden push registry.example.com/own/tenant:0.1.0 --filter build/tenant.wasm\n" +
        "  meshwarden push localhost:5000/guard:dev --json",
    )
    .action((reference: string, options: PushOptions) =>
      context.run(() => push(reference, options, context)),
    );
}

async function push(text: string, options: PushOptions, context: Context): Promise<ExitCode> {
  const { terminal, json } = context;
  const reference = fullReference(text);
  if (reference.tag === undefined)
    throw new UserError(`${text} names no tag`, "a digest cannot be pushed to");
  const image = makeImage(options, terminal.env);
  const tags = [reference.tag, ...(options.tag ?? [])];
  const repository = openRepository(reference, options, context);
  try {
    if (options.force !== true) {
      for (const tag of tags) {
        const there = await repository.resolve(tag);
        if (there === undefined || there === image.manifest.digest) continue;
        throw new UserError(
          `tag ${tag} already names another image (${there})`,
          "push under a new tag; --force moves it, and gateways that hold it will not notice",
        );
      }
    }
    const chunkBytes =
      options.chunkBytes === undefined ? {} : { chunkBytes: sizeOf(options.chunkBytes) };
    await pushImage(repository, image, tags, chunkBytes);
  } finally {
    repository.close();
  }
  const { digest } = image.manifest;
  const pinned = formatReference({ ...reference, digest }, true);
  const loads = loadability(image.manifest);
  if (json)
    terminal.out(
      `${JSON.stringify({ reference: text, tags, digest, pinned, ...loads }, null, 2)}\n`,
    );
  else terminal.out(`${pinned}\n`);
  return exitCodes.ok;
}

function sizeOf(text: string): number {
  const size = Number(text);
  if (!Number.isSafeInteger(size) || size < 1)
    throw new UserError("--chunk-bytes is a number of bytes");
  return size;
}
