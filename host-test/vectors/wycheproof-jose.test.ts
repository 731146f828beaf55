// Wycheproof's JSON Web Signature, Key and Crypto files. Eight of the 401 signature cases cannot be
// met by a strict verifier; they are listed with the reason, and each must disagree, so that a
// change of either side is noticed.
import { describe, expect, test } from "vitest";
import { dataFolder, dataJson, suiteTitle } from "./data.ts";
import { JoseProbe } from "./jose-probe.ts";

interface JoseFile {
  numberOfTests: number;
  testGroups: {
    comment: string;
    private?: object;
    public?: object;
    tests: { tcId: number; comment: string; jws?: string | object; jwe?: string; result: string }[];
  }[];
}

const exceptions: Record<number, string> = {
  346: "the key says PS256 and the header PS384",
  347: "the key says ES521, which is no algorithm, and the header ES512",
  350: "the key says PS256 and the header PS384",
  351: "the key says ES521, which is no algorithm, and the header ES512",
  367: "byte for byte the valid case 357, but marked invalid",
  370: "byte for byte the valid case 357, but marked invalid",
  372: "a question mark inside base64url, marked valid",
  373: "a question mark inside base64url, marked valid",
};

const folder = dataFolder("wycheproof/testvectors_v1");

function run(probe: JoseProbe, name: string): { wrong: number[]; count: number; skipped: number } {
  const file = dataJson<JoseFile>(folder!, `${name}_test.json`);
  const wrong: number[] = [];
  let [count, skipped] = [0, 0];
  for (const group of file.testGroups) {
    probe.reset();
    const keys = probe.readKeys(group.public ?? group.private!);
    for (const { tcId, jws, result } of group.tests) {
      count++;
      if (typeof jws !== "string") {
        // JWE, and JWS in JSON form: neither is a compact token.
        skipped++;
        continue;
      }
      const ok = keys === "ok" && probe.verify(jws) === "jwt.ok";
      if (ok !== (result === "valid")) wrong.push(tcId);
    }
  }
  expect(count).toBe(file.numberOfTests);
  return { wrong, count, skipped };
}

describe.skipIf(folder === undefined)(suiteTitle("Wycheproof JOSE", folder), async () => {
  const probe = await JoseProbe.create(16384);

  test("json_web_signature: 393 of 401, and the eight exceptions", () => {
    const { wrong, count, skipped } = run(probe, "json_web_signature");
    expect(wrong).toEqual(Object.keys(exceptions).map(Number));
    expect(count - wrong.length).toBe(393);
    expect(skipped).toBe(0);
  });

  test("json_web_key: all", () => {
    const { wrong, skipped } = run(probe, "json_web_key");
    expect(wrong).toEqual([]);
    expect(skipped).toBe(0);
  });

  test("json_web_crypto: all that are signatures", () => {
    const { wrong, count, skipped } = run(probe, "json_web_crypto");
    expect(wrong).toEqual([]);
    expect(count - skipped).toBe(48);
  });
});
