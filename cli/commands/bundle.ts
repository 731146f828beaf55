// `meshwarden bundle`: the image that push would send, as files; with --rules, a firewall module with its rules compiled.
import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import { exitCodes, UserError, type ExitCode } from "../exit.ts";
import { writeLayout } from "../image/layout.ts";
import type { Context } from "../program.ts";
import { makeImage, type ImageOptions } from "../publish/make-image.ts";
import { loadProfiles, ruleFiles, usualLines } from "../waf/rule-files.ts";
import { freezeRules } from "../wasm/freeze-rules.ts";
import { readFilter } from "../serve/engine-load.ts";
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
      "--rules <directory>",
      "compile these rules into the module: a Core Rule Set release, or a folder of .conf files",
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

/** Writes the module with the rules inside; an image of it is what push or bundle make of that file. */
function bundleRules(
  directory: string,
  output: string,
  options: BundleOptions,
  { terminal, json }: Pick<Context, "terminal" | "json">,
): ExitCode {
  if (!output.endsWith(".wasm")) {
    throw new UserError(
      `${output} is no name of a module`,
      "write --output waf-crs.wasm, then bundle or push it with --filter waf-crs.wasm",
    );
  }
  const files = ruleFiles(directory);
  const profiles =
    options.config === undefined ? { default: usualLines(files) } : loadProfiles(options.config);
  const frozen = freezeRules(readFilter(options.filter ?? "waf").wasm, { files, profiles });
  writeFileSync(output, frozen);
  const report = {
    output,
    sizeBytes: frozen.length,
    files: Object.keys(files).length,
    profiles: Object.keys(profiles),
  };
  if (json) terminal.out(`${JSON.stringify(report, null, 2)}\n`);
  else
    terminal.out(
      `${output}: ${frozen.length} bytes, ${report.files} files, profiles ${report.profiles.join(", ")}\n`,
    );
  return exitCodes.ok;
}
