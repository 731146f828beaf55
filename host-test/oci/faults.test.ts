// A registry that misbehaves: whatever it does, no wrong digest is accepted, an interrupted transfer goes on or fails cleanly, and
// a password is seen by the registry alone.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { RegistryError } from "../../cli/oci/failure.ts";
import { copyImage, pullImage, pushImage } from "../../cli/oci/transfer.ts";
import { account, FakeRegistry, faultFor, type FakeOptions } from "./fake-registry.ts";
import { repositoryAt, smallImage } from "./fixture.ts";

let registry: FakeRegistry;
const started: FakeRegistry[] = [];
async function fake(options?: FakeOptions): Promise<FakeRegistry> {
  const made = await new FakeRegistry(options).start();
  started.push(made);
  return made;
}
beforeEach(async () => {
  registry = await fake();
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((made) => made.stop()));
});

async function kindOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "no failure";
  } catch (error) {
    if (error instanceof RegistryError) return `${error.kind} ${error.exitCode}`;
    throw error;
  }
}

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
    started.length = 0;
  });
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

describe("credentials", () => {
  const image = smallImage();
  const credentials = account;

  test.each(["basic", "bearer"] as const)("%s: push, pull, mount and copy", async (auth) => {
    const secured = await fake({ auth });
    const { repository } = repositoryAt(secured.host, "a/b", { credentials });
    await pushImage(repository, image, ["1", "stable"]);
    expect(await repository.tags()).toEqual(["1", "stable"]);
    const { repository: other } = repositoryAt(secured.host, "c/d", { credentials });
    expect(await copyImage(repository, "1", other, ["9"])).toBe(image.manifest.digest);
    expect(secured.requests("PUT", /c\/d\/blobs/)).toEqual([]);
    expect((await pullImage(other, "9")).manifest.digest).toBe(image.manifest.digest);
  });

  test("wrong and missing passwords say what to do", async () => {
    const secured = await fake({ auth: "basic" });
    for (const wrong of [null, { username: "alice", password: "no" }]) {
      const { repository } = repositoryAt(secured.host, "a/b", { credentials: wrong });
      expect(await kindOf(repository.tags())).toBe("unauthorized 3");
    }
    expect(secured.seen.length).toBeLessThan(6);
  });

  test("a token that ends on the way is replaced", async () => {
    const secured = await fake({ auth: "bearer" });
    const { repository } = repositoryAt(secured.host, "a/b", { credentials });
    await repository.tags();
    secured.revokeTokens();
    await repository.tags();
    expect(secured.requests("GET", /^\/token/)).toHaveLength(2);
    await repository.tags();
    expect(secured.requests("GET", /^\/token/)).toHaveLength(2);
  });

  test("a token is dropped before it ends by the clock", async () => {
    const secured = await fake({ auth: "bearer", tokenLifeS: 30 });
    const { repository, clock } = repositoryAt(secured.host, "a/b", { credentials });
    await repository.tags();
    clock.pass(25_000);
    await repository.tags();
    expect(secured.seen.filter(({ path }) => path.startsWith("/v2/")).length).toBe(4);
    expect(secured.requests("GET", /^\/token/)).toHaveLength(2);
  });

  test("an identity token is exchanged by OAuth2", async () => {
    const secured = await fake({ auth: "bearer" });
    const { repository } = repositoryAt(secured.host, "a/b", {
      credentials: { username: "", password: "", identityToken: "refresh-me" },
    });
    await pushImage(repository, image, ["1"]);
    expect(secured.requests("POST", /^\/token/).length).toBeGreaterThan(0);
  });

  test("a redirect to another origin gets no credentials, and its content is checked", async () => {
    const storage = await fake();
    const secured = await fake({ auth: "bearer" });
    const { repository } = repositoryAt(secured.host, "a/b", { credentials });
    await pushImage(repository, image, ["1"]);
    for (const { digest, bytes } of image.blobs) {
      storage.blobs.set(digest, Buffer.from(bytes));
      storage.links.add(`a/b@${digest}`);
      secured.faults.push(
        faultFor("GET", new RegExp(`blobs/${digest}`), (request, response) => {
          if (request.headers.authorization === undefined) throw new Error("asked without a token");
          response.writeHead(307, { location: `http://${storage.host}${request.url}` }).end();
        }),
      );
    }
    expect((await pullImage(repository, "1")).manifest.digest).toBe(image.manifest.digest);
    expect(storage.seen).toHaveLength(image.blobs.length);
    expect(storage.seen.map(({ authorization }) => authorization)).toEqual([undefined, undefined]);
  });

  test("a redirect there and back carries none either", async () => {
    const storage = await fake();
    const secured = await fake({ auth: "basic" });
    const { repository } = repositoryAt(secured.host, "a/b", { credentials });
    await repository.tags();
    secured.seen.length = 0;
    secured.faults.push(
      faultFor("GET", /tags/, (_request, response) => {
        response.writeHead(302, { location: `http://${storage.host}/there` }).end();
      }),
    );
    storage.faults.push(
      faultFor("GET", /there/, (_request, response) => {
        response.writeHead(302, { location: `http://${secured.host}/v2/a/b/back` }).end();
      }),
    );
    await kindOf(repository.tags());
    expect(secured.requests("GET", /back/)[0]).toMatchObject({ authorization: undefined });
  });

  test("a 401 from where a redirect led starts no login there", async () => {
    const thief = await fake({ auth: "basic" });
    const secured = await fake({ auth: "basic" });
    const { repository } = repositoryAt(secured.host, "a/b", { credentials });
    await repository.tags();
    secured.faults.push(
      faultFor("GET", /tags/, (_request, response) => {
        response.writeHead(307, { location: `http://${thief.host}/v2/a/b/tags/list` }).end();
      }),
    );
    expect(await kindOf(repository.tags())).toBe("unauthorized 3");
    expect(thief.seen.map(({ authorization }) => authorization)).toEqual([undefined]);
  });

  test("an upload address elsewhere gets the bytes and no credentials", async () => {
    const storage = await fake();
    const secured = await fake({ auth: "basic" });
    storage.uploads.set("upload-x", Buffer.alloc(0));
    const { repository } = repositoryAt(secured.host, "a/b", { credentials });
    secured.faults.push(
      faultFor("POST", /uploads/, (request, response) => {
        if (request.headers.authorization === undefined) {
          response.writeHead(401, { "www-authenticate": 'Basic realm="x"' }).end();
          return;
        }
        response
          .writeHead(202, { location: `http://${storage.host}/v2/a/b/blobs/uploads/upload-x` })
          .end();
      }),
    );
    await kindOf(pushImage(repository, image, ["1"]));
    expect(storage.requests("PUT", /upload-x/).map(({ authorization }) => authorization)).toEqual([
      undefined,
    ]);
  });

  test("a next page elsewhere is not read", async () => {
    const other = await fake();
    registry.faults.push(
      faultFor("GET", /tags/, (_request, response) => {
        response.writeHead(200, { link: `<http://${other.host}/v2/a/b/tags/list>; rel="next"` });
        response.end('{"tags":["1"]}');
      }),
    );
    const { repository } = repositoryAt(registry.host, "a/b");
    expect(await repository.tags()).toEqual(["1"]);
    expect(other.seen).toEqual([]);
  });

  test("the token server's redirect is not followed", async () => {
    const thief = await fake();
    const secured = await fake({ auth: "bearer" });
    secured.faults.push(
      faultFor("GET", /^\/token/, (_request, response) => {
        response.writeHead(307, { location: `http://${thief.host}/token` }).end();
      }),
    );
    const { repository } = repositoryAt(secured.host, "a/b", { credentials });
    expect(await kindOf(repository.tags())).toBe("protocol 3");
    expect(thief.seen).toEqual([]);
  });

  test("no error shows a password or a token", async () => {
    const secured = await fake({ auth: "bearer" });
    const { repository } = repositoryAt(secured.host, "a/b", { credentials });
    await repository.tags();
    const [{ authorization }] = secured.requests("GET", /tags/).slice(-1) as [
      { authorization: string },
    ];
    const error = await repository.manifest("none").catch((caught: Error) => caught);
    const text = `${String(error)} ${JSON.stringify(error)} ${(error as Error).stack}`;
    expect(text).not.toContain(account.password);
    expect(text).not.toContain(authorization.replace("Bearer ", ""));
  });
});

