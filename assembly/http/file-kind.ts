// What a file is by its first bytes, and what it says it is by its extension: the signatures of the formats
// that people upload, and of programs. Sources: the formats' specifications; WHATWG MIME sniffing §6, §7.1.
import { indexOfByte } from "../base/find-byte";
import { equalsLiteralFolded } from "./literal";

/** Kinds of files. The first ones have no signature. */
export const enum FileKind {
  Unknown = 0,
  Empty = 1,
  Text = 2,
  Png = 3,
  Jpeg = 4,
  Gif = 5,
  Webp = 6,
  Bmp = 7,
  Tiff = 8,
  Pdf = 9,
  /** Also office documents and Java archives. */
  Zip = 10,
  Gzip = 11,
  Rar = 12,
  SevenZip = 13,
  /** MP4, QuickTime, HEIC, AVIF. */
  Mp4 = 14,
  Ogg = 15,
  Wav = 16,
  Html = 17,
  Svg = 18,
  Xml = 19,
  /** A native program or library. */
  Program = 20,
  /** A script: `#!`, or PHP anywhere. */
  Script = 21,
}

/** Names of the kinds, in their order; they are configuration. */
export const fileKindNames: StaticArray<string> = [
  "unknown",
  "empty",
  "text",
  "png",
  "jpeg",
  "gif",
  "webp",
  "bmp",
  "tiff",
  "pdf",
  "zip",
  "gzip",
  "rar",
  "7z",
  "mp4",
  "ogg",
  "wav",
  "html",
  "svg",
  "xml",
  "program",
  "script",
];

/** The kind of `length` bytes. Searches all of them for PHP, the rest of the question needs 256. */
export function fileKind(ptr: usize, length: u32): FileKind {
  if (length == 0) return FileKind.Empty;
  if (isProgram(ptr, length)) return FileKind.Program;
  if (length >= 2 && load<u16>(ptr) == 0x2123) return FileKind.Script;
  if (holdsPhp(ptr, length)) return FileKind.Script;
  const kind = bySignature(ptr, length);
  if (kind != FileKind.Unknown) return kind;
  const markup = byMarkup(ptr, length);
  if (markup != FileKind.Unknown) return markup;
  return isText(ptr, min<u32>(length, 256)) ? FileKind.Text : FileKind.Unknown;
}

function isProgram(ptr: usize, length: u32): bool {
  if (length < 4) return false;
  const word = load<u32>(ptr);
  // ELF, Mach-O in its orders and as a universal binary (or Java class), WebAssembly
  if (word == 0x464c457f || word == 0x6d736100) return true;
  if (word == 0xfeedface || word == 0xfeedfacf || word == 0xcefaedfe || word == 0xcffaedfe)
    return true;
  if (word == 0xbebafeca) return true;
  // MZ, with the offset of its new header inside the file
  return (word & 0xffff) == 0x5a4d && length >= 64 && load<u32>(ptr, 60) < length;
}

function holdsPhp(ptr: usize, length: u32): bool {
  for (let i: u32 = 0; i + 5 <= length; i++) {
    i = indexOfByte(ptr, i, length, 0x3c);
    if (i + 5 > length) return false;
    if (load<u8>(ptr + i, 1) == 0x3f && equalsLiteralFolded(ptr + i + 2, 3, "php")) return true;
  }
  return false;
}

