// `meshwarden init`: a project for a filter of one's own, with a test that passes. The filter is examples/own-filter, so that the
// template and the guide cannot part.
import type { Command } from "commander";
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { compilerVersion, packageRoot } from "../build/sources.ts";
import { exitCodes, UserError, type ExitCode } from "../exit.ts";
import { packageVersion } from "../package-version.ts";
import type { Context } from "../program.ts";
import { say } from "../terminal/terminal.ts";

interface InitOptions {
  package?: string;
}

/** Adds `init` to the program. */
export function addInit(program: Command, context: Context): void {
  program
    .command("init")
    .summary("start a filter of your own")
    .description(
      "Writes a project into an empty folder: a filter, its compiler settings, and a test that passes.",
    )
    .argument("[folder]", "where to; made when it is not there", ".")
    .option("--package <version>", "version of meshwarden to depend on, or the path of a .tgz")
    .addHelpText(
      "after",
      "\nExamples:\n  meshwarden init tenant && cd tenant && npm install && npm test",
    )
    .action((folder: string, options: InitOptions) =>
      context.run(() => init(folder, options, context)),
    );
}

async function init(
  folder: string,
  options: InitOptions,
  { terminal, json }: Context,
): Promise<ExitCode> {
  const taken = existsSync(folder) ? readdirSync(folder).filter((name) => name !== ".git") : [];
  if (taken.length > 0) {
    throw new UserError(`${folder} is not empty (${taken[0]!})`, "name a new folder");
  }
  const name = path
    .basename(path.resolve(folder))
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^-+|-+$/g, "");
  mkdirSync(folder, { recursive: true });
  const example = path.join(packageRoot, "examples", "own-filter");
  for (const file of ["filter.ts", "asconfig.json"])
    cpSync(path.join(example, file), path.join(folder, file));
  const meshwarden = options.package ?? `^${packageVersion()}`;
  const manifest = {
    name: name === "" ? "filter" : name,
    version: "0.1.0",
    private: true,
    type: "module",
    scripts: {
      build: "asc",
      test: "asc && node --test",
      inspect: "meshwarden inspect tenant.wasm",
    },
    devDependencies: {
      assemblyscript: compilerVersion(),
      meshwarden: meshwarden.endsWith(".tgz") ? `file:${path.resolve(meshwarden)}` : meshwarden,
    },
  };
  const files: Record<string, string> = {
    "package.json": `${JSON.stringify(manifest, null, 2)}\n`,
    "filter.test.js": testText,
    "README.md": readmeText,
    ".gitignore": "node_modules/\n*.wasm\n*.wasm.map\n",
  };
  for (const [file, text] of Object.entries(files)) writeFileSync(path.join(folder, file), text);
  const written = ["filter.ts", "asconfig.json", ...Object.keys(files)];
  if (json) terminal.out(`${JSON.stringify({ folder, files: written }, null, 2)}\n`);
  else terminal.out(written.map((file) => `${path.join(folder, file)}\n`).join(""));
  if (!json)
    say(terminal, `next: ${folder === "." ? "" : `cd ${folder} && `}npm install && npm test`);
  return exitCodes.ok;
}

const testText = `// What the filter does, in a host that behaves like Envoy. Run with: npm test
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createHost } from "meshwarden/host";

const wasm = new Uint8Array(readFileSync(new URL("tenant.wasm", import.meta.url)));
const load = (config) => createHost({ filters: [{ name: "tenant", wasm, config }] });

test("a request with its tenant passes and is counted", async () => {
  const host = await load("x-tenant");
  const exchange = await host.request({ headers: [["x-tenant", "blue"]] });
  assert.equal(exchange.status, 200);
  assert.equal(host.metrics.value("tenant.passed"), 1);
});

test("a request without a tenant never reaches the service", async () => {
  const host = await load("x-tenant");
  const exchange = await host.request({});
  assert.equal(exchange.status, 400);
  assert.equal(exchange.upstream.reached, false);
});

test("a configuration that is no header name is refused", async () => {
  await assert.rejects(load("two words"));
});
`;

const readmeText = `# A filter of your own

\`filter.ts\` answers 400 to requests that do not name their tenant. Change it, then its test in \`filter.test.js\`.

    npm install
    npm test                # compiles tenant.wasm and runs the tests
    npm run inspect         # what Envoy will see of it
    npx meshwarden push registry.example.com/own/tenant:0.1.0 --filter tenant.wasm

The guide: docs/own-filter.md in the meshwarden package.
`;
