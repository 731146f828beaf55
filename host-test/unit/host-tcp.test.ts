// TCP connections through network filters, as measured on Envoy: order, held bytes, who may release them, who closed.
import { describe, expect, test } from "vitest";
import "../vitest/index.ts";
import { connect, createHost, VirtualClock, type Host, type TcpSession } from "../host/index.ts";
import { latin1Of } from "../host/bytes.ts";
import { probeFilter, probeHost, traceLines, type ProbeScript } from "./host-probe.ts";

async function opened(script: ProbeScript): Promise<{ host: Host; session: TcpSession }> {
  const host = await probeHost(script, { lean: true, clock: new VirtualClock() });
  return { host, session: connect(host) };
}

/** Callbacks with their arguments, without results and host calls. */
function callbacks(host: Host): string[] {
  return traceLines(host)
    .filter((line) => line.startsWith("@"))
    .slice(3);
}

describe("a connection", () => {
  test("is created, carries bytes both ways, is closed upstream first; done comes before log", async () => {
    const { host, session } = await opened({});
    session.send("abc");
    session.upstreamSend("hello", true);
    session.send("", true);
    expect(callbacks(host)).toEqual([
      "@create 2 1",
      "@newConnection 2 0 0",
      "@downstreamData 2 3 0",
      "@upstreamData 2 5 1",
      "@upstreamClose 2 0 0",
      "@downstreamData 2 0 1",
      "@downstreamClose 2 2 0",
      "@done 2",
      "@log 2",
      "@delete 2",
    ]);
    expect(latin1Of(session.upstreamReceived)).toBe("abc");
    expect(latin1Of(session.received)).toBe("hello");
    expect(session.closedBy).toBe("remote");
  });

  test("passes two filters first to last and back", async () => {
    const host = await createHost({
      filters: [
        await probeFilter({}, { name: "a", vmId: "a" }),
        await probeFilter({}, { name: "b", vmId: "b" }),
      ],
      lean: true,
    });
    const session = connect(host);
    const start = host.logs.length;
    session.send("x");
    session.upstreamSend("y");
    const order = host.logs
      .slice(start)
      .filter((record) => record.message.includes('"@'))
      .map((record) => `${record.filter} ${/@(\w+)/.exec(record.message)![1]}`);
    expect(order).toEqual([
      "a downstreamData",
      "b downstreamData",
      "b upstreamData",
      "a upstreamData",
    ]);
  });

  test("whose upstream breaks has no upstream_close", async () => {
    const { host, session } = await opened({});
    session.loseUpstream();
    expect(callbacks(host).slice(2, 4)).toEqual(["@downstreamClose 2 1 0", "@done 2"]);
  });

  test("is closed by a trap, and the next one while the VM is dead", async () => {
    const { host, session } = await opened({ downstreamData: ["trap"] });
    session.send("x");
    expect(session.closedBy).toBe("local");
    expect(session.upstreamReceived).toHaveLength(0);
    expect(host.traps).toHaveLength(1);
    expect(connect(host).closedBy).toBe("local");
  });
});

describe("held bytes", () => {
  test("add up, can be read as one buffer, and go on with the callback that returns 0", async () => {
    const { host, session } = await opened({
      downstreamData: ["buf 2 0 100", "return 1"],
      "downstreamData.end": ["return 0"],
    });
    session.send("abc");
    session.send("def");
    session.send("ghijk");
    expect(session.upstreamReceived).toHaveLength(0);
    session.send("", true);
    expect(callbacks(host).slice(2)).toEqual([
      "@downstreamData 2 3 0",
      "@downstreamData 2 6 0",
      "@downstreamData 2 11 0",
      "@downstreamData 2 11 1",
    ]);
    expect(traceLines(host)).toContain("buf 2 0 100 -> 0 abcdef");
    expect(latin1Of(session.upstreamReceived)).toBe("abcdefghijk");
  });

  test("are released by continue_stream(2) from a tick; continue_stream(3) is Unimplemented", async () => {
    const { host, session } = await opened({
      configure: ["tick 10"],
      downstreamData: ["return 1"],
      tick: ["eff 2", "cont 3", "cont 2"],
    });
    session.send("abc");
    (host.clock as VirtualClock).advance(11);
    expect(traceLines(host)).toContain("cont 3 -> 12");
    expect(latin1Of(session.upstreamReceived)).toBe("abc");
  });

  test("wait unseen when the connection itself was stopped", async () => {
    const { host, session } = await opened({
      configure: ["tick 10"],
      newConnection: ["return 1"],
      tick: ["eff 2", "cont 2", "tick 0"],
    });
    session.send("abc");
    session.send("def");
    expect(session.connected).toBe(false);
    expect(callbacks(host)).toEqual(["@create 2 1", "@newConnection 2 0 0"]);
    (host.clock as VirtualClock).advance(11);
    expect(session.connected).toBe(true);
    expect(latin1Of(session.upstreamReceived)).toBe("abcdef");
  });

  test("of the upstream add up too", async () => {
    const { session } = await opened({
      upstreamData: ["return 1"],
      "upstreamData.end": ["buf 3 0 100", "return 0"],
    });
    session.upstreamSend("one ");
    expect(session.received).toHaveLength(0);
    session.upstreamSend("two", true);
    expect(latin1Of(session.received)).toBe("one two");
  });
});

describe("host calls on a connection", () => {
  test("change its bytes, and nothing of HTTP is there", async () => {
    const { host, session } = await opened({
      downstreamData: [
        "setbuf 2 0 0 >>",
        "get 0 :path",
        "pairs 0",
        "reply 403 ~ x -1",
        "prop source.address",
        "close 0",
      ],
      upstreamData: ["setbuf 3 0 99 other"],
    });
    session.send("abc");
    session.upstreamSend("answer");
    const lines = traceLines(host);
    expect(lines).toContain("get 0 :path -> 2");
    expect(lines).toContain("pairs 0 -> 0 []");
    expect(lines).toContain("reply 403 ~ x -1 -> 0");
    expect(lines).toContain("prop source.address -> 0 127.0.0.1:50000");
    expect(latin1Of(session.upstreamReceived)).toBe(">>abc");
    expect(latin1Of(session.received)).toBe("other");
    expect(session.closedBy).toBe("");
  });

  test.each([2, 3])(
    "close_stream(%i) closes the client's connection, twice is safe",
    async (type) => {
      const { session } = await opened({ downstreamData: [`close ${type}`, `close ${type}`] });
      session.send("x");
      expect(session.closedBy).toBe("local");
    },
  );
});
