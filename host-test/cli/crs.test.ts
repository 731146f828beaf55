// `meshwarden crs fetch` and `crs use`: releases in every shape, a server that hands them out well and badly, and what is
// refused. The release is a small one of our own; its real counterpart is what `npm run test:crs` runs.
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../cli/build/compile.ts";
import { openRelease } from "../../cli/crs/open.ts";
import { gzipStored } from "../../cli/image/gzip.ts";
import { writeTar } from "../../cli/image/tar.ts";
import type { UserError } from "../../cli/exit.ts";
import { createHostSync } from "../host/index.ts";
import { VirtualClock } from "../oci/fixture.ts";
import { archive, release, sha256, text, top, zip } from "./crs-release.ts";
import { meshwarden } from "./terminal-fixture.ts";

let folder: string;
let waf: string;
const servers: Server[] = [];
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), "meshwarden-crs-"));
  waf = path.join(folder, "waf.wasm");
  writeFileSync(waf, (await compile({ entry: "assembly/filters/waf.ts", target: "release" })).wasm);
  writeFileSync(path.join(folder, "release.tar.gz"), archive);
});
afterEach(() => servers.splice(0).forEach((server) => server.closeAllConnections()));
afterAll(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => path.join(folder, name);

/** Address of a file on a server that answers by `listener`. */
async function served(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/release.tar.gz`;
}

const whole: RequestListener = (_request, response) => response.end(archive);

describe("crs fetch", () => {
  test("a download with the right checksum becomes a folder of rules", async () => {
    const address = await served(whole);
    const { out, exitCode } = await meshwarden(
      "crs",
      "fetch",
      address,
      "--sha256",
      sha256,
      "-o",
      at("fetched"),
    );
    expect(exitCode).toBe(0);
    expect(out).toMatch(/rules\/REQUEST-913-SCANNER-DETECTION\.conf +\d+ +1\n/);
    expect(out).toMatch(/Core Rule Set 4\.99\.0 of http.*: 3 rules\n/);
    expect(readdirSync(at("fetched")).sort()).toEqual([
      "LICENSE",
      "crs-setup.conf.example",
      "plugins",
      "rules",
    ]);
    expect(readFileSync(at("fetched/rules/words.data"), "utf8")).toBe("forbidden\n");
    const again = await meshwarden(
      "crs",
      "fetch",
      address,
      "--sha256",
      sha256,
      "-o",
      at("fetched"),
    );
    expect([again.exitCode, again.err]).toEqual([2, expect.stringContaining("is not empty")]);
  });

  test("a wrong checksum ends with 4 and keeps nothing", async () => {
    const address = await served(whole);
    const wrong = "0".repeat(64);
    const { err, exitCode } = await meshwarden(
      "crs",
      "fetch",
      address,
      "--sha256",
      wrong,
      "-o",
      at("wrong"),
    );
    expect(exitCode).toBe(4);
    expect(err).toContain(`has checksum ${sha256}, expected ${wrong}`);
    expect(existsSync(at("wrong"))).toBe(false);
  });

  test("no checksum, nothing sent", async () => {
    let asked = 0;
    const address = await served((_request, response) => response.end(archive, () => asked++));
    for (const what of [address, "4.28.0"]) {
      const { err, exitCode } = await meshwarden("crs", "fetch", what, "-o", at("none"));
      expect([exitCode, err]).toEqual([2, expect.stringContaining("--sha256")]);
    }
    expect(asked).toBe(0);
  });

  test("a server without the file ends with 3", async () => {
    const address = await served((_request, response) => response.writeHead(404).end("no"));
    const { err, exitCode } = await meshwarden("crs", "fetch", address, "--sha256", sha256);
    expect([exitCode, err]).toEqual([3, expect.stringContaining("answered 404")]);
  });

  test("an archive on disk is unpacked as it is, also as JSON", async () => {
    const { out, exitCode } = await meshwarden(
      "crs",
      "fetch",
      at("release.tar.gz"),
      "-o",
      at("unpacked"),
      "--json",
    );
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ version: "4.99.0", output: at("unpacked") });
    expect(existsSync(at("unpacked/tests"))).toBe(false);
  });
});

describe("faults on the way", () => {
  const opened = (address: string, clock = new VirtualClock()): Promise<unknown> =>
    openRelease(address, sha256, { clock, idleTimeoutMs: 300 }).catch((error: UserError) => error);

  test("503, a broken body and silence are tried again", async () => {
    let sends = 0;
    const clock = new VirtualClock();
    const address = await served((_request, response) => {
      sends++;
      if (sends === 1) response.writeHead(503, { "retry-after": "7" }).end();
      else if (sends === 2) {
        response.writeHead(200, { "content-length": String(archive.length) });
        response.write(archive.subarray(0, 700), () => response.destroy());
      } else if (sends === 4) response.end(archive);
    });
    expect(await opened(address, clock)).toMatchObject({ version: "4.99.0" });
    expect(sends).toBe(4);
    expect(clock.waitsMs[0]).toBe(7000);
  });

  test("a server that is not there, always breaks, or redirects without end ends with 3", async () => {
    const breaks = await served((_request, response) => {
      response.writeHead(200, { "content-length": "5000" });
      response.write("x", () => response.destroy());
    });
    const loops = await served((request, response) =>
      response.writeHead(302, { location: request.url }).end(),
    );
    for (const address of ["http://127.0.0.1:9/x.tar.gz", breaks, loops])
      expect(await opened(address), address).toMatchObject({ exitCode: 3 });
  });

  test("a redirect is followed, and too much is refused", async () => {
    const there = await served(whole);
    const here = await served((_request, response) =>
      response.writeHead(302, { location: there }).end(),
    );
    expect(await opened(here)).toMatchObject({ version: "4.99.0" });
    const endless = await served((_request, response) => {
      const more = (): void =>
        void (response.destroyed || response.write(Buffer.alloc(1 << 20), more));
      more();
    });
    expect(await opened(endless)).toMatchObject({ exitCode: 3, kind: "tooLarge" });
  });
});

describe("what is a release", () => {
  test.each([
    ["no archive at all", Buffer.from("hello"), /no tar archive|no Core Rule Set release/],
    ["a cut gzip stream", archive.subarray(0, 900), /broken gzip stream/],
    [
      "an archive of something else",
      gzipStored(writeTar([text("a/b.txt", "x")])),
      /it has no REQUEST-901/,
    ],
    [
      "rules without their setup",
      gzipStored(writeTar([release[1]!])),
      /no crs-setup\.conf\.example/,
    ],
    [
      "another major version",
      gzipStored(
        writeTar([
          release[0]!,
          text(
            `${top}/rules/REQUEST-901-INITIALIZATION.conf`,
            'SecComponentSignature "OWASP_CRS/3.3.4"',
          ),
        ]),
      ),
      /is version 3\.3\.4/,
    ],
  ])("%s is refused", async (_name, bytes, wanted) => {
    writeFileSync(at("bad.tar.gz"), bytes);
    const { err, exitCode } = await meshwarden(
      "crs",
      "use",
      at("bad.tar.gz"),
      "-o",
      at("bad.wasm"),
    );
    expect([exitCode, err]).toEqual([2, expect.stringMatching(wanted)]);
    expect(existsSync(at("bad.wasm"))).toBe(false);
  });

  test("names that lead out of the folder are left behind", async () => {
    const sly = [
      ...release,
      text(`${top}/rules/../../../evil.conf`, "x"),
      text("/etc/rules/evil.conf", "x"),
    ];
    writeFileSync(at("sly.tar"), writeTar(sly));
    const { out } = await meshwarden("crs", "fetch", at("sly.tar"), "-o", at("sly"));
    expect(out).not.toContain("evil");
    expect(existsSync(at("../evil.conf"))).toBe(false);
  });

  test("the zip of the Go module, with its own names", async () => {
    const prefix = "github.com/corazawaf/coraza-coreruleset/v4@v4.99.0/rules";
    const renamed = release.slice(0, 4).map(({ name, bytes }) => ({
      name: name
        .replace(`${top}/rules`, `${prefix}/@owasp_crs`)
        .replace(`${top}/crs-`, `${prefix}/@crs-`),
      bytes,
    }));
    writeFileSync(at("module.zip"), zip(renamed));
    const { out, exitCode } = await meshwarden(
      "crs",
      "fetch",
      at("module.zip"),
      "-o",
      at("module"),
    );
    expect([exitCode, out]).toEqual([0, expect.stringContaining("Core Rule Set 4.99.0")]);
    expect(readdirSync(at("module")).sort()).toEqual(["crs-setup.conf.example", "rules"]);
    writeFileSync(at("cut.zip"), zip(renamed).subarray(0, 200));
    expect((await meshwarden("crs", "fetch", at("cut.zip"))).exitCode).toBe(2);
  });
});

test("crs use makes a module that holds the rules, their setup and their plugins", async () => {
  const { out, exitCode } = await meshwarden(
    "crs",
    "use",
    at("release.tar.gz"),
    "-o",
    at("crs.wasm"),
    "--filter",
    waf,
  );
  expect([exitCode, out]).toEqual([0, expect.stringContaining("profiles default")]);
  const lines = ["SecRuleEngine On", "SecRequestBodyAccess On", "Include @crs-setup-conf"];
  const host = createHostSync({
    filters: [
      {
        name: "waf",
        wasm: readFileSync(at("crs.wasm")),
        config: JSON.stringify({
          version: 1,
          waf: {
            rules: [...lines, "Include @crs-plugins/*-before.conf", "Include @owasp_crs/*.conf"],
          },
        }),
      },
    ],
  });
  expect((await host.request({ path: "/?a=forbidden" })).status).toBe(406);
  expect((await host.request({ path: "/?a=forbidden&free=1" })).status).toBe(200);
  host.close();
});
