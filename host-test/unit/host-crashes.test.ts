// Every way known in which a guest ends the whole Envoy process, each caught with a message that names the call and the
// callback it was made in. The cases of contract/crashes.yaml really end an Envoy (npm run test:envoy -- --crashes).
import binaryen from "binaryen";
import { describe, expect, test } from "vitest";
import { createHostSync, EnvoyCrash, type HostOptions } from "../host/index.ts";
import { probeHost, type ProbeScript } from "./host-probe.ts";

const answer: Partial<HostOptions> = { clusters: { answers: { status: 200 } } };
const callout = "call answers 1000 ~ :method GET :path / :authority a";
const destroyed = "the stream is being destroyed; the reply re-enters it";
const reply = "reply 403 ~ x -1";

const ways: [what: string, script: ProbeScript, call: string, phase: string][] = [
  ["a reply in log", { log: [reply] }, "proxy_send_local_response", "proxy_on_log"],
  ["a reply in done", { done: [reply] }, "proxy_send_local_response", "proxy_on_done"],
  ["a reply in delete", { delete: [reply] }, "proxy_send_local_response", "proxy_on_delete"],
  ["close(request) in log", { log: ["close 0"] }, "proxy_close_stream(0)", "proxy_on_log"],
  ["close(request) in done", { done: ["close 0"] }, "proxy_close_stream(0)", "proxy_on_done"],
  ["close(request) in delete", { delete: ["close 0"] }, "proxy_close_stream(0)", "proxy_on_delete"],
  [
    "continue(response) in the request headers",
    { requestHeaders: ["cont 1"] },
    "proxy_continue_stream(response)",
    "proxy_on_request_headers",
  ],
  [
    "continue(response) in the request body",
    { requestBody: ["cont 1"] },
    "proxy_continue_stream(response)",
    "proxy_on_request_body",
  ],
  [
    "continue(response) from a callout answered in the request phase",
    { requestHeaders: [callout, "return 4"], callResponse: ["eff stream", "cont 1"] },
    "proxy_continue_stream(response)",
    "proxy_on_http_call_response",
  ],
  [
    "close twice in the request headers",
    { requestHeaders: ["close 0", "close 0", "return 4"] },
    "proxy_close_stream",
    "proxy_on_request_headers",
  ],
  [
    "close of both directions in the response headers",
    { responseHeaders: ["close 0", "close 1", "return 4"] },
    "proxy_close_stream",
    "proxy_on_response_headers",
  ],
  [
    "close twice in a callout's answer",
    { requestHeaders: [callout, "return 4"], callResponse: ["eff stream", "close 0", "close 0"] },
    "proxy_close_stream",
    "proxy_on_http_call_response",
  ],
  [
    "a gRPC call without a target",
    { requestHeaders: ["grpc ~ svc.S Method msg 1000"] },
    "proxy_grpc_call",
    "proxy_on_request_headers",
  ],
  [
    "a gRPC stream without a target",
    { requestHeaders: ["gstream ~ svc.S Method"] },
    "proxy_grpc_stream",
    "proxy_on_request_headers",
  ],
  [
    // GrpcService { timeout { seconds: 1 } }: neither envoy_grpc nor google_grpc.
    "a GrpcService that names no target",
    { requestHeaders: ["grpc %1a%02%08%01 svc.S Method msg 1000"] },
    "proxy_grpc_call",
    "proxy_on_request_headers",
  ],
  [
    "a stream with a GrpcService that names no target",
    { responseHeaders: ["gstream %1a%02%08%01 svc.S Method"] },
    "proxy_grpc_stream",
    "proxy_on_response_headers",
  ],
];

describe("what ends an Envoy is refused by call and phase", () => {
  test.each(ways)("%s", async (_, script, call, phase) => {
    const host = await probeHost(script, { ...answer, lean: true });
    const sent = host.request({ body: ["x", "y"] });
    await expect(sent).rejects.toThrow(EnvoyCrash);
    await expect(sent).rejects.toThrow(`would crash Envoy: ${call} in ${phase} (`);
    expect(host.crashes[0]).toMatchObject({ call, phase });
    // The process is gone: nothing more is served.
    await expect(host.request()).rejects.toThrow(EnvoyCrash);
  });

  test("the reason is said as well", async () => {
    const host = await probeHost({ log: [reply] }, { lean: true });
    await expect(host.request()).rejects.toThrow(destroyed);
  });

  test.each([
    ["proxy_log", "(param i32 i32 i32) (result i32)", "i32.const 2", 3],
    ["proxy_get_current_time_nanoseconds", "(param i32) (result i32)", "i32.const 8", 1],
    ["proxy_set_tick_period_milliseconds", "(param i32) (result i32)", "i32.const 8", 1],
  ])("%s from a start section", (name, type, value, count) => {
    const args = `(${value})`.repeat(count);
    const module = binaryen.parseText(`(module
      (import "env" "${name}" (func $call ${type}))
      (memory (export "memory") 1)
      (func (export "proxy_abi_version_0_2_1"))
      (func (export "malloc") (param i32) (result i32) (i32.const 8))
      (func $start (drop (call $call ${args})))
      (start $start))`);
    const wasm = new Uint8Array(module.emitBinary());
    expect(() => createHostSync({ filters: [{ name: "f", wasm }] })).toThrow(
      `would crash Envoy: ${name} in the start section (`,
    );
  });
});

describe("what looks alike and is safe in Envoy", () => {
  const safe: [what: string, script: ProbeScript][] = [
    ["continue(request) twice", { requestHeaders: ["cont 0", "cont 0"] }],
    ["a reply and then continue", { requestHeaders: [reply, "cont 0"] }],
    ["close once", { requestHeaders: ["close 0", "return 4"] }],
    ["closing a downstream of HTTP, twice", { log: ["close 2", "close 3"] }],
  ];
  test.each(safe)("%s", async (_, script) => {
    const host = await probeHost(script, { lean: true });
    await host.request();
    expect(host.crashes).toEqual([]);
  });
});