function bySignature(ptr: usize, length: u32): FileKind {
  if (length < 4) return FileKind.Unknown;
  switch (load<u32>(ptr)) {
    case 0x474e5089:
      return FileKind.Png;
    case 0x38464947:
      return FileKind.Gif;
    case 0x46445025:
      return FileKind.Pdf;
    case 0x04034b50:
    case 0x06054b50:
    case 0x08074b50:
      return FileKind.Zip;
    case 0x21726152:
      return FileKind.Rar;
    case 0xafbc7a37:
      return FileKind.SevenZip;
    case 0x5367674f:
      return FileKind.Ogg;
    case 0x002a4949:
    case 0x2a004d4d:
      return FileKind.Tiff;
  }
  if ((load<u32>(ptr) & 0xffffff) == 0xffd8ff) return FileKind.Jpeg;
  if (load<u16>(ptr) == 0x8b1f) return FileKind.Gzip;
  if (load<u16>(ptr) == 0x4d42 && length >= 14 && load<u32>(ptr, 6) == 0) return FileKind.Bmp;
  if (length < 12) return FileKind.Unknown;
  if (load<u32>(ptr, 4) == 0x70797466) return FileKind.Mp4;
  if (load<u32>(ptr) != 0x46464952) return FileKind.Unknown;
  if (load<u32>(ptr, 8) == 0x50424557) return FileKind.Webp;
  return load<u32>(ptr, 8) == 0x45564157 ? FileKind.Wav : FileKind.Unknown;
}

/** Markup by the first tag, behind a byte order mark and blanks. */
function byMarkup(ptr: usize, length: u32): FileKind {
  const end = ptr + min<u32>(length, 1024);
  let at = ptr;
  if (length >= 3 && load<u16>(ptr) == 0xbbef && load<u8>(ptr, 2) == 0xbf) at += 3;
  while (at < end && load<u8>(at) <= 0x20) at++;
  if (at >= end || load<u8>(at) != 0x3c) return FileKind.Unknown;
  if (begins(at, end, "<!doctype html") || begins(at, end, "<html")) return FileKind.Html;
  if (begins(at, end, "<script") || begins(at, end, "<body") || begins(at, end, "<head")) {
    return FileKind.Html;
  }
  for (let p = at; p < end; p++) if (begins(p, end, "<svg")) return FileKind.Svg;
  if (begins(at, end, "<?xml") || begins(at, end, "<!doctype")) return FileKind.Xml;
  return FileKind.Unknown;
}

function begins(at: usize, end: usize, word: string): bool {
  const length = <u32>word.length;
  return at + length <= end && equalsLiteralFolded(at, length, word);
}

function isText(ptr: usize, length: u32): bool {
  for (let i: u32 = 0; i < length; i++) {
    const byte = load<u8>(ptr + i);
    if (byte < 0x20 && byte != 0x09 && byte != 0x0a && byte != 0x0d && byte != 0x0c) return false;
  }
  return true;
}

/** The kind that an extension promises, in any case; Unknown when it promises none with a signature. */
export function kindOfExtension(ptr: usize, length: u32): FileKind {
  if (length < 2 || length > 5) return FileKind.Unknown;
  for (let i = 0; i < PROMISES.length; i++) {
    const promise = PROMISES[i];
    const cut = promise.indexOf(":");
    if (<u32>cut != length) continue;
    let k: u32 = 0;
    while (k < length && <u16>(load<u8>(ptr + k) | 0x20) == <u16>(promise.charCodeAt(k) | 0x20))
      k++;
    if (k == length) return <FileKind>(promise.charCodeAt(cut + 1) - 0x41 + 3);
  }
  return FileKind.Unknown;
}

/** Extension and the letter of its kind: A is Png, and so on. */
const PROMISES: StaticArray<string> = [
  "png:A",
  "jpg:B",
  "jpeg:B",
  "jpe:B",
  "jfif:B",
  "gif:C",
  "webp:D",
  "bmp:E",
  "tif:F",
  "tiff:F",
  "pdf:G",
  "zip:H",
  "docx:H",
  "xlsx:H",
  "pptx:H",
  "odt:H",
  "ods:H",
  "odp:H",
  "epub:H",
  "gz:I",
  "tgz:I",
  "rar:J",
  "7z:K",
  "mp4:L",
  "m4v:L",
  "m4a:L",
  "mov:L",
  "heic:L",
  "avif:L",
  "ogg:M",
  "wav:N",
];
