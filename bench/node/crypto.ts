// Signature checks of the crypto room against node:crypto on the same key, message and signature,
// hashing included on both sides. Keys are known: RSA constants and curve tables are made before,
// as they are for a key set. The message is as long as the signed part of a usual access token.
import {
  constants,
  createHmac,
  createSecretKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from "node:crypto";
import {
  CryptoProbe,
  curves,
  hashes,
  type EcCurve,
  type HashName,
} from "../../host-test/vectors/crypto-probe.ts";
import { interleave, type Candidate } from "../interleave.ts";
import type { Bench, Row } from "../record.ts";

const message = Buffer.alloc(600, "signed part of a token ");

/** One algorithm: our run and the rival's. Both throw when a verdict is wrong. */
interface Pair {
  name: string;
  ours: Candidate;
  rival: Candidate;
}

function repeat(name: string, check: () => boolean): Candidate {
  if (!check()) throw new Error(`${name} refuses a good signature`);
  return {
    name,
    run: (count) => {
      for (let i = 0; i < count; i++) check();
    },
  };
}

function pair(name: string, ours: () => boolean, rival: () => boolean): Pair {
  return { name, ours: repeat(`${name}, ours`, ours), rival: repeat(`${name}, rival`, rival) };
}

const octets = (text: string | undefined): Buffer => Buffer.from(text!, "base64url");

/** Addresses of the message, a digest and a signature of its own in guest memory. */
function place(probe: CryptoProbe, signature: Uint8Array): { m: number; d: number; s: number } {
  const [m, d, s] = [message.length, 64, signature.length].map((size) => probe.allocate(size));
  const bytes = new Uint8Array(probe.memory.buffer);
  bytes.set(message, m!);
  bytes.set(signature, s!);
  return { m: m!, d: d!, s: s! };
}

function rsa(probe: CryptoProbe, bits: number, name: HashName, pss: boolean): Pair {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: bits });
  const padding = pss ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING;
  const options = pss ? { padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST } : { padding };
  const signature = sign(name, message, { key: privateKey, ...options });
  const key = probe.rsaKey(octets(publicKey.export({ format: "jwk" }).n), 65537n);
  const { m, d, s } = place(probe, signature);
  const hash = probe.exports["hash"]!;
  const [pkcs1, salted] = [probe.exports["rsaVerifyPkcs1"]!, probe.exports["rsaVerifyPss"]!];
  const h = hashes[name];
  const rivalKey = { key: publicKey, ...options };
  return pair(
    `${pss ? "PS" : "RS"}${name.slice(3)}, ${bits} bits`,
    () => {
      hash(h, m, message.length, d);
      if (pss) return salted(key, h, d, Number(name.slice(3)) / 8, s, signature.length) === 1;
      return pkcs1(key, h, d, s, signature.length) === 1;
    },
    () => verify(name, message, rivalKey, signature),
  );
}

function ecdsa(probe: CryptoProbe, curve: EcCurve, name: HashName, table: boolean): Pair {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: curve });
  const dsaEncoding = "ieee-p1363";
  const signature = sign(name, message, { key: privateKey, dsaEncoding });
  const jwk = publicKey.export({ format: "jwk" });
  const key = probe.ecdsaKey(curve, octets(jwk.x), octets(jwk.y), table)!;
  const { m, d, s } = place(probe, signature);
  const [hash, check] = [probe.exports["hash"]!, probe.exports["ecdsaVerify"]!];
  const size = Number(name.slice(3)) / 8;
  const rivalKey = { key: publicKey, dsaEncoding } as const;
  return pair(
    `ECDSA ${curve}${table ? "" : ", key without a table"}`,
    () => {
      hash(hashes[name], m, message.length, d);
      return check(key, d, size, s, signature.length) === 1;
    },
    () => verify(name, message, rivalKey, signature),
  );
}

function ed25519(probe: CryptoProbe, table: boolean): Pair {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const signature = sign(null, message, privateKey);
  const key = probe.ed25519Key(octets(publicKey.export({ format: "jwk" }).x), table)!;
  const { m, s } = place(probe, signature);
  const check = probe.exports["ed25519Verify"]!;
  return pair(
    `Ed25519${table ? "" : ", key without a table"}`,
    () => check(key, m, message.length, s, 64) === 1,
    () => verify(null, message, publicKey, signature),
  );
}

function hmac(probe: CryptoProbe, name: HashName): Pair {
  const secret = Buffer.alloc(64, 9);
  const tag = createHmac(name, secret).update(message).digest();
  const key = probe.hmacKey(name, secret);
  const { m, s } = place(probe, tag);
  const check = probe.exports["hmacVerify"]!;
  const rivalKey: KeyObject = createSecretKey(secret);
  return pair(
    `HMAC ${name}`,
    () => check(key, m, message.length, s, tag.length) === 1,
    () => createHmac(name, rivalKey).update(message).digest().equals(tag),
  );
}

/** Every algorithm family in turns with node:crypto; the ratio is how many times faster ours is. */
export async function cryptoBench(rounds = 40): Promise<Bench> {
  const probe = await CryptoProbe.create();
  const ecCurves = Object.keys(curves).filter((name) => name !== "Ed25519") as EcCurve[];
  const hashOf: Record<EcCurve, HashName> = {
    "P-256": "sha256",
    "P-384": "sha384",
    "P-521": "sha512",
    secp256k1: "sha256",
  };
  const pairs = [
    ...(["sha256", "sha384", "sha512"] as const).map((name) => hmac(probe, name)),
    ...[2048, 3072, 4096].map((bits) => rsa(probe, bits, "sha256", false)),
    ...(["sha384", "sha512"] as const).map((name) => rsa(probe, 2048, name, false)),
    ...(["sha256", "sha384", "sha512"] as const).map((name) => rsa(probe, 2048, name, true)),
    ...ecCurves.map((curve) => ecdsa(probe, curve, hashOf[curve], true)),
    ecdsa(probe, "P-256", "sha256", false),
    ed25519(probe, true),
    ed25519(probe, false),
  ];
  const rows: Row[] = pairs.map(({ name, ours, rival }) => {
    const options = { rounds, warmup: 200 };
    const [a, b] = interleave([ours, rival], options).map((timing) => timing.bestNs) as [
      number,
      number,
    ];
    return {
      name,
      "ours, µs": (a / 1000).toFixed(1),
      "node:crypto, µs": (b / 1000).toFixed(1),
      "× node:crypto": (b / a).toFixed(2),
    };
  });
  return {
    name: "crypto",
    title: "Signatures",
    command: "npm run bench -- crypto",
    about:
      "One verification of a 600-byte message, hashing included, with a key that is known already, against `node:crypto` " +
      "(OpenSSL's native code) in the same run. Ratios above 1 mean that ours is faster.",
    rows,
  };
}
