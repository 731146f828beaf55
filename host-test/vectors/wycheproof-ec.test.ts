// Wycheproof ECDSA (r || s form) and Ed25519 vectors, with and without key tables: the two paths
// share no table geometry.
import { describe, expect, test } from "vitest";
import { CryptoProbe, type EcCurve, type HashName } from "./crypto-probe.ts";
import { dataFolder, dataJson, suiteTitle } from "./data.ts";

interface SignatureFile {
  numberOfTests: number;
  testGroups: {
    publicKey: { wx: string; wy: string; pk: string };
    tests: { tcId: number; msg: string; sig: string; result: string }[];
  }[];
}

const folder = dataFolder("wycheproof/testvectors_v1");
const files: { file: string; curve: EcCurve; hash: HashName; size: number }[] = [
  { file: "ecdsa_secp256r1_sha256_p1363", curve: "P-256", hash: "sha256", size: 32 },
  { file: "ecdsa_secp384r1_sha384_p1363", curve: "P-384", hash: "sha384", size: 48 },
  { file: "ecdsa_secp521r1_sha512_p1363", curve: "P-521", hash: "sha512", size: 66 },
  { file: "ecdsa_secp256k1_sha256_p1363", curve: "secp256k1", hash: "sha256", size: 32 },
];

function coordinate(hex: string, size: number): Buffer {
  return Buffer.from(hex.replace(/^0+/, "").padStart(2 * size, "0"), "hex");
}

describe.skipIf(folder === undefined)(suiteTitle("Wycheproof EC", folder), async () => {
  const probe = await CryptoProbe.create();

  describe.each([true, false])("key table: %s", (table) => {
    test.each(files)("$file", ({ file, curve, hash, size }) => {
      const { testGroups, numberOfTests } = dataJson<SignatureFile>(folder!, `${file}_test.json`);
      const wrong: number[] = [];
      let count = 0;
      for (const { publicKey, tests } of testGroups) {
        const [x, y] = [coordinate(publicKey.wx, size), coordinate(publicKey.wy, size)];
        const key = probe.ecdsaKey(curve, x, y, table);
        for (const { tcId, msg, sig, result } of tests) {
          const [m, s] = [Buffer.from(msg, "hex"), Buffer.from(sig, "hex")];
          const verdict = key !== undefined && probe.ecdsaVerify(key, hash, m, s);
          if (verdict !== (result === "valid")) wrong.push(tcId);
          count++;
        }
      }
      expect(wrong).toEqual([]);
      expect(count).toBe(numberOfTests);
    });

    test("ed25519", () => {
      const { testGroups, numberOfTests } = dataJson<SignatureFile>(folder!, "ed25519_test.json");
      const wrong: number[] = [];
      let count = 0;
      for (const { publicKey, tests } of testGroups) {
        const key = probe.ed25519Key(Buffer.from(publicKey.pk, "hex"), table);
        for (const { tcId, msg, sig, result } of tests) {
          const [m, s] = [Buffer.from(msg, "hex"), Buffer.from(sig, "hex")];
          const verdict = key !== undefined && probe.ed25519Verify(key, m, s);
          if (verdict !== (result === "valid")) wrong.push(tcId);
          count++;
        }
      }
      expect(wrong).toEqual([]);
      expect(count).toBe(numberOfTests);
    });
  });
});
