// A registry that answers wrongly or breaks off: no wrong digest is ever accepted, and what can be tried again is, as it asks.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { listReferrers } from "../../cli/oci/referrers.ts";
import { pullImage, pushImage } from "../../cli/oci/transfer.ts";
import { faultFor } from "./fake-faults.ts";
import type { FakeRegistry } from "./fake-registry.ts";
import { kindOf, RegistryPool, repositoryAt, smallImage } from "./fixture.ts";

const pool = new RegistryPool();
let registry: FakeRegistry;
beforeEach(async () => {
  registry = await pool.start();
});
afterEach(() => pool.stop());

describe("what arrives is what was asked for", () => {
  const image = smallImage();
  beforeEach(async () => {
    const { repository } = repositoryAt(registry.host, "a/b");
    await pushImage(repository, image, ["1"]);
    registry.seen.length = 0;
  });

  test("a changed blob is refused", async () => {
    const [, layer] = image.blobs;
    const changed = Buffer.from(layer!.bytes);
    changed[40]! ^= 1;
    registry.blobs.set(layer!.digest, changed);
    const { repository } = repositoryAt(registry.host, "a/b");
    expect(await kindOf(pullImage(repository, "1"))).toBe("digest 4");
  });

  test("a blob longer than its manifest says is not read to its end", async () => {
    const [, layer] = image.blobs;
    registry.blobs.set(layer!.digest, Buffer.concat([layer!.bytes, Buffer.alloc(1 << 20)]));
    const { repository } = repositoryAt(registry.host, "a/b");
    expect(await kindOf(pullImage(repository, "1"))).toBe("tooLarge 3");
  });

  test("a shorter blob is refused", async () => {
    const [, layer] = image.blobs;
    registry.blobs.set(layer!.digest, Buffer.from(layer!.bytes.subarray(1)));
    const { repository } = repositoryAt(registry.host, "a/b");
    expect(await kindOf(pullImage(repository, "1"))).toBe("digest 4");
  });

  test("a manifest asked for by digest must have it, whatever the headers say", async () => {
    const { digest } = image.manifest;
    const text = new TextDecoder().decode(image.manifest.bytes).replace("small", "other");
    const type = image.manifest.mediaType;
    registry.manifests.set(`a/b@${digest}`, { type, bytes: Buffer.from(text) });
    const { repository } = repositoryAt(registry.host, "a/b");
    expect(await kindOf(repository.manifest(digest))).toBe("digest 4");
    expect(await kindOf(repository.manifest("1"))).toBe("digest 4");
  });

  test("an index that is served as a manifest is refused", async () => {
    const bytes = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: "application/vnd.oci.image.index.v1+json",
        manifests: [],
      }),
    );
    const { repository } = repositoryAt(registry.host, "a/b");
    registry.faults.push(
      faultFor("GET", /manifests/, (_request, response) => {
        response.writeHead(200, { "content-type": image.manifest.mediaType }).end(bytes);
      }),
    );
    expect(await kindOf(repository.manifest("1"))).toBe("protocol 3");
  });

  test.each([
    ["no JSON", "<html>"],
    ["schema 1", '{"schemaVersion":1}'],
    [
      "a digest of another kind",
      '{"schemaVersion":2,"config":{"mediaType":"a","digest":"md5:1","size":1},"layers":[]}',
    ],
    [
      "a path for a digest",
      '{"schemaVersion":2,"config":{"mediaType":"a","digest":"sha256:../../x","size":1},"layers":[]}',
    ],
    [
      "a negative size",
      `{"schemaVersion":2,"config":{"mediaType":"a","digest":"sha256:${"0".repeat(64)}","size":-1},"layers":[]}`,
    ],
  ])("a manifest that is none: %s", async (_name, text) => {
    registry.faults.push(
      faultFor("GET", /manifests/, (_request, response) => void response.writeHead(200).end(text)),
    );
    const { repository } = repositoryAt(registry.host, "a/b");
    expect(await kindOf(repository.manifest("1"))).toBe("protocol 3");
  });

  test.each([
    "null",
    "[]",
    '{"tags":{}}',
    '{"manifests":[null,{"digest":"x"}]}',
    '{"manifests":1}',
  ])("lists that are none hold nothing: %s", async (text) => {
    const type = "application/vnd.oci.image.index.v1+json";
    for (const pattern of [/tags/, /referrers/]) {
      registry.faults.push(
        faultFor("GET", pattern, (_request, response) => {
          response.writeHead(200, { "content-type": type }).end(text);
        }),
      );
    }
    const { repository } = repositoryAt(registry.host, "a/b");
    expect(await repository.tags()).toEqual([]);
    expect(await listReferrers(repository, image.manifest.digest)).toEqual([]);
  });

  test("a registry that stores something else than it was given is found out", async () => {
    registry.faults.push(
      faultFor("PUT", /manifests/, (_request, response) => {
        response.writeHead(201, { "docker-content-digest": `sha256:${"1".repeat(64)}` }).end();
      }),
    );
    const { repository } = repositoryAt(registry.host, "a/b");
    expect(await kindOf(repository.putManifest(image.manifest, "2"))).toBe("digest 4");
  });

  test("a download that breaks goes on where it broke", async () => {
    const big = smallImage("compat", 300_000);
    const { repository } = repositoryAt(registry.host, "a/b");
    await pushImage(repository, big, ["big"]);
    const layer = big.blobs[1]!;
    registry.faults.push(
      faultFor("GET", new RegExp(layer.digest), (_request, response) => {
        response.writeHead(200, { "content-length": layer.bytes.length });
        response.write(layer.bytes.subarray(0, 1000), () => response.destroy());
      }),
    );
    const pulled = await pullImage(repository, "big");
    expect(pulled.blobs[1]!.digest).toBe(layer.digest);
    expect(registry.requests("GET", new RegExp(layer.digest))).toHaveLength(2);
  });

  test("a download that keeps breaking fails", async () => {
    for (let i = 0; i < 10; i++) {
      registry.faults.push(
        faultFor("GET", /blobs/, (_request, response) => {
          response.writeHead(200, { "content-length": 100_000 });
          response.write("x", () => response.destroy());
        }),
      );
    }
    const { repository } = repositoryAt(registry.host, "a/b");
    expect(await kindOf(pullImage(repository, "1"))).toBe("unreachable 3");
  });
});

