// Imports that no Envoy has: refused by name with a word on whose they are, taken when their pack is asked for. And the
// WASI names of Envoy's link table, all of them under both module names.
import binaryen from "binaryen";
import { describe, expect, test } from "vitest";
import { createHostSync, type Host, type VendorPack } from "../host/index.ts";
import { assemblyscript, gcore, higress } from "../host/vendor/index.ts";
import { wasiSignatures } from "../host/wasi.ts";

const marker = '(func (export "proxy_abi_version_0_2_1"))';
const frame = `(memory (export "memory") 1)
  (global $top (mut i32) (i32.const 4096))
  (func (export "malloc") (param i32) (result i32) (local i32)
    (local.set 1 (global.get $top))
    (global.set $top (i32.add (global.get $top) (local.get 0)))
    (local.get 1))`;

function build(...parts: string[]): Uint8Array {
  const module = binaryen.parseText(`(module ${parts.join("\n")})`);
  return new Uint8Array(module.emitBinary());
}

function start(wasm: Uint8Array, vendors?: VendorPack[]): Host {
  return createHostSync({ filters: [{ name: "f", wasm, vendors }], lean: true });
}

describe("an import of another vendor", () => {
  test.each([
    ["proxy_redis_call", "Higress", "(param i32 i32 i32 i32 i32) (result i32)"],
    ["proxy_get_secret", "Gcore FastEdge", "(param i32 i32 i32 i32) (result i32)"],
    ["abort", "AssemblyScript's default", "(param i32 i32 i32 i32)"],
    [
      "proxy_clear_route_cache",
      "a host function of ABI 0.1.0, this module is of 0.2.1",
      "(result i32)",
    ],
  ])("%s fails the load and says whose it is", (name, whose, type) => {
    const wasm = build(`(import "env" "${name}" (func ${type}))`, marker, frame);
    expect(() => start(wasm)).toThrow(
      `Failed to load Wasm module due to a missing import: env.${name}`,
    );
    expect(() => start(wasm)).toThrow(whose);
  });

  test("one of nobody known is named, and no more", () => {
    const wasm = build('(import "env" "proxy_levitate" (func))', marker, frame);
    expect(() => start(wasm)).toThrow(/missing import: env\.proxy_levitate$/);
  });

  test("Higress's marker is no ABI for Envoy, and its pack knows it", () => {
    const wasm = build('(func (export "proxy_abi_version_0_2_100"))', frame);
    expect(() => start(wasm)).toThrow("Missing or unknown Proxy-Wasm ABI version");
    expect(start(wasm, [higress()]).requestSync().status).toBe(200);
    // The same bytes again without the pack: what was learnt with it does not stick.
    expect(() => start(wasm)).toThrow("Missing or unknown Proxy-Wasm ABI version");
  });

  test("a Redis call of Higress is answered on the root context, its response in buffer 9", () => {
    const wasm = build(
      '(import "env" "proxy_redis_init" (func $init (param i32 i32 i32 i32 i32 i32 i32) (result i32)))',
      '(import "env" "proxy_redis_call" (func $call (param i32 i32 i32 i32 i32) (result i32)))',
      '(import "env" "proxy_get_buffer_bytes" (func $get (param i32 i32 i32 i32 i32) (result i32)))',
      '(import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))',
      marker,
      frame,
      '(data (i32.const 64) "redis") (data (i32.const 80) "PING")',
      `(func (export "proxy_on_configure") (param i32 i32) (result i32)
         (i32.eqz (call $init (i32.const 64) (i32.const 5) (i32.const 0) (i32.const 0)
           (i32.const 0) (i32.const 0) (i32.const 1000))))`,
      `(func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
         (drop (call $call (i32.const 64) (i32.const 5) (i32.const 80) (i32.const 4) (i32.const 16)))
         (i32.const 0))`,
      `(func (export "proxy_on_redis_call_response") (param i32 i32 i32 i32)
         (drop (call $get (i32.const 9) (i32.const 0) (local.get 3) (i32.const 20) (i32.const 24)))
         (drop (call $log (i32.const 2) (i32.load (i32.const 20)) (i32.load (i32.const 24)))))`,
    );
    const asked: string[] = [];
    const redis = (cluster: string, query: Uint8Array): string => {
      asked.push(`${cluster} ${new TextDecoder().decode(query)}`);
      return "+PONG\r\n";
    };
    const host = start(wasm, [higress({ redis })]);
    const exchange = host.requestSync();
    expect(asked).toEqual(["redis PING"]);
    expect(exchange.logs.map((record) => record.message)).toContain("+PONG\r\n");
  });

  test("a secret of Gcore is given, an absent one is NotFound, and each call is counted and refused on demand", () => {
    const wasm = build(
      '(import "env" "proxy_get_secret" (func $get (param i32 i32 i32 i32) (result i32)))',
      '(import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))',
      marker,
      frame,
      '(data (i32.const 64) "key") (data (i32.const 80) "0")',
      `(func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
         (i32.store8 (i32.const 80) (i32.add (i32.const 48)
           (call $get (i32.const 64) (i32.const 3) (i32.const 16) (i32.const 20))))
         (drop (call $log (i32.const 2) (i32.const 80) (i32.const 1)))
         (drop (call $log (i32.const 2) (i32.load (i32.const 16)) (i32.load (i32.const 20))))
         (i32.const 0))`,
    );
    const host = start(wasm, [gcore({ secrets: { key: "s3cret" } })]);
    expect(host.requestSync().logs.map((record) => record.message)).toEqual(["0", "s3cret"]);
    host.faults.refuse("proxy_get_secret");
    expect(host.requestSync().logs[0].message).toBe(":");
    const absent = start(wasm, [gcore()]).requestSync();
    expect(absent.logs[0].message).toBe("1");
    expect(absent.cost.hostCallsByName["proxy_get_secret"]).toBe(1);
  });

  test("AssemblyScript's abort is a trap with its words", () => {
    const wasm = build(
      '(import "env" "abort" (func $abort (param i32 i32 i32 i32)))',
      marker,
      frame,
      // "no" as asc stores it: UTF-16 behind its byte length.
      '(data (i32.const 60) "\\04\\00\\00\\00n\\00o\\00")',
      `(func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
         (call $abort (i32.const 64) (i32.const 0) (i32.const 7) (i32.const 3)) (i32.const 0))`,
    );
    const exchange = start(wasm, [assemblyscript()]).requestSync();
    expect(exchange.status).toBe(503);
    expect(exchange.trap?.message).toBe("abort: no in :7:3");
  });
});

