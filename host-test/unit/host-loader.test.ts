// What Envoy refuses to load, with its words; hand-written modules, one defect each.
import binaryen from "binaryen";
import { describe, expect, test } from "vitest";
import { createHostSync, LoadError } from "../host/index.ts";
import { probeHost } from "./host-probe.ts";

const marker = '(func (export "proxy_abi_version_0_2_1"))';
const malloc = '(func (export "malloc") (param i32) (result i32) (i32.const 8))';
const memory = '(memory (export "memory") 1)';

function load(...parts: string[]): void {
  const module = binaryen.parseText(`(module ${parts.join("\n")})`);
  createHostSync({ filters: [{ name: "f", wasm: new Uint8Array(module.emitBinary()) }] });
}

describe("the loader", () => {
  test("takes a module with a marker, memory and malloc", () => {
    expect(() => load(marker, memory, malloc)).not.toThrow();
  });

  test("takes proxy_on_memory_allocate instead of malloc", () => {
    const allocate = malloc.replace("malloc", "proxy_on_memory_allocate");
    expect(() => load(marker, memory, allocate)).not.toThrow();
  });

  test.each([
    ["no ABI marker", [memory, malloc], "Missing or unknown Proxy-Wasm ABI version"],
    ["no allocator", [marker, memory], "Wasm module is missing malloc function."],
    [
      "an import nobody has",
      ['(import "env" "abort" (func (param i32 i32 i32 i32)))', marker, memory, malloc],
      "Failed to load Wasm module due to a missing import: env.abort",
    ],
    [
      "a host function of ABI 0.1.0",
      ['(import "env" "proxy_clear_route_cache" (func (result i32)))', marker, memory, malloc],
      "Failed to load Wasm module due to a missing import: env.proxy_clear_route_cache",
    ],
    [
      "an import of another type",
      ['(import "env" "proxy_log" (func (param i32 i32) (result i32)))', marker, memory, malloc],
      "import type mismatch for function: env.proxy_log, want: i32 i32 -> i32",
    ],
    [
      "a callback of another type",
      [
        marker,
        memory,
        malloc,
        '(func (export "proxy_on_request_headers") (param i32 i32) (result i32) (i32.const 0))',
      ],
      "Bad function signature for: proxy_on_request_headers, want: i32 i32 i32 -> i32, " +
        "but the module exports: i32 i32 -> i32",
    ],
    ["junk", [], "Missing or unknown Proxy-Wasm ABI version"],
  ])("refuses %s", (_, parts, message) => {
    expect(() => load(...parts)).toThrow(LoadError);
    expect(() => load(...parts)).toThrow(message);
  });

  test("refuses bytes that are no module", () => {
    const wasm = Uint8Array.of(0, 1, 2, 3);
    expect(() => createHostSync({ filters: [{ name: "f", wasm }] })).toThrow(
      /^Failed to load Wasm code/,
    );
  });

  test("an ABI 0.1.0 module has the old host functions and reads absent headers as empty", () => {
    const module = binaryen.parseText(`(module
      (import "env" "proxy_get_header_map_value"
        (func $get (param i32 i32 i32 i32 i32) (result i32)))
      (import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))
      ${memory} ${malloc}
      (data (i32.const 64) "x-absent") (data (i32.const 80) "0")
      (func (export "proxy_abi_version_0_1_0"))
      (func (export "proxy_on_request_headers") (param i32 i32) (result i32)
        (i32.store8 (i32.const 80) (i32.add (i32.const 48)
          (call $get (i32.const 0) (i32.const 64) (i32.const 8) (i32.const 16) (i32.const 20))))
        (drop (call $log (i32.const 2) (i32.const 80) (i32.const 1)))
        (i32.const 0)))`);
    const wasm = new Uint8Array(module.emitBinary());
    const host = createHostSync({ filters: [{ name: "old", wasm }] });
    const exchange = host.requestSync();
    expect(exchange.status).toBe(200);
    expect(exchange.logs.map((record) => record.message)).toEqual(["0"]);
  });

  test("says what the guest said before it refused its configuration", async () => {
    const failed = await probeHost({ configure: ["log 4 no%20such%20key", "return 0"] }).catch(
      (error: unknown) => error,
    );
    expect(failed).toBeInstanceOf(LoadError);
    const { message, logs } = failed as LoadError;
    expect(message).toBe("Failed to configure base Wasm plugin (plugin probe)");
    expect(logs.map((record) => record.message)).toContain("no such key");
  });
});
