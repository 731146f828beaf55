// Older ABIs, expressions and calls by number: what few filters use and every host must answer alike.
import binaryen from "binaryen";
import { describe, expect, test } from "vitest";
import "../vitest/index.ts";
import { encodeCel, parseCel, UnsupportedCel } from "../host/cel.ts";
import { createHostSync, type Host } from "../host/index.ts";
import { probeHost, traceLines } from "./host-probe.ts";

function hostOf(text: string): Host {
  const module = binaryen.parseText(text);
  return createHostSync({
    filters: [{ name: "f", wasm: new Uint8Array(module.emitBinary()) }],
    lean: true,
  });
}

const base = `(memory (export "memory") 1) (func (export "malloc") (param i32) (result i32) (i32.const 64))`;
/** Logs one character. */
const say = (letter: string): string =>
  `(i32.store8 (i32.const 8) (i32.const ${letter.charCodeAt(0)})) (drop (call $log (i32.const 2) (i32.const 8) (i32.const 1)))`;
const log = '(import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))';

function said(host: Host): string {
  return host.logs.map((record) => record.message).join("");
}

describe("ABI 0.1.0", () => {
  test("calls _start, has no end_of_stream, and reads an absent header as empty", async () => {
    const host = hostOf(`(module ${log}
      (import "env" "proxy_get_header_map_value"
        (func $get (param i32 i32 i32 i32 i32) (result i32)))
      ${base}
      (func (export "proxy_abi_version_0_1_0"))
      (func (export "_start") ${say("s")})
      (func (export "proxy_on_request_headers") (param i32 i32) (result i32)
        (if (i32.eqz (call $get (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 16) (i32.const 20)))
          (then (if (i32.eqz (i32.load (i32.const 20))) (then ${say("e")}))))
        (i32.const 0)))`);
    expect(await host.request()).toBeAllowed();
    expect(said(host)).toBe("se");
  });

  test("continues a paused request with proxy_continue_request", async () => {
    const host = hostOf(`(module
      (import "env" "proxy_continue_request" (func $go (result i32)))
      (import "env" "proxy_set_tick_period_milliseconds" (func $tick (param i32) (result i32)))
      (import "env" "proxy_set_effective_context" (func $eff (param i32) (result i32)))
      ${base}
      (func (export "proxy_abi_version_0_1_0"))
      (func (export "proxy_on_vm_start") (param i32 i32) (result i32)
        (drop (call $tick (i32.const 10))) (i32.const 1))
      (func (export "proxy_on_tick") (param i32) (drop (call $eff (i32.const 2))) (drop (call $go)))
      (func (export "proxy_on_request_headers") (param i32 i32) (result i32) (i32.const 1)))`);
    const exchange = await host.request({ hold: true });
    expect(exchange.paused).toBe("request");
    const { clock } = host;
    (clock as unknown as { advance(ms: number): void }).advance(11);
    expect(exchange).toBeAllowed();
  });

  test("0.2 has continue_stream instead", () => {
    const module = `(module (import "env" "proxy_continue_request" (func (result i32))) ${base}
      (func (export "proxy_abi_version_0_2_0")))`;
    expect(() => hostOf(module)).toThrow("missing import: env.proxy_continue_request");
  });
});

describe("start functions", () => {
  test("_initialize goes before main, and _start is not called then", () => {
    const host = hostOf(`(module ${log} ${base}
      (func (export "proxy_abi_version_0_2_1"))
      (func (export "_initialize") ${say("i")})
      (func (export "main") (param i32 i32) (result i32) ${say("m")} (i32.const 0))
      (func (export "_start") ${say("s")}))`);
    expect(said(host)).toBe("im");
  });
});

test("on_foreign_function hands its data over in buffer 8", () => {
  const host = hostOf(`(module ${log}
    (import "env" "proxy_get_buffer_bytes"
      (func $buffer (param i32 i32 i32 i32 i32) (result i32)))
    ${base}
    (func (export "proxy_abi_version_0_2_1"))
    (func (export "proxy_on_foreign_function") (param i32 i32 i32)
      (drop (call $buffer (i32.const 8) (i32.const 0) (i32.const 100) (i32.const 16) (i32.const 20)))
      (drop (call $log (i32.const 2) (i32.load (i32.const 16)) (i32.load (i32.const 20))))))`);
  host.worker(0).plugins[0].root.foreignFunction(7, new TextEncoder().encode("data"));
  expect(said(host)).toBe("data");
});

describe("expressions", () => {
  const attributes: Record<string, string | Uint8Array> = {
    "request\0path": "/p",
    "request\0headers\0x-a": "1",
    "source\0port": Uint8Array.of(80, 0, 0, 0, 0, 0, 0, 0),
    "connection\0mtls": Uint8Array.of(1),
  };
  const value = (text: string): Uint8Array | undefined =>
    encodeCel(parseCel(text)((path) => attributes[path]));

  test.each([
    ["request.path == '/p'", 1],
    ["request.path != \"/p\" || request.headers['x-a'] == '1'", 1],
    ["!(request.path == '/p') && true", 0],
    ["source.port == 80 && connection.mtls", 1],
    ["absent.one == '1' || request.path == '/p'", 1],
    ["absent.one == '1' && false", 0],
  ])("%s is %i", (text, wanted) => {
    expect(value(text)).toEqual(Uint8Array.of(wanted));
  });

  test("give an attribute in its own encoding, and nothing for an absent one", () => {
    expect(value("source.port")).toEqual(attributes["source\0port"]);
    expect(value("absent.one")).toBeUndefined();
  });

  test.each(["this is (", "", "a ==", "a == 'x", "(a", "a b", "a.", "f("])(
    "%j is no CEL",
    (text) => {
      expect(() => parseCel(text)).toThrow(SyntaxError);
    },
  );

  test.each(["size(request.path)", "source.port > 80", "a ? b : c", "[1]", "x in y", "-1"])(
    "%s is more than this host evaluates, and says so",
    (text) => {
      expect(() => parseCel(text)).toThrow(UnsupportedCel);
    },
  );

  test("that fail answer 10, those beyond the host's CEL 12 with a log line", async () => {
    const host = await probeHost({
      requestHeaders: [
        "foreign expr_create response.code_details",
        "foreign expr_evaluate %00%00%00%00",
        "foreign expr_create size(request.path)",
      ],
    });
    await host.request();
    const lines = traceLines(host).filter((line) => line.startsWith("foreign"));
    expect(lines[1]).toMatch(/-> 10/);
    expect(lines[2]).toMatch(/-> 12/);
    expect(host).toHaveLogged("warn", "does not evaluate this part of CEL (call of size)");
  });
});
