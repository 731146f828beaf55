// `npm run test:oci`: the client against Debian's docker-registry, and what it writes against the programs that others read it
// with: crane, skopeo, cosign, Istio's own image fetcher, kubeconform, Envoy. A program that is missing is named, not passed over.
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { moduleOf } from "../../cli/image/module-of.ts";
import { parseReference } from "../../cli/oci/reference.ts";
import { Repository } from "../../cli/oci/registry.ts";
import { copyImage, pullImage, pushImage } from "../../cli/oci/transfer.ts";
import { makeImage } from "../../cli/publish/make-image.ts";
import { Checks, fails, same } from "./checks.ts";
import { checkCrdMatrix } from "./crd-matrix.ts";
import { checkGateways } from "./gateways.ts";
import { checkOutside, open } from "./outside.ts";
import { checkPrintedCases } from "./printed-cases.ts";
import { startRegistry, type RealRegistry, type RegistryMode } from "./real-registry.ts";
import { findTool } from "./tools.ts";
import { checkTwoPaths } from "./two-paths.ts";

const checks = new Checks();
const root = mkdtempSync(path.join(os.tmpdir(), "meshwarden-oci-"));
const image = makeImage({ format: "compat" }, {});
const { digest } = image.manifest;

/** The client itself, against one registry. */
async function checkClient(mode: RegistryMode, registry: RealRegistry): Promise<void> {
  const repository = open(registry, "shield/guard");
  await checks.check(`${mode}: push, and pull by tag and by digest`, async () => {
    await pushImage(repository, image, ["1.0.0"]);
    same((await pullImage(repository, "1.0.0")).manifest.digest, digest);
    same(moduleOf(await pullImage(repository, digest)).length, moduleOf(image).length);
  });
  await checks.check(`${mode}: chunked upload`, async () => {
    const chunked = open(registry, "shield/chunked");
    await pushImage(chunked, image, ["1.0.0"], { chunkBytes: 20_000 });
    same((await pullImage(chunked, "1.0.0")).manifest.digest, digest);
    chunked.close();
  });
  await checks.check(`${mode}: copy with mount, tags`, async () => {
    const other = open(registry, "mirror/guard");
    const states: string[] = [];
    const watched = open(registry, "mirror/guard", {
      onProgress: ({ state }) => void states.push(state),
    });
    same(await copyImage(repository, "1.0.0", watched, ["1.0.0", "1.0"]), digest);
    same(states.filter((state) => state === "mounted").length, 2);
    same((await other.tags()).sort(), ["1.0", "1.0.0"]);
    other.close();
    watched.close();
  });
  if (mode === "htpasswd" || mode === "token") {
    await checks.check(`${mode}: wrong password, and none`, async () => {
      for (const credentials of [{ username: "alice", password: "wrong" }, null]) {
        const stranger = open(registry, "shield/guard", { credentials, retry: { attemptsMax: 1 } });
        await fails(stranger.tags(), mode === "token" ? "refuses the credentials" : "401");
        stranger.close();
      }
    });
  }
  if (mode === "tls") {
    await checks.check("tls: refused without its CA", async () => {
      const { host } = registry;
      const reference = parseReference(`${host.replace("localhost", "127.0.0.1")}/shield/guard`);
      const blind = new Repository(reference, {
        env: {},
        credentials: null,
        ca: [],
        retry: { attemptsMax: 1 },
      });
      await fails(blind.tags(), "certificate");
      blind.close();
    });
  }
  repository.close();
}

async function main(): Promise<number> {
  const program = findTool("docker-registry");
  if (program === undefined) {
    checks.skip(
      "everything with a registry",
      "no docker-registry on PATH (apt install docker-registry)",
    );
  } else {
    for (const mode of ["anonymous", "htpasswd", "token", "tls"] as const) {
      const registry = await startRegistry(program, mode, root);
      try {
        await checkClient(mode, registry);
        if (mode === "anonymous") await checkOutside({ checks, registry, image, root });
      } finally {
        await registry.stop();
      }
    }
  }
  await checkTwoPaths(checks, root);
  await checkGateways(checks, image, root);
  await checkCrdMatrix(checks, root);
  await checkPrintedCases(checks);
  return checks.finish();
}

try {
  process.exitCode = await main();
} finally {
  rmSync(root, { recursive: true, force: true });
}
