// The Go SDK's examples that tick, call out, share data and queues, count or speak TCP: the facts of their main_test.go
// and of its e2e suite.
import assert from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { connect, type CalloutAnswer } from "../host/index.ts";
import { nodeForeign } from "../vitest/foreign.ts";
import type { Check } from "./check.ts";
import { answered, logged, stage } from "./stage.ts";

const hello: Check[] = [
  {
    name: "greets at its start and ticks",
    run: (wasm) => {
      const { host, clock } = stage(wasm);
      logged(host, "OnPluginStart from Go!");
      clock.advance("1s");
      logged(host, "OnTick called", "It's");
    },
  },
];

const dispatchOnTick: Check[] = [
  {
    name: "two plugins of one VM call on each tick",
    run: (wasm) => {
      const web = ({ path }: { path: string }): CalloutAnswer => ({
        status: path === "/fail" ? 503 : 200,
      });
      const filters = ["plugin1", "plugin2"].map((name) => ({ name, wasm, config: name }));
      const { host, clock } = stage(wasm, {}, { filters, clusters: { web_service: web } });
      for (let tick = 0; tick < 50; tick++) clock.advance("100ms");
      for (let count = 1; count <= 5; count++) {
        logged(host, `called ${count} for contextID=1`, `called ${count} for contextID=2`);
      }
      logged(host, ":status: 200", ":status: 503");
    },
  },
];

const foreignOnTick: Check[] = [
  {
    name: "calls compress on each tick",
    run: (wasm) => {
      const { host, clock } = stage(wasm, {}, { foreign: nodeForeign() });
      for (let tick = 0; tick < 9; tick++) clock.advance("1s");
      const packed = deflateSync("hello world!").toString("hex");
      for (let count = 1; count <= 5; count++) {
        logged(host, `foreign function (compress) called: ${count}, result: ${packed}`);
      }
    },
  },
];

/** FNV-1a of the first body is even, of the second odd: that is what the example decides by. */
const httpbin = (uuid: string): CalloutAnswer => ({
  headers: [["content-type", "application/json"]],
  body: `{"uuid": "${uuid}"}`,
});
const auth: Check[] = [
  {
    name: "access granted",
    run: (wasm) => {
      const httpbinCluster = httpbin("7b10a67a-1c67-4199-835b-cbefcd4a63d4");
      const { host } = stage(wasm, {}, { clusters: { httpbin: httpbinCluster } });
      const exchange = host.requestSync({ headers: [["key", "value"]] });
      answered(exchange, 200);
      logged(host, "http call dispatched to httpbin", "request header: key: value");
      logged(host, "response header from httpbin: :status: 200", "access granted");
    },
  },
  {
    name: "access forbidden",
    run: (wasm) => {
      const httpbinCluster = httpbin("aaaaaaaa-1c67-4199-835b-cbefcd4a63d4");
      const { host } = stage(wasm, {}, { clusters: { httpbin: httpbinCluster } });
      const exchange = host.requestSync();
      answered(exchange, 403, "access forbidden");
      assert.equal(exchange.header("powered-by"), "proxy-wasm-go-sdk!!");
      assert.equal(exchange.upstream.reached, false);
      logged(host, "access forbidden");
    },
  },
];

const metrics: Check[] = [
  {
    name: "counts by header value",
    run: (wasm) => {
      const { host } = stage(wasm);
      for (const [value, times] of [
        ["foo", 3],
        ["bar", 5],
      ] as const) {
        for (let i = 0; i < times; i++) {
          answered(host.requestSync({ headers: [["my-custom-header", value]] }), 200);
        }
        const name = `custom_header_value_counts_value=${value}_reporter=wasmgosdk`;
        assert.equal(host.metrics.value(name), times);
      }
    },
  },
];

const dispatches: Check[] = [
  {
    name: "the response goes on after ten answers",
    run: (wasm) => {
      const { host } = stage(wasm, {}, { clusters: { httpbin: { body: "ok" } } });
      answered(host.requestSync(), 200);
      for (let left = 9; left > 0; left--) logged(host, `pending dispatched requests: ${left}`);
      logged(host, "response resumed after processed 10 dispatched request");
      assert.equal(host.callouts.length, 10);
    },
  },
];

