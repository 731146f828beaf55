// `meshwarden import`: an existing configuration of Envoy or Istio as ours, and what it could not carry over.
import type { Command } from "commander";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseAllDocuments, stringify } from "yaml";
import { exitCodes, UserError, type ExitCode } from "../exit.ts";
import { importEnvoy } from "../import/envoy.ts";
import { importIstio } from "../import/istio.ts";
import { Losses } from "../import/loss.ts";
import type { Context } from "../program.ts";
import { addImportRateLimit } from "./import-ratelimit.ts";
import { paint } from "../terminal/terminal.ts";

const sources = ["envoy", "istio"] as const;

/** Adds `import` to the program. */
export function addImport(program: Command, context: Context): void {
  const command = program
    .command("import")
    .summary("turn an Envoy or Istio configuration into ours")
    .description(
      "Reads Envoy's jwt_authn filter (alone, or anywhere in a bootstrap), or Istio's RequestAuthentication and\n" +
        "AuthorizationPolicy, and prints the sections jwt and authz. What could not be carried over is told on standard\n" +
        "error, and the exit code is then 1.",
    )
    .argument("<source>", sources.join(" or "))
    .argument("<file>", "YAML or JSON, several documents allowed")
    .option("-o, --output <file>", "write the configuration there instead of printing it")
    .addHelpText(
      "after",
      "\nExamples:\n  meshwarden import envoy envoy.yaml > jwt.yaml\n" +
        "  kubectl get requestauthentication,authorizationpolicy -n shop -o yaml > shop.yaml\n" +
        "  meshwarden import istio shop.yaml --output guard.yaml",
    )
    .action((source: string, file: string, options: { output?: string }) =>
      context.run(() => Promise.resolve(run(source, file, options.output, context))),
    );
  addImportRateLimit(command, context);
}

function run(source: string, file: string, output: string | undefined, context: Context): ExitCode {
  const { terminal, json } = context;
  const documents = readDocuments(file);
  const losses = new Losses();
  if (!(sources as readonly string[]).includes(source)) {
    throw new UserError(
      `there is no source ${JSON.stringify(source)}`,
      `use ${sources.join(" or ")}`,
    );
  }
  const result =
    source === "envoy"
      ? importEnvoy(documents, path.dirname(file), losses)
      : importIstio(documents, losses);
  const { findings } = losses;
  const text = stringify(result, { lineWidth: 0 });
  if (output !== undefined) writeFileSync(output, text);
  if (json) terminal.out(`${JSON.stringify({ config: result, findings }, null, 2)}\n`);
  else if (output === undefined) terminal.out(text);
  for (const { level, at, message, mend } of json ? [] : findings) {
    const colour = level === "lost" ? "red" : "yellow";
    terminal.err(`${paint(terminal, colour, level)}  ${at}: ${message} (${mend})\n`);
  }
  return findings.some(({ level }) => level === "lost") ? exitCodes.findings : exitCodes.ok;
}

function readDocuments(file: string): unknown[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${(error as Error).message}`, "name another file");
  }
  return parseAllDocuments(text).map((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw new UserError(`${file}: ${error.message}`, "mend the file");
    return document.toJS() as unknown;
  });
}
