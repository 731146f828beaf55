// Sections that take a document of its own (a description of an API) may name a file instead: the command line puts the file's content in its
// place, since a filter cannot read files. Names are relative to the configuration file.
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { parseDocument } from "yaml";
import { UserError } from "../exit.ts";

/** As for configurations: more is a mistake. */
const limitBytes = 16 * 1024 * 1024;
const aliasesMax = 100;

/**
 * Replaces names of files in the plain data of a configuration.
 * @param file the configuration file
 * @throws UserError when a file cannot be read or is neither JSON nor YAML
 */
export function inlineFiles(value: unknown, file: string): void {
  const openapi = member(member(value, "validate"), "openapi");
  if (openapi === undefined || typeof openapi["document"] !== "string") return;
  const name = openapi["document"];
  openapi["document"] = readData(path.resolve(path.dirname(file), name), file);
}

function member(value: unknown, name: string): Record<string, unknown> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const found = (value as Record<string, unknown>)[name];
  return typeof found === "object" && found !== null
    ? (found as Record<string, unknown>)
    : undefined;
}

function readData(name: string, config: string): unknown {
  const where = `${config}: /validate/openapi/document`;
  let text: string;
  try {
    if (statSync(name).size > limitBytes)
      throw new UserError(`${name} is larger than ${limitBytes} bytes`);
    text = readFileSync(name, "utf8");
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${where}: ${name} cannot be read`, "write its name relative to this file");
  }
  if (name.endsWith(".json")) {
    try {
      return JSON.parse(text) as unknown;
    } catch (error) {
      throw new UserError(`${name}: ${(error as Error).message}`, "mend the JSON");
    }
  }
  const document = parseDocument(text, { prettyErrors: true });
  const [error] = document.errors;
  if (error !== undefined) throw new UserError(`${name}: ${error.message}`, "mend the YAML");
  return document.toJS({ maxAliasCount: aliasesMax }) as unknown;
}
