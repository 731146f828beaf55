// gRPC calls and streams of filters against a simulated server: what the cases cannot show because their callout
// clusters speak HTTP/1.1. Each test names the measured rule (docs/envoy-quirks.md, rows G..).
import { describe, expect, test } from "vitest";
import "../vitest/index.ts";
import { VirtualClock, type GrpcAnswer, type GrpcServerStream, type Host } from "../host/index.ts";
import { probeHost, traceLines, type ProbeScript } from "./host-probe.ts";

const call = "grpc rls a.B Check hello 1000";

function grpcLines(host: Host, start = 0): string[] {
  return traceLines(host, start).filter((line) =>
    /^(@grpc|status|buf|pairs|gsend|cancel)/.test(line),
  );
}

async function unary(answer: GrpcAnswer, script: ProbeScript = {}): Promise<Host> {
  const host = await probeHost({
    requestHeaders: [call, "return 4"],
    grpcReceive: ["buf 5 0 100", "eff stream", "cont 0"],
    grpcClose: ["status", "eff stream", "cont 0"],
    ...script,
  });
  host.cluster("rls").onGrpc("a.B", "Check").reply(answer);
  return host;
}

/** The callback and the status of one failing call. */
async function failure(answer: GrpcAnswer): Promise<string[]> {
  const host = await unary(answer);
  await host.request();
  return grpcLines(host);
}

