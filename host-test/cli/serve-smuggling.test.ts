// Requests that two parsers in a row could read differently, as raw bytes. The upstream must never see one of them, the client
// gets a clear refusal, and the proxy goes on serving.
import { afterEach, describe, expect, test } from "vitest";
import { raw, startProxy, type Proxy } from "./proxy-fixture.ts";

let proxy: Proxy;
afterEach(async () => proxy.close());

describe("requests that two parsers could read differently are refused before the upstream", () => {
  const body = "0\r\n\r\n";
  const attempts: [string, string, number][] = [
    [
      "content-length with transfer-encoding",
      `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n${body}`,
      400,
    ],
    [
      "two content-lengths",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
      400,
    ],
    ["a signed content-length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +2\r\n\r\nab", 400],
    [
      "a list as content-length",
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2, 2\r\n\r\nab",
      400,
    ],
    [
      "space before the colon",
      `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n${body}`,
      400,
    ],
    [
      "an unknown transfer coding",
      `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n${body}`,
      501,
    ],
    [
      "chunked twice",
      `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n${body}`,
      400,
    ],
    [
      "another coding before chunked",
      `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n${body}`,
      501,
    ],
    ["a NUL in a header value", "GET / HTTP/1.1\r\nHost: a\r\nX-A: b\0c\r\n\r\n", 400],
    ["a bare CR in a header value", "GET / HTTP/1.1\r\nHost: a\r\nX-A: b\rX-C: d\r\n\r\n", 400],
    ["a space in a header name", "GET / HTTP/1.1\r\nHost: a\r\nX A: b\r\n\r\n", 400],
    ["a raw fragment in the path", "GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n", 400],
    ["raw bytes above ASCII in the path", "GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n", 400],
    ["no host", "GET / HTTP/1.1\r\n\r\n", 400],
    ["a relative target", "GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400],
    ["user information in the target", "GET http://u@a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400],
    ["HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\n\r\n", 426],
    [
      "connection naming x-forwarded-for",
      "GET / HTTP/1.1\r\nHost: a\r\nConnection: x-forwarded-for\r\n\r\n",
      400,
    ],
    ["101 header lines", `GET / HTTP/1.1\r\nHost: a\r\n${"A: b\r\n".repeat(100)}\r\n`, 431],
    ["61 KiB of headers", `GET / HTTP/1.1\r\nHost: a\r\nA: ${"b".repeat(61 * 1024)}\r\n\r\n`, 431],
    ["CONNECT", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", 400],
    [
      "an upgrade to an unknown protocol",
      "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: foo\r\n\r\n",
      403,
    ],
    ["TLS on a plain port", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400],
  ];
  test.each(attempts)("%s", async (_name, text, status) => {
    let reached = 0;
    proxy = await startProxy((_incoming, outgoing) => {
      reached++;
      outgoing.end("ok");
    });
    const answer = await raw(proxy.port, text, "\r\n\r\n");
    expect(answer.split("\r\n")[0]).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(reached).toBe(0);
    expect(await raw(proxy.port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "ok")).toContain(" 200 ");
  });
});

test("a bare LF ends no line, or both sides agree that it does", async () => {
  const seen: string[] = [];
  proxy = await startProxy((incoming, outgoing) => {
    seen.push(`${incoming.method} ${incoming.url} ${JSON.stringify(incoming.headers["x-a"])}`);
    outgoing.end("ok");
  });
  await raw(proxy.port, "GET /1 HTTP/1.1\nHost: a\nX-A: b\n\n", "\r\n\r\n");
  // Refused, or one request whose parts are re-written with CR LF; never two requests.
  expect(["", 'GET /1 "b"']).toContain(seen.join());
});

test("a second request hidden in a body stays a body", async () => {
  const seen: string[] = [];
  proxy = await startProxy((incoming, outgoing) => {
    seen.push(incoming.url!);
    incoming.resume();
    incoming.on("end", () => outgoing.end("ok"));
  });
  const hidden = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";
  const head = `POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: ${hidden.length}\r\nConnection: close\r\n\r\n`;
  await raw(proxy.port, head + hidden);
  expect(seen).toEqual(["/a"]);
});

describe("a second request hidden in the first never reaches the upstream", () => {
  const hidden = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";
  const chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n";
  const attempts: [string, string][] = [
    [
      "CL.TE",
      `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
    ],
    [
      "TE.CL",
      `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n28\r\n${hidden}\r\n0\r\n\r\n`,
    ],
    [
      "TE in a folded line",
      `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n chunked\r\nContent-Length: 4\r\n\r\n28\r\n${hidden}`,
    ],
    [
      "TE twice, one unknown",
      `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${hidden}`,
    ],
    [
      "TE with a vertical tab",
      `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \x0bchunked\r\nContent-Length: 0\r\n\r\n${hidden}`,
    ],
    [
      "TE in quotes",
      `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "chunked"\r\n\r\n0\r\n\r\n${hidden}`,
    ],
    [
      "a name with a NUL before CL",
      `POST / HTTP/1.1\r\nHost: a\r\n\0Content-Length: 40\r\n\r\n${hidden}`,
    ],
    ["CL in hexadecimal", `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x20\r\n\r\n${hidden}`],
    ["CL negative", `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n${hidden}`],
    [
      "CL past 64 bits",
      `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551616\r\n\r\n${hidden}`,
    ],
    ["CL empty", `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \r\n\r\n${hidden}`],
    [
      "an obs-fold in another header",
      `GET / HTTP/1.1\r\nHost: a\r\nX-A: b\r\n Content-Length: 40\r\n\r\n${hidden}`,
    ],
    ["a bare CR before the headers end", `GET / HTTP/1.1\r\nHost: a\r\nX-A: b\r\r\n\r\n${hidden}`],
    ["a chunk size with a sign", `${chunked}\r\n+1\r\na\r\n0\r\n\r\n${hidden}`],
    ["a chunk size with 0x", `${chunked}\r\n0x1\r\na\r\n0\r\n\r\n${hidden}`],
    ["a chunk size past 64 bits", `${chunked}\r\n10000000000000001\r\na\r\n0\r\n\r\n${hidden}`],
    ["a chunk size with a blank before", `${chunked}\r\n 1\r\na\r\n0\r\n\r\n${hidden}`],
    ["a bare LF behind the chunk size", `${chunked}\r\n1\na\r\n0\r\n\r\n${hidden}`],
    ["a bare LF in a chunk extension", `${chunked}\r\n1;a\nb\r\na\r\n0\r\n\r\n${hidden}`],
    ["a bare CR in a chunk extension", `${chunked}\r\n1;a\rb\r\na\r\n0\r\n\r\n${hidden}`],
    ["a chunk that is longer than its size", `${chunked}\r\n1\r\nabc\r\n0\r\n\r\n${hidden}`],
    ["a chunk without its line end", `${chunked}\r\n1\r\na0\r\n\r\n${hidden}`],
    ["a bare LF behind a chunk", `${chunked}\r\n1\r\na\n0\r\n\r\n${hidden}`],
    [
      "32 KiB of chunk extension",
      `${chunked}\r\n1;${"a".repeat(32 * 1024)}\r\na\r\n0\r\n\r\n${hidden}`,
    ],
    [
      "a hundred thousand chunk extensions",
      `${chunked}\r\n${"1;aaaaaaaa\r\na\r\n".repeat(100_000)}x`,
    ],
    ["a trailer that breaks its line", `${chunked}\r\n0\r\nX-A: b\rc\r\n\r\n${hidden}`],
    ["61 KiB of trailers", `${chunked}\r\n0\r\nX-A: ${"a".repeat(61 * 1024)}\r\n\r\n${hidden}`],
  ];
  test.each(attempts)("%s", async (_name, text) => {
    const seen: string[] = [];
    let whole = 0;
    proxy = await startProxy((incoming, outgoing) => {
      seen.push(incoming.url!);
      incoming.on("error", () => {});
      incoming.resume().on("end", () => {
        if (incoming.complete) whole++;
        outgoing.end("ok");
      });
    });
    const answer = await raw(proxy.port, text);
    expect(answer).toMatch(/^(HTTP\/1\.1 (400|413|431|501) [^]*)?$/);
    // The head of a streamed body may have gone on; nobody there ever sees such a request end, or the hidden one begin.
    expect(whole).toBe(0);
    expect(seen.filter((url) => url !== "/")).toEqual([]);
    expect(await raw(proxy.port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "ok")).toContain(" 200 ");
  });

  test("nothing pipelined behind a refusal or behind connection: close is served", async () => {
    const seen: string[] = [];
    proxy = await startProxy((incoming, outgoing) => {
      seen.push(incoming.url!);
      outgoing.end("ok");
    });
    await raw(proxy.port, `GET /#a HTTP/1.1\r\nHost: a\r\n\r\n${hidden}`);
    await raw(proxy.port, `GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n${hidden}`);
    expect(seen).toEqual(["/last"]);
  });

  test("chunk extensions are dropped, not passed on", async () => {
    const bodies: string[] = [];
    proxy = await startProxy((incoming, outgoing) => {
      incoming.on("data", (bytes: Buffer) => bodies.push(bytes.toString()));
      incoming.on("end", () => outgoing.end("ok"));
    });
    const text = `${chunked}Connection: close\r\n\r\n3;a=b;c="d"\r\nabc\r\n0\r\n\r\n`;
    expect(await raw(proxy.port, text)).toContain(" 200 ");
    expect(bodies.join("")).toBe("abc");
  });
});
