// Whose password: docker's config.json, podman's auth.json and the credential helpers that they name. Order and matching follow
// docker: a helper for the very registry, then the general store, then the `auths` entry. Nothing read here is ever printed.
// Sources: docker-credential-helpers protocol; containers-auth.json(5).
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { UserError } from "../exit.ts";

export interface Credentials {
  username: string;
  password: string;
  /** Set instead of a password by stores that keep an OAuth2 refresh token. */
  identityToken?: string;
}

type Environment = Record<string, string | undefined>;

interface AuthFile {
  auths?: Record<
    string,
    { auth?: string; username?: string; password?: string; identitytoken?: string }
  >;
  credHelpers?: Record<string, string>;
  credsStore?: string;
}

/** Files that may hold credentials, the first that exists counts for each kind of tool; docker's before podman's. */
export function credentialFiles(env: Environment): string[] {
  const home = env["HOME"] ?? os.homedir();
  const named = env["REGISTRY_AUTH_FILE"];
  if (named !== undefined && named !== "") return [named];
  const docker = env["DOCKER_CONFIG"] ?? path.join(home, ".docker");
  const runtime = env["XDG_RUNTIME_DIR"];
  const files = [path.join(docker, "config.json")];
  if (runtime !== undefined && runtime !== "")
    files.push(path.join(runtime, "containers", "auth.json"));
  files.push(
    path.join(env["XDG_CONFIG_HOME"] ?? path.join(home, ".config"), "containers", "auth.json"),
  );
  return files;
}

/**
 * Credentials for a registry, or undefined for an anonymous visit.
 * @throws UserError when a file cannot be read or a helper fails for another reason than knowing nothing
 */
export async function findCredentials(
  registry: string,
  repository: string,
  env: Environment,
): Promise<Credentials | undefined> {
  for (const file of credentialFiles(env)) {
    if (!existsSync(file)) continue;
    const found = await fromFile(file, registry, repository, env);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function fromFile(
  file: string,
  registry: string,
  repository: string,
  env: Environment,
): Promise<Credentials | undefined> {
  let config: AuthFile;
  try {
    config = JSON.parse(readFileSync(file, "utf8")) as AuthFile;
  } catch {
    throw new UserError(`${file} holds no readable JSON`, "log in again with docker or podman");
  }
  const names = registryNames(registry);
  for (const name of names) {
    const helper = config.credHelpers?.[name];
    if (helper !== undefined) return askHelper(helper, name, env);
  }
  if (config.credsStore !== undefined && config.credsStore !== "") {
    for (const name of names) {
      const found = await askHelper(config.credsStore, name, env);
      if (found !== undefined) return found;
    }
  }
  for (const key of [...repositoryPrefixes(registry, repository), ...names]) {
    const entry = matchingEntry(config, key);
    if (entry !== undefined) return entry;
  }
  return undefined;
}

/** Names under which a registry may stand in a file; Docker Hub has an old one. */
function registryNames(registry: string): string[] {
  return registry === "docker.io"
    ? ["https://index.docker.io/v1/", "docker.io", "index.docker.io", "registry-1.docker.io"]
    : [registry];
}

/** podman keeps entries for parts of a registry: host/a/b, host/a. */
function repositoryPrefixes(registry: string, repository: string): string[] {
  const parts = repository.split("/");
  return parts.map((_, index) => `${registry}/${parts.slice(0, parts.length - index).join("/")}`);
}

function matchingEntry(config: AuthFile, key: string): Credentials | undefined {
  const plain = (text: string): string =>
    text.replace(/^https?:\/\//, "").replace(/\/(?:v[12]\/?)?$/, "");
  for (const [name, entry] of Object.entries(config.auths ?? {})) {
    if (name !== key && plain(name) !== plain(key)) continue;
    if (entry.identitytoken !== undefined && entry.identitytoken !== "") {
      return { username: entry.username ?? "", password: "", identityToken: entry.identitytoken };
    }
    if (entry.auth !== undefined && entry.auth !== "") {
      const text = Buffer.from(entry.auth, "base64").toString("utf8").replace(/\0+$/, "");
      const colon = text.indexOf(":");
      if (colon > 0) return { username: text.slice(0, colon), password: text.slice(colon + 1) };
    }
    if (entry.username !== undefined && entry.password !== undefined) {
      return { username: entry.username, password: entry.password };
    }
  }
  return undefined;
}

/** Asks `docker-credential-<name> get`, which reads the server's name and answers with JSON. */
async function askHelper(
  name: string,
  server: string,
  env: Environment,
): Promise<Credentials | undefined> {
  const program = `docker-credential-${name}`;
  if (!/^[\w.-]+$/.test(name))
    throw new UserError(`${JSON.stringify(name)} is no credential helper's name`);
  const { code, out } = await run(program, server, env);
  if (code !== 0) {
    if (/credentials not found|no credentials|no such/i.test(out)) return undefined;
    throw new UserError(`${program} failed for ${server}`, "run it by hand, or log in again");
  }
  const { Username, Secret } = JSON.parse(out) as { Username?: string; Secret?: string };
  if (Secret === undefined || Secret === "") return undefined;
  if (Username === "<token>") return { username: "", password: "", identityToken: Secret };
  return { username: Username ?? "", password: Secret };
}

function run(
  program: string,
  input: string,
  env: Environment,
): Promise<{ code: number; out: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, ["get"], {
      stdio: ["pipe", "pipe", "ignore"],
      env: { ...process.env, ...env },
      timeout: 30_000,
    });
    let out = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
    child.on("error", () =>
      reject(
        new UserError(`${program} cannot be run`, "install it, or take it out of config.json"),
      ),
    );
    child.on("close", (code) => resolve({ code: code ?? 1, out }));
    child.stdin.on("error", () => undefined);
    child.stdin.end(`${server(input)}\n`);
  });
}

const server = (text: string): string => text.replace(/[\r\n]/g, "");
