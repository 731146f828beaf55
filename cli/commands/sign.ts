// `meshwarden sign`: signature, bill of materials and provenance of a published image, attached where cosign looks for them.
import type { Command } from "commander";
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../build/sources.ts";
import { exitCodes, UserError, type ExitCode } from "../exit.ts";
import { moduleOf } from "../image/module-of.ts";
import { target } from "../oci/reference.ts";
import { attach } from "../oci/referrers.ts";
import { pullImage } from "../oci/transfer.ts";
import { packageVersion } from "../package-version.ts";
import type { Context } from "../program.ts";
import { say } from "../terminal/terminal.ts";
import { predicateTypes, signedStatement } from "../trust/bundle.ts";
import { generateKeyPair, loadPrivateKey } from "../trust/keys.ts";
import { cyclonedx, provenance, type Origin } from "../trust/statements.ts";
import { readFacts } from "../wasm/facts.ts";
import {
  addRegistryOptions,
  fullReference,
  openRepository,
  type RegistryCommandOptions,
} from "./registry-options.ts";

interface SignOptions extends RegistryCommandOptions {
  key?: string;
  generateKey?: string;
  signatureOnly?: boolean;
}

/** Adds `sign` to the program. */
export function addSign(program: Command, context: Context): void {
  const command = program
    .command("sign")
    .summary("sign a published image")
    .description(
      "Signs what a reference names, by digest, and attaches the signature, a CycloneDX bill of materials and SLSA provenance\n" +
        "as Sigstore bundles, which cosign 3 verifies. No transparency log is written. The password of the key is read from\n" +
        "MESHWARDEN_KEY_PASSWORD or COSIGN_PASSWORD.",
    )
    .argument("[reference]", "registry/name:tag, better with @sha256:…");
  addRegistryOptions(command)
    .option("--key <file>", "private key: PKCS#8 PEM, or cosign's")
    .option("--generate-key <name>", "write NAME.key and NAME.pub, a new P-256 pair, and end")
    .option("--signature-only", "attach no bill of materials and no provenance")
    .addHelpText(
      "after",
      "\nExamples:\n  meshwarden sign --generate-key release\n" +
        "  meshwarden sign registry.example.com/shield/guard:1.0.0 --key release.key",
    )
    .action((reference: string | undefined, options: SignOptions) =>
      context.run(() => sign(reference, options, context)),
    );
}

async function sign(
  text: string | undefined,
  options: SignOptions,
  context: Context,
): Promise<ExitCode> {
  const { terminal, json } = context;
  const password = terminal.env["MESHWARDEN_KEY_PASSWORD"] ?? terminal.env["COSIGN_PASSWORD"] ?? "";
  if (options.generateKey !== undefined) return generate(options.generateKey, password, context);
  if (text === undefined) throw new UserError("nothing to sign is named", "name registry/name:tag");
  if (options.key === undefined) throw new UserError("no key is named", "add --key FILE");
  const key = loadPrivateKey(options.key, password);
  const reference = fullReference(text);
  const repository = openRepository(reference, options, context);
  try {
    const image = await pullImage(repository, target(reference));
    const { manifest } = image;
    const facts = readFacts(moduleOf(image), text);
    const origin = originOf(manifest.body.annotations ?? {});
    const said: [string, unknown][] = [[predicateTypes.sign, {}]];
    if (options.signatureOnly !== true) {
      said.push([predicateTypes.cyclonedx, cyclonedx(origin, facts)]);
      said.push([predicateTypes.provenance, provenance(origin, facts)]);
    }
    for (const [type, predicate] of said) {
      await attach(repository, signedStatement(manifest, type, predicate, key));
    }
    const types = said.map(([type]) => type);
    if (json)
      terminal.out(`${JSON.stringify({ digest: manifest.digest, statements: types }, null, 2)}\n`);
    else terminal.out(`signed ${manifest.digest}\n${types.map((type) => `  ${type}\n`).join("")}`);
    return exitCodes.ok;
  } finally {
    repository.close();
  }
}

function generate(name: string, password: string, { terminal }: Context): ExitCode {
  const files = [`${name}.key`, `${name}.pub`];
  const taken = files.find((file) => existsSync(file));
  if (taken !== undefined) throw new UserError(`${taken} exists`, "choose another name");
  const { privatePem, publicPem } = generateKeyPair(password);
  writeFileSync(files[0]!, privatePem, { mode: 0o600 });
  writeFileSync(files[1]!, publicPem);
  if (password === "")
    say(terminal, "the private key is not encrypted: MESHWARDEN_KEY_PASSWORD is not set");
  terminal.out(`${files.join("\n")}\n`);
  return exitCodes.ok;
}

function originOf(annotations: Record<string, string>): Origin {
  const noted = (name: string): string | undefined =>
    annotations[`org.opencontainers.image.${name}`];
  const title = noted("title") ?? "plugin";
  const entry = `assembly/filters/${title}.ts`;
  const [source, revision] = [noted("source"), noted("revision")];
  return {
    title,
    version: noted("version") ?? "0.0.0",
    toolVersion: packageVersion(),
    ...(source ? { source } : {}),
    ...(revision ? { revision } : {}),
    ...(/^[\w-]+$/.test(title) && existsSync(path.join(packageRoot, entry)) ? { entry } : {}),
  };
}
