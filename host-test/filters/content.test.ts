// Every status of the content stage, from the table content.yaml: what denies and what is let through next to it, the counter and
// the audit line, the same however the body is cut, and in shadow mode.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { contentStatuses } from "../../assembly/stages/validate/content/status.ts";
import { createHost, type Header, type Host, type RequestInit } from "../host/index.ts";
import { Random } from "../host/random.ts";
import { counter, filterModule } from "./guarded.ts";

interface Request {
  path?: string;
  headers?: Header[];
  form?: string;
  json?: string;
  xml?: string;
  text?: string;
  type?: string;
  multipart?: [name: string, value: string, file?: string][];
  /** Codes of which one denies, where the row's own is not the only right one. */
  code?: string[];
}

interface Row {
  code: string;
  status: number;
  content?: Record<string, unknown>;
  bad: Request[];
  good: Request[];
}

const rows = parse(readFileSync(new URL("./content.yaml", import.meta.url), "utf8")) as Row[];

function multipart(parts: NonNullable<Request["multipart"]>): string {
  const text = parts.map(([name, value, file]) => {
    const filename = file === undefined ? "" : `; filename="${file}"`;
    return `--b7\r\nContent-Disposition: form-data; name="${name}"${filename}\r\n\r\n${value}\r\n`;
  });
  return `${text.join("")}--b7--\r\n`;
}

function requestOf(request: Request): RequestInit {
  const headers: Header[] = [...(request.headers ?? [])];
  const bodies: [body: string | undefined, type: string][] = [
    [request.form, "application/x-www-form-urlencoded"],
    [request.json, "application/json"],
    [request.xml, "application/xml"],
    [request.text, request.type ?? "text/plain"],
    [request.multipart && multipart(request.multipart), "multipart/form-data; boundary=b7"],
  ];
  const [body, type] = bodies.find(([text]) => text !== undefined) ?? [undefined, ""];
  if (body === undefined) return { path: request.path ?? "/", headers };
  if (type !== "") headers.push(["content-type", type]);
  return { method: "POST", path: request.path ?? "/", headers, body: Buffer.from(body, "latin1") };
}

const hosts = new Map<string, Promise<Host>>();

/** A host of this configuration, the same one for all tests that ask for it. */
function hostWith(content: Record<string, unknown> = {}): Promise<Host> {
  const config = JSON.stringify({ version: 1, validate: { content } });
  const host = hosts.get(config) ?? newHost(config);
  hosts.set(config, host);
  return host;
}

async function newHost(config: string): Promise<Host> {
  return createHost({
    filters: [{ name: "validate", wasm: await filterModule("validate"), config }],
    workers: 1,
    lean: true,
    upgrades: ["websocket"],
  });
}

test("the table has a row for every status", () => {
  const names = contentStatuses
    .split("\n")
    .filter((line) => line.includes("|"))
    .map((line) => `content.${line.split("|")[0]!.trim()}`);
  expect(rows.map((row) => row.code).sort()).toEqual(names.sort());
});

describe.each(rows)("$code", ({ code, status, content, bad, good }) => {
  test.each(bad)("denies %j", async (request) => {
    const host = await hostWith(content);
    const before = host.metrics.value(counter(code)) ?? 0;
    const exchange = await host.request(requestOf(request));
    if (request.code !== undefined) {
      expect(request.code).toContain(exchange.details);
      return;
    }
    expect(exchange.details).toBe(code);
    expect(exchange.status).toBe(status);
    expect(exchange.upstream.complete).toBe(false);
    expect(host.metrics.value(counter(code))).toBe(before + 1);
    expect(exchange.logs).toHaveLength(1);
    const audit = JSON.parse(exchange.logs[0]!.message) as Record<string, unknown>;
    expect(audit).toMatchObject({ stage: "content", code, denied: true });
  });

  test.each(good)("lets %j through", async (request) => {
    const host = await hostWith(content);
    const exchange = await host.request(requestOf(request));
    expect([exchange.status, exchange.details, exchange.logs]).toEqual([200, "via_upstream", []]);
  });

  test("says the same however a body is cut", async () => {
    const host = await hostWith(content);
    const random = new Random(20261127);
    for (const request of [...bad, ...good]) {
      const init = requestOf(request);
      if (init.body === undefined) continue;
      const whole = await host.request(init);
      const bytes = init.body as Buffer;
      for (let turn = 0; turn < 4; turn++) {
        const pieces: Buffer[] = [];
        for (let at = 0; at < bytes.length;) {
          const end = Math.min(
            bytes.length,
            at + 1 + Math.floor(random.next() * (turn < 2 ? 2 : 24)),
          );
          pieces.push(bytes.subarray(at, end));
          at = end;
        }
        const cut = await host.request({ ...init, body: pieces });
        expect([cut.status, cut.details]).toEqual([whole.status, whole.details]);
      }
    }
  });

  test("is only counted in shadow mode", async () => {
    const name = code.split(".")[1]!;
    const modes = { [name]: "shadow" };
    const host = await hostWith({ ...content, modes });
    const exchange = await host.request(requestOf(bad[0]!));
    const found = exchange.logs.map((line) => JSON.parse(line.message) as { code: string });
    expect(found.map((finding) => finding.code)).toContain(code);
    expect(host.metrics.value(counter(code, "shadow"))).toBe(1);
  });
});

