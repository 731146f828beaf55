// Uploads that break in every place where they can: they go on from what the registry kept, or fail without a manifest.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
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

test("the blobs of an image travel side by side", async () => {
  const image = smallImage();
  // The first upload is begun only when the second has been asked for: one after the other would never end.
  let second: () => void = () => {};
  const both = new Promise<void>((resolve) => (second = resolve));
  const began = /blobs\/uploads\/$/;
  registry.faults.push(
    faultFor("POST", began, (request, response) => {
      void both.then(() => {
        registry.uploads.set("upload-first", Buffer.alloc(0));
        response.writeHead(202, { location: `${request.url!}upload-first` }).end();
      });
    }),
    (request) => {
      if (request.method === "POST" && began.test(request.url!)) second();
      return false;
    },
  );
  const { repository } = repositoryAt(registry.host, "a/b");
  await pushImage(repository, image, ["1"]);
  expect((await pullImage(repository, "1")).manifest.digest).toBe(image.manifest.digest);
  expect(registry.requests("POST", began)).toHaveLength(2);
});

describe("chunked upload", () => {
  const image = smallImage("compat", 50_000);
  const push = async (): Promise<void> => {
    const { repository } = repositoryAt(registry.host, "a/b");
    await pushImage(repository, image, ["1"], { chunkBytes: 10_000 });
    expect((await pullImage(repository, "1")).manifest.digest).toBe(image.manifest.digest);
  };

  test("goes in chunks", async () => {
    await push();
    const chunks = registry.requests("PATCH", /uploads/);
    expect(chunks.length).toBe(Math.ceil(image.blobs[1]!.bytes.length / 10_000));
  });

  test("a chunk cut off before the registry kept it is sent again", async () => {
    registry.faults.push(faultFor("PATCH", /uploads/, (request) => void request.socket.destroy()));
    await push();
    expect(registry.requests("GET", /uploads/)).toHaveLength(1);
  });

  test("a chunk that was kept though its answer was lost is not sent again", async () => {
    registry.faults.push(
      faultFor("PATCH", /uploads/, (request, _response, body) => {
        const id = /upload-\d+/.exec(request.url!)![0];
        registry.uploads.set(id, Buffer.concat([registry.uploads.get(id)!, body]));
        request.socket.destroy();
      }),
    );
    await push();
    const sent = registry
      .requests("PATCH", /uploads/)
      .reduce((sum, seen) => sum + seen.bodyBytes, 0);
    expect(sent).toBe(image.blobs[1]!.bytes.length);
  });

  test("half a chunk kept: the rest follows from there", async () => {
    registry.faults.push(
      faultFor("PATCH", /uploads/, (request, _response, body) => {
        const id = /upload-\d+/.exec(request.url!)![0];
        registry.uploads.set(
          id,
          Buffer.concat([registry.uploads.get(id)!, body.subarray(0, 3333)]),
        );
        request.socket.destroy();
      }),
    );
    await push();
  });

  test("an upload session that is gone is begun again", async () => {
    registry.faults.push(
      faultFor("PATCH", /uploads/, (request, response) => {
        registry.uploads.delete(/upload-\d+/.exec(request.url!)![0]);
        response.writeHead(404).end();
      }),
    );
    await push();
  });

  test("a registry that never keeps an upload fails the push, and no manifest is written", async () => {
    registry.faults.push(
      ...Array.from({ length: 60 }, () =>
        faultFor("PATCH", /uploads/, (request) => void request.socket.destroy()),
      ),
    );
    const { repository } = repositoryAt(registry.host, "a/b");
    const work = pushImage(repository, image, ["1"], { chunkBytes: 10_000 });
    expect(await kindOf(work)).toBe("unreachable 3");
    expect(registry.requests("PUT", /manifests/)).toEqual([]);
  });

  test("the final answer lost: the blob is looked for, not sent twice", async () => {
    registry.faults.push(
      faultFor("PUT", /uploads/, (request, _response, body) => {
        const digest = new URL(request.url!, "http://x").searchParams.get("digest")!;
        registry.blobs.set(digest, body);
        registry.links.add(`a/b@${digest}`);
        request.socket.destroy();
      }),
    );
    const { repository } = repositoryAt(registry.host, "a/b");
    await pushImage(repository, image, ["1"]);
    expect(registry.requests("POST", /uploads/)).toHaveLength(2);
  });
});
