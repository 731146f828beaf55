// `meshwarden trace`: the timeline in its three forms, the same each time, without credentials and without anything that a page
// would run.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stringify } from "yaml";
import { meshwarden } from "./terminal-fixture.ts";

let folder: string;
let file: string;
const secret = "s3cr3t-of-alice";

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "meshwarden-trace-"));
  file = path.join(folder, "cases.yaml");
  const deny = {
    requestHeaders: [
      "get requestHeaders authorization",
      "get requestHeaders x-a",
      "reply 403 why no -1 x-b 1",
      "return 0",
    ],
  };
  const hold = {
    requestHeaders: ["call answers 1000 ~ :method GET :path /check :authority a.test", "return 4"],
    callResponse: ["eff stream", "cont request"],
  };
  writeFileSync(
    file,
    stringify({
      version: 1,
      about: "for trace",
      cases: [
        {
          name: "a request that is denied",
          script: deny,
          request: {
            path: "/<script>alert(1)</script>",
            headers: [
              ["authorization", `Bearer ${secret}`],
              ["x-a", "<b>bold</b>"],
            ],
          },
          expect: { client: { status: 403 } },
        },
        {
          name: "a request that waits",
          script: hold,
          clusters: { answers: [{ status: 200, delayMs: 40 }] },
          request: { path: "/" },
          expect: { client: { status: 500 } },
        },
      ],
    }),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

test("text: frames, callbacks, host calls with arguments and answers, no credential", async () => {
  const { exitCode, out } = await meshwarden("trace", file);
  expect(exitCode).toBe(0);
  expect(out).toMatch(/client {3}--> +GET \/<script>/);
  expect(out).toMatch(/probe {2}on_request_headers\(8 headers, end\) -> Continue/);
  expect(out).toContain('get_header_map_value(request headers, "x-a") = "<b>bold</b>"');
  expect(out).toContain(
    'get_header_map_value(request headers, "authorization") = (22 bytes, not shown)',
  );
  expect(out).toContain('send_local_response(403, "why", body "no", headers (1: x-b)');
  expect(out).toMatch(/client {3}<-- +403/);
  expect(out).toContain("as expected");
  expect(out).not.toContain("on_vm_start");
  expect(out).not.toContain("\u001b");
  expect(out.replaceAll(/log\(.*\)/g, "")).not.toContain(secret);
  expect((await meshwarden("trace", file)).out).toBe(out);
  const whole = await meshwarden("trace", file, "--start", "--fields");
  expect(whole.out).toContain("on_vm_start");
  expect(whole.out).toContain("authorization: (22 bytes, not shown)");
});

test("a case that fails says so and ends with 1; time is the host's", async () => {
  const { exitCode, out } = await meshwarden("trace", file, "--case", "waits");
  expect(exitCode).toBe(1);
  expect(out).toContain("client: status 200, expected 500");
  expect(out).toMatch(/^ +40\.0 {2}.*on_http_call_response\(4 call, .*\)$/m);
  expect(out).toMatch(
    /http_call\("answers", headers \(3: :method, :path, :authority\), timeoutMs 1000\) = callId 4/,
  );
  expect(out).toContain("-> StopAllIterationAndWatermark");
});

test("JSON: the same events as data", async () => {
  const { out } = await meshwarden("trace", file, "--json");
  const {
    case: name,
    failures,
    events,
  } = JSON.parse(out) as {
    case: string;
    failures: string[];
    events: { kind: string; name?: string }[];
  };
  expect([name, failures]).toEqual(["a request that is denied", []]);
  const kinds = new Set(events.map(({ kind }) => kind));
  expect([...kinds].sort()).toEqual(["callback", "end", "frame", "step"]);
  expect(events.filter(({ name: callback }) => callback === "on_request_headers")).toHaveLength(1);
});

test("the page escapes everything, runs nothing and asks for nothing", async () => {
  const page = path.join(folder, "trace.html");
  expect((await meshwarden("trace", file, "--html", page)).exitCode).toBe(0);
  const html = readFileSync(page, "utf8");
  expect(html).not.toMatch(/<script|<b>bold|https?:\/\/|src=|@import|url\(/);
  expect(html).toContain("&#60;script&#62;alert(1)");
  expect(html).toContain("default-src 'none'");
  expect(html).toContain("prefers-color-scheme: dark");
  expect(html).toMatch(
    /<div class="frame down right">[^]*<div class="callback passed">[^]*<div class="frame down left">/,
  );
});

test("a case that is not there", async () => {
  const { exitCode, err } = await meshwarden("trace", file, "--case", "nothing");
  expect(exitCode).toBe(2);
  expect(err).toContain("a request that waits");
});
