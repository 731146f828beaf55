// Coverage of AssemblyScript in vitest's own report: a custom provider. Workers collect what instances of instrumented modules
// hit and hand it over with each test file; the report comes after the last one.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { CoverageProvider, CoverageProviderModule, Vitest } from "vitest/node";
import { packageRoot } from "../../cli/build/sources.ts";
import { files } from "../tidy/tree.ts";
import { mergeHits, startCollecting, takeHits, type LineHits } from "./collect.ts";
import { lcovReport, textReport } from "./report.ts";
import { addUncompiled } from "./uncompiled.ts";

const folder = path.join(packageRoot, "coverage");

/** What is measured: everything that runs in a proxy. */
function measured(file: string): boolean {
  return /^assembly\/(?!(?:probes|tools)\/)[^]*\.ts$/.test(file) && !file.endsWith(".spec.ts");
}

class AssemblyScriptCoverage implements CoverageProvider {
  readonly name = "assemblyscript";
  readonly #hits: LineHits = {};

  #options!: ReturnType<CoverageProvider["resolveOptions"]>;

  initialize(vitest: Vitest): void {
    this.#options = vitest.config.coverage as ReturnType<CoverageProvider["resolveOptions"]>;
  }

  resolveOptions(): ReturnType<CoverageProvider["resolveOptions"]> {
    return this.#options;
  }

  clean(): void {
    rmSync(folder, { recursive: true, force: true });
  }

  onAfterSuiteRun({ coverage = {} }: { coverage?: unknown }): void {
    mergeHits(this.#hits, coverage as LineHits);
  }

  async generateCoverage(): Promise<LineHits> {
    const hits = Object.fromEntries(Object.entries(this.#hits).filter(([file]) => measured(file)));
    await addUncompiled(hits, files.filter(measured));
    return hits;
  }

  reportCoverage(coverage: unknown): void {
    const hits = coverage as LineHits;
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "lcov.info"), lcovReport(hits));
    process.stdout.write(
      `\nAssemblyScript lines\n\n${textReport(hits)}\nwrote coverage/lcov.info\n`,
    );
  }
}

const provider: CoverageProviderModule = {
  getProvider: () => new AssemblyScriptCoverage(),
  startCoverage: () => startCollecting(),
  takeCoverage: () => takeHits(),
};
export default provider;
