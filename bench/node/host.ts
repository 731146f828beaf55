// The test host itself: how long a test waits for a fresh proxy, and how many whole requests a second it runs.
import { compile } from "../../cli/build/compile.ts";
import {
  createHostSync,
  runWorkers,
  type Host,
  type RequestInit,
} from "../../host-test/host/index.ts";
import type { Bench, Row } from "../record.ts";
import { limitsOnly } from "../envoy/limits.ts";

const get: RequestInit = {
  path: "/cart?item=42",
  headers: [
    ["user-agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"],
    ["accept", "text/html,application/xhtml+xml"],
    ["x-tenant", "blue"],
  ],
};

const post: RequestInit = {
  ...get,
  method: "POST",
  headers: [...get.headers!, ["content-type", "application/json"]],
  body: ['{"item":42,', '"size":"xl"}'],
};

/** A unique custom section defeats the engine's cache of compiled modules: this is what a cold process pays. */
function padded(wasm: Uint8Array, bytes: number, salt: number): Uint8Array<ArrayBuffer> {
  const name = [4, 0x73, 0x61, 0x6c, 0x74];
  const payload = Math.max(8, bytes - wasm.length);
  const size = payload + name.length;
  const head = [0, (size & 0x7f) | 0x80, ((size >> 7) & 0x7f) | 0x80, (size >> 14) & 0x7f, ...name];
  const out = new Uint8Array(wasm.length + head.length + payload);
  out.set(wasm);
  out.set(head, wasm.length);
  new DataView(out.buffer).setUint32(wasm.length + head.length, salt, true);
  return out;
}

export async function hostBench(): Promise<Bench> {
  // The cold figure is for a filter of 100 KB; guard.wasm with every stage is larger.
  const validate = (await compile({ entry: "assembly/filters/validate.ts", target: "release" }))
    .wasm;
  const guard = (await compile({ entry: "assembly/filters/guard.ts", target: "release" })).wasm;
  const empty = (await compile({ entry: "assembly/probes/empty.ts", target: "release" })).wasm;
  const config = JSON.stringify(limitsOnly);
  const rows: Row[] = [];

  const cold: number[] = [];
  for (let i = 0; i < 40; i++) {
    const wasm = padded(validate, 100_000, i);
    const start = performance.now();
    const host = createHostSync({ filters: [{ name: "validate", wasm, config }] });
    await host.request(get);
    cold.push(performance.now() - start);
  }
  rows.push({
    name: "cold load + first request of validate.wasm, 100 KB (ms, median of 40)",
    value: median(cold).toFixed(2),
  });

  const module = new WebAssembly.Module(guard);
  const fresh: number[] = [];
  for (let i = 0; i < 200; i++) {
    const start = performance.now();
    createHostSync({ filters: [{ name: "guard", wasm: module, config }], lean: true });
    fresh.push(performance.now() - start);
  }
  rows.push({
    name: "fresh configured VM from a compiled module (ms, median of 200)",
    value: median(fresh).toFixed(2),
  });

  for (const [name, wasm, filterConfig] of [
    ["empty filter", empty, "{}"],
    ["guard, limits only", guard, config],
  ] as const) {
    const host = createHostSync({
      filters: [{ name: "f", wasm, config: filterConfig }],
      logLevel: "off",
    });
    for (const [shape, init] of [
      ["GET", get],
      ["POST with two body chunks", post],
    ] as const) {
      rows.push({
        name: `${name}, ${shape} (whole flows a second)`,
        value: Math.round(await flowsPerSecond(host, init)),
      });
    }
  }
  const many = createHostSync({
    filters: [{ name: "f", wasm: guard, config }],
    logLevel: "off",
    lean: true,
    workers: 32,
  });
  rows.push({
    name: "guard, limits only, 32 workers interleaved at every host call (flows a second)",
    value: Math.round(interleavedPerSecond(many)),
  });
  return {
    name: "host",
    title: "The Node host",
    command: "npm run bench -- host",
    about:
      "Cold: a module the engine has not seen, padded to at least 100 KB, loaded as Envoy does (base, canary, main thread, " +
      "worker) and asked once. A flow is a whole request through the chain with upstream and client, on one core.",
    rows,
  };
}

/** The seeded scheduler lets other workers run inside a quarter of all host calls. */
function interleavedPerSecond(host: Host): number {
  const slices: number[] = [];
  for (let slice = 0; slice < 8; slice++) {
    const flows = 2000;
    const start = performance.now();
    runWorkers(host, { flows, request: () => get });
    if (slice > 0) slices.push((flows * 1000) / (performance.now() - start));
  }
  return median(slices);
}

async function flowsPerSecond(host: Host, init: RequestInit): Promise<number> {
  for (let i = 0; i < 2000; i++) await host.request(init);
  const slices: number[] = [];
  for (let slice = 0; slice < 20; slice++) {
    const start = performance.now();
    for (let i = 0; i < 1000; i++) await host.request(init);
    slices.push(1_000_000 / (performance.now() - start));
  }
  return median(slices);
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}
