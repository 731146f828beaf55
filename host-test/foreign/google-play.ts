// Plays one test of Google's samples: its phases become frames of a stream, and after each the state of the headers, the
// bytes that went on, the answer and the log are held against what the test expects.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createHostSync, VirtualClock, type Header, type Host } from "../host/index.ts";
import type { FilterChain } from "../host/filter-chain.ts";
import { parseHttp1 } from "./http1.ts";
import { Expectation, type Observed } from "./google-expect.ts";
import type { TextMessage } from "./textproto.ts";

export interface PlayInit {
  wasm: Uint8Array;
  folder: string;
  config: string | Uint8Array;
  env: TextMessage;
  test: TextMessage;
}

const levels = ["info", "trace", "debug", "info", "warn", "error", "critical"] as const;
const levelNames = ["UNDEFINED", "TRACE", "DEBUG", "INFO", "WARN", "ERROR", "CRITICAL"];
const requestHead: Header[] = [
  [":authority", "test.example"],
  [":path", "/"],
  [":method", "GET"],
  [":scheme", "http"],
];

export class GooglePlay {
  readonly #init: PlayInit;
  readonly #host: Host;
  #chain!: FilterChain;
  #logsSeen = 0;
  #upstreamBytes: Uint8Array[] = [];
  #clientBytes: Uint8Array[] = [];
  #answer: Header[] | undefined;

