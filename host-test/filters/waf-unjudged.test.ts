// What the firewall cannot look at is denied, each kind with a status of its own, unless the rules only watch.
import { expect, test } from "vitest";
import type { Header, Host, RequestInit } from "../host/index.ts";
import { guarded } from "./guarded.ts";

const walled = (lines: string[]): Promise<Host> =>
  guarded({
    filter: "waf",
    config: JSON.stringify({ version: 1, holdHeaders: true, waf: { rules: lines } }),
    allowOnHeadersStopIteration: true,
  });

test("a response whose headers cannot be read is not let through", async () => {
  const rule = `SecRule RESPONSE_STATUS "@streq 200" "id:101,phase:3,pass,nolog"`;
  const many = Array.from({ length: 1100 }, (_, i): Header => [`x-${i}`, "1"]);
  const answer: RequestInit = { path: "/", upstream: { status: 200, headers: many } };
  const host = await walled(["SecRuleEngine On", rule]);
  const exchange = await host.request(answer);
  expect(exchange.status).toBe(502);
  expect(exchange.details).toBe("waf.response_unreadable");
  host.close();
  const watching = await walled(["SecRuleEngine DetectionOnly", rule]);
  expect((await watching.request(answer)).status).toBe(200);
  watching.close();
});
