// The calls that crash Envoy cannot be made, whatever a filter tries: each row drives the probe filter
// into a phase, lets it make the call, and looks at what reached the host.
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { compileProbe, GuestHost } from "./sdk-host.ts";

const callbacks = ["create", "rqh", "rqb", "rqt", "rsh", "rsb", "rst", "log", "done", "delete"];
const step = {
  reply: 1,
  close: 2,
  continueRequest: 3,
  continueResponse: 4,
  stop: 5,
  watchAndStop: 6,
  hold: 7,
  countHeaders: 8,
  badHeader: 9,
  replaceBody: 10,
  freeLength: 11,
  reply204WithBody: 12,
  reply99: 13,
};
type Script = Partial<Record<string, (keyof typeof step)[]>>;
const refused = 255;

describe("a filter in the guest layer", () => {
  let module: WebAssembly.Module;
  let host: GuestHost;
  beforeAll(async () => {
    module = await compileProbe("assembly/probes/sdk.ts");
  });
  beforeEach(() => {
    host = new GuestHost(module);
    call("context_create", 1, 0);
    call("configure", 1, 0);
  });

  const call = (name: string, ...args: number[]): number =>
    host.exports[`proxy_on_${name}`]!(...args);

  function script(steps: Script): void {
    const bytes = new Uint8Array(host.memory.buffer, host.exports["scriptPtr"]!(), 20);
    bytes.fill(0);
    for (const [name, list] of Object.entries(steps)) {
      list!.forEach((one, i) => (bytes[2 * callbacks.indexOf(name) + i] = step[one]));
    }
  }

  function results(): number[] {
    const at = host.exports["resultsPtr"]!();
    return [...new Uint8Array(host.memory.buffer, at, host.exports["takeResults"]!())];
  }

  /** A whole exchange with bodies, stopping where a callback stopped it. */
  function exchange(id: number): void {
    host.maps.set(0, [[":method", "POST"]]);
    call("context_create", id, 1);
    if (call("request_headers", id, 1, 0) === 0) call("request_body", id, 3, 1);
    host.maps.delete(0);
    host.maps.set(2, [[":status", "200"]]);
    call("response_headers", id, 1, 0);
    call("response_body", id, 3, 1);
    finish(id);
  }

  function finish(id: number): void {
    call("log", id);
    call("done", id);
    call("delete", id);
  }

  test.each(["log", "done", "delete"])("neither replies nor closes in %s", (phase) => {
    script({ [phase]: ["reply", "close"] });
    exchange(2);
    expect(results()).toEqual([refused, refused]);
    expect(host.count("proxy_send_local_response")).toBe(0);
    expect(host.count("proxy_close_stream")).toBe(0);
  });

  test("closes once, and does not reply after it", () => {
    script({ rqh: ["close", "close"], rsh: ["close", "reply"] });
    exchange(2);
    expect(results()).toEqual([0, refused, refused, refused]);
    expect(host.count("proxy_close_stream")).toBe(1);
  });

  test("replies once, and does not close after it", () => {
    script({ rqh: ["reply", "reply"], rsh: ["close"] });
    exchange(2);
    expect(results()).toEqual([0, refused, refused]);
    expect(host.count("proxy_send_local_response")).toBe(1);
  });

  test("does not reply before the first headers", () => {
    script({ create: ["reply"] });
    exchange(2);
    expect(results()).toEqual([refused]);
  });

  test.each(["create", "rqh", "rqb", "rsh", "log"])(
    "does not continue a response in %s that is not paused",
    (phase) => {
      script({ [phase]: ["continueResponse"] });
      exchange(2);
      expect(results()).toEqual([refused]);
      expect(host.count("proxy_continue_stream")).toBe(0);
    },
  );

  test("refuses a status below 200 and a body with 204", () => {
    script({ rqh: ["reply99", "reply204WithBody"] });
    exchange(2);
    expect(results()).toEqual([refused, refused]);
    expect(host.count("proxy_send_local_response")).toBe(0);
  });

  test("logs each kind of refusal once", () => {
    script({ log: ["reply", "close"] });
    for (let id = 2; id < 20; id++) exchange(id);
    expect(host.logs).toHaveLength(2);
  });

  test("writes no control bytes and does not add, remove or blank pseudo-headers", () => {
    script({ rqh: ["badHeader"] });
    exchange(2);
    expect(results()).toEqual([refused, refused, refused, refused, 0, 1]);
  });

  test("does not change a body whose content-length is gone upstream", () => {
    script({ rqb: ["replaceBody"] });
    exchange(2);
    expect(results()).toEqual([refused]);
    script({ rqh: ["freeLength"], rqb: ["replaceBody", "replaceBody"] });
    exchange(3);
    expect(results()).toEqual([0, 0, refused]);
    expect(host.count("proxy_set_buffer_bytes")).toBe(1);
  });

  test("answers a pause without a limit", () => {
    script({ rqh: ["stop"] });
    host.maps.set(0, []);
    call("context_create", 2, 1);
    call("request_headers", 2, 1, 0);
    expect(host.count("proxy_send_local_response")).toBe(1);
  });

  test("answers a pause that reached its limit, once", () => {
    script({ rqh: ["watchAndStop"] });
    host.maps.set(0, []);
    call("context_create", 2, 1);
    expect(call("request_headers", 2, 1, 0)).toBe(4);
    expect(host.count("proxy_set_tick_period_milliseconds")).toBe(1);
    for (let second = 0; second < 5; second++) call("tick", 1);
    expect(host.count("proxy_send_local_response")).toBe(0);
    for (let second = 0; second < 9; second++) call("tick", 1);
    expect(host.count("proxy_send_local_response")).toBe(1);
    expect(results()).toEqual([101]);
  });

  test("lets a held request go on when its body comes in time", () => {
    script({ rqh: ["hold"] });
    host.maps.set(0, []);
    call("context_create", 2, 1);
    expect(call("request_headers", 2, 1, 0)).toBe(1);
    expect(call("request_body", 2, 3, 1)).toBe(0);
    for (let second = 0; second < 20; second++) call("tick", 1);
    expect(host.count("proxy_send_local_response")).toBe(0);
  });

  test("switches body phases off in a WebSocket, and only once its 101 came", () => {
    script({ rqh: ["hold"], rqb: ["countHeaders"], rsb: ["countHeaders"] });
    host.maps.set(0, [["upgrade", "websocket"]]);
    call("context_create", 2, 1);
    expect(call("request_headers", 2, 1, 0)).toBe(0);
    expect(call("request_body", 2, 0, 0)).toBe(0);
    expect(results()).toEqual([]);
    call("request_body", 2, 5, 0);
    expect(results()).toEqual([1]);
    host.maps.set(2, [[":status", "101"]]);
    call("response_headers", 2, 1, 0);
    call("request_body", 2, 5, 0);
    call("response_body", 2, 5, 0);
    expect(results()).toEqual([]);
  });

  test("inspects the body of an upgrade that was refused", () => {
    script({ rsb: ["countHeaders"] });
    host.maps.set(0, [["upgrade", "websocket"]]);
    call("context_create", 2, 1);
    call("request_headers", 2, 1, 0);
    host.maps.set(2, [[":status", "403"]]);
    call("response_headers", 2, 1, 0);
    call("response_body", 2, 5, 1);
    expect(results()).toEqual([1]);
  });

  test("refuses a configuration that was announced and cannot be read", () => {
    expect(call("configure", 1, 12)).toBe(0);
  });
});
