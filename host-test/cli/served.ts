// `meshwarden serve` as a process of its own in front of an origin of this process: what a user runs, from dist/.
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { packageRoot } from "../../cli/build/sources.ts";

export interface Served {
  port: number;
  adminPort: number;
  process: ChildProcess;
  /** What it printed so far. */
  text(): string;
  /** The first match in what was printed, as soon as it is there. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resident memory in MiB. */
  memoryMiB(): number;
  admin(page: string): Promise<string>;
  /** Exit code once it has ended. */
  ended: Promise<number | null>;
}

/** An origin that answers every request with "ok", unless told otherwise. */
export async function startOrigin(
  answer: RequestListener = (incoming, outgoing) => {
    incoming.resume();
    outgoing.setHeader("content-length", 2);
    outgoing.end("ok");
  },
): Promise<{ server: Server; url: string }> {
  const server = createServer({ keepAliveTimeout: 60_000 }, answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Starts the program's `serve` with these arguments; `script` replaces the program, for what it is compared with. */
export async function serve(argv: string[], script = "cli/bin.js"): Promise<Served> {
  if (!existsSync(path.join(packageRoot, "dist", "cli", "main.js"))) {
    throw new Error("dist/ is missing: run npm run build:node");
  }
  const ports = ["--port", "0", "--admin-port", "0", "--json"];
  const child = spawn(
    process.execPath,
    [path.join(packageRoot, script), "serve", ...ports, ...argv],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let text = "";
  const take = (bytes: Buffer): void => void (text += bytes.toString());
  child.stdout.on("data", take);
  child.stderr.on("data", take);
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const printed = async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const found = pattern.exec(text);
      if (found !== null) return found;
      if (child.exitCode !== null) throw new Error(`it ended before printing ${pattern}: ${text}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const [, place] = await printed(/^(\{.*\})$/m);
  const { url, adminUrl } = JSON.parse(place!) as { url: string; adminUrl: string };
  const port = Number(new URL(url).port);
  const adminPort = Number(new URL(adminUrl).port);
  return {
    port,
    adminPort,
    process: child,
    text: () => text,
    printed,
    memoryMiB: () => memoryMiB(child.pid!),
    admin: async (page) => (await fetch(`http://127.0.0.1:${adminPort}${page}`)).text(),
    ended,
  };
}

function memoryMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024;
}
