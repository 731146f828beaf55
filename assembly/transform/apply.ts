// The door of the room: one transformation applied to one value. Answers UNCHANGED as soon as it is known that the
// value stays as it is, so that nothing is copied and every rule that reads the value shares the one form of it; most
// values of ordinary traffic are such.
import { cmdLine } from "./command-line";
import { removeComments, removeCommentsChar, replaceComments } from "./comments";
import { cssDecode } from "./css";
import { escapeSeqDecode, jsDecode } from "./escapes";
import { htmlEntityDecode } from "./html-entity";
import { writeLength } from "./length";
import { lowercase, uppercase } from "./letters";
import { md5 } from "./md5";
import { UNCHANGED as NOTHING_TO_DO } from "./outcome";
import { normalizePath, normalizePathWin } from "./path";
import { phpArgsNames } from "./php-names";
import { sha1 } from "./sha1";
import { clearParity, removeNulls, replaceNulls, setParity } from "./single-bytes";
import {
  base64Encode,
  decodeBase64Loosely,
  hexDecode,
  hexEncode,
  sqlHexDecode,
} from "./text-codes";
import { utf8toUnicode } from "./unicode";
import { urlDecode, urlDecodeUni, urlEncode } from "./url";
import { compressWhitespace, removeWhitespace, trimBlanks } from "./white-space";
import { Transformation } from "./table";

/** The value is its own transformed form; nothing was written that counts. */
export const UNCHANGED: u32 = 0xffffffff;

/** Most bytes that a transformation makes of `length` bytes: the room that `out` must have. */
export function transformedLimit(id: u32, length: u32): u32 {
  switch (<i32>id) {
    case Transformation.Utf8ToUnicode:
      return length * 6;
    case Transformation.UrlEncode:
      return length * 3;
    case Transformation.HexEncode:
    case Transformation.Base64Encode:
    case Transformation.CssDecode:
      return length * 2 + 4;
    case Transformation.Length:
    case Transformation.Md5:
    case Transformation.Sha1:
      return 20;
  }
  return length + 1;
}

/**
 * Applies transformation `id` to `length` bytes at `input`, in linear time.
 * @param out room for transformedLimit(id, length) bytes; does not overlap the input
 * @returns bytes written at `out`, or UNCHANGED
 */
export function applyTransformation(id: u32, input: usize, length: u32, out: usize): u32 {
  return <u32>run(id, input, length, out);
}

function run(id: u32, input: usize, length: u32, out: usize): i32 {
  switch (<i32>id) {
    case Transformation.Base64Decode:
      return decodeBase64Loosely(input, length, out, false);
    case Transformation.Base64DecodeExt:
      return decodeBase64Loosely(input, length, out, true);
    case Transformation.Base64Encode:
      return base64Encode(input, length, out);
    case Transformation.CmdLine:
      return cmdLine(input, length, out);
    case Transformation.CompressWhitespace:
      return compressWhitespace(input, length, out);
    case Transformation.CssDecode:
      return cssDecode(input, length, out);
    case Transformation.EscapeSeqDecode:
      return escapeSeqDecode(input, length, out);
    case Transformation.HexDecode:
      return hexDecode(input, length, out);
    case Transformation.HexEncode:
      return hexEncode(input, length, out);
    case Transformation.HtmlEntityDecode:
      return htmlEntityDecode(input, length, out);
    case Transformation.JsDecode:
      return jsDecode(input, length, out);
    case Transformation.Length:
      return writeLength(length, out);
    case Transformation.Lowercase:
      return lowercase(input, length, out);
    case Transformation.Md5:
      md5(input, length, out);
      return 16;
    case Transformation.NormalizePath:
      return normalizePath(input, length, out);
    case Transformation.NormalizePathWin:
      return normalizePathWin(input, length, out);
    case Transformation.ParityEven7bit:
      return setParity(input, length, out, 0);
    case Transformation.ParityOdd7bit:
      return setParity(input, length, out, 1);
    case Transformation.ParityZero7bit:
      return clearParity(input, length, out);
    case Transformation.PhpArgsNames:
      return phpArgsNames(input, length, out);
    case Transformation.RemoveComments:
      return removeComments(input, length, out);
    case Transformation.RemoveCommentsChar:
      return removeCommentsChar(input, length, out);
    case Transformation.RemoveNulls:
      return removeNulls(input, length, out);
    case Transformation.RemoveWhitespace:
      return removeWhitespace(input, length, out);
    case Transformation.ReplaceComments:
      return replaceComments(input, length, out);
    case Transformation.ReplaceNulls:
      return replaceNulls(input, length, out);
    case Transformation.Sha1:
      sha1(input, length, out);
      return 20;
    case Transformation.SqlHexDecode:
      return sqlHexDecode(input, length, out);
    case Transformation.Trim:
      return trimBlanks(input, length, out, true, true);
    case Transformation.TrimLeft:
      return trimBlanks(input, length, out, true, false);
    case Transformation.TrimRight:
      return trimBlanks(input, length, out, false, true);
    case Transformation.Uppercase:
      return uppercase(input, length, out);
    case Transformation.UrlDecode:
      return urlDecode(input, length, out);
    case Transformation.UrlDecodeUni:
      return urlDecodeUni(input, length, out);
    case Transformation.UrlEncode:
      return urlEncode(input, length, out);
    case Transformation.Utf8ToUnicode:
      return utf8toUnicode(input, length, out);
  }
  return NOTHING_TO_DO;
}
