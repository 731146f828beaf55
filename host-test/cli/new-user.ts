// `npm run test:template`: what a new user does, timed. From an empty folder: the packed package, its template, one changed rule
// with its test, a green run. Sixty seconds is the promise; npm's own cache or a registry must be at hand.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { packageRoot } from "../../cli/build/sources.ts";

const limitMs = 60_000;
const root = mkdtempSync(path.join(os.tmpdir(), "meshwarden-new-user-"));

function npm(cwd: string, ...args: string[]): string {
  const run = spawnSync("npm", args, { cwd, encoding: "utf8", timeout: 300_000 });
  if (run.status !== 0) throw new Error(`npm ${args.join(" ")}:\n${run.stdout}${run.stderr}`);
  return run.stdout;
}

function edit(file: string, from: string, to: string): void {
  const text = readFileSync(file, "utf8");
  if (!text.includes(from)) throw new Error(`${file} holds no ${from}`);
  writeFileSync(file, text.replace(from, to));
}

try {
  const [{ filename }] = JSON.parse(
    npm(packageRoot, "pack", "--json", "--pack-destination", root),
  ) as [{ filename: string }];
  const archive = path.join(root, filename);
  const project = path.join(root, "tenant");
  const steps: [string, () => void][] = [
    [
      "init",
      () =>
        npm(
          root,
          "exec",
          "--yes",
          "--prefer-offline",
          "--package",
          archive,
          "--",
          "meshwarden",
          "init",
          "tenant",
          "--package",
          archive,
        ),
    ],
    ["install", () => npm(project, "install", "--prefer-offline", "--no-audit", "--no-fund")],
    ["test", () => npm(project, "test")],
    [
      "edit and test",
      () => {
        edit(path.join(project, "filter.ts"), "this.reply(400", "this.reply(403");
        edit(path.join(project, "filter.test.js"), "400", "403");
        npm(project, "test");
      },
    ],
  ];
  const startedMs = performance.now();
  for (const [name, step] of steps) {
    const stepMs = performance.now();
    step();
    process.stdout.write(
      `${name.padEnd(14)} ${((performance.now() - stepMs) / 1000).toFixed(1)} s\n`,
    );
  }
  const tookMs = performance.now() - startedMs;
  process.stdout.write(
    `${"in all".padEnd(14)} ${(tookMs / 1000).toFixed(1)} s of ${limitMs / 1000}\n`,
  );
  process.exitCode = tookMs <= limitMs ? 0 : 1;
} finally {
  rmSync(root, { recursive: true, force: true });
}
