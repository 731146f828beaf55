// One Envoy process: start, wait until it is live, read its logs by case, ask its admin interface, stop.
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface LogRecord {
  thread: string;
  level: string;
  logger: string;
  message: string;
  /** Milliseconds since the process started, for quiet periods. */
  at: number;
}

export interface AccessRecord {
  caseId: string;
  /** Port of the client's socket. */
  clientPort: number;
  status: number;
  details: string;
}

/** Envoy did not get ready; `log` holds what it said. */
export class EnvoyFailed extends Error {
  override name = "EnvoyFailed";
  readonly log: string;
  constructor(message: string, log: string) {
    super(`${message}\n${log.slice(-3000)}`);
    this.log = log;
  }
}

const startLimitMs = 30_000;

export class EnvoyProcess {
  readonly log: LogRecord[] = [];
  readonly access: AccessRecord[] = [];
  /** Lines that do not follow the log format (crash reports). */
  raw = "";
  exitCode: number | null | undefined;
  signal: string | null = null;
  private readonly child: ChildProcess;
  readonly folder: string;
  private admin = "";
  private readonly started = performance.now();
  private lastLogAt = 0;

  private constructor(
    binary: string,
    folder: string,
    config: unknown,
    workers: number,
    extra: string[],
  ) {
    this.folder = folder;
    const file = path.join(folder, "envoy.json");
    writeFileSync(file, JSON.stringify(config));
    const flags = ["-c", file, "--concurrency", String(workers), "--disable-hot-restart"];
    const logging = [
      "-l",
      "warning",
      "--component-log-level",
      "wasm:info",
      "--log-format",
      "%t|%l|%n|%v",
    ];
    const flush = [
      "--file-flush-interval-msec",
      "5",
      "--admin-address-path",
      path.join(folder, "admin"),
    ];
    this.child = spawn(binary, [...flags, ...logging, ...flush, ...extra], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    lines(this.child.stderr!, (line) => this.logLine(line));
    lines(this.child.stdout!, (line) => this.accessLine(line));
    this.child.on("exit", (code, signal) => {
      this.exitCode = code;
      this.signal = signal;
    });
  }

  /** Temporary folder for wasm files and configuration; removed by `stop`. */
  static folder(): string {
    return mkdtempSync(path.join(tmpdir(), "meshwarden-envoy-"));
  }

  /** @throws EnvoyFailed when it exits or is not live within 30 s. */
  static async start(
    binary: string,
    folder: string,
    config: unknown,
    workers = 1,
    extra: string[] = [],
  ): Promise<EnvoyProcess> {
    const envoy = new EnvoyProcess(binary, folder, config, workers, extra);
    while (!(await envoy.isLive())) {
      if (envoy.exitCode !== undefined) {
        // stderr may still hold the reason
        await sleep(20);
        const log = envoy.text();
        envoy.stop();
        throw new EnvoyFailed(`Envoy exited with ${String(envoy.exitCode ?? envoy.signal)}`, log);
      }
      if (envoy.now() > startLimitMs) {
        const log = envoy.text();
        envoy.stop();
        throw new EnvoyFailed(`Envoy was not ready after ${startLimitMs} ms`, log);
      }
      await sleep(20);
    }
    return envoy;
  }

  get running(): boolean {
    return this.exitCode === undefined;
  }

  now(): number {
    return performance.now() - this.started;
  }

  text(): string {
    return this.log.map((l) => `${l.level} ${l.logger} ${l.message}`).join("\n") + this.raw;
  }

  /** Resolves after no log line came for `quietMs`. */
  async quiet(quietMs: number): Promise<void> {
    const from = this.now();
    for (;;) {
      const idle = this.now() - Math.max(this.lastLogAt, from);
      if (idle >= quietMs || !this.running) return;
      await sleep(Math.max(2, quietMs - idle));
    }
  }

  /** GET an admin path. */
  async get(target: string): Promise<string> {
    const answer = await fetch(`http://${this.admin}${target}`);
    return answer.text();
  }

  async post(target: string): Promise<string> {
    return (await fetch(`http://${this.admin}${target}`, { method: "POST" })).text();
  }

  /** Port of each listener by name. */
  async ports(): Promise<Map<string, number>> {
    const text = await this.get("/listeners?format=json");
    const { listener_statuses: list } = JSON.parse(text) as {
      listener_statuses: {
        name: string;
        local_address: { socket_address: { port_value: number } };
      }[];
    };
    return new Map(list.map((l) => [l.name, l.local_address.socket_address.port_value]));
  }

  stop(): void {
    if (this.running) this.child.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async isLive(): Promise<boolean> {
    const file = path.join(this.folder, "admin");
    if (this.admin === "") {
      if (!existsSync(file)) return false;
      this.admin = readFileSync(file, "utf8").trim();
      if (this.admin === "") return false;
    }
    try {
      return (await this.get("/ready")).startsWith("LIVE");
    } catch {
      return false;
    }
  }

  private logLine(line: string): void {
    const [thread, level, logger, ...rest] = line.split("|");
    this.lastLogAt = this.now();
    if (rest.length === 0 || !/^\d+$/.test(thread)) {
      const last = this.log.at(-1);
      if (last === undefined) this.raw += `${line}\n`;
      else last.message += `\n${line}`;
      return;
    }
    this.log.push({ thread, level, logger, message: rest.join("|"), at: this.lastLogAt });
  }

  private accessLine(line: string): void {
    const match = /^(\S+) \S*?:(\d+) (\d+) (.*)$/.exec(line);
    if (match === null) return;
    const [, caseId, port, status, details] = match;
    this.access.push({ caseId, clientPort: Number(port), status: Number(status), details });
  }
}

function lines(stream: NodeJS.ReadableStream, each: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("latin1");
  stream.on("data", (text: string) => {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    parts.forEach(each);
  });
  stream.on("end", () => {
    if (rest !== "") each(rest);
  });
}
