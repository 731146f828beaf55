// A client's certificate as Envoy's connection.* attributes show it: the subject in the form of RFC 2253, URI and DNS
// alternative names in their order, the SHA-256 of the DER. Names print as OpenSSL's XN_FLAG_RFC2253 does, which Envoy uses:
// last part first, special characters and bytes above ASCII escaped, unknown types as their dotted number and the DER in hex.
import { createHash, type X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";
import type { TlsInfo } from "../../host-test/host/types.ts";
import { derItems, oidText, type DerItem } from "./der.ts";

const sequence = 0x30;
const uriName = 0x86;
const dnsName = 0x82;
const alternativeNames = "2.5.29.17";

/** Short names that OpenSSL prints, by object identifier. */
const shortNames: Record<string, string> = {
  "2.5.4.3": "CN",
  "2.5.4.4": "SN",
  "2.5.4.5": "serialNumber",
  "2.5.4.6": "C",
  "2.5.4.7": "L",
  "2.5.4.8": "ST",
  "2.5.4.9": "street",
  "2.5.4.10": "O",
  "2.5.4.11": "OU",
  "2.5.4.12": "title",
  "2.5.4.13": "description",
  "2.5.4.15": "businessCategory",
  "2.5.4.17": "postalCode",
  "2.5.4.41": "name",
  "2.5.4.42": "GN",
  "2.5.4.43": "initials",
  "2.5.4.46": "dnQualifier",
  "1.2.840.113549.1.9.1": "emailAddress",
  "0.9.2342.19200300.100.1.1": "UID",
  "0.9.2342.19200300.100.1.25": "DC",
};

/** What the handshake of `socket` says, for the filters; certificates were verified by then. */
export function tlsInfoOf(socket: TLSSocket): TlsInfo {
  const info: TlsInfo = { mtls: false, version: socket.getProtocol() ?? "" };
  const { servername } = socket as { servername?: string | false };
  if (typeof servername === "string") info.sni = servername;
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return info;
  return { ...info, mtls: true, ...certificateInfo(certificate) };
}

/** The attributes of one certificate. */
export function certificateInfo(certificate: X509Certificate): TlsInfo {
  const fields = tbsFields(certificate.raw);
  const names = alternativeNamesOf(fields);
  const named = (tag: number): string[] =>
    names.filter((name) => name.tag === tag).map(({ contents }) => latin1(contents));
  return {
    subject: nameText(fields[4]?.contents ?? new Uint8Array(0)),
    uriSan: named(uriName),
    dnsSan: named(dnsName),
    peerCertificatePem: certificate.toString(),
    sha256PeerCertificateDigest: createHash("sha256").update(certificate.raw).digest("hex"),
  };
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

/** Serial, algorithm, issuer, validity, subject ... of a version 3 certificate (RFC 5280 §4.1); index 4 is the subject. */
function tbsFields(der: Uint8Array): DerItem[] {
  const certificate = derItems(der)[0];
  const body = derItems(certificate?.contents ?? new Uint8Array(0))[0];
  const fields = derItems(body?.contents ?? new Uint8Array(0));
  // The version is explicit from version 2 on.
  return fields[0]?.tag === 0xa0 ? fields.slice(1) : fields;
}

function alternativeNamesOf(fields: DerItem[]): DerItem[] {
  const wrapped = fields.find(({ tag }) => tag === 0xa3);
  const list = derItems(wrapped?.contents ?? new Uint8Array(0))[0];
  for (const extension of derItems(list?.contents ?? new Uint8Array(0))) {
    const parts = derItems(extension.contents);
    if (oidText(parts[0]?.contents ?? new Uint8Array(0)) !== alternativeNames) continue;
    const value = derItems(parts.at(-1)!.contents)[0];
    return value?.tag === sequence ? derItems(value.contents) : [];
  }
  return [];
}

/** A Name (RFC 5280 §4.1.2.4) as RFC 2253 writes it. */
export function nameText(contents: Uint8Array): string {
  const parts = derItems(contents).map((set) =>
    derItems(set.contents)
      .map(({ contents: attribute }) => attributeText(derItems(attribute)))
      .reverse()
      .join("+"),
  );
  return parts.reverse().join(",");
}

function attributeText([type, value]: DerItem[]): string {
  const oid = oidText(type?.contents ?? new Uint8Array(0));
  if (value === undefined) return `${oid}=`;
  const name = shortNames[oid];
  const text = name === undefined ? undefined : stringOf(value);
  if (text === undefined) return `${name ?? oid}=#${hexOf(value)}`;
  return `${name}=${escaped(text)}`;
}

/** Bytes in UTF-8 of a DirectoryString or IA5String; undefined for anything else. */
function stringOf({ tag, contents }: DerItem): Uint8Array | undefined {
  switch (tag) {
    case 0x0c: // UTF8String
    case 0x13: // PrintableString
    case 0x16: // IA5String
    case 0x12: // NumericString
      return contents;
    case 0x14: // T61String, which OpenSSL reads as Latin-1
      return Buffer.from(latin1(contents));
    case 0x1e: // BMPString
      return Buffer.from(Buffer.from(contents).swap16().toString("utf16le"));
    default:
      return undefined;
  }
}

function escaped(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    const char = String.fromCharCode(byte);
    const atEdge =
      (i === 0 && (char === "#" || char === " ")) || (i === bytes.length - 1 && char === " ");
    if (byte < 0x20 || byte > 0x7e) text += `\\${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    else if (atEdge || ',+"\\<>;'.includes(char)) text += `\\${char}`;
    else text += char;
  }
  return text;
}

function hexOf({ tag, contents }: DerItem): string {
  const length: number[] = [];
  for (let n = contents.length; n > 0; n = Math.floor(n / 256)) length.unshift(n & 255);
  const head = contents.length < 0x80 ? [contents.length] : [0x80 | length.length, ...length];
  return Buffer.from([tag, ...head, ...contents])
    .toString("hex")
    .toUpperCase();
}
