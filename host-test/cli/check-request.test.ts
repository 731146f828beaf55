// `meshwarden check --request`: one request judged from the command line.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseRequest } from "../../cli/commands/check-request.ts";
import { compile } from "../../cli/build/compile.ts";
import { meshwarden } from "./terminal-fixture.ts";

let folder: string;
let validate: string;
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), "meshwarden-check-"));
  validate = path.join(folder, "validate.wasm");
  const { wasm } = await compile({ entry: "assembly/filters/validate.ts", target: "release" });
  writeFileSync(validate, wasm);
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const full = path.join(folder, name);
  writeFileSync(full, text);
  return full;
}

const login =
  "POST /login HTTP/1.1\r\nHost: shop.example\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n";
const attack = `${login}user=admin%27%20or%201%3D1--&pass=x`;

test("says what would happen and why, and never the value", async () => {
  const request = file("attack.http", attack);
  const result = await meshwarden("check", "--request", request, "--filter", validate);
  expect(result.exitCode).toBe(1);
  expect(result.out).toBe(
    "denied 403 content.sql_injection\n  content.sql_injection (enforce), in form, name user, why sql.tautology\n",
  );
});

test("lets an innocent request pass, as JSON too", async () => {
  const request = file("good.http", `${login}user=O%27Neill&pass=x`);
  const result = await meshwarden("check", "--request", request, "--filter", validate, "--json");
  expect(result.exitCode).toBe(0);
  const wanted = { verdict: "allowed", status: 200, code: "", findings: [] };
  expect(JSON.parse(result.out)).toEqual(wanted);
});

test("judges by the configuration that is named", async () => {
  const config = file("shadow.yaml", "version: 1\nvalidate: { content: { mode: shadow } }\n");
  const request = file("shadow.http", attack);
  const result = await meshwarden("check", config, "--request", request, "--filter", validate);
  expect([result.exitCode, result.out.split("\n")[0]]).toEqual([0, "allowed"]);
  expect(result.out).toContain("content.sql_injection (shadow)");
});

test("a file that is no request is a mistake with a mend", async () => {
  const request = file("hello.http", "hello");
  const result = await meshwarden("check", "--request", request, "--filter", validate);
  expect(result.exitCode).toBe(2);
  expect(result.err).toContain('write "GET /path HTTP/1.1"');
});

test("a message is read as it stands on the wire", () => {
  const text = "PUT /a?b=c HTTP/1.1\nHost: h:8080\nX-A:  1 \nContent-Length: 3\n\n\x00\n\xff";
  const init = parseRequest(Buffer.from(text, "latin1"));
  expect(init).toMatchObject({ method: "PUT", path: "/a?b=c", authority: "h:8080" });
  expect(init.headers).toEqual([["x-a", "1"]]);
  expect([...(init.body as Buffer)]).toEqual([0, 10, 255]);
});
