// `meshwarden verify`: whether a key stands behind an image, and whether its module is what the sources give.
import type { Command } from "commander";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import path from "node:path";
import { compile } from "../build/compile.ts";
import { packageRoot } from "../build/sources.ts";
import { exitCodes, UserError, type ExitCode } from "../exit.ts";
import { moduleOf } from "../image/module-of.ts";
import { target } from "../oci/reference.ts";
import { pullImage } from "../oci/transfer.ts";
import type { Context } from "../program.ts";
import { predicateTypes } from "../trust/bundle.ts";
import { loadPublicKey, untrusted } from "../trust/keys.ts";
import { verifyImage, type Verdict } from "../trust/verify-image.ts";
import {
  addRegistryOptions,
  fullReference,
  openRepository,
  type RegistryCommandOptions,
} from "./registry-options.ts";

interface VerifyOptions extends RegistryCommandOptions {
  key?: string;
  rebuild?: boolean;
  requireProvenance?: boolean;
}

/** Adds `verify` to the program. */
export function addVerify(program: Command, context: Context): void {
  const command = program
    .command("verify")
    .summary("check an image's signature, or rebuild its module")
    .description(
      "Fails with exit code 4 unless the key has signed this very image. With --rebuild the module is compiled again from the\n" +
        "sources of this package (check out the tag first) and must come out the same.",
    )
    .argument("<reference>", "registry/name:tag, or with @sha256:…");
  addRegistryOptions(command)
    .option("--key <file>", "public key, PEM")
    .option("--rebuild", "compile the module from the sources here, and compare")
    .option("--require-provenance", "ask for signed provenance too")
    .addHelpText(
      "after",
      "\nExamples:\n  meshwarden verify registry.example.com/shield/guard:1.0.0 --key release.pub\n" +
        "  meshwarden verify registry.example.com/shield/guard:1.0.0 --rebuild",
    )
    .action((reference: string, options: VerifyOptions) =>
      context.run(() => verify(reference, options, context)),
    );
}

async function verify(text: string, options: VerifyOptions, context: Context): Promise<ExitCode> {
  const { terminal, json } = context;
  if (options.key === undefined && options.rebuild !== true) {
    throw new UserError("nothing to verify with", "add --key FILE, or --rebuild");
  }
  const reference = fullReference(text);
  const repository = openRepository(reference, options, context);
  try {
    const image = await pullImage(repository, target(reference));
    const { digest, body } = image.manifest;
    const wasm = moduleOf(image);
    const sha256 = createHash("sha256").update(wasm).digest("hex");
    let types: string[] = [];
    if (options.key !== undefined) {
      const verdict = await verifyImage(repository, digest, loadPublicKey(options.key));
      types = typesOf(verdict, text);
      if (options.requireProvenance === true && !types.includes(predicateTypes.provenance)) {
        throw untrusted(
          `${text} has no provenance that this key has signed`,
          "sign it with meshwarden sign",
        );
      }
    }
    const title = body.annotations?.["org.opencontainers.image.title"] ?? "";
    if (options.rebuild === true) await assertRebuilt(title, sha256);
    const rebuilt = options.rebuild === true;
    if (json)
      terminal.out(`${JSON.stringify({ digest, sha256, statements: types, rebuilt }, null, 2)}\n`);
    else {
      terminal.out(`verified ${digest}\n${types.map((type) => `  ${type}\n`).join("")}`);
      if (rebuilt) terminal.out(`  rebuilt: sha256 ${sha256}\n`);
    }
    return exitCodes.ok;
  } finally {
    repository.close();
  }
}

function typesOf({ statements, refused }: Verdict, text: string): string[] {
  const types = statements.map(({ predicateType }) => predicateType);
  if (types.includes(predicateTypes.sign)) return [...new Set(types)];
  const why = refused
    .map(({ digest, why: reason }) => `${digest.slice(0, 19)}: ${reason}`)
    .join("; ");
  throw untrusted(
    `${text} has no signature of this key${why === "" ? "" : ` (${why})`}`,
    "do not run it until whoever published it has signed it",
  );
}

async function assertRebuilt(title: string, sha256: string): Promise<void> {
  const entry = `assembly/filters/${title}.ts`;
  if (!/^[\w-]+$/.test(title) || !existsSync(path.join(packageRoot, entry))) {
    throw new UserError(
      `${JSON.stringify(title)} is no filter of this package`,
      "only shipped filters can be rebuilt here",
    );
  }
  const { wasm } = await compile({ entry, target: "release" }, true);
  const found = createHash("sha256").update(wasm).digest("hex");
  if (found !== sha256) {
    throw untrusted(
      `${entry} compiles to sha256 ${found}, the image holds ${sha256}`,
      "check out the commit that the image names, and its package-lock.json",
    );
  }
}
