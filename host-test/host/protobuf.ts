// The little of protobuf's wire format that foreign functions and GrpcService need: varints and length-delimited fields
// of one message, read strictly, written without defaults (as proto3 does).
import { concat, utf8 } from "./bytes.ts";

export interface ProtoField {
  number: number;
  /** Length-delimited content; empty for the other wire types. */
  bytes: Uint8Array;
  varint: number;
}

interface Varint {
  value: number;
  next: number;
}

function readVarint(bytes: Uint8Array, at: number): Varint | undefined {
  let value = 0;
  for (let shift = 0; shift < 70; shift += 7) {
    if (at >= bytes.length) return undefined;
    const byte = bytes[at++];
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, next: at };
  }
  return undefined;
}

/** Fields in wire order; undefined for bytes that are no message. */
export function readFields(bytes: Uint8Array): ProtoField[] | undefined {
  const fields: ProtoField[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = readVarint(bytes, at);
    if (tag === undefined || tag.value < 8) return undefined;
    at = tag.next;
    const number = Math.floor(tag.value / 8);
    const type = tag.value % 8;
    if (type === 1 || type === 5) {
      const size = type === 1 ? 8 : 4;
      if (at + size > bytes.length) return undefined;
      fields.push({ number, bytes: bytes.slice(at, at + size), varint: 0 });
      at += size;
      continue;
    }
    const value = readVarint(bytes, at);
    if (value === undefined) return undefined;
    at = value.next;
    if (type === 0) fields.push({ number, bytes: new Uint8Array(0), varint: value.value });
    else if (type === 2) {
      if (at + value.value > bytes.length) return undefined;
      fields.push({ number, bytes: bytes.slice(at, at + value.value), varint: 0 });
      at += value.value;
    } else return undefined;
  }
  return fields;
}

interface WriteField {
  number: number;
  varint?: number;
  text?: string;
  bytes?: Uint8Array;
}

function varintBytes(value: number): number[] {
  const bytes: number[] = [];
  while (value > 0x7f) {
    bytes.push((value % 128) | 0x80);
    value = Math.floor(value / 128);
  }
  return [...bytes, value];
}

/** One message; zero and empty fields are left out. */
export function writeFields(fields: WriteField[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const entry of fields) {
    if (entry.varint !== undefined) {
      if (entry.varint === 0) continue;
      parts.push(Uint8Array.from([entry.number << 3, ...varintBytes(entry.varint)]));
      continue;
    }
    const content = entry.bytes ?? utf8(entry.text ?? "");
    if (content.length === 0) continue;
    parts.push(Uint8Array.from([(entry.number << 3) | 2, ...varintBytes(content.length)]), content);
  }
  return concat(
    parts,
    parts.reduce((sum, part) => sum + part.length, 0),
  );
}