  constructor(init: PlayInit) {
    this.#init = init;
    const { env, test, wasm, config } = init;
    const level = levelNames.indexOf(String(env["log_level"]?.[0] ?? "UNDEFINED"));
    const properties: Record<string, Uint8Array> = {};
    for (const entry of (test["properties"] ?? []) as TextMessage[]) {
      properties[String(entry["path"]?.[0])] = Buffer.from(
        String(entry["value"]?.[0] ?? ""),
        "latin1",
      );
    }
    this.#host = createHostSync({
      filters: [
        { name: "test", wasm, config, allowedCapabilities: this.#callbacksWanted(), vmId: "" },
      ],
      lean: true,
      clock: new VirtualClock(Number(env["time_secs"]?.[0] ?? 0) * 1000),
      logLevel: levels[level],
      properties,
    });
  }

  /** A test without request phases never calls those callbacks: they are switched off as a capability. */
  #callbacksWanted(): string[] | undefined {
    const { test, wasm } = this.#init;
    if (test["request_headers"] !== undefined || test["request_body"] !== undefined) {
      return undefined;
    }
    const module = new WebAssembly.Module(wasm as Uint8Array<ArrayBuffer>);
    const names = [...WebAssembly.Module.imports(module), ...WebAssembly.Module.exports(module)];
    return names.map((entry) => entry.name).filter((name) => !name.startsWith("proxy_on_request_"));
  }

  run(): void {
    const { test } = this.#init;
    this.#expect("plugin_init", test["plugin_init"]?.[0] as TextMessage | undefined, []);
    this.#open();
    const first = (test["request_headers"]?.[0] ?? {}) as TextMessage;
    const head = this.#headers(first, true);
    // Envoy takes the scheme from x-forwarded-proto, which its TLS listener would have set.
    const scheme = head.find(([name]) => name === ":scheme")?.[1];
    if (scheme !== undefined) head.push(["x-forwarded-proto", scheme]);
    this.#chain.requestHeaders(head.length > 0 ? head : requestHead, false);
    const seen = this.#observed("request");
    this.#check("stream_init", { log: [], ...pick(test["stream_init"]?.[0], "log") }, seen);
    this.#check("request_headers", result(first), seen);
    this.#body("request_body", "request");
    if (this.#answer === undefined) this.#respond();
    const destroy = test["stream_destroy"]?.[0] as TextMessage | undefined;
    if (destroy !== undefined) {
      this.#chain.clientReset();
      this.#check("stream_destroy", pick(destroy, "log"), this.#observed("response"));
    }
    const trap = this.#host.traps[0];
    if (trap !== undefined) throw new Error(`the filter trapped: ${trap.message}`);
  }

  #respond(): void {
    const { test } = this.#init;
    const phase = test["response_headers"]?.[0] as TextMessage | undefined;
    if (phase === undefined && test["response_body"] === undefined) return;
    if (test["request_body"] === undefined) this.#chain.requestData(new Uint8Array(0), true);
    if (this.#host.clock instanceof VirtualClock) this.#host.clock.turn();
    const head = phase === undefined ? [] : this.#headers(phase, false);
    const status: Header[] = head.some(([name]) => name === ":status") ? [] : [[":status", "200"]];
    this.#chain.responseHeaders([...status, ...head], false);
    if (phase !== undefined) {
      this.#check("response_headers", result(phase), this.#observed("response"));
    }
    this.#body("response_body", "response");
  }

  #open(): void {
    const none = (): void => undefined;
    this.#chain = this.#host.worker(0).openChain(
      {
        upstreamHeaders: none,
        upstreamData: (bytes) => this.#upstreamBytes.push(bytes.slice()),
        upstreamTrailers: none,
        upstreamReset: none,
        clientHeaders: (headers) => (this.#answer = headers.slice()),
        clientData: (bytes) => this.#clientBytes.push(bytes.slice()),
        clientTrailers: none,
        clientReset: none,
      },
      {},
    );
  }

  #body(field: "request_body" | "response_body", direction: "request" | "response"): void {
    const phases = (this.#init.test[field] ?? []) as TextMessage[];
    for (const [index, phase] of phases.entries()) {
      if (direction === "request" && this.#answer !== undefined) return;
      const last = index === phases.length - 1;
      this.#upstreamBytes = [];
      this.#clientBytes = [];
      const pieces = this.#chunks(this.#content(phase));
      for (const [at, piece] of pieces.entries()) {
        const end = last && at === pieces.length - 1;
        if (direction === "request") this.#chain.requestData(piece, end);
        else this.#chain.responseData(piece, end);
      }
      this.#check(field, result(phase), this.#observed(direction));
    }
  }

  #chunks(body: Uint8Array): Uint8Array[] {
    const { test } = this.#init;
    const count = Number(test["num_chunks"]?.[0] ?? 0);
    const size = count > 0 ? Math.floor(body.length / count) : Number(test["chunk_size"]?.[0] ?? 0);
    if (size <= 0) return [body];
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < body.length; at += size) {
      const final = count > 0 && pieces.length === count - 1;
      pieces.push(body.slice(at, final ? body.length : at + size));
      if (final) break;
    }
    return pieces;
  }

  #content(phase: TextMessage): Uint8Array {
    const input = (phase["input"]?.[0] ?? {}) as TextMessage;
    const file = input["file"]?.[0];
    if (typeof file === "string") return readFileSync(join(this.#init.folder, file));
    return Buffer.from(String(input["content"]?.[0] ?? ""), "latin1");
  }

  #headers(phase: TextMessage, isRequest: boolean): Header[] {
    const input = (phase["input"]?.[0] ?? {}) as TextMessage;
    if (input["file"] !== undefined || input["content"] !== undefined) {
      return parseHttp1(Buffer.from(this.#content(phase)).toString("latin1"), isRequest);
    }
    return ((input["header"] ?? []) as TextMessage[]).map((header): Header => [
      String(header["key"]?.[0]).toLowerCase(),
      String(header["value"]?.[0] ?? ""),
    ]);
  }

  #observed(direction: "request" | "response"): Observed {
    const logs = this.#host.logs.slice(this.#logsSeen).map((record) => record.message);
    this.#logsSeen = this.#host.logs.length;
    const denied = this.#chain.denied;
    const entries = direction === "request" ? this.#chain.decode : this.#chain.encode;
    return {
      headers: denied ? (this.#answer ?? []) : (entries.headers?.entries ?? []),
      body: Buffer.concat(
        denied || direction === "response" ? this.#clientBytes : this.#upstreamBytes,
      ).toString("latin1"),
      denied,
      status: Number(this.#answer?.find(([name]) => name === ":status")?.[1] ?? 0),
      details: this.#chain.details,
      logs,
    };
  }

  #expect(phase: string, expected: TextMessage | undefined, headers: Header[]): void {
    const logs = this.#host.logs.map((record) => record.message);
    this.#logsSeen = logs.length;
    const seen = { headers, body: "", denied: false, status: 0, details: "", logs };
    if (expected !== undefined) this.#check(phase, pick(expected, "log"), seen);
  }

  #check(phase: string, expected: TextMessage, seen: Observed): void {
    new Expectation(this.#init.folder, expected).hold(phase, seen);
  }
}

function result(phase: TextMessage): TextMessage {
  return (phase["result"]?.[0] ?? {}) as TextMessage;
}

function pick(message: unknown, field: string): TextMessage {
  const values = (message as TextMessage | undefined)?.[field];
  return values === undefined ? {} : { [field]: values };
}
