// `meshwarden import ratelimit`: limits of others as ours. Prints the document; what it could not carry over goes to standard error,
// line by line.
import type { Command } from "commander";
import { readFileSync } from "node:fs";
import { parseAllDocuments, stringify } from "yaml";
import { exitCodes, UserError, type ExitCode } from "../exit.ts";
import { importLocalRateLimit } from "../import/envoy-import.ts";
import type { Imported } from "../import/imported.ts";
import { importServiceRules } from "../import/service-import.ts";
import { mergeRules, readServiceRules } from "../import/service-rules.ts";
import type { Context } from "../program.ts";
import { say } from "../terminal/terminal.ts";
import { collect } from "./options.ts";

interface RateLimitOptions {
  key?: string[];
  global?: string;
  mergeDomains?: boolean;
}

/** Adds `ratelimit` to the command `import`. */
export function addImportRateLimit(command: Command, context: Context): void {
  command
    .command("ratelimit")
    .summary("rules of envoyproxy/ratelimit, or Envoy's local_ratelimit")
    .description(
      "Reads the YAML of github.com/envoyproxy/ratelimit, or any Envoy configuration with local_ratelimit filters.",
    )
    .argument("<files...>", "YAML or JSON")
    .option(
      "--key <key=source>",
      "what a descriptor key stands for, such as user=header:x-user; may be repeated",
      collect,
    )
    .option(
      "--global <cluster>",
      "ask the service in this cluster as well, behind the same limits locally",
    )
    .option("--merge-domains", "several files may hold rules of one domain")
    .addHelpText(
      "after",
      "\nExamples:\n  meshwarden import ratelimit rules.yaml > limits.yaml\n" +
        "  meshwarden import ratelimit rules.yaml --key user=jwtClaim:sub --global ratelimit\n" +
        "  meshwarden import ratelimit envoy.yaml",
    )
    .action((files: string[], options: RateLimitOptions) =>
      context.run(() => Promise.resolve(importRateLimit(files, options, context))),
    );
}

function importRateLimit(
  files: string[],
  options: RateLimitOptions,
  { terminal, json }: Context,
): ExitCode {
  const imported = readRateLimit(files, options);
  if (imported.document.rateLimit.policies.length === 0) {
    const why = imported.notes.length === 0 ? "no limit" : imported.notes.join("; ");
    throw new UserError(
      `nothing could be carried over: ${why}`,
      "name what its keys stand for with --key",
    );
  }
  if (json) terminal.out(`${JSON.stringify(imported, null, 2)}\n`);
  else {
    terminal.out(stringify(imported.document));
    for (const note of imported.notes) say(terminal, `note: ${note}`);
  }
  return exitCodes.ok;
}

function readRateLimit(files: string[], options: RateLimitOptions): Imported {
  const texts = files.map((file) => ({ file, text: readText(file) }));
  const documents = texts.flatMap(({ text }) =>
    parseAllDocuments(text).map((document): unknown =>
      document.errors.length > 0 ? undefined : document.toJS(),
    ),
  );
  const local = importLocalRateLimit(documents);
  if (local !== undefined) return local;
  const rules = mergeRules(
    texts.map(({ file, text }) => ({ file, rules: readServiceRules(text, file) })),
    options.mergeDomains === true,
  );
  return importServiceRules(rules, { keys: readKeys(options.key ?? []), cluster: options.global });
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UserError(
      `cannot read ${file}: ${(error as Error).message}`,
      "name an existing file",
    );
  }
}

/** `user=header:x-user` as `{ user: { header: "x-user" } }`; `ip=clientIp` without a name. */
function readKeys(list: string[]): Record<string, Record<string, unknown>> {
  const named = ["header", "cookie", "query", "jwtClaim", "certificate"];
  return Object.fromEntries(
    list.map((text) => {
      const found = /^([^=]+)=([A-Za-z]+)(?::(.+))?$/.exec(text);
      const [, key, kind, name] = found ?? [];
      if (kind === "clientIp" || kind === "path") return [key, { [kind]: {} }];
      if (kind === "method" || kind === "host") return [key, { [kind]: true }];
      if (kind !== undefined && named.includes(kind) && name !== undefined)
        return [key, { [kind]: name }];
      throw new UserError(`--key ${text} says nothing`, "write for example user=header:x-user");
    }),
  );
}
