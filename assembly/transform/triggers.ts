// Which transformations could change a value, by the bytes that occur in it: one pass over a value answers for all of
// them at once. A transformation whose bit is not set leaves the value as it is; one whose bit is set may do so too.
import { Transformation } from "./table";

/** One word of 64 bits for each byte value. */
const table: usize = memory.data(2048, 8);

/** Transformations that change nearly every value, whatever its bytes. */
const always: StaticArray<u32> = [
  Transformation.Base64Decode,
  Transformation.Base64DecodeExt,
  Transformation.Base64Encode,
  Transformation.HexDecode,
  Transformation.HexEncode,
  Transformation.Length,
  Transformation.Md5,
  Transformation.ParityEven7bit,
  Transformation.ParityOdd7bit,
  Transformation.ParityZero7bit,
  Transformation.PhpArgsNames,
  Transformation.Sha1,
  Transformation.UrlEncode,
];

let alwaysMask: u64 = 0;

/** Fills the table, once for the VM. Configure time only. */
export function prepareTriggers(): void {
  if (alwaysMask != 0) return;
  for (let i = 0; i < always.length; i++) alwaysMask |= (<u64>1) << always[i];
  trigger(Transformation.CmdLine, "\"'\\^,; \t\n\r");
  range(Transformation.CmdLine, 0x41, 0x5a);
  range(Transformation.CompressWhitespace, 0x09, 0x0d);
  range(Transformation.CompressWhitespace, 0x80, 0xff);
  trigger(Transformation.CompressWhitespace, " ");
  range(Transformation.RemoveWhitespace, 0x09, 0x0d);
  range(Transformation.RemoveWhitespace, 0x80, 0xff);
  trigger(Transformation.RemoveWhitespace, " ");
  trigger(Transformation.CssDecode, "\\");
  trigger(Transformation.EscapeSeqDecode, "\\");
  trigger(Transformation.JsDecode, "\\");
  trigger(Transformation.HtmlEntityDecode, "&");
  range(Transformation.Lowercase, 0x41, 0x5a);
  range(Transformation.Uppercase, 0x61, 0x7a);
  trigger(Transformation.NormalizePath, "/.");
  trigger(Transformation.NormalizePathWin, "/\\:. ");
  trigger(Transformation.RemoveComments, "/*-#<!>");
  trigger(Transformation.RemoveCommentsChar, "/*-#<!>");
  trigger(Transformation.ReplaceComments, "/*");
  range(Transformation.RemoveNulls, 0, 0);
  range(Transformation.ReplaceNulls, 0, 0);
  trigger(Transformation.SqlHexDecode, "0xX");
  range(Transformation.Trim, 0x09, 0x20);
  range(Transformation.TrimLeft, 0x09, 0x20);
  range(Transformation.TrimRight, 0x09, 0x20);
  trigger(Transformation.UrlDecode, "%+");
  trigger(Transformation.UrlDecodeUni, "%+");
  range(Transformation.Utf8ToUnicode, 0x80, 0xff);
  for (let byte: u32 = 0; byte < 256; byte++) {
    if ((byte | 0x20) - 0x61 >= 26 && byte - 0x30 >= 10 && byte != 0x5f && byte != 0x2e)
      range(63, byte, byte);
  }
}

function trigger(transformation: u32, bytes: string): void {
  for (let i = 0; i < bytes.length; i++) {
    const byte = <u32>bytes.charCodeAt(i);
    range(transformation, byte, byte);
  }
}

function range(transformation: u32, first: u32, last: u32): void {
  for (let byte = first; byte <= last; byte++) {
    const cell = table + ((<usize>byte) << 3);
    store<u64>(cell, load<u64>(cell) | ((<u64>1) << transformation));
  }
}

/** Bit of a value that holds something else than letters, digits, `_` and `.`. */
export const NOT_PLAIN: u64 = 0x8000000000000000;

/** Bit t is set when transformation t could change the bytes; after prepareTriggers. One step a byte. */
export function mayChange(bytes: usize, length: u32): u64 {
  let mask = alwaysMask;
  const end = bytes + length;
  for (let at = bytes; at < end; at++) mask |= load<u64>(table + ((<usize>load<u8>(at)) << 3));
  return mask;
}
