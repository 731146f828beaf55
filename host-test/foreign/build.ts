// Builds foreign filters with their own tools: go for wasip1, cargo for wasm32-wasip1, the asc version of each SDK. Built
// modules are kept by project and commit; what cannot be built gives its reason in place of a module.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { cpSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Check, ForeignFilter, Language } from "./check.ts";
import { cacheFolder, fetchProject, run, type Project } from "./sources.ts";

export type Built = Record<string, Uint8Array | string>;

/** Modules of a project by name, or the reason why there is none. */
export function buildAll(
  project: Project,
  names: string[],
  build: (source: string, out: string) => void,
): Built {
  const folder = `${project.name.replace("/", "+")}@${project.commit.slice(0, 12)}`;
  const out = join(cacheFolder, "wasm", folder);
  const path = (name: string): string => join(out, `${name.replaceAll("/", "-")}.wasm`);
  let why = "the build made no such module";
  try {
    if (names.some((name) => !existsSync(path(name)))) {
      mkdirSync(out, { recursive: true });
      build(fetchProject(project), out);
    }
  } catch (error) {
    why = error instanceof Error ? error.message : String(error);
  }
  const built: Built = {};
  for (const name of names) built[name] = existsSync(path(name)) ? readFileSync(path(name)) : why;
  return built;
}

/** Built modules with the expectations that belong to them. */
export function filters(
  project: Project,
  language: Language,
  built: Built,
  checks: (name: string) => Check[],
): ForeignFilter[] {
  return Object.entries(built).map(([name, module]): ForeignFilter => {
    const filter = { project: project.name, name, language, checks: checks(name) };
    return typeof module === "string" ? { ...filter, why: module } : { ...filter, wasm: module };
  });
}

const goEnvironment = { GOOS: "wasip1", GOARCH: "wasm", GOFLAGS: "-mod=mod -buildvcs=false" };

/** `entries` are folders with a main package; each has its own module, or shares the one of `module`. */
export function buildGo(entries: [name: string, folder: string][], out: string): void {
  for (const [name, folder] of entries) {
    const target = join(out, `${name.replaceAll("/", "-")}.wasm`);
    run(
      "go",
      ["build", "-buildmode=c-shared", "-ldflags=-w", "-o", target, "."],
      folder,
      goEnvironment,
    );
  }
}

/** A module around single files, for projects that build Go with Bazel. */
export function goModule(
  work: string,
  requires: string[],
  files: [name: string, file: string][],
): void {
  mkdirSync(work, { recursive: true });
  writeFileSync(
    join(work, "go.mod"),
    `module samples\n\ngo 1.24\n\nrequire (\n${requires.join("\n")}\n)\n`,
  );
  for (const [name, file] of files) {
    mkdirSync(join(work, name), { recursive: true });
    copyFileSync(file, join(work, name, "main.go"));
  }
}

const rustTarget = "wasm32-wasip1";

/** Many cdylib sources in one cargo package, so that dependencies are compiled once. */
export function buildRust(
  work: string,
  edition: string,
  dependencies: string[],
  entries: [name: string, source: string][],
  out: string,
): void {
  mkdirSync(work, { recursive: true });
  const examples = entries.map(
    ([name, source]) =>
      `[[example]]\nname = "${name}"\npath = ${JSON.stringify(source)}\ncrate-type = ["cdylib"]\n`,
  );
  writeFileSync(join(work, "empty.rs"), "");
  writeFileSync(
    join(work, "Cargo.toml"),
    `[package]\nname = "samples"\nversion = "0.0.0"\nedition = "${edition}"\n\n` +
      `[lib]\npath = "empty.rs"\n\n[profile.release]\npanic = "abort"\nstrip = "debuginfo"\n\n` +
      `[dependencies]\n${dependencies.join("\n")}\n\n${examples.join("\n")}`,
  );
  const build = ["build", "--quiet", "--release", "--examples", "--target", rustTarget];
  try {
    run("cargo", build, work);
  } catch (error) {
    // A toolchain without the target: rustup brings it, where there is one.
    if (!/can't find crate for `(core|std)`|target may not be installed/.test(String(error)))
      throw error;
    run("rustup", ["target", "add", rustTarget], work);
    run("cargo", build, work);
  }
  for (const [name] of entries) {
    copyFileSync(
      join(work, "target", rustTarget, "release", "examples", `${name}.wasm`),
      join(out, `${name}.wasm`),
    );
  }
}

/** `packages` come from npm, `links` are packages that stand in the project's own tree. */
export function buildAssemblyScript(
  work: string,
  packages: string[],
  links: Record<string, string>,
  entries: [name: string, folder: string][],
  out: string,
): void {
  mkdirSync(work, { recursive: true });
  writeFileSync(join(work, "package.json"), '{"private":true}');
  run("npm", ["install", "--no-audit", "--no-fund", "--silent", ...packages], work);
  for (const [name, folder] of Object.entries(links)) {
    const place = join(work, "node_modules", name);
    rmSync(place, { recursive: true, force: true });
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(folder, place);
  }
  for (const [name, folder] of entries) {
    const copy = join(work, name);
    rmSync(copy, { recursive: true, force: true });
    cpSync(join(folder, "assembly"), join(copy, "assembly"), { recursive: true });
    copyFileSync(join(folder, "asconfig.json"), join(copy, "asconfig.json"));
    symlinkSync(join(work, "node_modules"), join(copy, "node_modules"));
    const asc = join(work, "node_modules", "assemblyscript", "bin", "asc.js");
    const target = join(out, `${name}.wasm`);
    run("node", [asc, "assembly/index.ts", "--target", "release", "--outFile", target], copy);
  }
}
