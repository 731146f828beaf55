// A password is seen by the registry and its token server alone: not by where a redirect, an upload address or a next page leads,
// and not by whoever reads an error.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { copyImage, pullImage, pushImage } from "../../cli/oci/transfer.ts";
import { faultFor } from "./fake-faults.ts";
import { account, type FakeRegistry } from "./fake-registry.ts";
import { kindOf, RegistryPool, repositoryAt, smallImage } from "./fixture.ts";

const pool = new RegistryPool();
let registry: FakeRegistry;
beforeEach(async () => {
  registry = await pool.start();
});
afterEach(() => pool.stop());

describe("credentials", () => {
  const image = smallImage();
  const credentials = account;

  test.each(["basic", "bearer"] as const)("%s: push, pull, mount and copy", async (auth) => {
    const secured = await pool.start({ auth });
    const { repository } = repositoryAt(secured.host, "a/b", { credentials });
    await pushImage(repository, image, ["1", "stable"]);
    expect(await repository.tags()).toEqual(["1", "stable"]);
    const { repository: other } = repositoryAt(secured.host, "c/d", { credentials });
    expect(await copyImage(repository, "1", other, ["9"])).toBe(image.manifest.digest);
    expect(secured.requests("PUT", /c\/d\/blobs/)).toEqual([]);
    expect((await pullImage(other, "9")).manifest.digest).toBe(image.manifest.digest);
  });

  test("wrong and missing passwords say what to do", async () => {
    const secured = await pool.start({ auth: "basic" });
    for (const wrong of [null, { username: "alice", password: "no" }]) {
      const { repository } = repositoryAt(secured.host, "a/b", { credentials: wrong });
      expect(await kindOf(repository.tags())).toBe("unauthorized 3");
    }
    expect(secured.seen.length).toBeLessThan(6);
  });

  test("blobs that travel side by side ask for one token", async () => {
    const secured = await pool.start({ auth: "bearer" });
    const { repository } = repositoryAt(secured.host, "a/b", { credentials });
    await pushImage(repository, image, ["1"]);
    expect(secured.requests("GET", /^\/token/)).toHaveLength(1);
  });

  test("a token that ends on the way is replaced", async () => {
    const secured = await pool.start({ auth: "bearer" });
    const { repository } = repositoryAt(secured.host, "a/b", { credentials });
    await repository.tags();
    secured.revokeTokens();
    await repository.tags();
    expect(secured.requests("GET", /^\/token/)).toHaveLength(2);
    await repository.tags();
    expect(secured.requests("GET", /^\/token/)).toHaveLength(2);
  });

  test("a token is dropped before it ends by the clock", async () => {
    const secured = await pool.start({ auth: "bearer", tokenLifeS: 30 });
    const { repository, clock } = repositoryAt(secured.host, "a/b", { credentials });
    await repository.tags();
    clock.pass(25_000);
    await repository.tags();
    expect(secured.seen.filter(({ path }) => path.startsWith("/v2/")).length).toBe(4);
    expect(secured.requests("GET", /^\/token/)).toHaveLength(2);
  });

  test("an identity token is exchanged by OAuth2", async () => {
    const secured = await pool.start({ auth: "bearer" });
    const { repository } = repositoryAt(secured.host, "a/b", {
      credentials: { username: "", password: "", identityToken: "refresh-me" },
    });
    await pushImage(repository, image, ["1"]);
    expect(secured.requests("POST", /^\/token/).length).toBeGreaterThan(0);
  });

  test("a redirect to another origin gets no credentials, and its content is checked", async () => {
    const storage = await pool.start();
    const secured = await pool.start({ auth: "bearer" });
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
    const storage = await pool.start();
    const secured = await pool.start({ auth: "basic" });
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
    const thief = await pool.start({ auth: "basic" });
    const secured = await pool.start({ auth: "basic" });
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
    const storage = await pool.start();
    const secured = await pool.start({ auth: "basic" });
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
    const other = await pool.start();
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
    const thief = await pool.start();
    const secured = await pool.start({ auth: "bearer" });
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
    const secured = await pool.start({ auth: "bearer" });
    const { repository } = repositoryAt(secured.host, "a/b", { credentials });
    await repository.tags();
    const authorization = secured.requests("GET", /tags/).at(-1)!.authorization!;
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
