// Certificates for tests, made on the spot: an authority and what it signs, with any subject and alternative names. DER is
// written by hand (RFC 5280 §4.1), the signature is Node's.
import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";

export interface TestCertificate {
  certificate: string;
  privateKey: string;
  der: Buffer;
  key: KeyObject;
  name: Buffer;
}

/** One attribute of a subject: dotted type, text, and the tag of its string type (default UTF8String). */
export type Attribute = [oid: string, text: string, tag?: number];

const utf8String = 0x0c;

function der(tag: number, ...parts: Uint8Array[]): Buffer {
  const contents = Buffer.concat(parts);
  const length: number[] = [];
  for (let n = contents.length; n > 0; n >>= 8) length.unshift(n & 255);
  const head = contents.length < 0x80 ? [contents.length] : [0x80 | length.length, ...length];
  return Buffer.concat([Buffer.from([tag, ...head]), contents]);
}

function oid(text: string): Buffer {
  const [first, second, ...rest] = text.split(".").map(Number);
  const bytes: number[] = [];
  for (const part of [first! * 40 + second!, ...rest]) {
    const digits = [part & 127];
    for (let n = Math.floor(part / 128); n > 0; n = Math.floor(n / 128)) {
      digits.unshift((n & 127) | 128);
    }
    bytes.push(...digits);
  }
  return der(0x06, Buffer.from(bytes));
}

/** A Name; each entry is one relative name of one or more attributes. */
export function nameDer(parts: Attribute[][]): Buffer {
  const sets = parts.map((attributes) =>
    der(
      0x31,
      ...attributes.map(([type, text, tag = utf8String]) =>
        der(0x30, oid(type), der(tag, Buffer.from(text, tag === utf8String ? "utf8" : "latin1"))),
      ),
    ),
  );
  return der(0x30, ...sets);
}

/** @param issuer signs; without one the certificate signs itself and is an authority */
export function makeCertificate(
  subject: Attribute[][],
  names: { dns?: string[]; uri?: string[]; ip?: number[][] } = {},
  issuer?: TestCertificate,
): TestCertificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = nameDer(subject);
  const algorithm = der(0x30, oid("1.2.840.10045.4.3.2"));
  const alternatives = [
    ...(names.uri ?? []).map((uri) => der(0x86, Buffer.from(uri))),
    ...(names.dns ?? []).map((dns) => der(0x82, Buffer.from(dns))),
    ...(names.ip ?? []).map((ip) => der(0x87, Buffer.from(ip))),
  ];
  const extensions = [
    ...(issuer === undefined
      ? [
          der(
            0x30,
            oid("2.5.29.19"),
            der(0x01, Buffer.from([255])),
            der(0x04, der(0x30, der(0x01, Buffer.from([255])))),
          ),
        ]
      : []),
    ...(alternatives.length > 0
      ? [der(0x30, oid("2.5.29.17"), der(0x04, der(0x30, ...alternatives)))]
      : []),
  ];
  const time = (text: string): Buffer => der(0x18, Buffer.from(text));
  const serial = Buffer.from([1, ...name.subarray(-3).map((byte) => byte & 127)]);
  const body = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, serial),
    algorithm,
    issuer?.name ?? name,
    der(0x30, time("20200101000000Z"), time("20990101000000Z")),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    ...(extensions.length > 0 ? [der(0xa3, der(0x30, ...extensions))] : []),
  );
  const signature = sign("sha256", body, issuer?.key ?? privateKey);
  const whole = der(0x30, body, algorithm, der(0x03, Buffer.from([0]), signature));
  const base64 = whole.toString("base64").replace(/.{64}(?=.)/g, "$&\n");
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    der: whole,
    key: privateKey,
    name,
  };
}
