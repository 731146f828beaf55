// examples/own-filter, compiled as a user compiles it: by its own asconfig.json, against the package
// name. It stands for every promise of docs/own-filter.md.
import asc from "assemblyscript/asc";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "../../cli/build/compile.ts";
import { createHost, type Host } from "../host/index.ts";

/** `node_modules/meshwarden/` is this very package. */
const ownPackage = /^.*node_modules\/meshwarden\//;

async function compileExample(): Promise<Uint8Array> {
  let wasm: Uint8Array | undefined;
  const { error, stderr } = await asc.main([], {
    readFile: (name: string, baseDir: string) => {
      const folder = path.join(packageRoot, "examples/own-filter");
      const file = ownPackage.test(name)
        ? path.join(packageRoot, name.replace(ownPackage, ""))
        : path.resolve(folder, baseDir, name);
      return existsSync(file) ? readFileSync(file, "utf8") : null;
    },
    writeFile: (name: string, contents: string | Uint8Array) => {
      if (name.endsWith(".wasm")) wasm = contents as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error !== null || wasm === undefined) throw new Error(`${String(error)}\n${String(stderr)}`);
  return wasm;
}

describe("examples/own-filter", () => {
  let wasm: Uint8Array;
  beforeAll(async () => {
    wasm = await compileExample();
  });
  const load = (config: string): Promise<Host> =>
    createHost({ filters: [{ name: "tenant", wasm: new Uint8Array(wasm), config }] });

  test("lets a request with its tenant pass and counts it", async () => {
    const host = await load("x-tenant");
    const exchange = await host.request({ headers: [["x-tenant", "blue"]] });
    expect(exchange.status).toBe(200);
    expect(exchange.upstream.reached).toBe(true);
    expect(host.metrics.value("tenant.passed")).toBe(1);
  });

  test("answers 400 to a request without a tenant", async () => {
    const host = await load("x-tenant");
    const exchange = await host.request({});
    expect(exchange.status).toBe(400);
    expect(exchange.text()).toBe("name your tenant\n");
    expect(exchange.details).toBe("tenant_missing");
    expect(exchange.upstream.reached).toBe(false);
  });

  test("refuses a configuration that is no header name", async () => {
    await expect(load("two words")).rejects.toThrow();
  });
});
