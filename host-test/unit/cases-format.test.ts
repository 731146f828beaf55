// The case machinery itself: what it must notice, so that a green case means something.
import { describe, expect, test } from "vitest";
import { FrameReader, FrameWriter } from "../cases/codec.ts";
import { blackBoxDifferences, checkExpectations, traceDifferences } from "../cases/compare.ts";
import type { Case, Expectation } from "../cases/format.ts";
import { MessageReader } from "../cases/h1.ts";
import { caseFiles, loadCaseFile } from "../cases/load.ts";
import { requestPackets } from "../cases/packets.ts";
import { encodeScript } from "../cases/script.ts";
import { traceLine, type CaseView } from "../cases/view.ts";

function view(): CaseView {
  return {
    boot: [["@create 1 0"]],
    steps: [
      {
        client: { status: 200, headers: [["a", "1"]], body: "ok", trailers: [], end: "complete" },
        upstream: null,
        details: "via_upstream",
        trace: ["@requestHeaders 2 5 1", "= 0"],
        logs: [{ level: "warn", message: "careful" }],
      },
    ],
    callouts: {},
    metrics: { hits: 1 },
  };
}

function withExpectation(expect: Expectation): Case {
  return {
    name: "case",
    filters: [{}],
    listener: {},
    clusters: {},
    steps: [{ request: {}, expect }],
  };
}

describe("expectations notice", () => {
  const wrong: [string, Expectation][] = [
    ["another status", { client: { status: 201 } }],
    ["another end", { client: { end: "reset" } }],
    ["another body", { client: { body: "no" } }],
    ["a header value", { client: { headers: { has: { a: "2" } } } }],
    ["a header that must be absent", { client: { headers: { absent: ["A"] } } }],
    ["a number of headers", { client: { headers: { count: { a: 2 } } } }],
    ["an upstream that was not reached", { upstream: { reached: true } }],
    ["other details", { details: "denied" }],
    ["a missing log line", { logs: [{ level: "error", match: "careful" }] }],
    ["a metric", { metrics: { hits: 2 } }],
    ["a trace out of order", { trace: ["= 0", "@requestHeaders"] }],
    ["a trace line that must not be", { traceLacks: ["@requestHeaders"] }],
    ["a crash that did not come", { crash: "close_stream" }],
  ];
  test.each(wrong)("%s", (_name, expectation) => {
    expect(checkExpectations(withExpectation(expectation), view())).toHaveLength(1);
  });

  test("nothing where everything is as expected", () => {
    const expectation: Expectation = {
      client: { status: 200, body: "ok", headers: { has: { a: "/^[0-9]$/" }, absent: ["b"] } },
      upstream: { reached: false },
      details: "/^via_/",
      logs: [{ match: "care" }],
      metrics: { hits: 1 },
      trace: ["@requestHeaders", "= 0"],
    };
    expect(checkExpectations(withExpectation(expectation), view())).toEqual([]);
  });
});

describe("comparison of two runs notices", () => {
  test("each black-box part", () => {
    for (const change of [
      (v: CaseView) => (v.steps[0].client!.headers = [["a", "2"]]),
      (v: CaseView) => (v.steps[0].client!.end = "hang"),
      (v: CaseView) => (v.steps[0].details = ""),
      (v: CaseView) => (v.steps[0].logs = []),
      (v: CaseView) => (v.metrics["hits"] = 0),
      (v: CaseView) => v.steps.pop(),
    ]) {
      const other = view();
      change(other);
      expect(blackBoxDifferences(other, view())).not.toEqual([]);
    }
    expect(blackBoxDifferences(view(), view())).toEqual([]);
  });

  test("one trace line more, less or other", () => {
    const longer = view();
    longer.steps[0].trace.push("@log 2");
    expect(traceDifferences(longer, view())).toHaveLength(1);
    expect(traceDifferences(view(), longer)).toHaveLength(1);
    expect(traceDifferences(view(), view())).toEqual([]);
  });
});

describe("HTTP/1.1 bytes", () => {
  test("a split response shows as what it is: a header, and a second message as body", () => {
    const reader = new MessageReader("response");
    reader.push(
      Buffer.from("HTTP/1.1 200 OK\r\nx: a\r\nx-evil: 1\r\ncontent-length: 2\r\n\r\nokHTTP/1.1"),
    );
    expect(reader.headers).toContainEqual(["x-evil", "1"]);
    expect(reader.complete).toBe(true);
    expect(reader.rest.toString()).toBe("HTTP/1.1");
  });

  test("any split into packets reads alike", () => {
    const bytes = Buffer.concat(
      requestPackets({ body: ["ab", "cde"], trailers: [["x-t", "1"]], headers: [["x-a", "1"]] }),
    );
    for (let size = 1; size <= bytes.length; size++) {
      const reader = new MessageReader("request");
      for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
      expect([reader.complete, reader.body.toString(), reader.trailers]).toEqual([
        true,
        "abcde",
        [["x-t", "1"]],
      ]);
    }
  });

  test("the end of a body is a frame of its own", () => {
    const frames = requestPackets({ body: "abc" }).flatMap((p) =>
      new FrameReader("request").push(p),
    );
    expect(frames.map((f) => [f.kind, "end" in f && f.end])).toEqual([
      ["headers", false],
      ["data", false],
      ["data", true],
    ]);
  });

  test("a body shorter than its content-length leaves the message open", () => {
    const reader = new MessageReader("response");
    const writer = new FrameWriter("response", (bytes) => reader.push(bytes));
    writer.headers(
      [
        [":status", "200"],
        ["content-length", "6"],
      ],
      false,
    );
    writer.data(Buffer.from("ab"), true);
    expect(reader.complete).toBe(false);
  });
});

test("an unknown probe operation is refused, words become numbers", () => {
  expect(() => encodeScript({ requestHeaders: ["jump 1"] })).toThrow(
    'unknown probe operation "jump"',
  );
  expect(encodeScript({ requestHeaders: ["get responseHeaders x", "return 0"] })).toBe(
    "requestHeaders:get 2 x;return 0",
  );
});

test("a trace record becomes one readable line, anything else is a log line of the guest", () => {
  expect(traceLine('["@requestHeaders",2,5,0]')).toBe("@requestHeaders 2 5 0");
  expect(traceLine('["get 0 x",0,"v"]')).toBe('get 0 x -> 0 "v"');
  expect(traceLine("[not json")).toBeUndefined();
  expect(traceLine('{"event":1}')).toBeUndefined();
});

test("every case file loads, and there are at least 120 cases for both sides", () => {
  const cases = caseFiles().flatMap((file) => loadCaseFile(file).cases);
  expect(cases.filter((c) => c.hostOnly === undefined).length).toBeGreaterThanOrEqual(120);
});
