// The published schema of a whole configuration document, with every section that it refers to: found by name, so that a new
// section needs no line in any test.
import { readdirSync, readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

const folder = new URL("../../schemas/", import.meta.url);

export function readSchema(name: string): object {
  return JSON.parse(readFileSync(new URL(name, folder), "utf8")) as object;
}

/** Judges a document as an editor with our schemas would. */
export function documentSchema(): ValidateFunction {
  const ajv = new Ajv2020({ allErrors: true });
  const document = JSON.stringify(readSchema("config.schema.json"));
  for (const name of readdirSync(folder)) {
    if (document.includes(`"$ref":"${name}"`)) ajv.addSchema(readSchema(name), name);
  }
  return ajv.compile(readSchema("config.schema.json"));
}
