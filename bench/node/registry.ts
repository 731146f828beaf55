// Push and pull of a bundle of 1 MiB as whole processes, ours and crane's, in turns, against Debian's docker-registry on loopback.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { packageRoot } from "../../cli/build/sources.ts";
import { smallModule } from "../../host-test/oci/fixture.ts";
import { startRegistry } from "../../host-test/oci/real-registry.ts";
import { findTool } from "../../host-test/oci/tools.ts";
import type { Bench, Row } from "../record.ts";

const rounds = 15;
const sizeBytes = 2 ** 20;

/** @throws Error when docker-registry or crane cannot be had */
export async function registryBench(): Promise<Bench> {
  const server = findTool("docker-registry");
  const crane = findTool("crane");
  if (server === undefined || crane === undefined)
    throw new Error("needs docker-registry (apt-get install docker-registry) and crane");
  const root = mkdtempSync(path.join(os.tmpdir(), "meshwarden-bench-"));
  const registry = await startRegistry(server, "anonymous", root);
  try {
    const module = path.join(root, "own.wasm");
    writeFileSync(module, smallModule(sizeBytes));
    const cli = path.join(packageRoot, "cli", "bin.js");
    const image = path.join(root, "image.tar");
    const ours = (...args: string[]): number => timed(process.execPath, [cli, ...args, "--quiet"]);
    const theirs = (...args: string[]): number => timed(crane, [...args, "--insecure"]);
    const times: Record<string, number[]> = {
      start: [],
      "crane start": [],
      push: [],
      "crane push": [],
      pull: [],
      "crane pull": [],
    };
    for (let round = 0; round <= rounds; round++) {
      // A repository of its own for each push, so that the blobs are always sent.
      const repository = `${registry.host}/r${round}`;
      const push = ours("push", `${repository}/ours:1`, "--filter", module);
      if (round === 0) execFileSync(crane, ["pull", `${repository}/ours:1`, image, "--insecure"]);
      const cranePush = theirs("push", image, `${repository}/theirs:1`);
      const pull = ours("pull", `${repository}/ours:1`, "-o", path.join(root, "pulled.wasm"));
      const cranePull = theirs("pull", `${repository}/theirs:1`, path.join(root, "pulled.tar"));
      const start = ours("push", "--help");
      const craneStart = timed(crane, ["version"]);
      // The first round warms caches.
      if (round === 0) continue;
      times["start"].push(start);
      times["crane start"].push(craneStart);
      times["push"].push(push);
      times["crane push"].push(cranePush);
      times["pull"].push(pull);
      times["crane pull"].push(cranePull);
    }
    const [start, craneStart] = [median(times["start"]), median(times["crane start"])];
    const row = (name: string, own: number, rival: number): Row => ({
      name,
      "meshwarden, ms": own.toFixed(0),
      "crane, ms": rival.toFixed(0),
      ratio: (own / rival).toFixed(2),
    });
    const rows = [row("start and end of the program", start, craneStart)];
    for (const name of ["push", "pull"]) {
      const [own, rival] = [median(times[name]), median(times[`crane ${name}`])];
      rows.push(
        row(name, own, rival),
        row(`${name}, start taken off`, own - start, rival - craneStart),
      );
    }
    return {
      name: "registry",
      title: "Push and pull",
      command: "npm run bench -- registry",
      about:
        `A module of 1 MiB as an image, wall time of whole processes (start included), median of ${rounds} rounds in turns. ` +
        "The rival is crane (Go), with the image as a file; our push also makes the image. Ratios below 1 mean that ours is faster.",
      rows,
    };
  } finally {
    await registry.stop();
    rmSync(root, { recursive: true, force: true });
  }
}

function timed(program: string, args: string[]): number {
  const started = performance.now();
  const { status, stderr } = spawnSync(program, args, { encoding: "utf8" });
  const tookMs = performance.now() - started;
  if (status !== 0) throw new Error(`${path.basename(program)} ${args[0]}: ${stderr}`);
  return tookMs;
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
