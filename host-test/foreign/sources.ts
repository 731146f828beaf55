// Where foreign projects come from: a folder of clones named by MESHWARDEN_FOREIGN_SOURCES, else a clone made by git. Each
// is checked out at the commit that the expectations here were read from.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../cli/build/compile.ts";

export interface Project {
  /** "owner/name" on GitHub. */
  name: string;
  commit: string;
}

/** Everything that is fetched and built here. */
export const cacheFolder = join(packageRoot, ".cache", "foreign");

/** Where a group builds. */
export function workFolder(name: string): string {
  return join(cacheFolder, "work", name);
}

/** A project or tool that is not to be had; the message says what to do. */
export class Absent extends Error {
  override name = "Absent";
}

/** Runs a command. @throws Absent with the end of what it said when it fails */
export function run(
  command: string,
  args: string[],
  cwd: string,
  env: Record<string, string> = {},
  timeoutMs = 900_000,
): string {
  const done = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: "utf8",
    timeout: timeoutMs,
    maxBuffer: 1 << 26,
  });
  if (done.status === 0) return done.stdout;
  const said = `${done.stdout ?? ""}${done.stderr ?? ""}${done.error?.message ?? ""}`;
  throw new Absent(`${command} ${args.slice(0, 3).join(" ")}: ${said.trim().slice(-500)}`);
}

/** Work tree of a project at its commit. @throws Absent */
export function fetchProject(project: Project): string {
  const folder = project.name.replace("/", "+");
  const target = join(cacheFolder, "sources", `${folder}@${project.commit.slice(0, 12)}`);
  if (existsSync(target)) return target;
  mkdirSync(join(cacheFolder, "sources"), { recursive: true });
  const fresh = `${target}.${process.pid}`;
  try {
    run("git", ["clone", "--quiet", origin(project), fresh], cacheFolder, {}, 120_000);
    run("git", ["checkout", "--quiet", project.commit], fresh);
    run("mv", [fresh, target], cacheFolder);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    const why = error instanceof Error ? error.message : String(error);
    throw new Absent(
      `no source of ${project.name}: give a folder of clones in MESHWARDEN_FOREIGN_SOURCES ` +
        `(${folder} or ${folder}/repo in it), or let git reach GitHub (${why})`,
    );
  }
  return target;
}

function origin(project: Project): string {
  const clones = process.env["MESHWARDEN_FOREIGN_SOURCES"] ?? "";
  const folder = project.name.replace("/", "+");
  for (const place of [join(clones, folder, "repo"), join(clones, folder)]) {
    if (clones !== "" && existsSync(place)) return place;
  }
  return `https://github.com/${project.name}`;
}
