// From offsets in a log to lines of AssemblyScript: a release module traps in the host, and its log line, written without a
// source map, gets its places from the command.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compile } from "../../cli/build/compile.ts";
import { encodeScript } from "../cases/script.ts";
import { createHost } from "../host/index.ts";
import { meshwarden } from "./terminal-fixture.ts";

let folder: string;
let log: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), "meshwarden-symbolicate-"));
  const { wasm, sourceMap } = await compile({
    entry: "assembly/probes/trace.ts",
    target: "release",
  });
  writeFileSync(path.join(folder, "trace.wasm"), wasm);
  writeFileSync(path.join(folder, "trace.wasm.map"), sourceMap);
  const lines: string[] = [];
  const host = await createHost({
    filters: [
      { name: "trace", wasm, config: encodeScript({ requestHeaders: ["trap"] }) as string },
    ],
    onLog: ({ message }) => lines.push(message),
  });
  await host.request({ path: "/" });
  log = lines.join("\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

test("a backtrace of a release module names the line that trapped", async () => {
  expect(log).toMatch(/^ +0: +0x[0-9a-f]+ - /m);
  expect(log).not.toContain("assembly/");
  const file = path.join(folder, "envoy.log");
  writeFileSync(file, log);
  const filter = path.join(folder, "trace.wasm");
  const { exitCode, out } = await meshwarden("symbolicate", file, "--filter", filter);
  expect(exitCode).toBe(0);
  expect(out).toMatch(/^ +0: +0x[0-9a-f]+ \(assembly\/probes\/trace\.ts:\d+:\d+\) - /m);
});

test("V8's own form is read too, and other numbers are left alone", async () => {
  const offset = /0x[0-9a-f]+/.exec(log)![0];
  const file = path.join(folder, "v8.log");
  writeFileSync(file, `at wasm://wasm/1a2b:wasm-function[8]:${offset}\nread 0x10 bytes\n`);
  const filter = path.join(folder, "trace.wasm");
  const { out } = await meshwarden("symbolicate", file, "--filter", filter);
  const [frame, other] = out.split("\n");
  expect(frame).toContain(`:${offset} (assembly/probes/trace.ts:`);
  expect(other).toBe("read 0x10 bytes");
});

test("without a map it says how to get one", async () => {
  const result = await meshwarden("symbolicate", "--filter", path.join(folder, "none.wasm"));
  expect(result.exitCode).toBe(2);
  expect(result.err).toContain("run meshwarden build");
});

test("a release module has a name, without which Envoy prints no offsets; its own form is read", async () => {
  const { wasm } = await compile({ entry: "assembly/probes/trace.ts", target: "release" });
  expect(WebAssembly.Module.customSections(new WebAssembly.Module(wasm), "name")).toHaveLength(1);
  // As Envoy 1.40.0 printed it for this probe.
  const file = path.join(folder, "envoy-1.40.log");
  const offset = /0x[0-9a-f]+/.exec(log)![0];
  const said =
    "[error][wasm] [source/extensions/common/wasm/wasm_vm.cc:38] Function: proxy_on_request_headers failed";
  const frame = `  0:  ${offset} - unknown(function index:70)`;
  writeFileSync(
    file,
    `${said}: Uncaught RuntimeError: unreachable\nProxy-Wasm plugin in-VM backtrace:\n${frame}\n`,
  );
  const { out } = await meshwarden(
    "symbolicate",
    file,
    "--filter",
    path.join(folder, "trace.wasm"),
  );
  expect(out).toMatch(
    / 0: {2}0x[0-9a-f]+ \(assembly\/probes\/trace\.ts:\d+:\d+\) - unknown\(function index:70\)/,
  );
});
