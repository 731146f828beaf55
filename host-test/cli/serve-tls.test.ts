// TLS towards clients: ALPN, client certificates as filters see them, and handshakes that must not succeed.
import { X509Certificate } from "node:crypto";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { connect as connectHttp2 } from "node:http2";
import { connect as connectTls } from "node:tls";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../cli/build/compile.ts";
import { noFilters, type ServeEngine } from "../../cli/serve/engine.ts";
import { hostEngineLoader } from "../../cli/serve/host-engine.ts";
import { certificateInfo } from "../../cli/serve/peer-certificate.ts";
import type { TlsMaterial } from "../../cli/serve/tls-files.ts";
import { encodeScript } from "../cases/script.ts";
import type { ConnectionInfo } from "../host/types.ts";
import { makeCertificate, type TestCertificate } from "./make-certificate.ts";
import { raw, startProxy, type Proxy } from "./proxy-fixture.ts";

let authority: TestCertificate;
let server: TestCertificate;
let client: TestCertificate;
let stranger: TestCertificate;
let proxy: Proxy;
const connections: ConnectionInfo[] = [];

beforeAll(() => {
  authority = makeCertificate([[["2.5.4.3", "authority"]]]);
  server = makeCertificate([[["2.5.4.3", "proxy"]]], { dns: ["localhost"] }, authority);
  client = makeCertificate(
    [
      [["2.5.4.6", "DE", 0x13]],
      [["2.5.4.10", "A, B"]],
      [
        ["2.5.4.11", "ops"],
        ["2.5.4.3", "alice"],
      ],
    ],
    { uri: ["spiffe://mesh/ns/a/sa/alice", "spiffe://second"], dns: ["alice.example"] },
    authority,
  );
  stranger = makeCertificate([[["2.5.4.3", "authority"]]]);
});
afterEach(async () => proxy.close());

/** An engine without filters that notes what it is told of connections. */
const noting: ServeEngine = {
  ...noFilters,
  openStream(sinks, connection) {
    connections.push(connection);
    return noFilters.openStream(sinks, connection);
  },
};

function material(change: Partial<TlsMaterial> = {}): TlsMaterial {
  const { certificate: cert, privateKey: key } = server;
  return { cert, key, requireClientCertificate: false, ...change };
}

async function start(tls: TlsMaterial, engine: ServeEngine = noting): Promise<void> {
  connections.length = 0;
  proxy = await startProxy((_incoming, outgoing) => outgoing.end("ok"), { tls, engine });
}

function ask(options: RequestOptions = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest(
      {
        port: proxy.port,
        host: "127.0.0.1",
        servername: "localhost",
        ca: authority.certificate,
        agent: false,
        ...options,
      },
      (response) => {
        response.resume();
        response.on("end", () => resolve(response.statusCode ?? 0));
      },
    );
    request.on("error", reject);
    request.end();
  });
}

const of = ({ certificate: cert, privateKey: key }: TestCertificate): RequestOptions => ({
  cert,
  key,
});

test("a client without a certificate is served, and filters know that it has none", async () => {
  await start(material({ ca: authority.certificate }));
  expect(await ask()).toBe(200);
  expect(connections[0]).toMatchObject({
    protocol: "HTTP/1.1",
    tls: { mtls: false, version: "TLSv1.3", sni: "localhost" },
  });
  expect(connections[0]!.tls).not.toHaveProperty("subject");
});

test("a certificate that the authority signed becomes the connection's properties", async () => {
  await start(material({ ca: authority.certificate, requireClientCertificate: true }));
  expect(await ask(of(client))).toBe(200);
  expect(connections[0]!.tls).toEqual({
    mtls: true,
    version: "TLSv1.3",
    sni: "localhost",
    subject: "CN=alice+OU=ops,O=A\\, B,C=DE",
    uriSan: ["spiffe://mesh/ns/a/sa/alice", "spiffe://second"],
    dnsSan: ["alice.example"],
    peerCertificatePem: new X509Certificate(client.certificate).toString(),
    sha256PeerCertificateDigest: new X509Certificate(client.certificate).fingerprint256
      .replaceAll(":", "")
      .toLowerCase(),
  });
});

test("HTTP/2 by ALPN carries the same certificate", async () => {
  await start(material({ ca: authority.certificate }));
  const session = connectHttp2(`https://localhost:${proxy.port}`, {
    ca: authority.certificate,
    cert: client.certificate,
    key: client.privateKey,
    lookup: (_host, _options, found) =>
      (found as (...a: unknown[]) => void)(null, [{ address: "127.0.0.1", family: 4 }]),
  });
  const stream = session.request({ ":path": "/" });
  const status = await new Promise((resolve) =>
    stream.on("response", (headers) => resolve(headers[":status"])),
  );
  stream.resume();
  await new Promise((resolve) => stream.on("close", resolve));
  session.close();
  expect(status).toBe(200);
  expect(connections[0]).toMatchObject({
    protocol: "HTTP/2",
    tls: { mtls: true, subject: "CN=alice+OU=ops,O=A\\, B,C=DE" },
  });
});

