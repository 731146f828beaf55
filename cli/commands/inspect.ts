// `meshwarden inspect`: what a module is and needs, and who could load the image that it came in. Nothing is run.
import type { Command } from "commander";
import { existsSync, statSync } from "node:fs";
import { exitCodes, type ExitCode } from "../exit.ts";
import { readLayout } from "../image/layout.ts";
import { loadability, moduleOf, type Loadability } from "../image/module-of.ts";
import { target } from "../oci/reference.ts";
import { pullImage } from "../oci/transfer.ts";
import type { Image } from "../oci/manifest.ts";
import type { Context } from "../program.ts";
import { filterPath, readFilter } from "../serve/engine-load.ts";
import { table } from "../terminal/table.ts";
import { readFacts, type WasmFacts } from "../wasm/facts.ts";
import {
  addRegistryOptions,
  fullReference,
  openRepository,
  type RegistryCommandOptions,
} from "./registry-options.ts";

/** Adds `inspect` to the program. */
export function addInspect(program: Command, context: Context): void {
  const command = program
    .command("inspect")
    .summary("show what a module or image holds and needs")
    .description(
      "Shows ABI, size, memory, imports, exports, the capability list for Envoy, and for images who loads them.",
    )
    .argument("<what>", "shipped filter, .wasm, layout folder or .tar, or registry/name:tag");
  addRegistryOptions(command)
    .addHelpText(
      "after",
      "\nExamples:\n  meshwarden inspect guard\n  meshwarden inspect build/own.wasm --json\n" +
        "  meshwarden inspect registry.example.com/shield/guard:1.0.0",
    )
    .action((what: string, options: RegistryCommandOptions) =>
      context.run(() => inspect(what, options, context)),
    );
}

async function inspect(
  what: string,
  options: RegistryCommandOptions,
  context: Context,
): Promise<ExitCode> {
  const { terminal, json } = context;
  const image = await imageAt(what, options, context);
  const wasm = image === undefined ? readFilter(what).wasm : moduleOf(image);
  const facts = readFacts(wasm, what);
  const loads = image === undefined ? undefined : loadability(image.manifest);
  const about = image && {
    digest: image.manifest.digest,
    annotations: image.manifest.body.annotations ?? {},
    ...loads,
  };
  if (json) terminal.out(`${JSON.stringify({ module: facts, image: about }, null, 2)}\n`);
  else terminal.out(report(facts, loads, image));
  return facts.unknownImports.length === 0 && facts.abi !== "none"
    ? exitCodes.ok
    : exitCodes.findings;
}

async function imageAt(
  what: string,
  options: RegistryCommandOptions,
  context: Context,
): Promise<Image | undefined> {
  if (what.endsWith(".tar") || (existsSync(what) && statSync(what).isDirectory()))
    return readLayout(what);
  if (what.endsWith(".wasm") || existsSync(filterPath(what)) || !/[:/]/.test(what))
    return undefined;
  const reference = fullReference(what);
  const repository = openRepository(reference, options, context);
  try {
    return await pullImage(repository, target(reference));
  } finally {
    repository.close();
  }
}

function report(
  facts: WasmFacts,
  loads: Loadability | undefined,
  image: Image | undefined,
): string {
  const memory = facts.memory;
  const pages = (count: number): string => `${count} pages (${count * 64} KiB)`;
  const most =
    memory?.maximumPages === undefined ? "no maximum" : `at most ${pages(memory.maximumPages)}`;
  const rows = [
    ["abi", facts.abi],
    ["bytes", String(facts.sizeBytes)],
    ["sha256", facts.sha256],
    ["memory", memory === undefined ? "imported" : `${pages(memory.initialPages)}, ${most}`],
    ["imports", facts.imports.map((name) => name.replace("env.", "")).join(" ")],
    ["exports", facts.exports.join(" ")],
    ["capabilities", facts.capabilities.join(" ")],
  ];
  if (facts.unknownImports.length > 0) rows.push(["unknown", facts.unknownImports.join(" ")]);
  if (image !== undefined) rows.push(["digest", image.manifest.digest], ["shape", loads!.shape]);
  const head = rows.map(([name, value]) => `${name!.padEnd(13)}${value}\n`).join("");
  if (loads === undefined) return head;
  const yes = (does: boolean): string => (does ? "yes" : "no");
  const consumers = [
    ["Istio", yes(loads.istio)],
    ["Envoy Gateway", yes(loads.envoyGateway)],
    ["docker, podman, image volumes", yes(loads.containers)],
    ["tools for application/wasm", yes(loads.cncf)],
    ["plain Envoy", "after meshwarden pull"],
  ];
  return `${head}\n${table(["loadable by", ""], consumers)}`;
}
