// gRPC streams of filters against a simulated server (docs/envoy-quirks.md, rows G4, G7, G13), and strict mode.
import { describe, expect, test } from "vitest";
import "../vitest/index.ts";
import { VirtualClock, type GrpcServerStream, type Header, type Host } from "../host/index.ts";
import { probeHost, traceLines, type ProbeScript } from "./host-probe.ts";

const call = "grpc rls a.B Check hello 1000";

describe("a stream", () => {
  const open = "gstream rls a.B Watch x-a 1";
  const listen: ProbeScript = {
    grpcInitial: ["get 4 x-i"],
    grpcReceive: ["buf 5 0 100"],
    grpcTrailing: ["get 5 grpc-status", "get 5 x-t"],
    grpcClose: ["status"],
  };

  async function opened(script: ProbeScript): Promise<{ host: Host; server: GrpcServerStream }> {
    const host = await probeHost({ ...listen, ...script }, { clock: new VirtualClock() });
    let server: GrpcServerStream | undefined;
    host
      .cluster("rls")
      .onGrpc("a.B", "Watch")
      .stream((stream) => (server = stream));
    await host.request();
    return { host, server: server! };
  }

  function turn(host: Host): void {
    (host.clock as VirtualClock).turn();
  }

  test("tells head, messages, trailers and status, in this order, also for status 0 (G13)", async () => {
    const { host, server } = await opened({
      requestHeaders: [open, "gsend 6 one 0", "gsend 6 two 1"],
    });
    const start = host.logs.length;
    const initial: Header[] = [["x-i", "i"]];
    server.head(initial);
    server.send("first");
    server.send("second");
    server.end(0, "", [["x-t", "t"]]);
    turn(host);
    expect(traceLines(host, start)).toEqual([
      "@grpcInitial 1 6 4",
      "get 4 x-i -> 0 i",
      "@grpcReceive 1 6 5",
      "buf 5 0 100 -> 0 first",
      "@grpcReceive 1 6 6",
      "buf 5 0 100 -> 0 second",
      "@grpcTrailing 1 6 2",
      "get 5 grpc-status -> 0 0",
      "get 5 x-t -> 0 t",
      "@grpcClose 1 6 0",
      "status -> 0 0 via_upstream",
    ]);
    expect(server.received.map((message) => new TextDecoder().decode(message))).toEqual([
      "one",
      "two",
    ]);
    expect(server.halfClosed).toBe(true);
  });

  test("that is cancelled is reset on the wire and silent (G13)", async () => {
    const { host, server } = await opened({
      requestHeaders: [open],
      configure: ["tick 100"],
      tick: ["cancel 6"],
    });
    (host.clock as VirtualClock).advance(150);
    const start = host.logs.length;
    server.send("late");
    server.end();
    turn(host);
    expect(server.cancelled).toBe(true);
    expect(traceLines(host, start)).toEqual([]);
  });

  test("that breaks after its head has empty trailers and status 13 (G7)", async () => {
    const { host, server } = await opened({ requestHeaders: [open] });
    const start = host.logs.length;
    server.head();
    server.reset();
    turn(host);
    expect(traceLines(host, start).filter((line) => line.startsWith("@"))).toEqual([
      "@grpcInitial 1 6 2",
      "@grpcTrailing 1 6 0",
      "@grpcClose 1 6 13",
    ]);
  });

  test("with a scripted answer is answered when the filter has said all", async () => {
    const host = await probeHost({ ...listen, requestHeaders: [open, "gsend 6 a 0", "gclose 6"] });
    host.cluster("rls").onGrpc("a.B", "*").reply({ message: "done" });
    await host.request();
    const events = traceLines(host).filter((line) => line.startsWith("@grpc"));
    expect(events.map((line) => line.split(" ")[0])).toEqual([
      "@grpcInitial",
      "@grpcReceive",
      "@grpcTrailing",
      "@grpcClose",
    ]);
  });
});

test("strict mode names a gRPC call that no rule expected", async () => {
  const host = await probeHost({ requestHeaders: [call] }, { strict: true });
  host.cluster("rls").onGrpc("other.S", "M").reply({});
  await host.request();
  expect(host.findings()).toContain("cluster rls: no rule for a.B/Check");
});