describe("WASI", () => {
  const types: Record<string, string> = { i: "i32", I: "i64" };
  const signature = (text: string): string => {
    const [params, results] = text.split(">").map((letters) => [...letters].map((l) => types[l]));
    const words = (kind: string, list: string[]): string =>
      list.length === 0 ? "" : `(${kind} ${list.join(" ")})`;
    return `${words("param", params)} ${words("result", results)}`;
  };

  test.each(["wasi_unstable", "wasi_snapshot_preview1"])(
    "all 45 names of Envoy's link table load under %s",
    (module) => {
      const names = Object.entries(wasiSignatures);
      expect(names).toHaveLength(45);
      const imports = names.map(
        ([name, type]) => `(import "${module}" "${name}" (func ${signature(type)}))`,
      );
      expect(start(build(...imports, marker, frame)).requestSync().status).toBe(200);
    },
  );

  test("what WASI has and Envoy has not, or has otherwise, is refused in Envoy's words", () => {
    const load = (text: string): (() => Host) => {
      const wasm = build(`(import "wasi_snapshot_preview1" ${text})`, marker, frame);
      return () => start(wasm);
    };
    expect(load('"proc_raise" (func (param i32) (result i32))')).toThrow(
      "Failed to load Wasm module due to a missing import: wasi_snapshot_preview1.proc_raise",
    );
    expect(load('"path_link" (func (param i32 i32 i32 i32 i32 i32 i32) (result i32))')).toThrow(
      "import type mismatch for function: wasi_snapshot_preview1.path_link",
    );
  });
});

describe("Emscripten's older output", () => {
  test("imports memory and table in sizes of its own, and both extras", () => {
    const wasm = build(
      '(import "env" "memory" (memory $0 300 400))',
      '(import "env" "table" (table 2000 3000 funcref))',
      '(import "env" "pthread_equal" (func (param i32 i32) (result i32)))',
      '(import "env" "emscripten_notify_memory_growth" (func (param i32)))',
      marker,
      '(func (export "malloc") (param i32) (result i32) (i32.const 8))',
      // A place that only a memory of 300 pages has.
      `(func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
         (i32.store (i32.const 19660000) (i32.const 1)) (i32.const 0))`,
    );
    expect(start(wasm).requestSync().status).toBe(200);
  });

  test("_start alone is called, _initialize comes before main", () => {
    const order = (exports: string): string => {
      const wasm = build(
        '(import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))',
        marker,
        frame,
        '(data (i32.const 64) "smi")',
        `(func $say (param i32) (drop (call $log (i32.const 2) (local.get 0) (i32.const 1))))
         ${exports}`,
      );
      return start(wasm)
        .logs.map((record) => record.message)
        .join("");
    };
    const startFunction = '(func (export "_start") (call $say (i32.const 64)))';
    const mainFunction =
      '(func (export "main") (param i32 i32) (result i32) (call $say (i32.const 65)) (i32.const 0))';
    const initialize = '(func (export "_initialize") (call $say (i32.const 66)))';
    expect(order(startFunction)).toBe("s");
    expect(order(initialize + mainFunction)).toBe("im");
    expect(order(startFunction + initialize)).toBe("i");
  });
});
