// The test suites of Google's service-extensions samples: callback by callback inputs with the headers, bodies, immediate
// answers and log lines expected of each. Their own runner is a bare C++ context; here the same steps go through the
// whole filter chain. Source: plugins/test/runner.proto and dynamic_test.cc of that project.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse as parseYaml } from "yaml";
import type { Check, Language } from "./check.ts";
import { GooglePlay } from "./google-play.ts";
import { parseTextProto, type TextMessage, type TextValue } from "./textproto.ts";

/** One `proxy_wasm_tests` rule of a sample's BUILD file. */
interface Suite {
  file: string;
  config: string | undefined;
  /** Targets it is for: "plugin_go.wasm". */
  plugins: string;
}

const targets: Record<Language, string> = {
  Go: "plugin_go.wasm",
  Rust: "plugin_rust.wasm",
  "C++": "plugin_cpp.wasm",
  AssemblyScript: "",
};

/** Tests that cannot hold in an Envoy, and why: their runner is not one. */
const notInEnvoy: Record<string, string> = {
  "tests.textpb PreserveFragment":
    "Envoy answers 400 to a path with a fragment before any filter sees it",
  "tests.textpb Headers_Proto": "asks that there be no :scheme; Envoy gives every request one",
  "tests.yaml Headers_Proto": "asks that there be no :scheme; Envoy gives every request one",
};

function suitesOf(build: string): Suite[] {
  const suites: Suite[] = [];
  for (const [, body] of build.matchAll(/proxy_wasm_tests\(([\s\S]*?)\n\)/g)) {
    const file = /tests = ":([^"]+)"/.exec(body)?.[1];
    const plugins = /plugins = \[([\s\S]*?)\]/.exec(body)?.[1] ?? "";
    const config = /config = ":([^"]+)"/.exec(body)?.[1];
    if (file !== undefined) suites.push({ file, config, plugins });
  }
  return suites;
}

/** YAML of the same messages: every value a list of texts or messages, as the text format gives them. */
function fromYaml(value: unknown): TextMessage {
  const fields: TextMessage = {};
  for (const [name, inner] of Object.entries(value as Record<string, unknown>)) {
    const list: unknown[] = Array.isArray(inner) ? inner : [inner];
    fields[name] = list.map((entry): TextValue => {
      if (typeof entry === "object" && entry !== null) return fromYaml(entry);
      return Buffer.from(String(entry)).toString("latin1");
    });
  }
  return fields;
}

function readSuite(path: string): TextMessage {
  const text = readFileSync(path, "utf8");
  return /\.ya?ml$/.test(path) ? fromYaml(parseYaml(text)) : parseTextProto(text);
}

/** Expectations of a sample for its build in this language; a sample without any has an empty list. */
export function googleChecks(folder: string, language: Language): Check[] {
  const checks: Check[] = [];
  for (const suite of suitesOf(readFileSync(join(folder, "BUILD"), "utf8"))) {
    if (!suite.plugins.includes(targets[language])) continue;
    const parsed = readSuite(join(folder, suite.file));
    const env = (parsed["env"]?.[0] ?? {}) as TextMessage;
    const config = suite.config === undefined ? "" : readFileSync(join(folder, suite.config));
    for (const test of (parsed["test"] ?? []) as TextMessage[]) {
      const name = `${suite.file} ${String(test["name"]?.[0])}`;
      checks.push({
        name,
        notInEnvoy: notInEnvoy[name],
        run: (wasm) => new GooglePlay({ wasm, folder, config, env, test }).run(),
      });
    }
  }
  return checks;
}
