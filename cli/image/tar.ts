// Tar archives whose bytes depend on their files alone: ustar, sorted names, owner 0, mode 0644, time 0. Reading understands
// what docker, buildah and GNU tar write around small files (ustar, GNU and pax long names) and skips the rest.
// Source: POSIX.1-2017 pax, "ustar Interchange Format".
import { UserError } from "../exit.ts";

export interface TarFile {
  /** Relative, with forward slashes, at most 100 bytes. */
  name: string;
  bytes: Uint8Array;
}

const blockBytes = 512;
const encoder = new TextEncoder();

/** The archive of some files. */
export function writeTar(files: TarFile[]): Uint8Array {
  const sorted = [...files].sort((a, b) => (a.name < b.name ? -1 : 1));
  const parts: Uint8Array[] = [];
  for (const { name, bytes } of sorted) {
    parts.push(header(name, bytes.length), bytes);
    parts.push(new Uint8Array((blockBytes - (bytes.length % blockBytes)) % blockBytes));
  }
  parts.push(new Uint8Array(2 * blockBytes));
  return Buffer.concat(parts);
}

function header(name: string, size: number): Uint8Array {
  const block = new Uint8Array(blockBytes);
  const put = (text: string, at: number): void => block.set(encoder.encode(text), at);
  const octal = (value: number, digits: number): string =>
    `${value.toString(8).padStart(digits, "0")}\0`;
  if (encoder.encode(name).length > 100) throw new Error(`${name} is too long a name for a layer`);
  put(name, 0);
  put(octal(0o644, 7), 100);
  put(octal(0, 7), 108);
  put(octal(0, 7), 116);
  put(octal(size, 11), 124);
  put(octal(0, 11), 136);
  put("        ", 148);
  put("0", 156);
  put("ustar\u000000", 257);
  let sum = 0;
  for (const byte of block) sum += byte;
  put(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

/**
 * The plain files of an archive. Names are as they stand there; whoever writes them to disk must not trust them.
 * @throws UserError when it is cut or no tar archive
 */
export function readTar(archive: Uint8Array): TarFile[] {
  const files: TarFile[] = [];
  let longName: string | undefined;
  for (let at = 0; at + blockBytes <= archive.length;) {
    const block = archive.subarray(at, at + blockBytes);
    if (block.every((byte) => byte === 0)) break;
    checkSum(block);
    const size = number(block, 124, 12);
    const type = String.fromCharCode(block[156]!);
    const bytes = archive.subarray(at + blockBytes, at + blockBytes + size);
    if (bytes.length < size) throw new UserError("the archive is cut short");
    at += blockBytes + Math.ceil(size / blockBytes) * blockBytes;
    if (type === "L") longName = text(bytes, 0, bytes.length);
    else if (type === "x") longName = paxPath(bytes) ?? longName;
    else if (type === "0" || type === "\0") {
      files.push({ name: longName ?? fullName(block), bytes });
      longName = undefined;
    } else if (type !== "g") longName = undefined;
  }
  return files;
}

function checkSum(block: Uint8Array): void {
  let sum = 0;
  block.forEach((byte, index) => (sum += index >= 148 && index < 156 ? 32 : byte));
  if (sum !== number(block, 148, 8)) throw new UserError("this is no tar archive");
}

function fullName(block: Uint8Array): string {
  const prefix = text(block, 345, 155);
  const name = text(block, 0, 100);
  const ustar = text(block, 257, 5) === "ustar";
  return ustar && prefix !== "" ? `${prefix}/${name}` : name;
}

function text(bytes: Uint8Array, at: number, length: number): string {
  const part = bytes.subarray(at, at + length);
  const end = part.indexOf(0);
  return new TextDecoder().decode(end < 0 ? part : part.subarray(0, end));
}

function number(block: Uint8Array, at: number, length: number): number {
  const value = Number.parseInt(text(block, at, length).trim() || "0", 8);
  if (!Number.isSafeInteger(value) || value < 0) throw new UserError("this is no tar archive");
  return value;
}

function paxPath(bytes: Uint8Array): string | undefined {
  return /^\d+ path=(.*)$/m.exec(new TextDecoder().decode(bytes))?.[1];
}
