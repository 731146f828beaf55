// The rate-limit service's messages on the server's side of a test: RateLimitRequest read, RateLimitResponse written.
import { utf8 } from "../host/bytes.ts";
import { readFields, writeFields } from "../host/protobuf.ts";

export interface AskedDescriptor {
  entries: [string, string][];
  /** 1 when the request does not say. */
  hits: number;
}

export interface Asked {
  domain: string;
  descriptors: AskedDescriptor[];
}

export interface Said {
  /** 1 OK, 2 OVER_LIMIT. */
  code: number;
  statuses?: { code: number; remaining?: number; resetSeconds?: number }[];
  responseHeaders?: [string, string][];
  requestHeaders?: [string, string][];
  body?: string;
}

export const serviceName = "envoy.service.ratelimit.v3.RateLimitService";
export const methodName = "ShouldRateLimit";

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** @throws Error on bytes that are no such message. */
export function readAsked(message: Uint8Array): Asked {
  const asked: Asked = { domain: "", descriptors: [] };
  for (const field of fieldsOf(message)) {
    if (field.number === 1) asked.domain = text(field.bytes);
    if (field.number === 2) asked.descriptors.push(readDescriptor(field.bytes));
  }
  return asked;
}

function readDescriptor(bytes: Uint8Array): AskedDescriptor {
  const descriptor: AskedDescriptor = { entries: [], hits: 1 };
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) {
      const [key, value] = [1, 2].map((n) =>
        text(fieldsOf(field.bytes).find(({ number }) => number === n)?.bytes ?? new Uint8Array(0)),
      );
      descriptor.entries.push([key, value]);
    }
    if (field.number === 3) descriptor.hits = fieldsOf(field.bytes)[0]?.varint ?? 0;
  }
  return descriptor;
}

function fieldsOf(bytes: Uint8Array): NonNullable<ReturnType<typeof readFields>> {
  const fields = readFields(bytes);
  if (fields === undefined) throw new Error("no protobuf message");
  return fields;
}

export function writeSaid(said: Said): Uint8Array {
  const header = (number: number, [key, value]: [string, string]): Uint8Array =>
    message(
      number,
      writeFields([
        { number: 1, text: key },
        { number: 2, text: value },
      ]),
    );
  const parts = [
    writeFields([{ number: 1, varint: said.code }]),
    ...(said.statuses ?? []).map((status) => {
      const reset = writeFields([{ number: 1, varint: status.resetSeconds ?? 0 }]);
      const fields = [
        { number: 1, varint: status.code },
        { number: 3, varint: status.remaining ?? 0 },
        { number: 4, bytes: reset },
      ];
      return message(2, writeFields(fields));
    }),
    ...(said.responseHeaders ?? []).map((pair) => header(3, pair)),
    ...(said.requestHeaders ?? []).map((pair) => header(4, pair)),
    writeFields([{ number: 5, bytes: utf8(said.body ?? "") }]),
  ];
  return Buffer.concat(parts);
}

/** A message within a message, also an empty one. */
function message(number: number, content: Uint8Array): Uint8Array {
  const length: number[] = [];
  let rest = content.length;
  while (rest > 0x7f) {
    length.push((rest & 0x7f) | 0x80);
    rest >>= 7;
  }
  return Buffer.concat([Uint8Array.of((number << 3) | 2, ...length, rest), content]);
}
