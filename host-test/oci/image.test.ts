// The image on disk and in a registry: the same bytes from every build, read back by others' rules, and what points at it.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { gzipCompressed, gzipStored } from "../../cli/image/gzip.ts";
import { imageFormats } from "../../cli/image/image.ts";
import { layoutFiles, readLayout, writeLayout } from "../../cli/image/layout.ts";
import { loadability, moduleOf } from "../../cli/image/module-of.ts";
import { readTar, writeTar } from "../../cli/image/tar.ts";
import { encodeManifest, blobOf, descriptorOf, type Image } from "../../cli/oci/manifest.ts";
import { attach, listReferrers, referrersTag } from "../../cli/oci/referrers.ts";
import { shippedFiles } from "../../cli/publish/package-files.ts";
import { readFacts } from "../../cli/wasm/facts.ts";
import { copyImage, pullImage, pushImage } from "../../cli/oci/transfer.ts";
import { FakeRegistry } from "./fake-registry.ts";
import { repositoryAt, smallImage, smallModule } from "./fixture.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "meshwarden-image-"));
afterAll(() => rmSync(folder, { recursive: true }));
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("deterministic files", () => {
  test("the digest of the small image is what it always was", () => {
    // Recorded once; a change of this value changes every image digest, and needs a line in the changelog.
    expect(smallImage().manifest.digest).toMatchInlineSnapshot(
      `"sha256:9c075fa2a12b99075a1aad34de032f1a50be853ddb10ab1aed8dc4f8979fac32"`,
    );
    expect(smallImage("artifact").manifest.digest).toMatchInlineSnapshot(
      `"sha256:016b8b701ad75f2cd60e8b527ad39d5b2a8db47adebb13ead0489ab15e328983"`,
    );
    expect(smallImage("cncf").manifest.digest).toMatchInlineSnapshot(
      `"sha256:223a6ebb198a63f66bb4846460d8ca8563ebbcfaa693108ddaffa32f44c5d2b1"`,
    );
  });

  test.each([0, 1, 65_534, 65_535, 65_536, 200_000])("stored gzip of %d bytes", (size) => {
    const content = Uint8Array.from({ length: size }, (_, i) => i * 31);
    expect(gunzipSync(gzipStored(content)).equals(content)).toBe(true);
    expect(gunzipSync(gzipCompressed(content)).equals(content)).toBe(true);
    expect([...gzipCompressed(content).subarray(4, 10)].slice(0, 4)).toEqual([0, 0, 0, 0]);
  });

  test("tar: order of the files does not matter, tar(1) reads it, we read tar(1)", () => {
    const files = [
      { name: "b.txt", bytes: bytes("bb") },
      { name: "a/plugin.wasm", bytes: smallModule(600) },
    ];
    const tar = writeTar(files);
    expect(Buffer.from(writeTar([...files].reverse())).equals(tar)).toBe(true);
    const file = path.join(folder, "x.tar");
    writeFileSync(file, tar);
    const listed = execFileSync("tar", ["-tvf", file], {
      encoding: "utf8",
      env: { ...process.env, TZ: "UTC" },
    });
    expect(listed.split("\n").filter(Boolean)).toHaveLength(2);
    expect(listed).toContain("-rw-r--r-- 0/0");
    const long = `${"d/".repeat(60)}plugin.wasm`;
    for (const format of ["gnu", "pax", "ustar"]) {
      const other = path.join(folder, `${format}.tar`);
      const from = path.join(folder, long);
      execFileSync("mkdir", ["-p", path.dirname(from)]);
      writeFileSync(from, smallModule());
      execFileSync("tar", [`--format=${format}`, "-cf", other, "-C", folder, long]);
      expect(readTar(readFileSync(other))).toEqual([
        { name: long, bytes: Buffer.from(smallModule()) },
      ]);
    }
    expect(() => readTar(tar.subarray(0, 700))).toThrow("cut short");
    expect(() => readTar(Buffer.alloc(1024, 1))).toThrow("no tar archive");
  });
});

