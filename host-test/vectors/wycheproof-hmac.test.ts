// Wycheproof HMAC vectors. Truncated tags are checked as the file says: a tag shorter than the
// digest is never accepted by hmacVerify, so such groups compare the leading bytes of the full tag
// instead.
import { describe, expect, test } from "vitest";
import { CryptoProbe, type HashName } from "./crypto-probe.ts";
import { dataFolder, dataJson, suiteTitle } from "./data.ts";

interface MacFile {
  numberOfTests: number;
  testGroups: {
    tagSize: number;
    tests: { tcId: number; key: string; msg: string; tag: string; result: string }[];
  }[];
}

const folder = dataFolder("wycheproof/testvectors_v1");
const sizes: Record<HashName, number> = { sha256: 32, sha384: 48, sha512: 64 };

describe.skipIf(folder === undefined)(suiteTitle("Wycheproof HMAC", folder), async () => {
  const probe = await CryptoProbe.create();

  test.each(["sha256", "sha384", "sha512"] as const)("hmac_%s", (name) => {
    const file = dataJson<MacFile>(folder!, `hmac_${name}_test.json`);
    const wrong: number[] = [];
    let full = 0;
    let count = 0;
    for (const group of file.testGroups) {
      for (const { tcId, key, msg, tag, result } of group.tests) {
        const record = probe.hmacKey(name, Buffer.from(key, "hex"));
        const message = Buffer.from(msg, "hex");
        const given = Buffer.from(tag, "hex");
        let verdict: boolean;
        if (given.length === sizes[name]) {
          verdict = probe.hmacVerify(record, message, given);
          full++;
        } else {
          if (probe.hmacVerify(record, message, given)) wrong.push(tcId);
          verdict = probe.hmac(record, name, message).subarray(0, given.length).equals(given);
        }
        if (verdict !== (result === "valid")) wrong.push(tcId);
        count++;
      }
    }
    expect(wrong).toEqual([]);
    expect(count).toBe(file.numberOfTests);
    expect(full).toBeGreaterThan(80);
  });
});
