// Filters named by image reference, for `serve`: pulled once, checked, and kept by the module's own hash, so that what runs is the
// file that was checked and a second start needs no copy.
import { mkdirSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { writeAtomically } from "../build/write-atomically.ts";
import {
  fullReference,
  openRepository,
  type RegistryCommandOptions,
} from "../commands/registry-options.ts";
import { moduleOf } from "../image/module-of.ts";
import { target } from "../oci/reference.ts";
import { pullImage } from "../oci/transfer.ts";
import type { Context } from "../program.ts";
import { readFacts } from "../wasm/facts.ts";

const scheme = "oci://";

/** The same list with each oci:// reference replaced by the path of its module. @throws UserError, RegistryError */
export async function fetchFilters(
  filters: string[],
  options: RegistryCommandOptions,
  context: Context,
): Promise<string[]> {
  const local: string[] = [];
  for (const filter of filters) {
    local.push(filter.startsWith(scheme) ? await fetchFilter(filter, options, context) : filter);
  }
  return local;
}

async function fetchFilter(
  text: string,
  options: RegistryCommandOptions,
  context: Context,
): Promise<string> {
  const reference = fullReference(text);
  const repository = openRepository(reference, options, context);
  try {
    const wasm = moduleOf(await pullImage(repository, target(reference)));
    const { sha256 } = readFacts(wasm, text);
    const env = context.terminal.env["HOME"] === undefined ? process.env : context.terminal.env;
    const cache =
      context.terminal.env["XDG_CACHE_HOME"] ??
      env["XDG_CACHE_HOME"] ??
      path.join(os.homedir(), ".cache");
    const folder = path.join(cache, "meshwarden", sha256);
    const file = path.join(folder, `${reference.repository.split("/").at(-1)!}.wasm`);
    mkdirSync(folder, { recursive: true });
    // Written each time: a file that someone changed there is not what was checked.
    writeAtomically(file, wasm);
    return file;
  } finally {
    repository.close();
  }
}