describe("plain HTTP", () => {
  test("only for this machine, unless asked for", async () => {
    const { repository } = repositoryAt("registry.invalid:1", "a/b", { retry: { attemptsMax: 1 } });
    expect(repository.session.base.protocol).toBe("https:");
    const { repository: asked } = repositoryAt("registry.invalid:1", "a/b", { plainHttp: true });
    expect(asked.session.base.protocol).toBe("http:");
    const { repository: local } = repositoryAt(registry.host, "a/b");
    expect(local.session.base.protocol).toBe("http:");
  });

  test("a redirect to plain HTTP elsewhere is not followed", async () => {
    registry.faults.push(
      faultFor("GET", /tags/, (_request, response) => {
        response.writeHead(302, { location: "http://192.0.2.1/latest" }).end();
      }),
    );
    const { repository } = repositoryAt(registry.host, "a/b");
    expect(await kindOf(repository.tags())).toBe("plainHttp 3");
  });

  test("a server that never answers is given up", async () => {
    const mute = createServer(() => undefined);
    await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
    const host = `127.0.0.1:${(mute.address() as AddressInfo).port}`;
    const { repository } = repositoryAt(host, "a/b", {
      idleTimeoutMs: 30,
      retry: { attemptsMax: 2 },
    });
    expect(await kindOf(repository.tags())).toBe("unreachable 3");
    mute.closeAllConnections();
    await new Promise((resolve) => mute.close(resolve));
  });
});
