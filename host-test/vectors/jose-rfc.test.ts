// Examples of RFC 7515, 7519, 8037 and 7520, key sets as real providers publish them, and Istio's
// sample tokens.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { dataFolder, dataJson, suiteTitle } from "./data.ts";
import { JoseProbe } from "./jose-probe.ts";

interface Example {
  title: string;
  alg: string;
  jwk?: Record<string, unknown>;
  compact: string;
  payload: string;
  expect: string;
}

const folder = dataFolder("openid");
const privateMembers = new Set(["d", "p", "q", "dp", "dq", "qi", "oth"]);

/** RFC examples print private keys; a verifier gets the public half. */
function publicHalf(jwk: Record<string, unknown>): Record<string, unknown> {
  if (jwk["kty"] === "oct") return jwk;
  return Object.fromEntries(Object.entries(jwk).filter(([name]) => !privateMembers.has(name)));
}

describe.skipIf(folder === undefined)(suiteTitle("JOSE examples", folder), async () => {
  const probe = await JoseProbe.create();

  test("RFC 7515, 7519 and 8037", () => {
    const examples = dataJson<Example[]>(folder!, "rfc/rfc7515-rfc7519-rfc8037.json");
    let valid = 0;
    for (const { title, jwk, compact, payload, expect: want } of examples) {
      probe.reset();
      if (jwk !== undefined) probe.readKeys(publicHalf(jwk));
      const status = probe.verify(compact);
      expect(status === "jwt.ok" ? "valid" : "invalid", `${title}: ${status}`).toBe(want);
      if (want !== "valid") continue;
      expect(probe.payload.toString()).toBe(payload);
      valid++;
    }
    expect(valid).toBeGreaterThan(3);
  });

  test("RFC 7520 cookbook, compact forms", () => {
    let valid = 0;
    for (const name of readdirSync(path.join(folder!, "jose-cookbook/jws"))) {
      const { input, output } = dataJson<{
        input: { key?: Record<string, unknown>; payload: string };
        output: { compact?: string };
      }>(folder!, `jose-cookbook/jws/${name}`);
      if (output.compact === undefined || input.key === undefined) continue;
      const key = publicHalf(input.key);
      probe.reset();
      expect(probe.readKeys(key), name).toBe("ok");
      const detached = output.compact.split(".")[1] === "";
      expect(probe.verify(output.compact), name).toBe(detached ? "jwt.signature" : "jwt.ok");
      if (detached) continue;
      expect(probe.payload.toString()).toBe(input.payload);
      valid++;
    }
    expect(valid).toBe(4);
  });

  test("an unencoded payload (RFC 7797) is refused by name", () => {
    const name = "jose-cookbook/rfc7797/hmac-sha2_b64_false.json";
    const { input, output } = dataJson<{
      input: { key: Record<string, unknown> };
      output: { compact?: string; json?: { protected: string; signature: string } };
    }>(folder!, name);
    probe.reset();
    probe.readKeys(input.key);
    const json = output.json;
    const token = output.compact ?? `${json!.protected}.QUJD.${json!.signature}`;
    expect(probe.verify(token)).toMatch(/^jwt\.(b64|crit|malformed)$/);
  });

  const providers = folder === undefined ? [] : readdirSync(path.join(folder, "providers"));
  test.each(providers.filter((name) => name !== "LICENSE"))("key set of %s", (name) => {
    const text = readFileSync(path.join(folder!, "providers", name, "jwks.json"), "utf8");
    const set = JSON.parse(text) as { keys: { kty: string; use?: string }[] };
    probe.reset();
    if (name === "battle-net") {
      // Its keys are base64 with padding and "+", which RFC 7518 §2 does not allow.
      expect(probe.readKeys(text)).toBe("jwk_base64");
      return;
    }
    expect(probe.readKeys(text)).toBe("ok");
    const usable = set.keys.filter((key) => (key.use ?? "sig") === "sig" && key.kty !== "oct");
    expect(probe.keyCount).toBeGreaterThan(0);
    expect(probe.keyCount + probe.skipped.count).toBe(set.keys.length);
    expect(probe.keyCount).toBeLessThanOrEqual(usable.length);
  });

  test("Istio's sample tokens verify with Istio's sample key", () => {
    const samples = path.join(folder!, "istio-samples");
    probe.reset();
    expect(probe.readKeys(readFileSync(path.join(samples, "jwks.json"), "utf8"))).toBe("ok");
    for (const name of ["demo.jwt", "groups-scope.jwt"]) {
      const token = readFileSync(path.join(samples, name), "utf8").trim();
      expect(probe.verify(token), name).toBe("jwt.ok");
      expect(probe.checkClaims(1_700_000_000), name).toBe("jwt.ok");
    }
  });
});
