// Wycheproof's vectors for what Envoy's verify_signature can do, through both engines: the same verdict on each of them. And a host
// that lies, or has no such function, is found out before the first token.
import { describe, expect, test } from "vitest";
import { dataFolder, dataJson, suiteTitle } from "./data.ts";
import { EngineProbe, type Lie } from "./engine-probe.ts";

interface File {
  numberOfTests: number;
  testGroups: {
    keySize: number;
    publicKey: {
      modulus: string;
      publicExponent: string;
      wx: string;
      wy: string;
    };
    tests: { tcId: number; msg: string; sig: string; result: string }[];
  }[];
}

const folder = dataFolder("wycheproof/testvectors_v1");
const url = (hex: string): string => Buffer.from(hex, "hex").toString("base64url");
const rsaFiles = [2048, 3072, 4096, 8192].flatMap((bits) =>
  [256, 384, 512].map((hash) => ({
    file: `rsa_signature_${bits}_sha${hash}`,
    algorithm: `RS${hash}`,
  })),
);
const ecFiles = [
  { file: "ecdsa_secp256r1_sha256_p1363", algorithm: "ES256", crv: "P-256", size: 32 },
  { file: "ecdsa_secp384r1_sha384_p1363", algorithm: "ES384", crv: "P-384", size: 48 },
  { file: "ecdsa_secp521r1_sha512_p1363", algorithm: "ES512", crv: "P-521", size: 66 },
];

describe.skipIf(folder === undefined)(suiteTitle("Wycheproof, both engines", folder), async () => {
  const probe = await EngineProbe.create();

  function play(file: string, algorithm: string, jwkOf: (key: File["testGroups"][0]) => object) {
    const { testGroups, numberOfTests } = dataJson<File>(folder!, `${file}_test.json`);
    const wrong: string[] = [];
    let count = 0;
    for (const group of testGroups) {
      const status = probe.key(jwkOf(group));
      for (const { tcId, msg, sig, result } of group.tests) {
        count++;
        const expected = result === "valid" ? "good" : "bad";
        for (const engine of ["builtin", "foreign"] as const) {
          const [text, bytes] = [Buffer.from(msg, "hex"), Buffer.from(sig, "hex")];
          const verdict = status === 0 ? probe.verify(engine, algorithm, text, bytes) : "bad";
          // A key that only this room refuses never reaches an engine; `acceptable` is refused by both.
          if (verdict !== expected) wrong.push(`${engine} ${tcId}: ${verdict}, not ${expected}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(count).toBe(numberOfTests);
  }

  test.each(rsaFiles)("$file", ({ file, algorithm }) => {
    play(file, algorithm, ({ publicKey }) => ({
      kty: "RSA",
      n: url(publicKey.modulus.replace(/^(00)+/, "")),
      e: url(publicKey.publicExponent.padStart(6, "0").replace(/^(00)+/, "")),
    }));
  });

  test.each(ecFiles)("$file", ({ file, algorithm, crv, size }) => {
    const coordinate = (hex: string): string => url(hex.replace(/^0+/, "").padStart(2 * size, "0"));
    play(file, algorithm, ({ publicKey }) => ({
      kty: "EC",
      crv,
      x: coordinate(publicKey.wx),
      y: coordinate(publicKey.wy),
    }));
  });
});

describe("a host's engine", async () => {
  const probe = await EngineProbe.create();
  const all = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"];
  const told = (lie: Lie): string[] => {
    probe.lie = lie;
    return probe.probe();
  };

  test("that gives the known answers is asked", () => {
    expect(told((truth) => truth)).toEqual(all);
  });

  test("that says yes or no to everything is not", () => {
    expect(told(() => Uint8Array.of(8, 1))).toEqual([]);
    const no = Buffer.from("\x12\x17Failed to verify digest");
    expect(told(() => no)).toEqual([]);
  });

  test("that does not know a hash is not asked for it", () => {
    let calls = 0;
    // Two calls an algorithm, one where the first answer is wrong already.
    const unknown = Buffer.from("\x12\x18sha384 is not supported.");
    expect(told((truth) => (++calls === 3 ? unknown : truth))).toEqual(
      all.filter((name) => name !== "RS384"),
    );
  });

  test.each([
    ["garbage", () => Uint8Array.of(1, 2, 3)],
    ["nothing", () => new Uint8Array(0)],
    ["half a message", () => Uint8Array.of(8)],
    ["another status", () => 10],
    ["a refusal", () => 2],
  ] as [string, Lie][])("that answers with %s is not asked", (_, lie) => {
    expect(told(lie)).toEqual([]);
  });

  test("that is not there is looked for once", () => {
    probe.calls = 0;
    expect(told(() => 1)).toEqual([]);
    expect(probe.calls).toBe(1);
  });
});
