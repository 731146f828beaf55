// From a module to a registry and back, by the command line alone.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { FakeRegistry } from "../oci/fake-registry.ts";
import { RegistryPool, smallModule } from "../oci/fixture.ts";
import { memoryTerminal, meshwarden } from "./terminal-fixture.ts";
import { compile } from "../../cli/build/compile.ts";
import { runProgram } from "../../cli/program.ts";

let folder: string;
let wasm: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "meshwarden-publish-"));
  wasm = path.join(folder, "small.wasm");
  writeFileSync(wasm, smallModule());
});
afterAll(() => rmSync(folder, { recursive: true }));

const pool = new RegistryPool();
let registry: FakeRegistry;
beforeEach(async () => {
  registry = await pool.start();
});
afterEach(() => pool.stop());

describe("push and pull", () => {
  test("what is pushed is pulled, inspected and listed", async () => {
    const reference = `${registry.host}/shield/small:1.0.0`;
    const pushed = await meshwarden("push", reference, "--filter", wasm, "--anonymous", "--json");
    expect(pushed.exitCode).toBe(0);
    const { digest, pinned, istio } = JSON.parse(pushed.out) as Record<string, string>;
    expect(pinned).toBe(`${registry.host}/shield/small@${digest}`);
    expect(istio).toBe(true);

    const output = path.join(folder, "pulled.wasm");
    const pulled = await meshwarden("pull", pinned!, "-o", output, "--anonymous", "--json");
    expect(JSON.parse(pulled.out)).toMatchObject({ digest, sizeBytes: smallModule().length });
    expect(readFileSync(output)).toEqual(Buffer.from(smallModule()));

    const inspected = await meshwarden("inspect", reference, "--anonymous");
    expect(inspected.out).toMatch(/Istio +yes/);
    expect(inspected.out).toContain(digest);
    expect((await meshwarden("tags", `${registry.host}/shield/small`, "--anonymous")).out).toBe(
      "1.0.0\n",
    );
  });

  test("bundle gives the digest that push gives, and its layout can be pushed", async () => {
    const tar = path.join(folder, "small.tar");
    const bundled = await meshwarden("bundle", "--filter", wasm, "-o", tar, "--json");
    const { digest } = JSON.parse(bundled.out) as { digest: string };
    const from = await meshwarden(
      "push",
      `${registry.host}/a/b:1`,
      "--from",
      tar,
      "--anonymous",
      "--json",
    );
    const direct = await meshwarden(
      "push",
      `${registry.host}/a/b:2`,
      "--filter",
      wasm,
      "--anonymous",
      "--json",
    );
    expect([from, direct].map(({ out }) => (JSON.parse(out) as { digest: string }).digest)).toEqual(
      [digest, digest],
    );
    expect((await meshwarden("inspect", tar)).out).toContain(digest);
  });

  test("a tag that names another image is not moved, unless asked", async () => {
    const reference = `${registry.host}/a/b:1`;
    await meshwarden("push", reference, "--filter", wasm, "--anonymous");
    const other = ["push", reference, "--filter", wasm, "--anonymous", "--module-version", "2"];
    const refused = await meshwarden(...other);
    expect(refused.exitCode).toBe(2);
    expect(refused.err).toContain("already names another image");
    expect((await meshwarden(...other, "--force")).exitCode).toBe(0);
  });

  test("copy", async () => {
    const other = await pool.start();
    await meshwarden("push", `${registry.host}/a/b:1`, "--filter", wasm, "--anonymous");
    const copied = await meshwarden(
      "copy",
      `${registry.host}/a/b:1`,
      `${other.host}/c/d:1`,
      "--anonymous",
    );
    expect(copied.out.trim()).toBe(registry.tags.get("a/b")!.get("1"));
    expect(other.tags.get("c/d")!.get("1")).toBe(copied.out.trim());
  });

  test.each([
    [["push", "HOST/a/b", "--filter", "WASM"], 2, "names no tag"],
    [["push", "HOST/A/b:1", "--filter", "WASM"], 2, "no repository name"],
    [["push", "HOST/a/b:1", "--filter", "WASM", "--file", "/none/x"], 2, "does not exist"],
    [
      ["push", "HOST/a/b:1", "--filter", "WASM", "--file", "plugin.wasm=WASM"],
      2,
      "cannot be a file's name",
    ],
    [["pull", "HOST/a/b:none"], 3, "404"],
    [["push", "HOST/a/b:1", "--filter", "WASM", "--username", "bob"], 2, "--password-stdin"],
    [["inspect", "nothing"], 2, "meshwarden build"],
  ])("%j ends in %i", async (argv, exitCode, text) => {
    const words = argv.map((word) => word.replace("HOST", registry.host).replace("WASM", wasm));
    const anonymous = words.includes("--username") || words[0] === "inspect" ? [] : ["--anonymous"];
    const result = await meshwarden(...words, ...anonymous);
    expect(result.err).toContain(text);
    expect(result.exitCode).toBe(exitCode);
  });

  test("a changed blob is a matter of trust, and leaves no file", async () => {
    const reference = `${registry.host}/a/b:1`;
    await meshwarden("push", reference, "--filter", wasm, "--anonymous");
    for (const [digest, bytes] of registry.blobs)
      registry.blobs.set(digest, Buffer.from(bytes).fill(7, 20, 21));
    const output = path.join(folder, "never.wasm");
    const result = await meshwarden("pull", reference, "-o", output, "--anonymous", "--json");
    expect(result.exitCode).toBe(4);
    expect(JSON.parse(result.out)).toMatchObject({ error: { exitCode: 4 } });
    expect(existsSync(output)).toBe(false);
  });

  test("a module that Envoy would not load is not pushed", async () => {
    const broken = path.join(folder, "broken.wasm");
    writeFileSync(broken, Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
    const result = await meshwarden(
      "push",
      `${registry.host}/a/b:1`,
      "--filter",
      broken,
      "--anonymous",
    );
    expect(result.exitCode).toBe(2);
    expect(result.err).toContain("no proxy-Wasm filter");
    expect(registry.seen).toEqual([]);
  });
});

test("serve takes its filter from a registry", async () => {
  const { wasm: gate } = await compile({ entry: "assembly/probes/gate.ts", target: "release" });
  const file = path.join(folder, "gate.wasm");
  writeFileSync(file, gate);
  const reference = `${registry.host}/own/gate:1`;
  expect((await meshwarden("push", reference, "--filter", file, "--anonymous")).exitCode).toBe(0);
  const config = path.join(folder, "gate.yaml");
  writeFileSync(config, "gate: { deny: evil }\n");
  const terminal = memoryTerminal();
  terminal.env = { XDG_CACHE_HOME: path.join(folder, "cache") };
  const controller = new AbortController();
  const url = new Promise<string>((resolve) => {
    const write = terminal.err;
    terminal.err = (text) => {
      write(text);
      const found = /serving on (http:\S+?),?\s/.exec(text);
      if (found !== null) resolve(found[1]!);
    };
  });
  const running = runProgram(
    [
      "serve",
      `oci://${reference}`,
      "-c",
      config,
      "--anonymous",
      "--port",
      "0",
      "--upstream",
      `http://${registry.host}`,
    ],
    terminal,
    controller.signal,
  );
  const address = await Promise.race([
    url,
    running.then((code) => `ended ${code}: ${terminal.written.err}`),
  ]);
  expect((await fetch(`${address}/v2/`, { headers: { "x-word": "evil" } })).status).toBe(403);
  controller.abort();
  expect(await running).toBe(0);
});
