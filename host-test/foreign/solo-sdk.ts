// What solo-io's AssemblyScript SDK, and Kong's fork of it, say of their examples: README files and the last lines of the
// sources. Each example registers a root id, so the plugin must be given it.
import assert from "node:assert/strict";
import type { Header } from "../host/index.ts";
import type { Check } from "./check.ts";
import { answered, stage } from "./stage.ts";

const addHeader: Check[] = [
  ["", "world!"],
  ["there", "there"],
].map(([config, value]): Check => ({
  name: `hello: ${value}`,
  run: (wasm) => {
    const { host } = stage(wasm, { rootId: "add_header", config });
    const exchange = host.requestSync();
    answered(exchange, 200);
    assert.equal(exchange.header("hello"), value);
  },
}));

const removeHeaders: Check[] = [
  {
    name: "response headers of the configured prefixes are gone",
    run: (wasm) => {
      const { host } = stage(wasm, { rootId: "remove_headers", config: "x-leak,powered" });
      const headers: Header[] = [
        ["x-leak-a", "1"],
        ["powered-by", "2"],
        ["kept", "3"],
      ];
      const exchange = host.requestSync({ upstream: { headers, body: "ok" } });
      answered(exchange, 200, "ok");
      assert.deepEqual(
        ["x-leak-a", "powered-by", "kept"].map((name) => exchange.header(name)),
        [undefined, undefined, "3"],
      );
    },
  },
  {
    name: "without configuration nothing goes",
    run: (wasm) => {
      const { host } = stage(wasm, { rootId: "remove_headers" });
      const exchange = host.requestSync({ upstream: { headers: [["x-leak-a", "1"]] } });
      assert.equal(exchange.header("x-leak-a"), "1");
    },
  },
];

const auth: Check[] = [
  [200, 200],
  [401, 401],
].map(([answer, status]): Check => ({
  name: `the auth cluster says ${answer}`,
  run: (wasm) => {
    const clusters = { auth: { status: answer, body: "said" } };
    const { host } = stage(wasm, { rootId: "auth", config: "auth" }, { clusters });
    const exchange = host.requestSync({ path: answer === 200 ? "/get" : "/" });
    answered(exchange, status);
    assert.equal(exchange.upstream.reached, status === 200);
    assert.equal(exchange.header("hello"), "wasm!");
  },
}));

const singleton: Check[] = [
  {
    name: "a background plugin fetches, the other one reads it from shared data",
    run: (wasm) => {
      const clusters = { config: { body: "foo" } };
      const filters = [
        {
          name: "singleton",
          wasm,
          rootId: "auth_singleton",
          config: "config",
          disabledOnRoute: true,
        },
        { name: "auth", wasm, rootId: "auth" },
      ];
      const { host, clock } = stage(wasm, {}, { filters, clusters });
      for (let tick = 0; tick < 3; tick++) clock.advance("1s");
      answered(host.requestSync({ headers: [["x-auth", "foo"]] }), 200);
      answered(host.requestSync(), 401);
    },
  },
];

/** By folder of the SDK's examples. */
export const soloSdk: Record<string, Check[]> = {
  addheader: addHeader,
  "remove-headers": removeHeaders,
  auth,
  singleton,
};

/** Kong's fork of the same examples. */
export const kongSdk: Record<string, Check[]> = {
  ...soloSdk,
  singleton: singleton.map((check) => ({
    ...check,
    notInEnvoy: "the fork keeps only the root that was registered last; the example needs both",
  })),
};
