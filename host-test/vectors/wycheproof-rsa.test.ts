// Wycheproof RSA vectors. JOSE knows one PSS form per hash (MGF1 over the same hash, salt as long
// as the digest), so groups with other parameters must be refused when the file says valid only for
// those parameters. `acceptable` marks a DigestInfo without NULL, which RFC 8017 lets a verifier
// refuse: ours does.
import { describe, expect, test } from "vitest";
import { CryptoProbe, type HashName } from "./crypto-probe.ts";
import { dataFolder, dataJson, suiteTitle } from "./data.ts";

interface RsaFile {
  numberOfTests: number;
  testGroups: {
    sha: string;
    mgf?: string;
    mgfSha?: string;
    sLen?: number;
    keySize: number;
    publicKey: { modulus: string; publicExponent: string };
    tests: { tcId: number; msg: string; sig: string; result: string; flags: string[] }[];
  }[];
}

const folder = dataFolder("wycheproof/testvectors_v1");
const names: Record<string, HashName> = {
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
};
const digestBytes: Record<HashName, number> = { sha256: 32, sha384: 48, sha512: 64 };

function keyOf(
  probe: CryptoProbe,
  key: { modulus: string; publicExponent: string },
  prepared = true,
): number {
  const n = Buffer.from(key.modulus.replace(/^(00)+/, ""), "hex");
  return probe.rsaKey(n, BigInt(`0x${key.publicExponent}`), prepared);
}

describe.skipIf(folder === undefined)(suiteTitle("Wycheproof RSA", folder), async () => {
  const probe = await CryptoProbe.create();

  const pkcs1 = [2048, 3072, 4096, 8192].flatMap((bits) =>
    [256, 384, 512].map((hash) => `rsa_signature_${bits}_sha${hash}`),
  );
  test.each(pkcs1)("%s", (name) => {
    const file = dataJson<RsaFile>(folder!, `${name}_test.json`);
    const wrong: number[] = [];
    let count = 0;
    for (const group of file.testGroups) {
      const keys = [true, false].map((prepared) => keyOf(probe, group.publicKey, prepared));
      for (const { tcId, msg, sig, result } of group.tests) {
        const [m, s] = [Buffer.from(msg, "hex"), Buffer.from(sig, "hex")];
        for (const key of keys) {
          const verdict = probe.rsaVerifyPkcs1(key, names[group.sha]!, m, s);
          if (verdict !== (result === "valid")) wrong.push(tcId);
        }
        count++;
      }
    }
    expect(wrong).toEqual([]);
    expect(count).toBe(file.numberOfTests);
  });

  const pss = [
    "2048_sha256_mgf1_32",
    "3072_sha256_mgf1_32",
    "4096_sha256_mgf1_32",
    "2048_sha384_mgf1_48",
    "4096_sha384_mgf1_48",
    "4096_sha512_mgf1_64",
    "2048_sha256_mgf1_0",
    "4096_sha512_mgf1_32",
    "misc",
  ].map((name) => `rsa_pss_${name}`);
  test.each(pss)("%s", (file) => {
    const { testGroups, numberOfTests } = dataJson<RsaFile>(folder!, `${file}_test.json`);
    const wrong: number[] = [];
    let [count, refused] = [0, 0];
    for (const group of testGroups) {
      const hash = names[group.sha];
      const key = keyOf(probe, group.publicKey);
      for (const { tcId, msg, sig, result } of group.tests) {
        count++;
        const [m, s] = [Buffer.from(msg, "hex"), Buffer.from(sig, "hex")];
        if (hash === undefined || group.mgfSha !== group.sha) {
          // No JOSE algorithm has these parameters: every one of ours must refuse.
          for (const name of Object.values(names)) {
            if (probe.rsaVerifyPss(key, name, m, s)) wrong.push(tcId);
          }
          refused++;
          continue;
        }
        const verdict = probe.rsaVerifyPss(key, hash, m, s, group.sLen);
        if (verdict !== (result === "valid")) wrong.push(tcId);
        // A valid signature with another salt length is not a JOSE signature.
        const otherSalt = group.sLen !== digestBytes[hash];
        if (verdict && otherSalt && probe.rsaVerifyPss(key, hash, m, s)) wrong.push(tcId);
      }
    }
    expect(wrong).toEqual([]);
    expect(count).toBe(numberOfTests);
    expect(refused).toBeLessThan(file.endsWith("misc") ? numberOfTests : 1);
  });
});