describe("the audit line", () => {
  const why = async (request: Request): Promise<Record<string, unknown>> => {
    const exchange = await (await hostWith()).request(requestOf(request));
    return JSON.parse(exchange.logs[0]!.message) as Record<string, unknown>;
  };

  test("says where and why, and no value", async () => {
    const line = await why({ json: '{"items":[{"note":"x\' or 1=1--"}]}' });
    expect(line).toMatchObject({ in: "json", name: "items.0.note", why: "sql.tautology" });
    expect(JSON.stringify(line)).not.toContain("1=1");
  });

  test("repeats no name that could be a value", async () => {
    expect(await why({ path: "/?<script>alert(1)</script>" })).not.toHaveProperty("name");
  });

  test("names the trick of a multipart body", async () => {
    const type = "multipart/form-data; boundary=b";
    const text = "--b\r\nContent-Disposition: form-data; name=a; name=c\r\n\r\n1\r\n--b--\r\n";
    expect(await why({ text, type })).toMatchObject({ why: "parameter_repeated" });
  });
});

describe("exceptions", () => {
  const script = encodeURIComponent("<script>alert(1)</script>");
  const status = async (content: Record<string, unknown>, init: Request): Promise<number> =>
    (await (await hostWith(content)).request(requestOf(init))).status;

  test.each<[object, number]>([
    [{ names: ["comment"] }, 200],
    [{ names: ["comm*"], paths: ["/blog/*"], in: ["query"], classes: ["script_injection"] }, 200],
    [{ names: ["other"] }, 403],
    [{ names: ["comment"], paths: ["/shop/*"] }, 403],
    [{ names: ["comment"], in: ["form"] }, 403],
    [{ names: ["comment"], classes: ["sql_injection"] }, 403],
  ])("%j: %d", async (exception, wanted) => {
    const content = { exceptions: [exception] };
    expect(await status(content, { path: `/blog/1?comment=${script}` })).toBe(wanted);
  });

  test("leave the other classes of the value in force", async () => {
    const content = { exceptions: [{ names: ["q"], classes: ["script_injection"] }] };
    const both = encodeURIComponent("1' or 1=1-- <script>alert(1)</script>");
    expect(await status(content, { path: `/?q=${both}` })).toBe(403);
  });

  test("reach into JSON by path, also when the head is gone", async () => {
    const content = { exceptions: [{ names: ["a.*.html"], paths: ["/api/*"] }] };
    const json = '{"a":[{"html":"<script>alert(1)</script>"}]}';
    expect(await status(content, { path: "/api/x", json })).toBe(200);
    expect(await status(content, { path: "/other", json })).toBe(403);
  });
});

describe("bodies that are not read whole", () => {
  const long = `{"a":"${"x".repeat(300)}","b":"<script>alert(1)</script>"}`;
  const bodies = { maxBytes: 200, overLimit: "processPartial" };

  test("their beginning is judged, the rest passes, and it is counted", async () => {
    const host = await hostWith({ bodies });
    const pieces = [long.slice(0, 100), long.slice(100, 220), long.slice(220)];
    const headers: Header[] = [["content-type", "application/json"]];
    const passed = await host.request({ method: "POST", headers, body: pieces });
    expect(passed.status).toBe(200);
    expect(Buffer.from(passed.upstream.body).toString()).toBe(long);
    expect(host.metrics.value(counter("content.body_too_large", "shadow"))).toBe(1);
    const early = [`{"b":"<script>alert(1)</script>",`, long.slice(1)];
    expect((await host.request({ method: "POST", headers, body: early })).status).toBe(403);
  });

  test("encoded ones pass counted under skip", async () => {
    const host = await hostWith({ bodies: { encoded: "skip" } });
    const headers: Header[] = [
      ["content-type", "application/json"],
      ["content-encoding", "gzip"],
    ];
    const exchange = await host.request({ method: "POST", headers, body: "\x1f\x8b" });
    expect(exchange.status).toBe(200);
    expect(host.metrics.value(counter("content.body_encoded", "shadow"))).toBe(1);
  });

  test("an upgraded stream is never held", async () => {
    const host = await hostWith();
    const headers: Header[] = [
      ["connection", "upgrade"],
      ["upgrade", "websocket"],
    ];
    const exchange = await host.request({
      headers,
      body: ["<script>", "alert(1)</script>"],
      upstream: { status: 101, afterRequest: false },
    });
    expect(exchange.status).toBe(101);
  });
});
