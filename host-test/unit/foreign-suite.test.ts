// The readers of foreign expectations: a suite that reads its expectations wrong passes for nothing, so the readers are held
// to the formats' own rules, and a promise that is not kept must show.
import binaryen from "binaryen";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { judge } from "../foreign/check.ts";
import { googleChecks } from "../foreign/google-suite.ts";
import { parseHttp1 } from "../foreign/http1.ts";
import { parseTextProto } from "../foreign/textproto.ts";

describe("the text format", () => {
  test("nests, repeats, joins strings and reads escapes", () => {
    const text = `# a comment
      test { name: "a\\x41\\102\\n" "b" 'c' list: [1, "two"] list < inner: true > }
      test: { name: "Ü" };`;
    expect(parseTextProto(text)).toEqual({
      test: [
        { name: ["aAB\nbc"], list: ["1", "two", { inner: ["true"] }] },
        { name: ["\xc3\x9c"] },
      ],
    });
  });

  test.each(["a {", 'a: "unfinished', "{ }", "a: §"])("refuses %s", (text) => {
    expect(() => parseTextProto(text)).toThrow(SyntaxError);
  });
});

test("a head as HTTP/1 text becomes Envoy's form", () => {
  expect(parseHttp1("GET http://h:1/p?q HTTP/1.1\r\nHost: other\r\nA:  b \r\n", true)).toEqual([
    [":authority", "h:1"],
    [":path", "/p?q"],
    [":method", "GET"],
    [":scheme", "http"],
    ["a", "b"],
  ]);
  expect(parseHttp1("HTTP/1.1 404 No\nX: y", false)).toEqual([
    [":status", "404"],
    ["x", "y"],
  ]);
  expect(() => parseHttp1("nonsense", true)).toThrow(SyntaxError);
});

describe("a suite of Google's", () => {
  /** A filter that answers 403 "no" to everything and says so. */
  const wasm = new Uint8Array(
    binaryen
      .parseText(
        `(module
          (import "env" "proxy_send_local_response"
            (func $reply (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
          (import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))
          (memory (export "memory") 1)
          (func (export "proxy_abi_version_0_2_1"))
          (func (export "malloc") (param i32) (result i32) (i32.const 1024))
          (data (i32.const 64) "no")
          (func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
            (drop (call $log (i32.const 2) (i32.const 64) (i32.const 2)))
            (drop (call $reply (i32.const 403) (i32.const 0) (i32.const 0) (i32.const 64)
              (i32.const 2) (i32.const 0) (i32.const 0) (i32.const -1)))
            (i32.const 1)))`,
      )
      .emitBinary(),
  );

  function suite(result: string): string {
    const folder = mkdtempSync(join(tmpdir(), "meshwarden-suite-"));
    const tests = `proxy_wasm_tests(\n    plugins = [":plugin_go.wasm"],\n    tests = ":t.textpb",\n)\n`;
    writeFileSync(join(folder, "BUILD"), tests);
    writeFileSync(
      join(folder, "t.textpb"),
      `test { name: "one" request_headers { input { header { key: "a" value: "b" } } result { ${result} } } }`,
    );
    return folder;
  }

  const failuresOf = async (result: string): Promise<string[]> => {
    const checks = googleChecks(suite(result), "Go");
    const filter = { project: "p", name: "n", language: "Go" as const, wasm, checks };
    return (await judge(filter)).failures;
  };

  test("holds what is met", async () => {
    const met = 'immediate { http_status: 403 } body { exact: "no" } log { regex: "n." }';
    expect(await failuresOf(met)).toEqual([]);
  });

  test.each([
    ["a status", "immediate { http_status: 401 }", "status 403, not 401"],
    ["a body", 'immediate {} body { exact: "yes" }', "body"],
    ["a log line", 'immediate {} log { exact: "yes" }', "log"],
    ["the absence of a log line", 'immediate {} log { exact: "no" invert: true }', "log"],
    ["no answer of its own", 'has_header { key: "a" value: "b" }', "answered 403 by itself"],
  ])("shows when %s is not met", async (_, result, message) => {
    const failures = await failuresOf(result);
    expect(failures).toHaveLength(1);
    expect(failures[0]).toContain(message);
  });

  test("is for the builds that it names", () => {
    expect(googleChecks(suite(""), "Rust")).toEqual([]);
  });
});
