// A request that no stage wants more of gives its object back when its headers callback returns: ten thousand of them may be on
// their way to the upstream at a time and the filter holds memory for one. Those that are still wanted keep theirs.
import { describe, expect, test } from "vitest";
import { GuestHost } from "../unit/sdk-host.ts";
import { filterModule } from "./guarded.ts";

const headers: [string, string][] = [
  [":authority", "shop.example"],
  [":path", "/list?page=2"],
  [":method", "GET"],
  [":scheme", "https"],
];

/** validate.wasm with a configuration, driven callback by callback. */
async function guest(validate: object): Promise<GuestHost> {
  const host = new GuestHost(await filterModule("validate"));
  const configuration = Buffer.from(JSON.stringify({ version: 1, validate }));
  host.answers["proxy_get_buffer_bytes"] = (_type, _start, _size, ptr, size) => {
    host.give(configuration, ptr!, size!);
    return 0;
  };
  let metrics = 0;
  host.answers["proxy_define_metric"] = (_type, _name, _size, id) => {
    new DataView(host.memory.buffer).setUint32(id!, ++metrics, true);
    return 0;
  };
  host.maps.set(0, headers);
  host.exports["proxy_on_context_create"]!(1, 0);
  expect(host.exports["proxy_on_configure"]!(1, configuration.length)).toBe(1);
  return host;
}

/** Streams from `first` on whose requests are complete and whose answers have not come. */
function start(host: GuestHost, first: number, count: number): void {
  for (let id = first; id < first + count; id++) {
    host.exports["proxy_on_context_create"]!(id, 1);
    expect(host.exports["proxy_on_request_headers"]!(id, headers.length, 1)).toBe(0);
  }
}

const most = 10_000;

describe("streams that the stages are done with", () => {
  test("hold no memory while their answers are awaited", async () => {
    const host = await guest({ limits: {} });
    start(host, 2, 1);
    const before = host.memory.buffer.byteLength;
    start(host, 3, most);
    expect(host.memory.buffer.byteLength).toBe(before);
    for (let id = 2; id < 3 + most; id++) {
      expect(host.exports["proxy_on_response_headers"]!(id, 1, 0)).toBe(0);
      expect(host.exports["proxy_on_response_body"]!(id, 2, 1)).toBe(0);
      host.exports["proxy_on_delete"]!(id);
    }
    expect(host.memory.buffer.byteLength).toBe(before);
  });

  test("are kept when a stage wants the answer", async () => {
    const host = await guest({ limits: {}, response: { headers: { preset: "api" } } });
    start(host, 2, 1);
    const before = host.memory.buffer.byteLength;
    start(host, 3, most);
    expect(host.memory.buffer.byteLength).toBeGreaterThan(before);
    host.calls.length = 0;
    host.exports["proxy_on_response_headers"]!(2, 1, 1);
    expect(host.calls.length).toBeGreaterThan(0);
  });

  test("are kept while their body comes", async () => {
    const host = await guest({ limits: { body: { maxBytes: 4 } } });
    host.exports["proxy_on_context_create"]!(2, 1);
    host.exports["proxy_on_request_headers"]!(2, headers.length, 0);
    host.exports["proxy_on_request_body"]!(2, 3, 0);
    host.calls.length = 0;
    host.exports["proxy_on_request_body"]!(2, 3, 0);
    expect(host.count("proxy_send_local_response")).toBe(1);
  });
});
