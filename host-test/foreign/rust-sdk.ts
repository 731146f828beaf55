// What the Rust SDK's examples promise in their README files: answers, headers and log lines.
import assert from "node:assert/strict";
import type { Check } from "./check.ts";
import { answered, logged, stage } from "./stage.ts";

const secret = "This secret message should not be read by anyone.\n";
const lua = "metadata.filter_metadata.envoy.filters.http.lua.uppercased-custom-metadata";

const httpAuth: Check[] = [
  {
    name: "access granted for an even byte",
    run: (wasm) => {
      const { host } = stage(wasm, {}, { clusters: { httpbin: { body: Uint8Array.of(2) } } });
      const exchange = host.requestSync({ path: "/headers" });
      answered(exchange, 200);
      assert.equal(exchange.header("powered-by"), "proxy-wasm");
      logged(host, "Access granted.");
    },
  },
  {
    name: "access forbidden for an odd byte",
    run: (wasm) => {
      const { host } = stage(wasm, {}, { clusters: { httpbin: { body: Uint8Array.of(3) } } });
      answered(host.requestSync({ path: "/headers" }), 403, "Access forbidden.\n");
      logged(host, "Access forbidden.");
    },
  },
];

const grpcAuth: Check[] = [
  [2, 200, "Access granted."],
  [3, 200, "Access forbidden."],
].map(([code, status, log]): Check => ({
  name: `gRPC status ${code}: ${log}`,
  run: (wasm) => {
    const { host } = stage(wasm);
    host
      .cluster("grpcbin")
      .onGrpc("grpcbin.GRPCBin", "RandomError")
      .reply({ status: Number(code) });
    const exchange = host.requestSync({
      method: "POST",
      path: "/hello.HelloService/SayHello",
      headers: [["content-type", "application/grpc"]],
      body: "x",
    });
    answered(exchange, Number(status));
    logged(host, String(log));
    if (code !== 3) return;
    assert.equal(exchange.header("grpc-status"), "10");
    assert.equal(exchange.header("grpc-message"), "Aborted by Proxy-Wasm!");
  },
}));
grpcAuth.push({
  name: "503 for what is no gRPC",
  run: (wasm) => {
    answered(stage(wasm).host.requestSync(), 503, "Service accessible only to gRPC clients.\n");
  },
});

/** By folder of the SDK's examples. */
export const rustSdk: Record<string, Check[]> = {
  hello_world: [
    {
      name: "greets, then tells time and a number on each tick",
      run: (wasm) => {
        const { host, clock } = stage(wasm);
        logged(host, "Hello, World!");
        clock.advance("5s");
        clock.advance("5s");
        const lines = host.logs.map((record) => record.message);
        const lucky = lines.filter((line) =>
          /^It's 2026-01-01 00:00:(05|10)\S* UTC, your lucky number is \d+\.$/.test(line),
        );
        assert.equal(lucky.length, 2, JSON.stringify(lines));
      },
    },
  ],
  envoy_filter_metadata: [
    {
      name: "without metadata the request goes on",
      run: (wasm) => {
        const upstream = { body: "Welcome\n" };
        answered(stage(wasm).host.requestSync({ upstream }), 200, "Welcome\n");
      },
    },
    {
      name: "metadata of another filter comes back",
      run: (wasm) => {
        const { host } = stage(wasm, {}, { properties: { [lua]: "SOME-VALUE" } });
        const exchange = host.requestSync();
        answered(exchange, 200, 'Custom response with Envoy metadata: "SOME-VALUE"\n');
        assert.equal(exchange.header("uppercased-metadata"), "SOME-VALUE");
      },
    },
  ],
  http_auth_random: httpAuth,
  grpc_auth_random: grpcAuth,
  http_body: [
    {
      name: "a message without secrets passes",
      run: (wasm) => {
        const upstream = { body: "Everyone may read this message.\n" };
        const exchange = stage(wasm).host.requestSync({ path: "/hello", upstream });
        answered(exchange, 200, "Everyone may read this message.\n");
      },
    },
    {
      name: "a secret is redacted, in one piece or many",
      run: (wasm) => {
        for (const body of [secret, [secret.slice(0, 9), secret.slice(9)], [...secret]]) {
          const exchange = stage(wasm).host.requestSync({ path: "/secret", upstream: { body } });
          answered(exchange, 200, "Original message body (50 bytes) redacted.\n");
        }
      },
    },
  ],
  http_config: [
    {
      name: "the configuration comes as a header",
      run: (wasm) => {
        const config = "The secret to life is meaningless unless you discover it yourself";
        const exchange = stage(wasm, { config }).host.requestSync({ path: "/hello" });
        answered(exchange, 200);
        assert.equal(exchange.header("custom-header"), config);
      },
    },
  ],
  http_headers: [
    {
      name: "answers /hello and logs both heads",
      run: (wasm) => {
        const { host } = stage(wasm);
        const exchange = host.requestSync({
          path: "/hello",
          authority: "localhost:10000",
          headers: [["accept", "*/*"]],
        });
        answered(exchange, 200, "Hello, World!\n");
        logged(host, "#2 -> :authority: localhost:10000", "#2 -> :path: /hello");
        logged(host, "#2 -> :method: GET", "#2 -> :scheme: http", "#2 -> accept: */*");
        logged(host, "#2 -> x-forwarded-proto: http", "#2 -> x-request-id: ");
        logged(host, "#2 <- :status: 200", "#2 <- hello: World", "#2 <- powered-by: proxy-wasm");
        logged(host, "#2 <- content-length: 14", "#2 <- content-type: text/plain");
        logged(host, "#2 completed.");
      },
    },
  ],
};
