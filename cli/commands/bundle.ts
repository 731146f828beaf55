// `meshwarden bundle`: the image that push would send, as files; with --rules, a firewall module with its rules compiled.
import type { Command } from "commander";
import { exitCodes, UserError, type ExitCode } from "../exit.ts";
import { writeLayout } from "../image/layout.ts";
import type { Context } from "../program.ts";
import { makeImage, type ImageOptions } from "../publish/make-image.ts";
import { ruleFiles } from "../waf/rule-files.ts";
import { ruleModuleLine, writeRuleModule } from "../waf/rule-module.ts";
import { addImageOptions } from "./image-options.ts";

interface BundleOptions extends ImageOptions {
  output?: string;
  tag?: string;
  rules?: string;
  config?: string;
}

/** Adds `bundle` to the program. */
export function addBundle(program: Command, context: Context): void {
  const command = program
    .command("bundle")
    .summary("write a filter's image to disk")
    .description(
      "Writes the OCI image layout that push would send, as a folder or one tar file. The same module gives the same bytes\n" +
        "on every machine; SOURCE_DATE_EPOCH sets the noted time.",
    );
  addImageOptions(command)
    .option("-o, --output <path>", "a folder, or a file that ends in .tar")
    .option("--tag <tag>", "name of the image within the layout")
    .option(
      "--rules <path>",
      "compile these rules into the module: a Core Rule Set release (folder or .tar.gz), or a folder of .conf files",
    )
    .option(
      "--config <file>",
      "with --rules: the configuration whose profiles are compiled (default: the whole set)",
    )
    .addHelpText(
      "after",
      "\nExamples:\n  meshwarden bundle --rules crs/ --output waf-crs.wasm\n  meshwarden bundle --output guard.tar\n  meshwarden bundle --filter build/own.wasm --output layout/ --format artifact",
    )
    .action((options: BundleOptions) => context.run(() => bundle(options, context)));
}

async function bundle(options: BundleOptions, { terminal, json }: Context): Promise<ExitCode> {
  const { output } = options;
  if (output === undefined) throw new UserError("no output is named", "add --output guard.tar");
  if (options.rules !== undefined)
    return bundleRules(options.rules, output, options, { terminal, json });
  const image = makeImage(options, terminal.env);
  writeLayout(image, output, options.tag);
  const { digest } = image.manifest;
  if (json) terminal.out(`${JSON.stringify({ output, digest }, null, 2)}\n`);
  else terminal.out(`${output}\ndigest ${digest}\n`);
  return exitCodes.ok;
}

function bundleRules(
  source: string,
  output: string,
  { config, filter }: BundleOptions,
  { terminal, json }: Pick<Context, "terminal" | "json">,
): ExitCode {
  const report = writeRuleModule(ruleFiles(source), { output, config, filter });
  if (json) terminal.out(`${JSON.stringify(report, null, 2)}\n`);
  else terminal.out(`${ruleModuleLine(report)}\n`);
  return exitCodes.ok;
}
