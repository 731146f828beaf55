// Printed bootstraps and xds folders in real Envoys: validated, then served, with the pulled module and the capability list that
// came from its imports.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createTcpServer, type AddressInfo } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { loadDeployment } from "../../cli/manifest/deployment.ts";
import { render } from "../../cli/manifest/render.ts";
import { same, type Checks } from "./checks.ts";
import { envoys } from "./envoy-matrix.ts";
import { writeFiles, type Make } from "./printed.ts";
import { waitForPort } from "./real-registry.ts";
import { mustRun } from "./tools.ts";

/** A cluster that filters call, as deployments of these checks name it. */
export const issuer = { clusters: { issuer: { url: "https://issuer.example.com" } } };

interface Upstream {
  address: string;
  /** Method and path of each request. */
  seen: string[];
  close(): void;
}

/** All of it, in each Envoy of the matrix. */
export async function checkPrintedEnvoy(checks: Checks, root: string, make: Make): Promise<void> {
  for (const { binary, version } of envoys(checks)) {
    const short = version.split(".").slice(0, 2).join(".");
    await checks.check(`Envoy ${version} validates the bootstraps`, () => {
      for (const holding of [false, true]) {
        const changes = { upstream: "http://127.0.0.1:1", holding, envoyVersion: short, ...issuer };
        mustRun(binary, [
          "--mode",
          "validate",
          "-l",
          "error",
          "-c",
          make("envoy", "validate", changes),
        ]);
      }
    });
    await checks.check(
      `Envoy ${version} serves with the pulled module and its capability list`,
      () => serve(binary, short, make),
    );
    await checks.check(`Envoy ${version} follows a changed xds folder without a restart`, () =>
      serveXds(binary, short, make, root),
    );
  }
}

async function serve(binary: string, envoyVersion: string, make: Make): Promise<void> {
  const upstream = await startUpstream();
  const port = await freePort();
  const listen = { address: "127.0.0.1", port };
  const file = make("envoy", "serve", { upstream: upstream.address, listen, envoyVersion });
  const child = startEnvoy(binary, file);
  try {
    await waitForPort(port, child);
    const url = `http://127.0.0.1:${port}/`;
    const good = await fetch(url);
    same([good.status, await good.text()], [200, "hello"]);
    same((await fetch(url, { method: "DELETE" })).status, 405);
  } finally {
    child.kill();
    upstream.close();
  }
}

/** The printed folder, then another configuration of the filter, then one that it refuses. */
async function serveXds(
  binary: string,
  envoyVersion: string,
  make: Make,
  root: string,
): Promise<void> {
  const upstream = await startUpstream();
  const port = await freePort();
  const xdsFolder = mkdtempSync(path.join(root, "xds-"));
  const deployment = {
    upstream: upstream.address,
    listen: { address: "127.0.0.1", port },
    envoyVersion,
    xdsFolder,
  };
  make("xds", "serve", deployment);
  const printed = render("xds", loadDeployment(path.join(root, "deployment.yaml")));
  writeFiles(xdsFolder, printed);
  const filter = printed.find(({ name }) => name === "filter-guard.yaml")!.text;
  const child = startEnvoy(binary, path.join(xdsFolder, "bootstrap.yaml"));
  const url = `http://127.0.0.1:${port}/`;
  const put = (text: string): void => {
    writeFileSync(path.join(xdsFolder, "next"), text);
    renameSync(path.join(xdsFolder, "next"), path.join(xdsFolder, "filter-guard.yaml"));
  };
  const deletes = async (): Promise<number> => (await fetch(url, { method: "DELETE" })).status;
  try {
    await waitForPort(port, child);
    same([(await fetch(url)).status, await deletes()], [200, 405]);
    put(filter.replace("GET", "DELETE"));
    for (let waited = 0; waited < 100 && (await deletes()) !== 200; waited++) await sleep(50);
    same([(await fetch(url)).status, await deletes()], [405, 200]);
    put(filter.replace("methods", "nonsense"));
    await sleep(500);
    same([(await fetch(url)).status, await deletes()], [405, 200]);
  } finally {
    child.kill();
    upstream.close();
  }
}

/** A service that answers "hello" and remembers what reached it. */
export async function startUpstream(): Promise<Upstream> {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    response.end("hello");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}`, seen, close: () => void server.close() };
}

export async function freePort(): Promise<number> {
  const probe = createTcpServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

export function startEnvoy(binary: string, file: string): ChildProcess {
  const flags = ["-c", file, "--concurrency", "1", "--disable-hot-restart", "-l", "error"];
  return spawn(binary, flags, { stdio: "ignore" });
}
