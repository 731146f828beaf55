// A small image, and a client whose clock waits for nothing and writes down how long it would have waited.
import { buildImage, imageAnnotations, type ImageFormat } from "../../cli/image/image.ts";
import type { Clock } from "../../cli/oci/clock.ts";
import type { Image } from "../../cli/oci/manifest.ts";
import { RegistryError } from "../../cli/oci/failure.ts";
import { parseReference } from "../../cli/oci/reference.ts";
import { Repository, type RegistryOptions } from "../../cli/oci/registry.ts";
import { FakeRegistry, type FakeOptions } from "./fake-registry.ts";
import { readFacts } from "../../cli/wasm/facts.ts";

/** The smallest module that calls itself a filter: exports proxy_abi_version_0_2_1 and a page of memory. */
export function smallModule(padding = 0): Uint8Array {
  const name = [...new TextEncoder().encode("proxy_abi_version_0_2_1")];
  const sections = [
    [1, 4, 1, 0x60, 0, 0],
    [3, 2, 1, 0],
    [5, 3, 1, 0, 1],
    [7, name.length + 4, 1, name.length, ...name, 0, 0],
    [10, 4, 1, 2, 0, 0x0b],
  ];
  const bytes = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()];
  return Uint8Array.from(padding > 0 ? bytes.concat(custom(padding)) : bytes);
}

function custom(size: number): number[] {
  const content = [1, 0x70].concat(Array.from({ length: size }, (_, i) => (i * 7919) & 0xff));
  const length = [];
  for (let rest = content.length; ; rest >>>= 7) {
    length.push(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest);
    if (rest <= 0x7f) break;
  }
  return [0, ...length].concat(content);
}

export function smallImage(format: ImageFormat = "compat", padding = 0): Image {
  const wasm = smallModule(padding);
  const facts = readFacts(wasm, "small");
  const created = "2026-01-02T03:04:05Z";
  const annotations = imageAnnotations(facts, { title: "small", version: "1.0.0", created });
  const files = [{ name: "README.md", bytes: new TextEncoder().encode("# small\n") }];
  return buildImage({ wasm, facts, format, files, annotations, created });
}

/** Time that passes only when someone sleeps. */
export class VirtualClock implements Clock {
  waitsMs: number[] = [];
  #nowMs = Date.parse("2026-01-01T00:00:00Z");
  nowMs(): number {
    return this.#nowMs;
  }
  pass(ms: number): void {
    this.#nowMs += ms;
  }
  sleep(ms: number): Promise<void> {
    this.waitsMs.push(ms);
    this.#nowMs += ms;
    return Promise.resolve();
  }
  random(): number {
    return 0.5;
  }
}

export function repositoryAt(
  host: string,
  name: string,
  options: RegistryOptions = {},
): { repository: Repository; clock: VirtualClock } {
  const clock = new VirtualClock();
  const reference = parseReference(`${host}/${name}`);
  const repository = new Repository(reference, { env: {}, credentials: null, clock, ...options });
  return { repository, clock };
}

/** Registries that a test starts, stopped after it. */
export class RegistryPool {
  readonly #started: FakeRegistry[] = [];

  async start(options?: FakeOptions): Promise<FakeRegistry> {
    const made = await new FakeRegistry(options).start();
    this.#started.push(made);
    return made;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#started.splice(0).map((made) => made.stop()));
  }
}

/** "digest 4": kind and exit code of the failure that some work ends in. */
export async function kindOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "no failure";
  } catch (error) {
    if (error instanceof RegistryError) return `${error.kind} ${error.exitCode}`;
    throw error;
  }
}
