// Programs of others that the registry tests talk to: from PATH, else built through Go's module proxy into .cache/tools/bin. One
// that cannot be had is reported by name, and its checks are named as not run.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { packageRoot } from "../../cli/build/sources.ts";

const folder = path.join(packageRoot, ".cache", "tools", "bin");

/** Go packages by the program's name. */
const packages: Record<string, string> = {
  crane: "github.com/google/go-containerregistry/cmd/crane@latest",
  cosign: "github.com/sigstore/cosign/v3/cmd/cosign@latest",
  egctl: "github.com/envoyproxy/gateway/cmd/egctl@v1.9.1",
  helm: "helm.sh/helm/v3/cmd/helm@latest",
  kubeconform: "github.com/yannh/kubeconform/cmd/kubeconform@latest",
};

/** Programs of our own that read the internal packages of another module, by name: the module they are compiled within. */
const within: Record<string, string> = {
  "gateway-translate": "github.com/envoyproxy/gateway@v1.9.1",
};

function onPath(name: string): string | undefined {
  const found = spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).stdout.trim();
  return found === "" ? undefined : found;
}

/** Where a program is, undefined when it can be neither found nor built. */
export function findTool(name: string): string | undefined {
  const built = path.join(folder, name);
  if (existsSync(built)) return built;
  const found = onPath(name);
  if (found !== undefined) return found;
  const source = path.join(packageRoot, "host-test", "oracles", name);
  const isOwn = existsSync(path.join(source, "go.mod"));
  if (onPath("go") === undefined) return undefined;
  mkdirSync(folder, { recursive: true });
  if (within[name] !== undefined) return buildWithin(within[name], name, source, built);
  if (!isOwn && packages[name] === undefined) return undefined;
  const args = isOwn ? ["build", "-o", built, "."] : ["install", packages[name]!];
  const env = { ...process.env, GOBIN: folder };
  const cwd = isOwn ? source : packageRoot;
  const run = spawnSync("go", args, { cwd, env, encoding: "utf8", timeout: 900_000 });
  return run.status === 0 && existsSync(built) ? built : undefined;
}

/** Compiles a program as a further command of a module: Go lets nothing else import that module's internal packages. */
function buildWithin(
  module: string,
  name: string,
  source: string,
  built: string,
): string | undefined {
  const go = (args: string[], cwd: string): string | undefined => {
    const run = spawnSync("go", args, { cwd, encoding: "utf8", timeout: 900_000 });
    return run.status === 0 ? run.stdout : undefined;
  };
  const told = go(["mod", "download", "-json", module], folder);
  if (told === undefined) return undefined;
  const { Dir } = JSON.parse(told) as { Dir: string };
  const copy = path.join(folder, "..", "src", name);
  // A module cache is read-only, and so would be its copy.
  spawnSync("sh", ["-c", 'mkdir -p "$1" && cp -r "$0/." "$1" && chmod -R u+w "$1"', Dir, copy]);
  cpSync(source, path.join(copy, "cmd", name), { recursive: true });
  go(["build", "-ldflags=-s -w", "-o", built, `./cmd/${name}`], copy);
  return existsSync(built) ? built : undefined;
}

export interface Ran {
  status: number | null;
  stdout: string;
  /** Both streams, for messages. */
  all: string;
}

/** Runs a program to its end, at most two minutes. */
export function runTool(program: string, args: string[], env: Record<string, string> = {}): Ran {
  const run = spawnSync(program, args, {
    encoding: "utf8",
    env: { ...process.env, ...env },
    timeout: 120_000,
    maxBuffer: 64 * 1024 * 1024,
  });
  return { status: run.status, stdout: run.stdout ?? "", all: `${run.stdout}${run.stderr}` };
}

/** Like `runTool`. @throws Error with what the program said, unless it ended well */
export function mustRun(program: string, args: string[], env: Record<string, string> = {}): string {
  const { status, stdout, all } = runTool(program, args, env);
  if (status !== 0)
    throw new Error(`${path.basename(program)} ${args.join(" ")}: ${all.slice(-600)}`);
  return stdout;
}
