// The example of docs/testing.md, word for word: what the guide shows must run.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createHost } from "meshwarden/host";
import "meshwarden/vitest";

const wasm = new Uint8Array(readFileSync("build/guard.wasm"));
const config = JSON.stringify({
  version: 1,
  validate: { limits: { methods: { allow: ["GET"] } } },
});

test("only GET reaches the service", async () => {
  const host = await createHost({ filters: [{ name: "guard", wasm, config }], strict: true });

  const allowed = await host.request({ path: "/items" });
  expect(allowed).toBeAllowed();
  expect(allowed).toReachUpstream();

  const denied = await host.request({ method: "DELETE", path: "/items/1" });
  expect(denied).toBeDenied({ status: 405 });
  expect(denied).not.toReachUpstream();
});
