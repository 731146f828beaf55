// Where passwords come from, and how a challenge is read.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseChallenges } from "../../cli/oci/challenge.ts";
import { findCredentials } from "../../cli/oci/credentials.ts";
import { formatReference, isLoopback, parseReference } from "../../cli/oci/reference.ts";

let home: string;
beforeAll(() => {
  home = mkdtempSync(path.join(os.tmpdir(), "meshwarden-home-"));
  for (const folder of [".docker", ".config/containers", "bin"]) {
    mkdirSync(path.join(home, folder), { recursive: true });
  }
});
afterAll(() => rmSync(home, { recursive: true }));

const auth = (text: string): string => Buffer.from(text).toString("base64");
function docker(config: object): void {
  writeFileSync(path.join(home, ".docker", "config.json"), JSON.stringify(config));
}
function helper(name: string, script: string): void {
  const file = path.join(home, "bin", `docker-credential-${name}`);
  writeFileSync(file, `#!/bin/sh\nread server\n${script}\n`);
  chmodSync(file, 0o755);
}
const find = (registry: string, repository = "a/b"): ReturnType<typeof findCredentials> => {
  const pathText = `${path.join(home, "bin")}${path.delimiter}${process.env["PATH"]}`;
  return findCredentials(registry, repository, { HOME: home, PATH: pathText });
};

describe("credential files", () => {
  test("docker: a registry's own entry, with colons in the password", async () => {
    docker({ auths: { "https://r.example.com/v1/": { auth: auth("bob:a:b:c") } } });
    expect(await find("r.example.com")).toEqual({ username: "bob", password: "a:b:c" });
    expect(await find("other.example.com")).toBeUndefined();
  });

  test("docker: identity token, and Docker Hub's old name", async () => {
    docker({ auths: { "https://index.docker.io/v1/": { auth: auth("x:y"), identitytoken: "t" } } });
    expect(await find("docker.io")).toMatchObject({ identityToken: "t" });
  });

  test("podman: the longest prefix wins, after docker's file", async () => {
    docker({});
    const file = path.join(home, ".config", "containers", "auth.json");
    const auths = {
      "r.example.com": { auth: auth("all:1") },
      "r.example.com/a": { auth: auth("a:2") },
    };
    writeFileSync(file, JSON.stringify({ auths }));
    expect(await find("r.example.com", "a/b")).toMatchObject({ username: "a" });
    expect(await find("r.example.com", "c/d")).toMatchObject({ username: "all" });
    rmSync(file);
  });

  test("a helper is asked for its registry, and may know nothing", async () => {
    helper("known", `printf '{"Username":"%s","Secret":"pw"}' "$server"`);
    helper("empty", "echo 'credentials not found in native keychain'; exit 1");
    helper("token", `echo '{"Username":"<token>","Secret":"idt"}'`);
    helper("broken", "echo boom; exit 1");
    docker({
      credHelpers: { "k.example.com": "known", "e.example.com": "empty", "t.example.com": "token" },
    });
    expect(await find("k.example.com")).toEqual({ username: "k.example.com", password: "pw" });
    expect(await find("e.example.com")).toBeUndefined();
    expect(await find("t.example.com")).toMatchObject({ identityToken: "idt" });
    docker({ credsStore: "broken" });
    await expect(find("x.example.com")).rejects.toThrow("docker-credential-broken failed");
    docker({ credsStore: "missing" });
    await expect(find("x.example.com")).rejects.toThrow("cannot be run");
    docker({ credsStore: "../evil" });
    await expect(find("x.example.com")).rejects.toThrow("no credential helper's name");
  });

  test("a broken file is an error that does not show its content", async () => {
    writeFileSync(path.join(home, ".docker", "config.json"), '{"auths": secret');
    await expect(find("r.example.com")).rejects.toThrow(/^(?!.*secret).*no readable JSON/);
  });
});

test("challenges: commas within quotes, several in one header", () => {
  const header =
    'Bearer realm="https://auth.example.com/token",service="r, s",scope="repository:a/b:pull,push", Basic realm="x\\"y"';
  expect(parseChallenges(header)).toEqual([
    {
      scheme: "bearer",
      parameters: {
        realm: "https://auth.example.com/token",
        service: "r, s",
        scope: "repository:a/b:pull,push",
      },
    },
    { scheme: "basic", parameters: { realm: 'x"y' } },
  ]);
});

describe("references", () => {
  const digest = `sha256:${"a".repeat(64)}`;
  test.each([
    ["guard", "docker.io/library/guard"],
    ["shield/guard:1", "docker.io/shield/guard:1"],
    ["oci://r.example.com/shield/guard:1.0", "r.example.com/shield/guard:1.0"],
    ["localhost:5000/a", "localhost:5000/a"],
    ["[::1]:5000/a:x", "[::1]:5000/a:x"],
    [`r.example.com/a/b:1@${digest}`, `r.example.com/a/b:1@${digest}`],
  ])("%s", (text, full) => {
    expect(formatReference(parseReference(text))).toBe(full);
  });

  test.each([
    "",
    "https://r.example.com/a",
    "r.example.com/A",
    "r.example.com/a:",
    "r.example.com/a@sha256:1",
    "r.example.com/a/../b",
    "r.example.com/a:x/y z",
    "r.example.com:99999999/a",
    "r.example.com/",
    "-r.com/a",
    `r.example.com/a@${digest}@${digest}`,
    "r.example.com/a?x",
    "user@r.example.com/a",
  ])("refused: %s", (text) => {
    expect(() => parseReference(text)).toThrow("is no image reference");
  });

  test("loopback is this machine only", () => {
    const yes = ["localhost", "localhost:5000", "127.0.0.1:1", "127.8.8.8", "[::1]:5000"];
    const no = [
      "localhost.example.com",
      "127.0.0.1.example.com",
      "r.example.com:127",
      "10.0.0.1:5000",
    ];
    expect([...yes, ...no].filter(isLoopback)).toEqual(yes);
  });
});
