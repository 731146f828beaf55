// A whole request through the simulator: order of callbacks, windows of the maps, pauses, replies, the end of life.
import { describe, expect, test } from "vitest";
import { probeFilter, probeHost, traceLines } from "./host-probe.ts";
import { createHost, EnvoyCrash, LoadError } from "../host/index.ts";

const callbacks = (lines: string[]): string[] =>
  lines.filter((line) => line.startsWith("@")).map((line) => line.split(" ")[0]);

describe("a request through one filter", () => {
  test("runs the callbacks in Envoy's order, the end of a body as its own empty frame", async () => {
    const host = await probeHost({});
    const start = host.logs.length;
    const exchange = await host.request({ body: ["ab", "cd"] });
    expect(exchange.status).toBe(200);
    expect(exchange.text()).toBe("ok");
    expect(callbacks(traceLines(host, start))).toEqual([
      "@create",
      "@requestHeaders",
      "@requestBody",
      "@requestBody",
      "@requestBody",
      "@responseHeaders",
      "@responseBody",
      "@responseBody",
      "@log",
      "@done",
      "@delete",
    ]);
    expect(host.findings()).toEqual([]);
  });

  test("request headers are closed once their callback continued, and open again in log", async () => {
    const host = await probeHost({
      requestHeaders: ["get 0 x-a"],
      responseHeaders: ["get 0 x-a"],
      log: ["get 0 x-a", "add 0 x-a 2"],
    });
    const start = host.logs.length;
    await host.request({ headers: [["x-a", "1"]] });
    const lines = traceLines(host, start).filter((line) => /^(get|add)/.test(line));
    expect(lines).toEqual([
      "get 0 x-a -> 0 1",
      "get 0 x-a -> 2",
      "get 0 x-a -> 0 1",
      "add 0 x-a 2 -> 2",
    ]);
  });

  test("inline headers are joined, custom ones stay separate with the first value read", async () => {
    const host = await probeHost({ requestHeaders: ["get 0 authorization", "get 0 x-d"] });
    const exchange = await host.request({
      headers: [
        ["Authorization", "A"],
        ["authorization", "B"],
        ["x-d", "1"],
        ["X-D", "2"],
      ],
    });
    expect(traceLines(host)).toContain("get 0 authorization -> 0 A,B");
    expect(traceLines(host)).toContain("get 0 x-d -> 0 1");
    const lines = exchange.upstream.headers.filter(([name]) => name === "x-d");
    expect(lines).toEqual([
      ["x-d", "1"],
      ["x-d", "2"],
    ]);
  });

  test("a local reply passes the filter's own response callbacks and never reaches the upstream", async () => {
    const host = await probeHost({
      requestHeaders: ["reply 403 bad%20thing nope -1 x-why because", "return 0"],
      responseHeaders: ["add 2 x-added 1", "return 0"],
    });
    const exchange = await host.request();
    expect(exchange).toMatchObject({ status: 403, denied: true, details: "bad_thing" });
    expect(exchange.text()).toBe("nope");
    expect(exchange.header("content-type")).toBe("text/plain");
    expect(exchange.header("content-length")).toBe("4");
    expect(exchange.header("x-added")).toBe("1");
    expect(exchange.upstream.reached).toBe(false);
  });

  test("a buffering filter sees the sum, and more than the limit answers 413 after it saw it", async () => {
    const host = await probeHost(
      { requestHeaders: ["return 1"], requestBody: ["return 1"], "requestBody.end": ["return 0"] },
      { requestBufferLimitBytes: 1000, filter: { allowOnHeadersStopIteration: true } },
    );
    const start = host.logs.length;
    const exchange = await host.request({ body: ["x".repeat(600), "y".repeat(600)] });
    expect(exchange.status).toBe(413);
    expect(exchange.text()).toBe("Payload Too Large");
    const bodies = traceLines(host, start).filter((line) => line.startsWith("@requestBody"));
    expect(bodies).toEqual(["@requestBody 2 600 0", "@requestBody 2 1200 0"]);
  });

  test("a callout answers on the root context and resumes the stream it belongs to", async () => {
    const host = await probeHost({
      requestHeaders: ["call auth 1000 ~ :method GET :path /check :authority auth", "return 4"],
      callResponse: ["eff stream", "add 0 x-user bob", "cont 0"],
    });
    host.cluster("auth").on("GET", "/check").reply({ status: 200, delayMs: 20 });
    const exchange = await host.request();
    expect(exchange.status).toBe(200);
    expect(host.cluster("auth").calls).toHaveLength(1);
    expect(exchange.upstream.headers).toContainEqual(["x-user", "bob"]);
  });
});

describe("what would crash Envoy", () => {
  test.each([
    ["log", "reply 403 x y -1"],
    ["done", "close 0"],
    ["requestHeaders", "cont 1"],
  ])("in %s: %s", async (section, operation) => {
    const host = await probeHost({ [section]: [operation] });
    await expect(host.request()).rejects.toThrow(EnvoyCrash);
    await expect(host.request()).rejects.toThrow("would crash Envoy");
  });
});

describe("several filters", () => {
  test("requests go first to last, responses last to first, log for all before done", async () => {
    const host = await createHost({
      filters: [
        await probeFilter({}, { name: "f1" }),
        await probeFilter({ configure: ["return 1"] }, { name: "f2" }),
      ],
    });
    const start = host.logs.length;
    await host.request();
    const order = host.logs
      .slice(start)
      .filter((record) => record.message.startsWith('["@'))
      .map((record) => `${record.filter} ${(JSON.parse(record.message) as string[])[0].slice(1)}`);
    expect(order).toEqual([
      "f1 create",
      "f1 requestHeaders",
      "f2 create",
      "f2 requestHeaders",
      "f2 responseHeaders",
      "f1 responseHeaders",
      "f2 responseBody",
      "f1 responseBody",
      "f2 responseBody",
      "f1 responseBody",
      "f1 log",
      "f2 log",
      "f1 done",
      "f1 delete",
      "f2 done",
      "f2 delete",
    ]);
  });
});

describe("loading", () => {
  test("a configuration that the guest refuses does not start, with Envoy's message", async () => {
    await expect(probeHost({ configure: ["return 0"] })).rejects.toThrow(LoadError);
  });

  test("N + 2 instances run configure: canary, main thread and each worker", async () => {
    const host = await probeHost({}, { workers: 3 });
    const configured = host.logs.filter((record) => record.message.includes('"@configure"'));
    expect(configured.map((record) => record.worker)).toEqual([-1, 0, 1, 2, 3]);
  });
});
