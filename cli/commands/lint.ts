// `meshwarden lint`: manifests, bootstraps, deployment files and configurations, checked before a cluster or an Envoy sees them.
import type { Command } from "commander";
import { spawnSync } from "node:child_process";
import { documentsOf, readConfigText } from "../config/document.ts";
import { findingText } from "../config/finding.ts";
import { inlineFiles } from "../config/inline.ts";
import { exitCodes, UserError, type ExitCode } from "../exit.ts";
import { KindSchemas } from "../lint/crds.ts";
import { kindOf, lintDocument, type LintFinding } from "../lint/lint.ts";
import type { Context } from "../program.ts";
import { paint, say } from "../terminal/terminal.ts";
import { findingsOf } from "./check.ts";
import { collect } from "./options.ts";

interface LintOptions {
  crds?: string;
  envoy?: string;
  strict?: boolean;
  filter?: string[];
}

/** Adds `lint` to the program. */
export function addLint(program: Command, context: Context): void {
  program
    .command("lint")
    .summary("check manifests, bootstraps and configurations")
    .description(
      "Finds out what each document is: an Istio or Envoy Gateway resource, an Envoy bootstrap, a deployment file, or a\n" +
        "configuration, which is given to the filters as check does. Errors fail; warnings name a trap.",
    )
    .argument("<files...>", "YAML or JSON files, each with one or more documents")
    .option("--crds <path>", "folder or file with the cluster's own CRDs")
    .option("--envoy <binary>", "let this Envoy validate bootstraps too")
    .option("--strict", "fail on warnings too")
    .option("--filter <name>", "filters that read the configurations; may be repeated", collect)
    .addHelpText(
      "after",
      "\nExamples:\n  meshwarden lint wasmplugin.yaml envoy.yaml\n  meshwarden lint k8s/*.yaml --crds crds/ --strict --json",
    )
    .action((files: string[], options: LintOptions) =>
      context.run(() => lint(files, options, context)),
    );
}

async function lint(files: string[], options: LintOptions, context: Context): Promise<ExitCode> {
  const { terminal, json } = context;
  const schemas = new KindSchemas(options.crds);
  const findings: LintFinding[] = [];
  for (const file of files) findings.push(...(await lintFile(file, schemas, options)));
  if (json) terminal.out(`${JSON.stringify({ files, findings }, null, 2)}\n`);
  else {
    for (const finding of findings) {
      const warns = finding.severity === "warning";
      const word = warns ? `${paint(terminal, "yellow", "warning:")} ` : "";
      terminal.out(findingText({ ...finding, message: `${word}${finding.message}` }, terminal));
    }
  }
  const failing = findings.filter(
    ({ severity }) => severity === "error" || options.strict === true,
  );
  if (failing.length > 0) return exitCodes.findings;
  if (!json) say(terminal, `ok: ${files.join(", ")}`);
  return exitCodes.ok;
}

async function lintFile(
  file: string,
  schemas: KindSchemas,
  options: LintOptions,
): Promise<LintFinding[]> {
  const text = readConfigText(file);
  let documents;
  try {
    documents = documentsOf(file, text);
  } catch (error) {
    // Broken YAML: the one finding that check shows for it.
    if (!(error instanceof UserError)) throw error;
    return (await findingsOf(file, options.filter)).map((finding) => ({
      ...finding,
      severity: "error",
    }));
  }
  const found: LintFinding[] = [];
  const values = documents.map(({ value }) => value as unknown);
  for (const document of documents) {
    if (document.value === null || document.value === undefined) continue;
    const kind = kindOf(document.value);
    if (kind === "configuration") {
      const said = await findingsOf(file, options.filter);
      found.push(...said.map((finding): LintFinding => ({ ...finding, severity: "error" })));
      inlineFiles(document.value, file);
    }
    found.push(...lintDocument(document, schemas, values));
    if (kind === "bootstrap" && options.envoy !== undefined) {
      const said = validateWith(options.envoy, file);
      if (said !== "") found.push({ ...document.finding("", said), severity: "error" });
    }
  }
  return found;
}

/** What a real Envoy says against a bootstrap, "" when it takes it. */
function validateWith(binary: string, file: string): string {
  const flags = ["--mode", "validate", "-l", "error", "-c", file];
  const run = spawnSync(binary, flags, { encoding: "utf8", timeout: 60_000 });
  if (run.error !== undefined) throw new UserError(`${binary} cannot be run`, "check --envoy");
  if (run.status === 0) return "";
  const lines = `${run.stdout}\n${run.stderr}`.split("\n").filter((line) => line.trim() !== "");
  return `Envoy refuses it: ${lines.at(-1) ?? `status ${run.status}`}`;
}
