// A configuration is replaced in the VM that runs, old and new side by side. What the old one took must come back: a proxy
// that gets a push every minute for a month would otherwise reach the VM's cap.
import { expect, test } from "vitest";
import { compile } from "../../cli/build/compile.ts";
import { createHost } from "../host/index.ts";

test("four hundred configuration updates with traffic in between leave memory where it was", async () => {
  const { wasm } = await compile({ entry: "assembly/filters/guard.ts", target: "release" });
  const configOf = (n: number): string =>
    JSON.stringify({
      version: 1,
      validate: {
        limits: {
          path: { maxBytes: 1000 + n },
          hosts: { allow: ["shop.example", "*.shop.example"] },
          userAgents: { deny: ["*sqlmap*"] },
          addresses: { deny: ["192.0.2.0/24", "2001:db8::/32"] },
        },
      },
    });
  const host = await createHost({
    filters: [{ name: "guard", wasm, config: configOf(0) }],
    logLevel: "error",
  });
  const pages: number[] = [];
  for (let n = 1; n <= 400; n++) {
    expect(host.updateConfig("guard", configOf(n)).error).toBe("");
    host.drain();
    const answer = await host.request({
      method: "POST",
      path: "/items",
      authority: "shop.example",
      headers: [["content-type", "application/json"]],
      body: ['{"a":', "1}"],
    });
    expect(answer.status).toBe(200);
    pages.push(host.pages);
  }
  expect(pages.at(-1)).toBe(pages[100]);
});
