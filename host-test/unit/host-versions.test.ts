// What the `envoy` option changes: the text of a refused connection, as recorded on each version.
import { expect, test } from "vitest";
import "../vitest/index.ts";
import { upstreamFailed } from "../host/proxy-replies.ts";
import { probeHost, traceLines } from "./host-probe.ts";

const start = "upstream connect error or disconnect/reset before headers. reset reason: ";

test.each([
  ["1.36", ", transport failure reason: delayed connect error: Connection refused", 276],
  ["1.37", ", transport failure reason: delayed connect error: Connection refused", 276],
  ["1.39", "", 207],
  ["1.40", "", 207],
] as const)("Envoy %s ends a refused connection's text with '%s'", async (envoy, why, size) => {
  const host = await probeHost(
    {
      requestHeaders: [
        "grpc dead a.B C m 1000",
        "call gone 1000 ~ :method GET :path / :authority a",
      ],
      grpcClose: ["status"],
      callResponse: ["get 6 content-length"],
    },
    { envoy },
  );
  host.cluster("dead").onGrpc("a.B", "C").reply({ instead: "refuse" });
  host.setCluster("gone", { refuse: true });
  await host.request();
  const body = `${start}remote connection failure${why}`;
  expect(upstreamFailed("remote connection failure", envoy).body).toBe(body);
  const lines = traceLines(host);
  // The recorded length of text and details together.
  expect(lines.find((line) => line.startsWith("status"))).toContain(`(${size} bytes`);
  expect(lines).toContain(`get 6 content-length -> 0 ${body.length}`);
});
