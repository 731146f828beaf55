// The real rate-limit service, github.com/envoyproxy/ratelimit, with a Redis of its own: found or built, started on free ports of the
// loopback, stopped with everything it wrote. Needs `redis-server` on PATH, and Go to build the service once into `.rls/`.
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { packageRoot } from "../../cli/build/compile.ts";

const module = "github.com/envoyproxy/ratelimit/src/service_cmd";
const version = "v1.4.1-0.20260122083618-3fb702589d36";

/** The service or Redis is not there; the message says what to do. */
export class RlsMissing extends Error {
  override name = "RlsMissing";
}

/** Path of the service: MESHWARDEN_RLS, `.rls/service_cmd`, or built there with Go. */
export function findService(): string {
  const named = process.env["MESHWARDEN_RLS"];
  if (named !== undefined && named !== "") return named;
  const folder = path.join(packageRoot, ".rls");
  const binary = path.join(folder, "service_cmd");
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  const run = spawnSync("go", ["install", `${module}@${version}`], {
    env: { ...process.env, GOBIN: folder },
    encoding: "utf8",
    timeout: 600_000,
  });
  if (run.status !== 0) {
    const why = run.error?.message ?? run.stderr;
    throw new RlsMissing(
      `the rate-limit service could not be built: ${why}\nInstall Go 1.25 or newer, or name a binary in MESHWARDEN_RLS.`,
    );
  }
  return binary;
}

export async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export class RealService {
  /** Port of its gRPC listener. */
  readonly port: number;
  private readonly redisPort: number;
  private readonly folder: string;
  private readonly redis: ChildProcess;
  private readonly service: ChildProcess;

  private constructor(
    port: number,
    redisPort: number,
    folder: string,
    redis: ChildProcess,
    service: ChildProcess,
  ) {
    this.port = port;
    this.redisPort = redisPort;
    this.folder = folder;
    this.redis = redis;
    this.service = service;
  }

  /** @param rules the YAML of its configuration */
  static async begin(rules: string): Promise<RealService> {
    if (spawnSync("redis-server", ["--version"]).status !== 0)
      throw new RlsMissing(
        "redis-server is not on PATH; Debian and Ubuntu: apt-get install redis-server",
      );
    const binary = findService();
    const folder = mkdtempSync(path.join(os.tmpdir(), "meshwarden-rls-"));
    const [redisPort, port, httpPort, debugPort] = [
      await freePort(),
      await freePort(),
      await freePort(),
      await freePort(),
    ];
    mkdirSync(path.join(folder, "data", "ratelimit", "config"), { recursive: true });
    writeFileSync(path.join(folder, "data", "ratelimit", "config", "rules.yaml"), rules);
    const redis = spawn(
      "redis-server",
      ["--port", String(redisPort), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
      { stdio: "ignore", cwd: folder },
    );
    const env = {
      PATH: process.env["PATH"],
      HOST: "127.0.0.1",
      PORT: String(httpPort),
      DEBUG_HOST: "127.0.0.1",
      DEBUG_PORT: String(debugPort),
      GRPC_HOST: "127.0.0.1",
      GRPC_PORT: String(port),
      REDIS_SOCKET_TYPE: "tcp",
      REDIS_URL: `127.0.0.1:${redisPort}`,
      RUNTIME_ROOT: path.join(folder, "data"),
      RUNTIME_SUBDIRECTORY: "ratelimit",
      RUNTIME_WATCH_ROOT: "false",
      DISABLE_STATS: "true",
      LOG_LEVEL: "error",
      LIMIT_RESPONSE_HEADERS_ENABLED: "true",
    };
    const service = spawn(binary, [], { env, stdio: "ignore" });
    const real = new RealService(port, redisPort, folder, redis, service);
    await healthy(httpPort);
    return real;
  }

  /** Forgets all counts. */
  async flush(): Promise<void> {
    const socket = net.connect(this.redisPort, "127.0.0.1");
    socket.write("FLUSHALL\r\n");
    await new Promise((resolve) => socket.once("data", resolve));
    socket.destroy();
  }

  /** Nobody listens any more. */
  async kill(): Promise<void> {
    const gone = new Promise((resolve) => this.service.once("exit", resolve));
    this.service.kill("SIGKILL");
    await gone;
  }

  async stop(): Promise<void> {
    if (this.service.exitCode === null && this.service.signalCode === null) await this.kill();
    const gone = new Promise((resolve) => this.redis.once("exit", resolve));
    this.redis.kill("SIGKILL");
    await gone;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function healthy(port: number): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) {
    try {
      if ((await fetch(`http://127.0.0.1:${port}/healthcheck`)).status === 200) return;
    } catch {
      // Not listening yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new RlsMissing("the rate-limit service did not become healthy within 20 s");
}
