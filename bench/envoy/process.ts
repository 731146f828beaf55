// One Envoy process and what it costs: CPU time from the kernel's own accounting of its threads. Its log goes to a file: the worker
// writes log lines itself, and before a pipe that this process empties it waits until this process is scheduled.
import { spawn, type ChildProcess } from "node:child_process";
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";

export interface EnvoyProcess {
  /** Port of the listener named `http`. */
  port: number;
  pid: number;
  /** Nanoseconds of CPU that all threads of the process have used so far. */
  cpuNs(): number;
  /** Resident memory in bytes. */
  residentBytes(): number;
  /** Value of a counter or gauge whose name contains `part`; 0 when there is none. */
  stat(part: string): Promise<number>;
  /** Seconds from the start of the process until the listener answered. */
  readySeconds: number;
  stop(): Promise<void>;
}

/** Starts Envoy on a bootstrap given as an object (JSON is YAML); ports in it should be 0. */
export async function startEnvoy(
  binary: string,
  bootstrap: object,
  workers = 1,
): Promise<EnvoyProcess> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "meshwarden-bench-"));
  const config = path.join(folder, "envoy.json");
  const adminFile = path.join(folder, "admin");
  const logFile = path.join(folder, "log");
  writeFileSync(config, JSON.stringify(bootstrap));
  const log = openSync(logFile, "a");
  const started = performance.now();
  const child = spawn(
    binary,
    [
      "-c",
      config,
      "--concurrency",
      String(workers),
      "--disable-hot-restart",
      "-l",
      "error",
      "--admin-address-path",
      adminFile,
    ],
    { stdio: ["ignore", "ignore", log] },
  );
  closeSync(log);
  const port = await listenerPort(child, adminFile, () => readFileSync(logFile, "utf8"));
  const pid = child.pid!;
  return {
    port,
    pid,
    cpuNs: () => cpuNs(pid),
    residentBytes: () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) * 1024,
    async stat(part: string): Promise<number> {
      const admin = readFileSync(adminFile, "utf8").trim();
      const text = await (await fetch(`http://${admin}/stats?usedonly`)).text();
      const line = text.split("\n").find((candidate) => candidate.includes(part));
      return line === undefined ? 0 : Number(line.slice(line.lastIndexOf(":") + 1));
    },
    readySeconds: (performance.now() - started) / 1000,
    async stop(): Promise<void> {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function listenerPort(
  child: ChildProcess,
  adminFile: string,
  errors: () => string,
): Promise<number> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null)
      throw new Error(`envoy exited with ${child.exitCode}:\n${errors()}`);
    try {
      const admin = readFileSync(adminFile, "utf8").trim();
      const answer = await fetch(`http://${admin}/listeners?format=json`);
      const { listener_statuses: listeners } = (await answer.json()) as {
        listener_statuses?: { local_address: { socket_address: { port_value: number } } }[];
      };
      const port = listeners?.[0]?.local_address.socket_address.port_value;
      if (port !== undefined && (await fetch(`http://127.0.0.1:${port}/ready-probe`)).status > 0)
        return port;
    } catch {
      // Not there yet: the admin file appears before the listener does.
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`envoy did not listen within 60 s:\n${errors()}`);
}

/** Sum over the threads of the first field of schedstat: exact, where utime and stime are sampled in ticks of 10 ms. */
function cpuNs(pid: number): number {
  let sum = 0;
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    sum += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, "utf8").split(" ")[0]);
  }
  return sum;
}
