// Coverage that cannot show a hole is worth nothing: a module with lines that the test does not reach, and what the report says
// of them.
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { read } from "../tidy/tree.ts";
import { mergeHits, startCollecting, takeHits, type LineHits } from "./collect.ts";
import { lcovReport, textReport } from "./report.ts";
import { addUncompiled } from "./uncompiled.ts";

const entry = "assembly/probes/lines/canary.ts";
const source = read(entry).split("\n");
const lineOf = (text: string): number => source.findIndex((line) => line.includes(text)) + 1;

const imports = { env: { abort: () => {} } };
let module: WebAssembly.Module;
const plainInstance = WebAssembly.Instance;

beforeAll(async () => {
  vi.stubEnv("MESHWARDEN_COVERAGE", "1");
  vi.resetModules();
  const { compile } = await import("../../cli/build/compile.ts");
  module = new WebAssembly.Module((await compile({ entry, target: "spec" })).wasm);
  takeHits();
  startCollecting();
});
afterAll(() => {
  vi.unstubAllEnvs();
  WebAssembly.Instance = plainInstance;
});

function run(...arguments_: number[]): LineHits {
  const instance = new WebAssembly.Instance(module, imports);
  const { pick } = instance.exports as { pick(n: number): number };
  for (const n of arguments_) pick(n);
  return takeHits();
}

test("a line that was not reached shows, one that was does not", async () => {
  const hits = run(-1);
  await addUncompiled(hits, [entry]);
  const lines = hits[entry]!;
  expect(lines[lineOf("return taken(n)")]).toBe(1);
  expect(lines[lineOf("return 2")]).toBe(1);
  expect(lines[lineOf("return 1")]).toBe(0);
  expect(lines[lineOf("return 3")]).toBe(0);
  // Nobody calls these, so no module holds them; they are missed all the same.
  expect(lines[lineOf("return n + 4")]).toBe(0);
  expect(lines[lineOf("return this.value * 2")]).toBe(0);
  expect(textReport(hits)).toMatch(
    new RegExp(`canary\\.ts +\\d+ +\\d+ +\\d\\d\\.\\d +${lineOf("return 1")}, `),
  );
  expect(lcovReport(hits)).toContain(`DA:${lineOf("return 1")},0\n`);
  expect(lcovReport(hits)).toContain(`DA:${lineOf("return 2")},1\n`);
});

test("what several instances reach adds up, and the module does what it did", () => {
  const hits = run(-1);
  mergeHits(hits, run(5));
  mergeHits(hits, run(-500));
  const lines = hits[entry]!;
  expect(Object.values(lines).every((hit) => hit === 1)).toBe(true);
  const { pick } = new WebAssembly.Instance(module, imports).exports as { pick(n: number): number };
  expect([pick(5), pick(-1), pick(-500)]).toEqual([1, 2, 3]);
});
