// An answer reaches the stream that waits for it, and nobody else: unknown tokens, dead streams and
// streams that gave up waiting stay untouched, and a start that failed leaves nothing behind.
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { compileProbe, GuestHost } from "./sdk-host.ts";

describe("callouts", () => {
  let module: WebAssembly.Module;
  let host: GuestHost;
  let effective: number[];
  const alive = new Set<number>();
  beforeAll(async () => {
    module = await compileProbe("assembly/probes/callouts.ts");
  });
  beforeEach(() => {
    host = new GuestHost(module);
    effective = [];
    alive.clear();
    alive.add(1);
    let http = 0;
    let grpc = 1;
    host.answers["proxy_http_call"] = (...args) => token(args[9]!, (http += 4));
    host.answers["proxy_grpc_call"] = (...args) => token(args[11]!, (grpc += 4));
    host.answers["proxy_set_effective_context"] = (id) => {
      effective.push(id!);
      return alive.has(id!) ? 0 : 2;
    };
    call("context_create", 1, 0);
  });

  function token(slot: number, value: number): number {
    new DataView(host.memory.buffer).setUint32(slot, value, true);
    return 0;
  }
  const call = (name: string, ...args: number[]): number =>
    host.exports[`proxy_on_${name}`]!(...args);
  function open(id: number): number {
    alive.add(id);
    call("context_create", id, 1);
    return call("request_headers", id, 1, 1);
  }

  test("an HTTP answer continues the stream that asked", () => {
    expect([open(2), open(3)]).toEqual([4, 4]);
    effective = [];
    call("http_call_response", 1, 8, 1, 0, 0);
    expect(effective).toEqual([3]);
    expect(host.count("proxy_continue_stream")).toBe(1);
    call("http_call_response", 1, 8, 1, 0, 0);
    expect(host.count("proxy_continue_stream")).toBe(1);
  });

  test("a reset callout is answered 503", () => {
    open(2);
    call("http_call_response", 1, 4, 0, 0, 0);
    expect(host.count("proxy_send_local_response")).toBe(1);
  });

  test("answers for dead streams and unknown tokens touch nothing", () => {
    open(2);
    call("log", 2);
    call("delete", 2);
    open(3);
    call("http_call_response", 1, 4, 1, 0, 0);
    call("http_call_response", 1, 4000, 1, 0, 0);
    call("grpc_close", 1, 5, 14);
    call("grpc_receive", 1, 6, 3);
    expect(host.count("proxy_continue_stream")).toBe(0);
    expect(host.count("proxy_send_local_response")).toBe(0);
  });

  test("a stream that the host forgot is not acted on", () => {
    open(2);
    alive.delete(2);
    call("http_call_response", 1, 4, 1, 0, 0);
    expect(host.count("proxy_continue_stream")).toBe(0);
  });

  test("a start that fails pauses nothing", () => {
    host.answers["proxy_http_call"] = () => 2;
    expect(open(2)).toBe(0);
    host.exports["setMode"]!(1);
    host.answers["proxy_grpc_call"] = () => 10;
    expect(open(3)).toBe(0);
    call("grpc_close", 1, 5, 14);
    expect(host.count("proxy_send_local_response")).toBe(0);
  });

  test("a callout that never comes back is answered within its limit", () => {
    open(2);
    for (let second = 0; second < 9; second++) call("tick", 1);
    expect(host.count("proxy_send_local_response")).toBe(1);
    call("http_call_response", 1, 4, 1, 0, 0);
    expect(host.count("proxy_continue_stream")).toBe(0);
  });

  test("a negative timeout and an empty target are refused", () => {
    host.exports["setMode"]!(2);
    expect(open(2)).toBe(0);
    expect(host.exports["startStatus"]!()).toBe(256);
    host.exports["setMode"]!(3);
    expect(open(3)).toBe(0);
    expect(host.exports["startStatus"]!()).toBe(256);
    expect(host.calls).not.toContain("proxy_http_call");
    expect(host.calls).not.toContain("proxy_grpc_call");
  });

  test("a unary gRPC call names its cluster in a GrpcService message and ends with its message", () => {
    host.exports["setMode"]!(1);
    let target = "";
    host.answers["proxy_grpc_call"] = (...args) => {
      target = host.text(args[0]!, args[1]!);
      return token(args[11]!, 5);
    };
    expect(open(2)).toBe(4);
    expect(target).toBe("\x0a\x88\x00\x0a\x85\x00authz");
    call("grpc_receive", 1, 5, 0);
    expect(host.count("proxy_continue_stream")).toBe(1);
    call("grpc_close", 1, 5, 14);
    expect(host.count("proxy_send_local_response")).toBe(0);
  });

  test("100,000 callouts leave memory where it was", () => {
    for (let id = 2; id < 100; id++) exchange(id);
    const bytes = host.memory.buffer.byteLength;
    for (let id = 100; id < 100_100; id++) exchange(id);
    expect(host.memory.buffer.byteLength).toBe(bytes);
    host.calls.length = 0;
  });

  function exchange(id: number): void {
    open(id);
    call("http_call_response", 1, 4 * (id - 1), 1, 0, 0);
    call("delete", id);
  }

  test("an update of shared data gives up after its tries", () => {
    host.answers["proxy_set_shared_data"] = () => 8;
    expect(host.exports["countUp"]!(5)).toBe(8);
    expect(host.exports["updateTurns"]!()).toBe(5);
  });

  test("an update creates a missing key without overwriting somebody else's", () => {
    let cas = 0;
    host.answers["proxy_get_shared_data"] = () => 1;
    host.answers["proxy_set_shared_data"] = (...args) => {
      cas = args[4]!;
      return 0;
    };
    expect(host.exports["countUp"]!(5)).toBe(0);
    expect(cas >>> 0).toBe(0xffffffff);
  });
});
