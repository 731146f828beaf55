// `meshwarden manifest`: the resource that loads the filters, for the gateway at hand, from one deployment file.
import type { Command } from "commander";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { exitCodes, UserError, type ExitCode } from "../exit.ts";
import { loadDeployment } from "../manifest/deployment.ts";
import { folderTargets, render, targetNamed, targets } from "../manifest/render.ts";
import type { Context } from "../program.ts";
import { say } from "../terminal/terminal.ts";

interface ManifestOptions {
  config?: string;
  output?: string;
}

/** Adds `manifest` to the program. */
export function addManifest(program: Command, context: Context): void {
  program
    .command("manifest")
    .summary("print what loads the filters into a gateway")
    .description(
      "Prints the configuration of Envoy, Istio, Envoy Gateway or Consul for one deployment file: fail closed, the image\n" +
        "pinned, the capability list taken from the module. What a target cannot do is an error.",
    )
    .argument("<target>", targets.join(", "))
    .option("-c, --config <file>", "deployment file", "deployment.yaml")
    .option(
      "-o, --output <folder>",
      "write files there instead of printing; a folder target needs it",
    )
    .addHelpText(
      "after",
      "\nExamples:\n  meshwarden manifest wasmplugin -c deployment.yaml | kubectl apply -f -\n" +
        "  meshwarden manifest envoy -c deployment.yaml > envoy.yaml\n" +
        "  meshwarden manifest kustomize -c deployment.yaml --output base/\n" +
        "  meshwarden manifest helm -c deployment.yaml --output chart/",
    )
    .action((target: string, options: ManifestOptions) =>
      context.run(() => manifest(target, options, context)),
    );
}

async function manifest(
  name: string,
  options: ManifestOptions,
  { terminal, json }: Context,
): Promise<ExitCode> {
  const target = targetNamed(name);
  const { output } = options;
  const files = render(target, loadDeployment(options.config ?? "deployment.yaml"));
  if (folderTargets.includes(target) && output === undefined && !json) {
    throw new UserError(`${target} is a folder of files`, "add --output FOLDER");
  }
  if (output !== undefined) {
    for (const { name: file, text } of files) {
      mkdirSync(path.dirname(path.join(output, file)), { recursive: true });
      writeFileSync(path.join(output, file), text);
    }
    say(terminal, files.map(({ name: file }) => path.join(output, file)).join("\n"));
  }
  if (json) terminal.out(`${JSON.stringify({ target, files }, null, 2)}\n`);
  else if (output === undefined) terminal.out(files[0]!.text);
  return exitCodes.ok;
}