describe("retries", () => {
  test("429 with Retry-After in seconds is obeyed", async () => {
    for (const [method, path] of [
      ["POST", /uploads/],
      ["PUT", /manifests/],
    ] as const) {
      registry.faults.push(
        faultFor(method, path, (_request, response) => {
          response.writeHead(429, { "retry-after": "7" }).end();
        }),
      );
    }
    const { repository, clock } = repositoryAt(registry.host, "a/b");
    await pushImage(repository, smallImage(), ["1"]);
    expect(await repository.tags()).toEqual(["1"]);
    expect(clock.waitsMs).toEqual([7000, 7000]);
  });

  test("a Retry-After date is obeyed, and a wait beyond patience is not begun", async () => {
    const { repository, clock } = repositoryAt(registry.host, "a/b");
    const later = (ms: number): string => new Date(clock.nowMs() + ms).toUTCString();
    const busy = (ms: number): void => {
      registry.faults.push(
        faultFor("GET", /tags/, (_request, response) => {
          response.writeHead(503, { "retry-after": later(ms) }).end();
        }),
      );
    };
    busy(20_000);
    expect(await repository.tags()).toEqual([]);
    expect(clock.waitsMs).toEqual([20_000]);
    busy(3_600_000);
    expect(await kindOf(repository.tags())).toBe("tooMany 3");
    expect(clock.waitsMs).toEqual([20_000]);
  });

  test("without Retry-After waits double, and end", async () => {
    for (let i = 0; i < 6; i++) {
      registry.faults.push(
        faultFor("GET", /tags/, (_request, response) => void response.writeHead(502).end()),
      );
    }
    const { repository, clock } = repositoryAt(registry.host, "a/b");
    expect(await kindOf(repository.tags())).toBe("unreachable 3");
    expect(clock.waitsMs).toEqual([187.5, 375, 750, 1500, 3000]);
  });

  test("a cut connection is tried again", async () => {
    registry.faults.push(faultFor("GET", /tags/, (request) => void request.socket.destroy()));
    const { repository, clock } = repositoryAt(registry.host, "a/b");
    expect(await repository.tags()).toEqual([]);
    expect(clock.waitsMs).toHaveLength(1);
  });

  test("nobody there", async () => {
    const { host } = registry;
    await registry.stop();
    const { repository } = repositoryAt(host, "a/b");
    expect(await kindOf(repository.tags())).toBe("unreachable 3");
  });
});
