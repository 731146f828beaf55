// The shape of a trace: what a snapshot holds of it stays the same when addresses move, and changes when calls do.
import { expect, test } from "vitest";
import { traceShape, type Host } from "../host/index.ts";
import { probeHost, type ProbeScript } from "./host-probe.ts";

async function shape(script: ProbeScript, path = "/a"): Promise<string[]> {
  const host: Host = await probeHost(script, { lean: true, trace: true });
  const from = host.trace!.length;
  await host.request({ path });
  return traceShape(host.trace!.slice(from))
    .split("\n")
    .filter((line) => !line.includes("proxy_log"));
}

test("has callbacks with their calls before them, numbers and sizes, no addresses", async () => {
  expect(await shape({ requestHeaders: ["get 0 :path", "add 0 x-a 1", "return 0"] })).toEqual([
    "w1 probe proxy_on_context_create(2, 1)",
    "w1 probe   proxy_get_header_map_value(0, *, 5, *, *) = 0",
    "w1 probe   proxy_add_header_map_value(0, *, 3, *, 1) = 0",
    "w1 probe proxy_on_request_headers(2, 6, 1) = 0",
    "w1 probe proxy_on_response_headers(2, 2, 0) = 0",
    "w1 probe proxy_on_response_body(2, 2, 0) = 0",
    "w1 probe proxy_on_response_body(2, 0, 1) = 0",
    "w1 probe proxy_on_log(2)",
    "w1 probe proxy_on_done(2) = 1",
    "w1 probe proxy_on_delete(2)",
  ]);
});

test("a longer script before it moves addresses, not the shape; another call does", async () => {
  const plain = await shape({ requestHeaders: ["get 0 :path"] });
  expect(
    await shape({ requestHeaders: ["get 0 :path"], tick: ["log 2 ".padEnd(500, "x")] }),
  ).toEqual(plain);
  expect(await shape({ requestHeaders: ["get 0 :method"] })).not.toEqual(plain);
});
