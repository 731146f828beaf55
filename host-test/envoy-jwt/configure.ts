// How long a real Envoy takes for one proxy_on_configure of jwt.wasm with five providers, by the times of its own trace log: each
// with a key of another kind, so that every known-answer test and every engine probe is in it.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { packageRoot } from "../../cli/build/compile.ts";
import { bootstrap, wasmFilter } from "./bootstrap.ts";
import { keyFor, keySet } from "./issuer.ts";

/** Longest time a configuration may take. */
const limitMs = 50;

export async function configure(binary: string): Promise<string[]> {
  const algorithms = ["RS256", "PS512", "ES256", "ES384", "EdDSA"];
  const providers = Object.fromEntries(
    algorithms.map((alg) => [
      alg,
      {
        issuer: `https://${alg}.example`,
        localJwks: { inlineString: keySet(keyFor(alg)) },
      },
    ]),
  );
  const file = path.join(packageRoot, "build", "jwt.wasm");
  const folder = mkdtempSync(path.join(tmpdir(), "meshwarden-jwt-"));
  const config = path.join(folder, "envoy.json");
  writeFileSync(config, JSON.stringify(bootstrap([wasmFilter(file, { providers })])));
  const times = await timesOf(binary, config);
  rmSync(folder, { recursive: true, force: true });
  const shown = times.map((ms) => ms.toFixed(1)).join(", ");
  console.log(`configure with five providers: ${shown} ms (canary, main thread, worker)`);
  if (times.length < 3) return [`only ${times.length} configurations were seen`];
  const slow = times.filter((ms) => ms > limitMs);
  return slow.length === 0 ? [] : [`${slow.length} took longer than ${limitMs} ms`];
}

/** Milliseconds of each configure callback, from the lines that V8 logs before and after it. */
function timesOf(binary: string, config: string): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const flags = ["--concurrency", "1", "--disable-hot-restart", "-l", "off"];
    const log = ["--component-log-level", "wasm:trace", "--log-format", "%t %S.%f %v"];
    const child = spawn(binary, ["-c", config, ...flags, ...log], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    const open = new Map<string, number>();
    const times: number[] = [];
    let rest = "";
    child.stderr.setEncoding("latin1");
    const stop = setTimeout(() => child.kill("SIGKILL"), 15_000);
    child.stderr.on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      for (const line of lines) {
        const match = /^(\d+) (\d+)\.(\d+) (.*proxy_on_configure.*)$/.exec(line);
        if (match === null) continue;
        const [, thread, seconds, fraction, what] = match;
        const at = Number(seconds) * 1000 + Number(`0.${fraction}`) * 1000;
        if (what.includes("[host->vm]")) open.set(thread, at);
        else if (open.has(thread)) {
          times.push((at - open.get(thread)! + 60_000) % 60_000);
          open.delete(thread);
        }
      }
      if (times.length >= 3) child.kill("SIGKILL");
    });
    child.on("error", reject);
    child.on("exit", () => {
      clearTimeout(stop);
      resolve(times);
    });
  });
}
