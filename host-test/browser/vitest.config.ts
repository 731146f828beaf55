// The simulator's own tests in headless Chromium (`npm run test:browser`): the same files, with the few modules that need
// Node replaced: compiled probes come as base64, crypto of foreign functions is absent. The
// simulator itself is the bundle that bundle.ts makes and measures.
import { playwright } from "@vitest/browser-playwright";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { packageRoot } from "../../cli/build/compile.ts";
import { filterModule } from "../cases/modules.ts";
import { bundleCore } from "./bundle.ts";
import { chromium } from "./chromium.ts";

/** Modules of assembly/probes and build/ that the tests ask for by name. */
const probes = ["probe:trace", "probe:null"];

/** Node-only modules by the end of their path, and what a browser gets in their place. */
async function replacements(): Promise<[path: string, code: string][]> {
  const wasm: Record<string, { base64: string; sourceMap: string | undefined }> = {};
  for (const name of probes) {
    const module = await filterModule(name);
    wasm[name] = {
      base64: Buffer.from(module.wasm).toString("base64"),
      sourceMap: module.sourceMap,
    };
  }
  return [
    [
      "host-test/cases/modules.ts",
      `const modules = ${JSON.stringify(wasm)};
       export async function filterModule(name = "probe:trace") {
         const found = modules[name];
         if (found === undefined) throw new Error("not built for the browser: " + name);
         const text = atob(found.base64);
         return { wasm: Uint8Array.from(text, (c) => c.charCodeAt(0)), sourceMap: found.sourceMap };
       }`,
    ],
    ["host-test/vitest/foreign.ts", "export function nodeForeign() { return {}; }"],
    ["host-test/host/index.ts", (await bundleCore()).code],
  ];
}

function withoutNode(): Plugin {
  let replaced: [string, string][] = [];
  return {
    name: "without-node",
    enforce: "pre",
    async configResolved() {
      replaced = await replacements();
    },
    load(id) {
      const path = id.split("?")[0];
      return replaced.find(([end]) => path.endsWith(end))?.[1];
    },
  };
}

export default defineConfig({
  root: packageRoot,
  plugins: [withoutNode()],
  optimizeDeps: { include: ["fast-check", "binaryen"] },
  test: {
    include: ["host-test/unit/host-*.test.ts"],
    testTimeout: 60_000,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({
        launchOptions: { executablePath: chromium(), args: ["--no-sandbox"] },
      }),
      instances: [{ browser: "chromium" }],
    },
  },
});
