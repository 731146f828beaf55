// The probe of the openapi room as a Node object: a description in, the faults of requests and responses out.
import { compile } from "../../cli/build/compile.ts";
import { instantiate, readString } from "../bridge/specs.ts";
import { pointsOf, type Points } from "../line-coverage/instrument.ts";

export const faults = [
  "path unknown",
  "method unknown",
  "credential missing",
  "parameter missing",
  "parameter invalid",
  "parameter unknown",
  "parameter reserved",
  "body missing",
  "body unexpected",
  "body type",
  "body encoded",
  "body too large",
  "body malformed",
  "body invalid",
  "body undecided",
  "body unread",
  "response unknown",
  "response type",
  "response header",
  "response unread",
  "response malformed",
  "response invalid",
  "response undecided",
] as const;
export type ApiFault = (typeof faults)[number];

export interface ApiRequest {
  method?: string;
  path: string;
  headers?: [string, string][];
  body?: string | Uint8Array;
}

export class OpenApiProbe {
  readonly exports: Record<string, (...args: (number | boolean)[]) => number>;
  readonly memory: WebAssembly.Memory;
  /** Lines that the module counts, when it is an instrumented one. */
  readonly points: Points | undefined;
  private readonly source: number;
  private readonly head: number;

  private constructor(
    module: WebAssembly.Module,
    readonly capacity: number,
  ) {
    const instance = instantiate(module);
    this.points = pointsOf(module);
    this.exports = instance.exports as never;
    this.memory = instance.exports["memory"] as WebAssembly.Memory;
    this.source = this.exports["reserve"]!(capacity);
    this.head = this.exports["reserve"]!(262144);
  }

  static async create(capacity = 1 << 22): Promise<OpenApiProbe> {
    const { wasm } = await compile({ entry: "assembly/probes/openapi/openapi.ts", target: "spec" });
    return new OpenApiProbe(new WebAssembly.Module(wasm), capacity);
  }

  /** Loads a description; what is wrong with it, a line each. */
  load(description: unknown): string[] {
    const text = typeof description === "string" ? description : JSON.stringify(description);
    const length = this.put(this.source, Buffer.from(text));
    return lines(readString(this.memory, this.exports["loadApi"]!(this.source, length)));
  }

  /** Operations of the description. */
  get operations(): number {
    return this.exports["operations"]!();
  }

  /** Faults of these kinds are not looked for; by default reserved characters and credentials. */
  switchOff(...off: ApiFault[]): void {
    this.exports["switchOff"]!(off.reduce((bits, fault) => bits | (1 << faults.indexOf(fault)), 0));
  }

  /** Faults of a request, each as `parameter invalid: name keyword at "/pointer"`. */
  judge(request: ApiRequest): string[] {
    const body = Buffer.from(request.body ?? "");
    const size = this.put(this.head, pairsOf(request));
    const length = this.put(this.source, body);
    this.exports["quiet"]!(false);
    const text = this.exports["judge"]!(this.head, size, this.source, length);
    return lines(readString(this.memory, text)).map(named);
  }

  /** How many faults a request has; nothing is told, and no memory taken. */
  count(request: ApiRequest): number {
    const size = this.put(this.head, pairsOf(request));
    const length = this.put(this.source, Buffer.from(request.body ?? ""));
    this.exports["quiet"]!(true);
    return this.exports["count"]!(this.head, size, this.source, length);
  }

  /** A function that judges the same request again and again, without copying or telling; its memory is never given back. */
  again(request: ApiRequest): () => number {
    const bytes = [pairsOf(request), Buffer.from(request.body ?? "")] as const;
    const [head, body] = bytes.map((part) => this.exports["reserve"]!(part.length + 16));
    const [size, length] = [this.put(head!, bytes[0]), this.put(body!, bytes[1])];
    return () => {
      this.exports["quiet"]!(true);
      return this.exports["count"]!(head!, size, body!, length);
    };
  }

  /** Faults of a response to the request judged last. */
  answer(status: number, headers: [string, string][], body: string): string[] {
    const size = this.put(this.head, pairs(headers));
    const length = this.put(this.source, Buffer.from(body));
    this.exports["quiet"]!(false);
    const text = this.exports["answer"]!(status, this.head, size, this.source, length);
    return lines(readString(this.memory, text)).map(named);
  }

  /** How many faults a response to the request counted last has; no memory is taken. */
  countAnswer(status: number, headers: [string, string][], body: string | Uint8Array): number {
    const size = this.put(this.head, pairs(headers));
    const length = this.put(this.source, Buffer.from(body));
    this.exports["quiet"]!(true);
    return this.exports["countAnswer"]!(status, this.head, size, this.source, length);
  }

  private put(at: number, bytes: Uint8Array): number {
    new Uint8Array(this.memory.buffer, at, bytes.length).set(bytes);
    return bytes.length;
  }
}

const lines = (text: string): string[] => text.split("\n").filter((line) => line !== "");

function named(line: string): string {
  const [, number, rest] = /^(\d+)(?: (.*))?$/.exec(line)!;
  return rest === undefined ? faults[Number(number)]! : `${faults[Number(number)]!}: ${rest}`;
}

function pairsOf({ method = "GET", path, headers = [], body }: ApiRequest): Uint8Array {
  const head: [string, string][] = [
    [":method", body === undefined || method !== "GET" ? method : "POST"],
    [":path", path],
    [":authority", "api.example.com"],
  ];
  return pairs([...head, ...headers]);
}

/** Pairs as the proxy ABI has them: a count, sizes, then names and values, each with a NUL behind. */
function pairs(list: [string, string][]): Uint8Array {
  const texts = list.map(([name, value]) => [Buffer.from(name), Buffer.from(value)] as const);
  const sizes = Buffer.alloc(4 + 8 * list.length);
  sizes.writeUInt32LE(list.length, 0);
  texts.forEach(([name, value], i) => {
    sizes.writeUInt32LE(name.length, 4 + 8 * i);
    sizes.writeUInt32LE(value.length, 8 + 8 * i);
  });
  const nul = Buffer.alloc(1);
  return Buffer.concat([sizes, ...texts.flatMap(([name, value]) => [name, nul, value, nul])]);
}
