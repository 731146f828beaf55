// The commands around a project: a template whose test passes as it comes, completion that a shell can read, and the doctor.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { packageRoot } from "../../cli/build/sources.ts";
import { meshwarden } from "./terminal-fixture.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "meshwarden-project-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("init", () => {
  test("writes a project whose own test passes, and fails when the filter is broken", async () => {
    const project = path.join(folder, "tenant");
    expect((await meshwarden("init", project)).exitCode).toBe(0);
    // Stands for npm install: the package under test and its compiler.
    mkdirSync(path.join(project, "node_modules"));
    symlinkSync(packageRoot, path.join(project, "node_modules", "meshwarden"));
    const compiler = path.join(packageRoot, "node_modules", "assemblyscript");
    symlinkSync(compiler, path.join(project, "node_modules", "assemblyscript"));
    const asc = (): void => {
      execFileSync(process.execPath, [path.join(compiler, "bin", "asc.js")], {
        cwd: project,
        stdio: "pipe",
      });
    };
    const env = { ...process.env };
    delete env["NODE_TEST_CONTEXT"];
    const run = (): number | null =>
      spawnSync(process.execPath, ["--test"], { cwd: project, env }).status;
    asc();
    expect(run()).toBe(0);
    const filter = path.join(project, "filter.ts");
    writeFileSync(filter, readFileSync(filter, "utf8").replace("this.reply(400", "this.reply(403"));
    asc();
    expect(run()).toBe(1);
  });

  test("leaves a folder alone that is not empty", async () => {
    const taken = path.join(folder, "taken");
    mkdirSync(taken);
    writeFileSync(path.join(taken, "x"), "");
    const result = await meshwarden("init", taken);
    expect(result.exitCode).toBe(2);
    expect(result.err).toContain("is not empty");
  });
});

describe("completion", () => {
  test("bash completes commands and their options", async () => {
    const { out } = await meshwarden("completion", "bash");
    const complete = (...words: string[]): string[] => {
      const script = `${out}\nCOMP_WORDS=(${words.join(" ")})\nCOMP_CWORD=$((\${#COMP_WORDS[@]} - 1))\n_meshwarden\nprintf '%s\\n' "\${COMPREPLY[@]}"`;
      return execFileSync("bash", ["-c", script], { encoding: "utf8" }).trim().split("\n");
    };
    expect(complete("meshwarden", "man")).toEqual(["manifest"]);
    expect(complete("meshwarden", "pull", "--l")).toEqual(["--layout"]);
    expect(complete("meshwarden", "push", "--pass")).toEqual(["--password-stdin"]);
  });

  test("every command is in every shell's script", async () => {
    const { out: help } = await meshwarden("--help");
    const names = [...help.matchAll(/^ {2}([a-z]+)(?:\|[a-z]+)? /gm)].map((match) => match[1]!);
    expect(names).toContain("verify");
    for (const shell of ["bash", "zsh", "fish"]) {
      const { out } = await meshwarden("completion", shell);
      const known = names.filter((name) => name !== "help");
      expect(known.filter((name) => !new RegExp(`\\b${name}\\b`).test(out))).toEqual([]);
    }
    expect((await meshwarden("completion", "tcsh")).exitCode).toBe(2);
  });
});

test("doctor names what it looked at, and fails only for what is needed", async () => {
  const { out, exitCode } = await meshwarden("doctor", "--json");
  const { diagnoses } = JSON.parse(out) as {
    diagnoses: { what: string; state: string; mend: string }[];
  };
  expect(diagnoses.find(({ what }) => what === "Node")).toMatchObject({ state: "ok" });
  const wrong = diagnoses.filter(({ state }) => state === "wrong");
  expect(exitCode).toBe(wrong.length > 0 ? 1 : 0);
  expect(wrong.filter(({ mend }) => mend === "")).toEqual([]);
});

const commands = [
  "push",
  "pull",
  "bundle",
  "copy",
  "tags",
  "inspect",
  "manifest",
  "lint",
  "sign",
  "verify",
];
test.each([...commands, "init", "doctor", "completion"])(
  "%s has help with examples",
  async (command) => {
    const { out, exitCode } = await meshwarden("help", command);
    expect(exitCode).toBe(0);
    expect(out).toContain(`Examples:\n  meshwarden ${command}`);
  },
);
