// What the guest layer costs when a filter does nothing: its size, its imports, its memory.
import { beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../cli/build/compile.ts";
import { GuestHost } from "./sdk-host.ts";

describe("the empty filter", () => {
  let wasm: Uint8Array<ArrayBuffer>;
  let module: WebAssembly.Module;
  beforeAll(async () => {
    wasm = (await compile({ entry: "assembly/probes/empty.ts", target: "release" })).wasm;
    module = new WebAssembly.Module(wasm);
  });

  test("imports host functions of the ABI and nothing else", () => {
    const imports = WebAssembly.Module.imports(module).map((i) => `${i.module}.${i.name}`);
    expect(imports.filter((name) => !name.startsWith("env.proxy_"))).toEqual([]);
  });

  test("leaves memory where it was after 1,000,000 requests", () => {
    const host = new GuestHost(module);
    const call = host.exports;
    call["proxy_on_context_create"]!(1, 0);
    const request = (id: number): void => {
      call["proxy_on_context_create"]!(id, 1);
      call["proxy_on_request_headers"]!(id, 3, 1);
      call["proxy_on_log"]!(id);
      call["proxy_on_done"]!(id);
      call["proxy_on_delete"]!(id);
    };
    for (let id = 2; id < 1000; id++) request(id);
    const pages = host.memory.buffer.byteLength;
    for (let id = 1000; id < 1_001_000; id++) request(id);
    expect(host.memory.buffer.byteLength).toBe(pages);
    expect(host.calls).toEqual([]);
  });

  test("serves 5,000 streams at once and reuses their memory", () => {
    const host = new GuestHost(module);
    const call = host.exports;
    call["proxy_on_context_create"]!(1, 0);
    let id = 2;
    const round = (): void => {
      const first = id;
      for (; id < first + 5000; id++) call["proxy_on_context_create"]!(id, 1);
      for (let i = first; i < id; i++) {
        expect(call["proxy_on_request_headers"]!(i, 1, 1)).toBe(0);
        call["proxy_on_delete"]!(i);
      }
    };
    round();
    const pages = host.memory.buffer.byteLength;
    round();
    round();
    expect(host.memory.buffer.byteLength).toBe(pages);
  });

  test("answers ids that nobody knows with Continue and true", () => {
    const host = new GuestHost(module);
    const call = host.exports;
    call["proxy_on_context_create"]!(7, 6);
    call["proxy_on_context_create"]!(1, 0);
    for (const id of [0, 2, 7, 0xffffffff]) {
      expect(call["proxy_on_request_headers"]!(id, 1, 0)).toBe(0);
      expect(call["proxy_on_done"]!(id)).toBe(1);
      call["proxy_on_log"]!(id);
      call["proxy_on_delete"]!(id);
    }
  });

  test("keeps the plugin of a deleted root until its last stream is gone", () => {
    const host = new GuestHost(module);
    const call = host.exports;
    call["proxy_on_context_create"]!(1, 0);
    call["proxy_on_context_create"]!(2, 1);
    call["proxy_on_context_create"]!(3, 0);
    expect(call["proxy_on_done"]!(1)).toBe(1);
    call["proxy_on_delete"]!(1);
    expect(call["proxy_on_request_headers"]!(2, 1, 1)).toBe(0);
    call["proxy_on_delete"]!(2);
    call["proxy_on_context_create"]!(4, 1);
    call["proxy_on_context_create"]!(5, 3);
    expect(call["proxy_on_request_headers"]!(5, 1, 1)).toBe(0);
  });
});