describe("a unary call", () => {
  test("that succeeds tells the message alone, on the root (G5, G6)", async () => {
    const host = await unary({ message: "yes" });
    const exchange = await host.request();
    expect(exchange).toBeAllowed();
    expect(grpcLines(host)).toEqual(["@grpcReceive 1 5 3", "buf 5 0 100 -> 0 yes"]);
    expect(host.cluster("rls").grpcCalls[0]).toMatchObject({ service: "a.B", method: "Check" });
    expect(new TextDecoder().decode(host.cluster("rls").grpcCalls[0].message)).toBe("hello");
  });

  test("with an empty message delivers size 0, with two the last one (G6)", async () => {
    const empty = await unary({ message: "" });
    await empty.request();
    expect(grpcLines(empty)).toEqual(["@grpcReceive 1 5 0", "buf 5 0 100 -> 0 "]);
    const two = await unary({ messages: ["one", "second"] });
    await two.request();
    expect(grpcLines(two)).toEqual(["@grpcReceive 1 5 6", "buf 5 0 100 -> 0 second"]);
  });

  const codes: [string, GrpcAnswer, number, string][] = [
    ["a status in trailers", { status: 7, statusMessage: "no%20way" }, 7, "no%20way{via_upstream}"],
    ["a trailers-only status", { status: 8, trailersOnly: true }, 8, "via_upstream"],
    ["a status after a message", { message: "m", status: 16 }, 16, "via_upstream"],
    ["status 0 without a message", {}, 13, ""],
    ["status 0 in the head", { trailersOnly: true }, 13, ""],
    ["a message cut short", { message: "hello", instead: "cutMessage" }, 13, ""],
    ["a broken frame", { instead: "badFrame" }, 13, "via_upstream"],
    ["HTTP 404", { httpStatus: 404 }, 12, "via_upstream"],
    ["HTTP 429", { httpStatus: 429 }, 14, "via_upstream"],
    ["no trailers", { message: "m", instead: "noTrailers" }, 2, "via_upstream"],
    ["a status past the last", { status: 99 }, -1, "via_upstream"],
    ["a status that is no number", { status: "abc" }, -1, "via_upstream"],
    [
      "a reset after the message",
      { message: "m", instead: "resetAfterHead" },
      13,
      "upstream_reset_after_response_started{remote_reset}",
    ],
    [
      "a timeout after the head",
      { message: "m", instead: "hangAfterHead" },
      13,
      "response_timeout",
    ],
    [
      "a timeout before the head",
      { instead: "never" },
      14,
      "upstream request timeout{response_timeout}",
    ],
  ];
  test.each(codes)("that ends with %s closes once (G7)", async (_, answer, status, message) => {
    const lines = await failure(answer);
    expect(lines).toEqual([
      `@grpcClose 1 5 ${status}`,
      `status -> 0 ${status < 0 ? 4294967295 : status} ${message}`,
    ]);
  });

  test("whose cluster refuses at once fails with 10 and for an id the guest never saw (G3)", async () => {
    for (const [instead, text] of [
      ["noHealthyHost", "no healthy upstream{no_healthy_upstream}"],
      ["overflow", "{upstream_reset_before_response_started{overflow}}"],
    ] as const) {
      const host = await unary({ instead }, { requestHeaders: [call], grpcClose: ["status"] });
      await host.request();
      const lines = traceLines(host);
      expect(lines).toContain(`${call} -> 10`);
      const close = grpcLines(host);
      expect(close[0]).toBe("@grpcClose 1 5 14");
      expect(close[1]).toContain(text);
    }
  });

  test("puts metadata on the wire as Envoy does (G8)", async () => {
    const host = await unary(
      { message: "" },
      {
        requestHeaders: [
          `${call} X-A 1 :path /x :authority y content-type z k-bin %01%02 x-envoy-max-retries 2`,
          "return 4",
        ],
      },
    );
    await host.request();
    const headers = new Map(host.cluster("rls").grpcCalls[0].headers);
    expect(headers.get(":path")).toBe("/a.B/Check,/x");
    expect(headers.get(":authority")).toBe("rls,y");
    expect(headers.get("content-type")).toBe("application/grpc,z");
    expect(headers.get("x-a")).toBe("1");
    expect(headers.get("k-bin")).toBe("AQI=");
    expect(headers.get("grpc-timeout")).toBe("1000m");
    expect(headers.has("x-envoy-max-retries")).toBe(false);
  });

  test("is repeated for a status in the head, not for one in trailers (G9)", async () => {
    for (const [trailersOnly, attempts] of [
      [true, 3],
      [false, 1],
    ] as const) {
      const start = `${call} x-envoy-retry-grpc-on unavailable x-envoy-max-retries 2`;
      const host = await unary(
        { status: 14, trailersOnly },
        { requestHeaders: [start, "return 4"] },
      );
      await host.request();
      expect(host.cluster("rls").grpcCalls).toHaveLength(attempts);
      expect(grpcLines(host)[0]).toBe("@grpcClose 1 5 14");
    }
  });

  test("reaches any address through google_grpc, whose failures have other words (G10)", async () => {
    const target = "%12%05%0a%03a:1";
    const script = { requestHeaders: [`grpc ${target} a.B Check hello 1000`, "return 4"] };
    const refused = await unary({}, script);
    await refused.request();
    expect(grpcLines(refused)).toEqual(["@grpcClose 1 5 13", "status -> 0 13 "]);
    const served = await unary({}, script);
    served.cluster("a:1").onGrpc("a.B", "*").reply({ status: 5, statusMessage: "not%20here" });
    await served.request();
    expect(grpcLines(served)).toEqual(["@grpcClose 1 5 5", "status -> 0 5 not here"]);
  });

  test("answers on the root: only the effective context reaches the stream (G11)", async () => {
    const host = await unary({ message: "m" }, { grpcReceive: ["cont 0", "reply 403 ~ x -1"] });
    const exchange = await host.request();
    expect(exchange.paused).toBe("request");
    exchange.abort();
  });

  test("goes on after its stream is gone (G11)", async () => {
    const clock = new VirtualClock();
    const host = await probeHost({ log: [call], grpcReceive: ["eff stream"] }, { clock });
    host.cluster("rls").onGrpc("a.B", "Check").reply({ message: "late", delayMs: 100 });
    await host.request();
    clock.advance(200);
    expect(traceLines(host).slice(-2)).toEqual(["@grpcReceive 1 5 4", "eff stream -> 2"]);
  });

  test("keeps the last failure's code for whoever asks elsewhere (G6)", async () => {
    const host = await unary({ status: 7 }, { responseHeaders: ["status"] });
    await host.request();
    expect(grpcLines(host).at(-1)).toBe("status -> 0 7 ");
  });

  test("may be cancelled inside its own callback (G4)", async () => {
    const host = await unary(
      { message: "m" },
      { grpcReceive: ["cancel 5", "cancel 5", "eff stream", "cont 0"] },
    );
    expect(await host.request()).toBeAllowed();
    expect(grpcLines(host)).toEqual(["@grpcReceive 1 5 1", "cancel 5 -> 0", "cancel 5 -> 1"]);
  });
});

describe("the death of a VM", () => {
  test("drops pending calls unheard and leaves paused streams hanging (G12)", async () => {
    const clock = new VirtualClock();
    for (const failurePolicy of ["FAIL_RELOAD", "FAIL_CLOSED", "FAIL_OPEN"] as const) {
      let cancelled = false;
      let server: GrpcServerStream | undefined;
      const host = await probeHost(
        { "die/requestHeaders": ["trap"], requestHeaders: [call, "return 4"] },
        { clock, filter: { failurePolicy } },
      );
      host
        .cluster("rls")
        .onGrpc("a.B", "Check")
        .stream((stream) => {
          server = stream;
          stream.onCancel(() => (cancelled = true));
        });
      const paused = await host.request({ hold: true });
      const start = host.logs.length;
      const trapped = await host.request({ headers: [["x-s", "die"]], hold: true });
      expect(trapped.status).toBe(503);
      server!.send("late");
      server!.end();
      clock.advance("5s");
      expect(paused.paused).toBe("request");
      expect(paused.status).toBe(0);
      expect(cancelled).toBe(false);
      expect(traceLines(host, start).filter((line) => line.startsWith("@grpc"))).toEqual([]);
      paused.abort();
    }
  });
});
