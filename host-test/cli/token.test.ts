// `meshwarden token`: a key of each kind, tokens that jose verifies, keys that are kept and read again.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createLocalJWKSet, decodeProtectedHeader, importJWK, jwtVerify, type JWK } from "jose";
import { afterAll, describe, expect, test } from "vitest";
import { guarded } from "../filters/guarded.ts";
import { bearer } from "../filters/token-host.ts";
import { meshwarden } from "./terminal-fixture.ts";

const folder = mkdtempSync(path.join(tmpdir(), "token-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("token", () => {
  test.each(["RS256", "PS384", "ES256", "ES512", "EdDSA", "HS256"])(
    "of a new %s key",
    async (alg) => {
      const { exitCode, out } = await meshwarden(
        ...[
          "token",
          "--alg",
          alg,
          "--issuer",
          "https://i",
          "--subject",
          "ann",
          "--audience",
          "api",
        ],
        ...["--claim", 'groups=["a"]', "--claim", "team=blue", "--header", "typ=at+jwt", "--json"],
      );
      expect(exitCode).toBe(0);
      const { token, jwks } = JSON.parse(out) as { token: string; jwks: { keys: JWK[] } };
      const verify = alg === "HS256" ? await importJWK(jwks.keys[0]) : createLocalJWKSet(jwks);
      const { payload } = await jwtVerify(token, verify as Parameters<typeof jwtVerify>[1]);
      expect(payload).toMatchObject({
        iss: "https://i",
        sub: "ann",
        aud: "api",
        groups: ["a"],
        team: "blue",
      });
      expect(payload.exp! - payload.iat!).toBe(3600);
      expect(decodeProtectedHeader(token)).toEqual({ alg, kid: "test", typ: "at+jwt" });
      if (alg !== "HS256") expect(JSON.stringify(jwks)).not.toContain('"d":');
    },
  );

  test("with a key that is kept, read again as JWK and as PEM, and taken by the filter", async () => {
    const keys = path.join(folder, "keys");
    expect((await meshwarden("token", "--keys", keys, "--alg", "ES256")).exitCode).toBe(0);
    const jwks = readFileSync(path.join(keys, "jwks.json"), "utf8");
    const config = { version: 1, jwt: { providers: { t: { localJwks: { inlineString: jwks } } } } };
    const tokens: string[] = [];
    for (const file of ["private.json", "private.pem"]) {
      const { out } = await meshwarden(
        "token",
        "--key",
        path.join(keys, file),
        "--expires",
        "36500d",
      );
      tokens.push(out.trim());
    }
    const late = await meshwarden(
      "token",
      "--key",
      path.join(keys, "private.json"),
      "--expires",
      "-36500d",
    );
    tokens.push(late.out.trim());
    const host = await guarded({
      filter: "jwt",
      config: JSON.stringify(config),
      host: { lean: true },
    });
    expect(host.logs.filter(({ level }) => level === "error")).toEqual([]);
    // The host's clock stands still in the past, so a token of today was issued in the future.
    const found: string[] = [];
    for (const token of tokens)
      found.push((await host.request({ headers: bearer(token) })).details);
    host.close();
    expect(new Set(found)).toEqual(new Set(["jwt.issued_in_future", found[2]]));
    const publicPem = readFileSync(path.join(keys, "public.pem"), "utf8");
    expect(publicPem).toContain("BEGIN PUBLIC KEY");
  });

  test("mistakes are told", async () => {
    const publicKey = path.join(folder, "public.json");
    writeFileSync(publicKey, JSON.stringify({ kty: "EC" }));
    for (const argv of [
      ["--alg", "none"],
      ["--expires", "soon"],
      ["--claim", "x"],
      ["--key", path.join(folder, "gone")],
      ["--key", publicKey],
    ]) {
      const { exitCode, err } = await meshwarden("token", ...argv);
      expect([exitCode, err.includes("mend:")], argv.join(" ")).toEqual([2, true]);
    }
  });
});
