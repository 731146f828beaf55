// Programs of others that the registry tests talk to: from PATH, else built through Go's module proxy into .cache/tools/bin. One
// that cannot be had is reported by name, and its checks are named as not run.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
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
  if ((!isOwn && packages[name] === undefined) || onPath("go") === undefined) return undefined;
  mkdirSync(folder, { recursive: true });
  const args = isOwn ? ["build", "-o", built, "."] : ["install", packages[name]!];
  const env = { ...process.env, GOBIN: folder };
  const cwd = isOwn ? source : packageRoot;
  const run = spawnSync("go", args, { cwd, env, encoding: "utf8", timeout: 900_000 });
  return run.status === 0 && existsSync(built) ? built : undefined;
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
