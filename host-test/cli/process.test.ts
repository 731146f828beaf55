// The installed program as a process: signals, exit codes, and what it prints. It runs from dist/, which `npm test` builds first.
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { compile, packageRoot } from "../../cli/build/compile.ts";

let folder: string;
let child: ChildProcess | undefined;
let text = "";

beforeAll(async () => {
  if (!existsSync(path.join(packageRoot, "dist", "cli", "main.js"))) {
    throw new Error("dist/ is missing: run npm run build:node");
  }
  folder = mkdtempSync(path.join(os.tmpdir(), "meshwarden-process-"));
  const { wasm } = await compile({ entry: "assembly/probes/gate.ts", target: "release" });
  writeFileSync(path.join(folder, "gate.wasm"), wasm);
});
afterEach(() => child?.kill("SIGKILL"));
afterAll(() => rmSync(folder, { recursive: true }));

function run(...argv: string[]): Promise<number | null> {
  text = "";
  child = spawn(process.execPath, [path.join(packageRoot, "cli", "bin.js"), ...argv], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout!.on("data", (bytes: Buffer) => (text += bytes.toString()));
  child.stderr!.on("data", (bytes: Buffer) => (text += bytes.toString()));
  return new Promise((resolve) => child!.once("close", (code) => resolve(code)));
}

/** The first match in what was printed, as soon as it is there. */
async function printed(pattern: RegExp): Promise<RegExpExecArray> {
  for (;;) {
    const found = pattern.exec(text);
    if (found !== null) return found;
    await new Promise<void>((resolve) => {
      child!.stdout!.once("data", () => resolve());
      child!.stderr!.once("data", () => resolve());
    });
  }
}

test("serve starts, loads again on SIGHUP, and ends cleanly on SIGTERM", async () => {
  const config = path.join(folder, "config.yaml");
  writeFileSync(config, "gate: { deny: evil }\n");
  const ended = run(
    ...["serve", "-c", config, "--filter", "./gate.wasm", "--port", "0", "--no-watch"],
    ...["--upstream", "http://127.0.0.1:1"],
  );
  const [, url] = await printed(/serving on (http:\S+)/);
  const status = async (): Promise<number> =>
    (await fetch(url!, { headers: { "x-word": "evil", connection: "close" } })).status;
  expect(await status()).toBe(403);
  writeFileSync(config, "gate: { deny: other }\n");
  child!.kill("SIGHUP");
  await printed(/reloaded: gate/);
  expect(await status()).toBe(503);
  writeFileSync(config, "gate: { deny: broken }\n");
  child!.kill("SIGHUP");
  await printed(/config\.yaml:1:9: \/gate\/deny: must be a whole word[^]*reload refused/);
  expect(await status()).toBe(503);
  child!.kill("SIGTERM");
  expect(await ended).toBe(0);
  expect(text).not.toMatch(/\n\s+at /);
});

test("a changed file is noticed without being told", async () => {
  const config = path.join(folder, "watched.yaml");
  writeFileSync(config, "gate: { deny: evil }\n");
  const ended = run(
    ...["serve", "-c", config, "--filter", "./gate.wasm", "--port", "0"],
    ...["--upstream", "http://127.0.0.1:1"],
  );
  await printed(/serving on (http:\S+)/);
  writeFileSync(config, "gate: { deny: other }\n");
  await printed(/reloaded: gate/);
  child!.kill("SIGINT");
  expect(await ended).toBe(0);
});

test("a wrong command line ends with 2", async () => {
  expect(await run("serve", "--nothing")).toBe(2);
  expect(text).toContain("unknown option '--nothing'");
});
