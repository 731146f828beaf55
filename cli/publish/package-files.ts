// What goes into the image beside the module: the configuration schema with those of the sections, a README for whoever opens it, and the
// licence. A filter of one's own brings its own files with --file.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../build/sources.ts";
import { UserError } from "../exit.ts";
import type { TarFile } from "../image/tar.ts";
import type { WasmFacts } from "../wasm/facts.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Files for a shipped filter. */
export function shippedFiles(title: string, version: string, facts: WasmFacts): TarFile[] {
  const schema = (name: string): TarFile => {
    return { name, bytes: new Uint8Array(readFileSync(path.join(packageRoot, "schemas", name))) };
  };
  const whole = schema("config.schema.json");
  const sections = Buffer.from(whole.bytes)
    .toString("utf8")
    .matchAll(/"([\w-]+\.schema\.json)"/g);
  const names = new Set([...sections].map((match) => match[1]!));
  names.delete(whole.name);
  const schemas = [whole, ...[...names].sort().map(schema)];
  const licence = new Uint8Array(readFileSync(path.join(packageRoot, "LICENSE")));
  return [
    ...schemas,
    { name: "LICENSE", bytes: licence },
    { name: "README.md", bytes: encode(readme(title, version, facts)) },
  ];
}

function readme(title: string, version: string, facts: WasmFacts): string {
  return [
    `# ${title} ${version}`,
    "",
    `\`plugin.wasm\` is a proxy-Wasm filter, ABI ${facts.abi}, SHA-256 \`${facts.sha256}\`.`,
    "Its configuration document is described by `config.schema.json`.",
    "",
    "It calls these host functions and is called back through these, for Envoy's capability list:",
    "",
    ...facts.capabilities.map((name) => `- ${name}`),
    "",
  ].join("\n");
}

/** Files named on the command line as PATH or NAME=PATH. @throws UserError */
export function namedFiles(words: string[]): TarFile[] {
  return words.map((word) => {
    const equals = word.indexOf("=");
    const file = equals < 0 ? word : word.slice(equals + 1);
    const name = equals < 0 ? path.basename(word) : word.slice(0, equals);
    if (!existsSync(file)) throw new UserError(`${file} does not exist`, "check the path");
    if (
      !/^[\w.-]+(?:\/[\w.-]+)*$/.test(name) ||
      name.split("/").includes("..") ||
      name === "plugin.wasm"
    ) {
      throw new UserError(`${JSON.stringify(name)} cannot be a file's name in the image`);
    }
    return { name, bytes: new Uint8Array(readFileSync(file)) };
  });
}
