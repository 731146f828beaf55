// Every status of the limits stage, from the table limits.yaml: what denies, what is let through next to it, the reply, the counter
// and the audit line, and the same in shadow mode and switched off.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { limitsStatuses } from "../../assembly/stages/validate/limits/status.ts";
import type { RequestInit } from "../host/index.ts";
import { counter, guarded } from "./guarded.ts";

interface Row {
  code: string;
  status: number;
  limits?: object;
  bad: RequestInit[];
  good: RequestInit[];
}

const text = readFileSync(new URL("./limits.yaml", import.meta.url), "utf8");
const rows = spelledOut(parse(text)) as Row[];

/** `{run: [before, piece, times, after]}` as text, `{hex: digits}` as bytes, anywhere. */
function spelledOut(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(spelledOut);
  if (typeof value !== "object" || value === null) return value;
  if ("hex" in value) return new Uint8Array(Buffer.from(String(value.hex), "hex"));
  if ("run" in value) {
    const [before, piece, times, after] = value.run as [string, string, number, string];
    return before + piece.repeat(times) + after;
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, spelledOut(item)]));
}

test("the table has a row for every status that one request can bring about", () => {
  const names = limitsStatuses
    .split("\n")
    .filter((line) => line.includes("|"))
    .map((line) => `limits.${line.split("|")[0].trim()}`);
  // Envoy refuses a fragment itself; the specs of the http room prove that the scan sees it.
  const elsewhere = ["limits.path_fragment"];
  expect([...rows.map((row) => row.code), ...elsewhere].sort()).toEqual(names.sort());
});

describe.each(rows)("$code", ({ code, status, limits, bad, good }) => {
  test.each(bad)("denies %j", async (request) => {
    const host = await guarded({ limits, host: { lean: true } });
    const exchange = await host.request(request);
    expect(exchange.status).toBe(status);
    expect(exchange.details).toBe(code);
    expect(exchange.header("content-type")).toBe("application/problem+json");
    expect(exchange.header("cache-control")).toBe("no-store");
    expect(JSON.parse(exchange.text())).toMatchObject({ type: "about:blank", status, code });
    expect(exchange.upstream.complete).toBe(false);
    expect(host.metrics.value(counter(code))).toBe(1);
    const audit = exchange.logs.map((line) => JSON.parse(line.message) as Record<string, unknown>);
    expect(audit).toHaveLength(1);
    expect(audit[0]).toMatchObject({
      event: "meshwarden.finding",
      stage: "limits",
      code,
      mode: "enforce",
      denied: true,
      status,
    });
    host.close();
  });

  test.each(good)("allows %j", async (request) => {
    const host = await guarded({ limits, host: { lean: true } });
    const exchange = await host.request(request);
    expect(exchange.text()).toBe("ok");
    expect(exchange.upstream.complete).toBe(true);
    expect(exchange.logs).toEqual([]);
    host.close();
  });

  test("has no effect in shadow mode, but is counted and logged", async () => {
    const host = await guarded({
      limits: { ...(limits as object), modes: { [code.slice(7)]: "shadow" } },
      host: { lean: true },
    });
    const exchange = await host.request(bad[0]);
    const seen = exchange.logs.map((line) => JSON.parse(line.message) as Record<string, unknown>);
    expect(seen).toContainEqual(expect.objectContaining({ code, mode: "shadow", denied: false }));
    expect(host.metrics.value(counter(code, "shadow"))).toBe(1);
    expect(exchange.details).not.toBe(code);
    host.close();
  });

  test("is not looked for when it is off", async () => {
    const host = await guarded({
      limits: { ...(limits as object), modes: { [code.slice(7)]: "off" } },
      host: { lean: true },
    });
    const exchange = await host.request(bad[0]);
    expect(exchange.details).not.toBe(code);
    expect(exchange.logs.filter((line) => line.message.includes(code))).toEqual([]);
    host.close();
  });
});
