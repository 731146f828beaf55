// The foreign filters of this suite: which projects, how each is built, and which expectations belong to which module.
import { join } from "node:path";
import { buildAll, buildAssemblyScript, buildGo, buildRust, filters } from "./build.ts";
import type { Check, ForeignFilter } from "./check.ts";
import { gcoreSdk } from "./gcore-sdk.ts";
import { goSdkMore, queueChecks } from "./go-sdk-more.ts";
import { goSdkStreams } from "./go-sdk.ts";
import { googleSamples } from "./google-samples.ts";
import { higressSdk } from "./higress-sdk.ts";
import { rustSdk } from "./rust-sdk.ts";
import { kongSdk, soloSdk } from "./solo-sdk.ts";
import { workFolder as work, type Project } from "./sources.ts";

const projects = {
  go: {
    name: "proxy-wasm/proxy-wasm-go-sdk",
    commit: "44c7d58477456a40f475d515e29b32a006d5074b",
  },
  rust: {
    name: "proxy-wasm/proxy-wasm-rust-sdk",
    commit: "19e691b3a40458d67433c8ff8ce1225f371b65ee",
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
  "google-go": () => googleSamples("Go"),
  "google-rust": () => googleSamples("Rust"),
  "google-cpp": () => googleSamples("C++"),
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