test("no certificate where one is required, a stranger's, or none of ours: no request", async () => {
  await start(material({ ca: authority.certificate, requireClientCertificate: true }));
  await expect(ask()).rejects.toThrow();
  await expect(ask(of(stranger))).rejects.toThrow();
  await proxy.close();
  // Also where none is required, a certificate that nobody vouches for is no certificate.
  await start(material({ ca: authority.certificate }));
  await expect(ask(of(stranger))).rejects.toThrow();
  expect(connections).toEqual([]);
  expect(proxy.listener.counters.handshakesFailed).toBe(1);
  expect(await ask()).toBe(200);
});

test("HTTP in the clear, old TLS and half a handshake are cut, and others are served", async () => {
  await start(material());
  expect(await raw(proxy.port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")).not.toContain("HTTP/1.1");
  const old = connectTls({
    port: proxy.port,
    maxVersion: "TLSv1.1",
    minVersion: "TLSv1",
    rejectUnauthorized: false,
  });
  await new Promise((resolve) => old.on("error", resolve));
  expect(await ask()).toBe(200);
});

test("a half handshake ends in time", async () => {
  connections.length = 0;
  proxy = await startProxy((_incoming, outgoing) => outgoing.end("ok"), {
    tls: material(),
    limits: { headersTimeoutMs: 60 },
  });
  await raw(proxy.port, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03");
  expect(await ask()).toBe(200);
});

test("new certificates are used from the next handshake on", async () => {
  await start(material());
  const served = (): Promise<string> =>
    new Promise((resolve) => {
      const socket = connectTls({ port: proxy.port, rejectUnauthorized: false }, () => {
        resolve(String(socket.getPeerCertificate().subject.CN));
        socket.destroy();
      });
    });
  expect(await served()).toBe("proxy");
  const next = makeCertificate([[["2.5.4.3", "renewed"]]], {}, authority);
  proxy.listener.replaceTls(material({ cert: next.certificate, key: next.privateKey }));
  expect(await served()).toBe("renewed");
});

test("a filter reads them as Envoy's attributes", async () => {
  const { wasm } = await compile({ entry: "assembly/probes/trace.ts", target: "release" });
  const names = [
    "mtls",
    "subject_peer_certificate",
    "uri_san_peer_certificate",
    "dns_san_peer_certificate",
  ];
  const script = [
    ...names,
    "sha256_peer_certificate_digest",
    "tls_version",
    "requested_server_name",
  ];
  const lines: string[] = [];
  const { engine } = await hostEngineLoader("info")({
    filters: [{ name: "trace", file: "trace.wasm", wasm, sha256: "" }],
    filterConfig: encodeScript({ requestHeaders: script.map((name) => `prop connection.${name}`) }),
    clusters: {},
    bufferLimitBytes: 1024,
    onLog: (_level, line) => lines.push(line),
  });
  await start(material({ ca: authority.certificate }), engine!);
  expect(await ask(of(client))).toBe(200);
  const seen = lines.filter((line) => line.includes("prop connection."));
  const { sha256PeerCertificateDigest } = certificateInfo(new X509Certificate(client.certificate));
  expect(seen).toHaveLength(script.length);
  expect(seen[1]).toContain("CN=alice+OU=ops,O=A");
  expect(seen[2]).toContain("spiffe://mesh/ns/a/sa/alice");
  expect(seen[3]).toContain("alice.example");
  expect(seen[4]).toContain(sha256PeerCertificateDigest);
  expect(seen[5]).toContain("TLSv1.3");
});

describe("a subject prints as OpenSSL prints it with XN_FLAG_RFC2253", () => {
  const oddities: [string, Parameters<typeof makeCertificate>[0], string][] = [
    [
      "last part first, two attributes in one part",
      [
        [["2.5.4.6", "DE", 0x13]],
        [
          ["2.5.4.11", "a"],
          ["2.5.4.3", "b"],
        ],
      ],
      "CN=b+OU=a,C=DE",
    ],
    [
      "special characters",
      [[["2.5.4.10", 'Muster, "GmbH" & Söhne+; <x>\\']]],
      'O=Muster\\, \\"GmbH\\" & S\\C3\\B6hne\\+\\; \\<x\\>\\\\',
    ],
    [
      "blanks and a hash at the edges",
      [[["2.5.4.3", " #lead "]], [["2.5.4.3", "#x"]]],
      "CN=\\#x,CN=\\ #lead\\ ",
    ],
    ["control characters", [[["2.5.4.3", "\u0007bell"]]], "CN=\\07bell"],
    ["a type without a name", [[["1.2.3.4", "odd"]]], "1.2.3.4=#0C036F6464"],
    [
      "other types",
      [[["0.9.2342.19200300.100.1.25", "dc", 0x16]], [["1.2.840.113549.1.9.1", "a@b", 0x16]]],
      "emailAddress=a@b,DC=dc",
    ],
  ];
  test.each(oddities)("%s", async (_name, subject, text) => {
    proxy = await startProxy(() => {});
    expect(certificateInfo(new X509Certificate(makeCertificate(subject).certificate)).subject).toBe(
      text,
    );
  });
});
