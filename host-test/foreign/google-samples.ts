// Google's service-extensions samples in each of their languages: which are built, how, and the suites they are held to.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { buildAll, buildGo, buildRust, filters, goModule } from "./build.ts";
import { buildCpp } from "./build-cpp.ts";
import type { ForeignFilter } from "./check.ts";
import { googleChecks } from "./google-suite.ts";
import { fetchProject, workFolder, type Project } from "./sources.ts";

const google: Project = {
  name: "GoogleCloudPlatform/service-extensions",
  commit: "e9fcee7a35ea6d352cf8064bdf4c5f69dadfb2cf",
};
const cppSdk: Project = {
  name: "proxy-wasm/proxy-wasm-cpp-sdk",
  commit: "e5256b0c5463ea9961965ad5de3e379e00486640",
};

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

type SampleLanguage = "Go" | "Rust" | "C++";
const files: Record<SampleLanguage, string> = {
  Go: "plugin.go",
  Rust: "plugin.rs",
  "C++": "plugin.cc",
};
const suffixes: Record<SampleLanguage, string> = { Go: "_go", Rust: "_rust", "C++": "_cpp" };

/** C++ samples that need abseil, Boost, RE2 or BoringSSL are left out: only the SDK's own sources are compiled here. */
const foreignHeaders = /#include ["<](absl|boost|google|re2|openssl|jwt_verify_lib)\b/;

/** Samples in one language whose tests name that build. */
export function googleSamples(language: SampleLanguage): ForeignFilter[] {
  let samples: string;
  try {
    samples = join(fetchProject(google), "plugins", "samples");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [{ project: google.name, name: "all", language, why, checks: [] }];
  }
  const suffix = suffixes[language];
  const entries = readdirSync(samples)
    .filter((name) => isWanted(join(samples, name), language))
    .map((name): [string, string] => [name + suffix, join(samples, name, files[language])]);
  const names = entries.map(([name]) => name);
  const built = buildAll(google, names, (_, out) => build(language, entries, out));
  return filters(google, language, built, (name) =>
    googleChecks(join(samples, name.slice(0, -suffix.length)), language),
  );
}

function isWanted(sample: string, language: SampleLanguage): boolean {
  const file = join(sample, files[language]);
  if (!existsSync(file) || googleChecks(sample, language).length === 0) return false;
  return language !== "C++" || !foreignHeaders.test(readFileSync(file, "utf8"));
}

function build(language: SampleLanguage, entries: [string, string][], out: string): void {
  const work = workFolder(`google${suffixes[language]}`);
  if (language === "Rust") buildRust(work, "2018", googleRust, entries, out);
  else if (language === "C++") buildCpp(fetchProject(cppSdk), work, entries, out);
  else {
    goModule(work, googleGo, entries);
    const folders = entries.map(([name]): [string, string] => [name, join(work, name)]);
    buildGo(folders, out);
  }
}
