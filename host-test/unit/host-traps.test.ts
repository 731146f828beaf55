// What comes back when a filter dies: AssemblyScript places in release builds, Envoy's failure policies, hanging streams.
import { describe, expect, test } from "vitest";
import "../vitest/index.ts";
import { filterModule } from "../cases/modules.ts";
import { createHost, SourceMap, VirtualClock } from "../host/index.ts";
import { probeFilter, probeHost } from "./host-probe.ts";

const crashing = { "trap/requestHeaders": ["trap"], requestHeaders: ["return 0"] };
const trapNow = { headers: [["x-s", "trap"]] as [string, string][] };

describe("a trap", () => {
  test.each([["trap"], ["trap memory"], ["trap stack"]])(
    "%s names an AssemblyScript file, line and column in a release build",
    async (operation) => {
      const host = await probeHost({ requestHeaders: [operation] });
      const exchange = await host.request();
      expect(exchange).toBeDenied({ status: 503, details: "wasm_fail_stream", body: "" });
      expect(exchange).toHaveTrapped(/^assembly\/probes\/trace[a-z-]*\.ts:\d+:\d+$/);
      expect(exchange).toHaveLogged("error", "Function: proxy_on_request_headers failed");
      expect(exchange).toHaveLogged("error", exchange.trap!.place);
    },
  );

  test("without a source map still gives the offset", async () => {
    const host = await probeHost(
      { requestHeaders: ["trap"] },
      { filter: { sourceMap: undefined } },
    );
    const { trap } = await host.request();
    expect(trap).toMatchObject({ message: "unreachable", place: "" });
    expect(trap!.frames[0].offset).toBeGreaterThan(0);
  });
});

describe("source maps", () => {
  test("a lookup takes the last segment with a source at or before the offset", () => {
    // Segments: 0 -> a.ts 1:1, 4 without a source, 8 -> a.ts 3:5.
    const map = SourceMap.parse(JSON.stringify({ sources: ["a.ts"], mappings: "AAAA,I,IAEI" }));
    expect(map.lookup(0)).toEqual({ source: "a.ts", line: 1, column: 1 });
    expect(map.lookup(5)).toEqual({ source: "a.ts", line: 1, column: 1 });
    expect(map.lookup(8)).toEqual({ source: "a.ts", line: 3, column: 5 });
    expect(map.lookup(999)).toEqual({ source: "a.ts", line: 3, column: 5 });
  });

  test("junk is refused", () => {
    expect(() => SourceMap.parse("{")).toThrow(SyntaxError);
    expect(() => SourceMap.parse('{"mappings":"A!"}')).toThrow(RangeError);
  });
});

describe("failure policies", () => {
  test("FAIL_CLOSED answers 503 from then on", async () => {
    const host = await probeHost(crashing);
    await host.request(trapNow);
    expect(await host.request()).toBeDenied({ status: 503, details: "wasm_fail_stream" });
  });

  test("FAIL_OPEN lets later requests pass by", async () => {
    const host = await probeHost(crashing, { filter: { failurePolicy: "FAIL_OPEN" } });
    expect(await host.request(trapNow)).toHaveStatus(503);
    const later = await host.request();
    expect(later).toBeAllowed();
    expect(later.cost.callbacks).toBe(0);
  });

  test("FAIL_RELOAD brings a fresh VM after one to one and a half times the back-off", async () => {
    const clock = new VirtualClock();
    const host = await probeHost(crashing, { clock, filter: { failurePolicy: "FAIL_RELOAD" } });
    expect(await host.request(trapNow)).toHaveStatus(503);
    clock.advance(990);
    expect(await host.request()).toHaveStatus(503);
    clock.advance(520);
    expect(await host.request()).toBeAllowed();
    expect(host.stats.get("wasm.probe.vm_reload_success")).toBe(1);
  });

  test("a stream that was paused when another one trapped hangs for ever", async () => {
    const clock = new VirtualClock();
    const script = { ...crashing, "wait/requestHeaders": ["return 4"], tick: ["cont 0"] };
    const host = await probeHost(script, { clock, filter: { failurePolicy: "FAIL_RELOAD" } });
    const waiting = await host.request({ headers: [["x-s", "wait"]] });
    await host.request(trapNow);
    clock.advance("10s");
    expect(await host.request()).toBeAllowed();
    expect(waiting).toBePaused("request");
    waiting.abort();
    expect(waiting.details).toBe("downstream_remote_disconnect");
  });

  test("a VM on another worker goes on", async () => {
    const host = await probeHost(crashing, { workers: 2 });
    await host.request({ ...trapNow, worker: 0 });
    expect(await host.request({ worker: 0 })).toHaveStatus(503);
    expect(await host.request({ worker: 1 })).toBeAllowed();
  });
});

describe("memory", () => {
  test("grows to 1 GiB and no further, as in Envoy", async () => {
    const host = await probeHost({ requestHeaders: ["grow 16384", "grow 1"] });
    const exchange = await host.request();
    expect(exchange).toHaveLogged("info", '["grow 16384",0]');
    expect(exchange).toHaveLogged("info", '["grow 1",1]');
  });
});

describe("a crash of Envoy", () => {
  test("may be survived as a trap, for a data path that must go on", async () => {
    const host = await probeHost(
      { log: ["close 0"] },
      { onCrash: "trap", filter: { failurePolicy: "FAIL_OPEN" } },
    );
    expect(await host.request()).toHaveStatus(200);
    expect(host.crashes[0].message).toBe(
      "would crash Envoy: proxy_close_stream(0) in proxy_on_log " +
        "(the stream is being destroyed already)",
    );
    expect(await host.request()).toBeAllowed();
  });

  test("a host call in the start section", async () => {
    const { wasm } = await filterModule("probe:trace");
    expect(wasm.length).toBeGreaterThan(0);
    const filter = await probeFilter({});
    const { default: binaryen } = await import("binaryen");
    const module = binaryen.parseText(`(module
      (import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))
      (memory (export "memory") 1)
      (func (export "proxy_abi_version_0_2_1"))
      (func (export "malloc") (param i32) (result i32) (i32.const 8))
      (func $start (drop (call $log (i32.const 2) (i32.const 0) (i32.const 0))))
      (start $start))`);
    const starting = new Uint8Array(module.emitBinary());
    await expect(createHost({ filters: [{ ...filter, wasm: starting }] })).rejects.toThrow(
      "would crash Envoy: proxy_log in the start section",
    );
  });
});