const postpone: Check[] = [
  {
    name: "a tick resumes what was postponed",
    run: (wasm) => {
      const { host, clock } = stage(wasm);
      const exchange = host.requestSync({ hold: true });
      assert.equal(exchange.paused, "request");
      logged(host, "postpone request with contextID=2");
      clock.advance("1s");
      logged(host, "resume request with contextID=2");
      answered(exchange, 200);
    },
  },
];

const sharedData: Check[] = [
  {
    name: "ten requests, also over several workers",
    run: (wasm) => {
      for (const workers of [1, 4]) {
        const { host } = stage(wasm, {}, { workers });
        for (let i = 0; i < 10; i++) answered(host.requestSync(), 200);
        logged(host, "shared value: 10");
      }
    },
  },
];

const network: Check[] = [
  {
    name: "a connection from its start to its end",
    run: (wasm) => {
      const location = {
        map: [
          ["region", "ap-northeast-1"],
          ["cloud_provider", "aws"],
          ["az", "ap-northeast-1a"],
        ] as [string, string][],
      };
      // The example asks for a top name that Envoy dropped in its 1.33 cycle.
      const properties = { "cluster_metadata.filter_metadata.location": location };
      const { host } = stage(wasm, {}, { properties });
      const session = connect(host);
      logged(host, "new connection!");
      session.send("This-Is-Key: this-is-value");
      logged(host, ">>>>>> downstream data received >>>>>>\nThis-Is-Key: this-is-value");
      session.upstreamSend("this is upstream data");
      logged(host, "<<<<<< upstream data received <<<<<<\nthis is upstream data");
      logged(host, "remote address: 127.0.0.1:");
      logged(host, "upstream cluster metadata location[region]=ap-northeast-1");
      logged(host, "upstream cluster metadata location[cloud_provider]=aws");
      logged(host, "upstream cluster metadata location[az]=ap-northeast-1a");
      session.close();
      logged(host, "downstream connection close!", "connection complete!");
      assert.equal(host.metrics.value("proxy_wasm_go.connection_counter"), 1);
    },
  },
];

const configurations: Check[] = [
  {
    name: "both configurations are read",
    run: (wasm) => {
      const vmConfig = '{"name": "vm configuration"}';
      const config = '{"name": "plugin configuration"}';
      const { host } = stage(wasm, { vmConfig, config });
      logged(host, `vm config: ${vmConfig}`, `plugin config: ${config}`);
    },
  },
];

/** The two sides of the queue example in one process: receivers as background plugins, senders for HTTP and TCP. */
export function queueChecks(sender: Uint8Array, receiver: Uint8Array): Check[] {
  const queues = ["http_request_headers", "http_response_headers", "tcp_data_hashes"];
  const receivers = queues.map((config) => ({
    name: config,
    wasm: receiver,
    vmId: "receiver",
    config,
    disabledOnRoute: true,
  }));
  const senders = ["http", "tcp"].map((config) => ({
    name: config,
    wasm: sender,
    vmId: "sender",
    config,
    disabledOnRoute: config === "tcp",
  }));
  return [
    {
      name: "what HTTP and TCP enqueue is dequeued in the other VM",
      run: () => {
        const filters = [...receivers, ...senders];
        const { host } = stage(sender, {}, { filters });
        answered(host.requestSync(), 200);
        logged(host, 'enqueued data: {"key": ":method","value": "GET"}');
        logged(host, "dequeued data from http_request_headers");
        logged(host, "dequeued data from http_response_headers");
        const session = connect(host, { filters: ["tcp"] });
        session.send("GET / HTTP/1.1\r\n\r\n");
        session.upstreamSend("HTTP/1.1 200 OK\r\n\r\n");
        logged(host, "dequeued data from tcp_data_hashes");
      },
    },
  ];
}

/** By folder of the SDK's examples. */
export const goSdkMore: Record<string, Check[]> = {
  helloworld: hello,
  dispatch_call_on_tick: dispatchOnTick,
  foreign_call_on_tick: foreignOnTick,
  http_auth_random: auth,
  metrics,
  multiple_dispatches: dispatches,
  postpone_requests: postpone,
  shared_data: sharedData,
  network,
  vm_plugin_configuration: configurations,
};
