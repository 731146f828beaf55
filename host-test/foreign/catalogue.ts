// The foreign filters of this suite: which projects, how each is built, and which expectations belong to which module.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import {
  buildAll,
  buildAssemblyScript,
  buildGo,
  buildRust,
  goModule,
  type Built,
} from "./build.ts";
import type { Check, ForeignFilter, Language } from "./check.ts";
import { gcoreSdk } from "./gcore-sdk.ts";
import { goSdkMore, queueChecks } from "./go-sdk-more.ts";
import { goSdkStreams } from "./go-sdk.ts";
import { googleChecks } from "./google-suite.ts";
import { higressSdk } from "./higress-sdk.ts";
import { rustSdk } from "./rust-sdk.ts";
import { kongSdk, soloSdk } from "./solo-sdk.ts";
import { cacheFolder, fetchProject, type Project } from "./sources.ts";

const projects = {
  go: {
    name: "proxy-wasm/proxy-wasm-go-sdk",
    commit: "44c7d58477456a40f475d515e29b32a006d5074b",
  },
  rust: {
    name: "proxy-wasm/proxy-wasm-rust-sdk",
    commit: "19e691b3a40458d67433c8ff8ce1225f371b65ee",
  },
  google: {
    name: "GoogleCloudPlatform/service-extensions",
    commit: "e9fcee7a35ea6d352cf8064bdf4c5f69dadfb2cf",
  },
  higress: {
    name: "higress-group/wasm-go",
    commit: "d153aa413bfa55139be9654fc2733dc3fa81976e",
  },
  gcore: { name: "G-Core/proxy-wasm-sdk-as", commit: "8e3bb621bc013a0aed7e52122066b417ad62a207" },
  solo: { name: "solo-io/proxy-runtime", commit: "3cdeddde8e4b21f1691c58fc1ec8358ccfbbbba5" },
  kong: {
    name: "Kong/proxy-wasm-assemblyscript-sdk",
    commit: "df7ff805426d3143d7199cf0633e4b7bee8f0e02",
  },
} satisfies Record<string, Project>;

const googleGo = [
  "github.com/golang-jwt/jwt/v5 v5.2.1",
  "github.com/proxy-wasm/proxy-wasm-go-sdk v0.0.0-20250212164326-ab4161dcf924",
];
const googleRust = [
  'proxy-wasm = "0.2.1"',
  'log = "0.4"',
  'regex = "1.9"',
  'url = "2.4"',
  'lol_html = "=2.0.0"',
  'serde = { version = "1.0", features = ["derive"] }',
  'serde_json = "1.0"',
  'uuid = { version = "1.12.1", features = ["v4"] }',
];

function work(name: string): string {
  return join(cacheFolder, "work", name);
}

function filters(
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

function goSdk(): ForeignFilter[] {
  const table = { ...goSdkStreams, ...goSdkMore };
  const names = [...Object.keys(table), "shared_queue/sender", "shared_queue/receiver"];
  const built = buildAll(projects.go, names, (source, out) => {
    buildGo(
      names.map((name) => [name, join(source, "examples", name)]),
      out,
    );
  });
  const [sender, receiver] = [built["shared_queue/sender"], built["shared_queue/receiver"]];
  const whole = typeof sender !== "string" && typeof receiver !== "string";
  return filters(projects.go, "Go", built, (name) => {
    if (!name.startsWith("shared_queue/")) return table[name];
    return whole ? queueChecks(sender, receiver) : [];
  });
}

function higressExamples(): ForeignFilter[] {
  const names = Object.keys(higressSdk);
  const built = buildAll(projects.higress, names, (source, out) => {
    buildGo(
      names.map((name) => [name, join(source, "examples", name)]),
      out,
    );
  });
  return filters(projects.higress, "Go", built, (name) => higressSdk[name]);
}

function rustExamples(): ForeignFilter[] {
  const names = Object.keys(rustSdk);
  const built = buildAll(projects.rust, names, (source, out) => {
    const dependencies = [
      `proxy-wasm = { path = ${JSON.stringify(source)} }`,
      'log = "0.4"',
      'cfg-if = "1.0"',
      'chrono = { version = "0.4", default-features = false, features = ["clock", "std"] }',
      'getrandom = "0.4"',
    ];
    const entry = (name: string): [string, string] => [
      name,
      join(source, "examples", name, "src", "lib.rs"),
    ];
    buildRust(work("rust-sdk"), "2024", dependencies, names.map(entry), out);
  });
  return filters(projects.rust, "Rust", built, (name) => rustSdk[name]);
}

/** Google's samples in one language: those whose tests name the build. */
function googleSamples(language: "Go" | "Rust", file: string): ForeignFilter[] {
  let samples: string;
  try {
    samples = join(fetchProject(projects.google), "plugins", "samples");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [{ project: projects.google.name, name: "all", language, why, checks: [] }];
  }
  const names = readdirSync(samples).filter(
    (name) =>
      existsSync(join(samples, name, file)) &&
      googleChecks(join(samples, name), language).length > 0,
  );
  const suffixed = names.map((name) => `${name}_${language.toLowerCase()}`);
  const built = buildAll(projects.google, suffixed, (_, out) => {
    const entry = (name: string): [string, string] => [
      `${name}_${language.toLowerCase()}`,
      join(samples, name, file),
    ];
    const entries = names.map(entry);
    if (language === "Rust") {
      buildRust(work("google-rust"), "2018", googleRust, entries, out);
      return;
    }
    goModule(work("google-go"), googleGo, entries);
    buildGo(
      entries.map(([name]) => [name, join(work("google-go"), name)]),
      out,
    );
  });
  return filters(projects.google, language, built, (name) =>
    googleChecks(join(samples, name.replace(/_[a-z]+$/, "")), language),
  );
}

function assemblyScript(
  project: Project,
  table: Record<string, Check[]>,
  packages: string[],
  sdk: string,
): ForeignFilter[] {
  const names = Object.keys(table);
  const built = buildAll(project, names, (source, out) => {
    const entry = (name: string): [string, string] => [name, join(source, "examples", name)];
    // Without a package in the registry that fits its examples, an SDK is taken from its own tree.
    const links = packages.some((name) => name.startsWith(`${sdk}@`)) ? {} : { [sdk]: source };
    const place = work(sdk.replaceAll("/", "+"));
    buildAssemblyScript(place, packages, links, names.map(entry), out);
  });
  return filters(project, "AssemblyScript", built, (name) => table[name]);
}

/** Groups in the order they are run; each is built when asked for. */
export const groups: Record<string, () => ForeignFilter[]> = {
  "go-sdk": goSdk,
  higress: higressExamples,
  "rust-sdk": rustExamples,
  "google-go": () => googleSamples("Go", "plugin.go"),
  "google-rust": () => googleSamples("Rust", "plugin.rs"),
  gcore: () =>
    assemblyScript(
      projects.gcore,
      gcoreSdk,
      [
        "@gcoredev/proxy-wasm-sdk-as@1.2.3",
        "assemblyscript@0.28.20",
        "@assemblyscript/wasi-shim@0.1.0",
      ],
      "@gcoredev/proxy-wasm-sdk-as",
    ),
  solo: () =>
    assemblyScript(projects.solo, soloSdk, ["assemblyscript@0.21.7"], "@solo-io/proxy-runtime"),
  kong: () =>
    assemblyScript(projects.kong, kongSdk, ["assemblyscript@0.25.2"], "@kong/proxy-wasm-sdk"),
};