test("the image of a shipped filter carries the schema of every section", () => {
  const files = shippedFiles("guard", "1.0.0", readFacts(smallModule(), "small"));
  const [whole, ...others] = files.filter(({ name }) => name.endsWith(".schema.json"));
  expect(whole!.name).toBe("config.schema.json");
  const text = Buffer.from(whole!.bytes).toString("utf8");
  const named = [...text.matchAll(/"\$ref": *"([^"#]+)"/g)].map((match) => match[1]!);
  expect(named.length).toBeGreaterThan(3);
  expect(others.map(({ name }) => name)).toEqual([...new Set(named)].sort());
});

describe("layout on disk", () => {
  test.each(imageFormats)("%s: folder and tar read back, byte for byte", (format) => {
    const image = smallImage(format);
    for (const output of [path.join(folder, format), path.join(folder, `${format}.tar`)]) {
      writeLayout(image, output, "1.0.0");
      const read = readLayout(output);
      expect(read.manifest.digest).toBe(image.manifest.digest);
      expect(Buffer.from(moduleOf(read))).toEqual(Buffer.from(smallModule()));
    }
    expect(
      readFileSync(path.join(folder, `${format}.tar`)).equals(
        writeTar(layoutFiles(image, "1.0.0")),
      ),
    ).toBe(true);
  });

  test("a changed blob is found", () => {
    const output = path.join(folder, "changed");
    const image = smallImage();
    writeLayout(image, output);
    const file = path.join(output, "blobs/sha256", image.blobs[1]!.digest.slice(7));
    expect(existsSync(file)).toBe(true);
    const changed = readFileSync(file);
    changed[99]! ^= 1;
    writeFileSync(file, changed);
    expect(() => readLayout(output)).toThrow("has digest");
  });
});

describe("what each consumer loads", () => {
  test.each([
    ["compat", true, true],
    ["artifact", true, false],
    ["cncf", false, false],
  ] as const)("%s", (format, istio, containers) => {
    const { manifest } = smallImage(format);
    expect(loadability(manifest)).toMatchObject({
      istio,
      envoyGateway: istio,
      containers,
      shape: format,
    });
  });

  test("a layer without plugin.wasm and a plugin that is no Wasm are refused", () => {
    const image = smallImage();
    const swap = (content: Uint8Array): Image => {
      const layer = blobOf(gzipStored(writeTar([{ name: "other.wasm", bytes: content }])));
      const body = {
        ...image.manifest.body,
        layers: [descriptorOf(image.manifest.body.layers![0]!.mediaType, layer)],
      };
      return { manifest: encodeManifest(body), blobs: [layer] };
    };
    expect(() => moduleOf(swap(smallModule()))).toThrow("no plugin.wasm");
  });
});

describe("in a registry", () => {
  const started: FakeRegistry[] = [];
  afterEach(async () => void (await Promise.all(started.splice(0).map((made) => made.stop()))));

  test("a push of what is there already sends nothing", async () => {
    const registry = await new FakeRegistry().start();
    started.push(registry);
    const { repository } = repositoryAt(registry.host, "a/b");
    await pushImage(repository, smallImage(), ["1"]);
    registry.seen.length = 0;
    await pushImage(repository, smallImage(), ["2"]);
    expect(registry.requests("POST", /./)).toEqual([]);
    expect(await repository.resolve("2")).toBe(smallImage().manifest.digest);
    expect(await repository.resolve("3")).toBeUndefined();
  });

  test("tags over several pages", async () => {
    const registry = await new FakeRegistry({ pageSize: 2 }).start();
    started.push(registry);
    const { repository } = repositoryAt(registry.host, "a/b");
    await pushImage(repository, smallImage(), ["1", "2", "3", "4", "5"]);
    expect(await repository.tags()).toEqual(["1", "2", "3", "4", "5"]);
  });

  test.each([true, false])("referrers, API %s, and their copy", async (referrersApi) => {
    const registry = await new FakeRegistry({ referrersApi }).start();
    started.push(registry);
    const { repository } = repositoryAt(registry.host, "a/b");
    const image = smallImage();
    await pushImage(repository, image, ["1"]);
    const artifacts = ["one", "two"].map((text): Image => {
      const blob = blobOf(bytes(text));
      const empty = blobOf(bytes("{}"));
      const manifest = encodeManifest({
        schemaVersion: 2,
        mediaType: "application/vnd.oci.image.manifest.v1+json",
        artifactType: `text/${text}`,
        config: descriptorOf("application/vnd.oci.empty.v1+json", empty),
        layers: [descriptorOf("text/plain", blob)],
        subject: descriptorOf(image.manifest.mediaType, image.manifest),
      });
      return { manifest, blobs: [empty, blob] };
    });
    for (const artifact of [...artifacts, artifacts[0]!]) await attach(repository, artifact);
    const found = await listReferrers(repository, image.manifest.digest);
    expect(found.map(({ artifactType }) => artifactType).sort()).toEqual(["text/one", "text/two"]);
    const one = await listReferrers(repository, image.manifest.digest, "text/two");
    expect(one.map(({ digest }) => digest)).toEqual([artifacts[1]!.manifest.digest]);
    expect(registry.tags.get("a/b")!.has(referrersTag(image.manifest.digest))).toBe(!referrersApi);

    const other = await new FakeRegistry({ referrersApi: !referrersApi }).start();
    started.push(other);
    const { repository: copy } = repositoryAt(other.host, "c/d");
    await copyImage(repository, "1", copy, ["1"], { referrers: true });
    expect(await listReferrers(copy, image.manifest.digest)).toHaveLength(2);
    expect((await pullImage(copy, "1")).manifest.bytes).toEqual(Buffer.from(image.manifest.bytes));
  });
});
