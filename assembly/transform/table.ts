// The transformations of SecLang by name: what stands behind `t:` in a rule. The numbers are the ones the rule
// compiler keeps; the names are ModSecurity's and Coraza's, aliases included, and case does not matter. One table:
// apply.ts switches on these numbers and nothing else does.

import { lowerAscii } from "../base/ascii";

/** `t:` by number. `None` empties the list of a rule (it is no transformation of its own). */
export const enum Transformation {
  None = 0,
  Base64Decode,
  Base64DecodeExt,
  Base64Encode,
  CmdLine,
  CompressWhitespace,
  CssDecode,
  EscapeSeqDecode,
  HexDecode,
  HexEncode,
  HtmlEntityDecode,
  JsDecode,
  Length,
  Lowercase,
  Md5,
  NormalizePath,
  NormalizePathWin,
  ParityEven7bit,
  ParityOdd7bit,
  ParityZero7bit,
  RemoveComments,
  RemoveCommentsChar,
  RemoveNulls,
  RemoveWhitespace,
  ReplaceComments,
  ReplaceNulls,
  Sha1,
  SqlHexDecode,
  Trim,
  TrimLeft,
  TrimRight,
  Uppercase,
  UrlDecode,
  UrlDecodeUni,
  UrlEncode,
  Utf8ToUnicode,
  PhpArgsNames,
  Count,
}

/** In the order of the numbers; `a/b` are two spellings of one. */
const names: string = `none base64Decode base64DecodeExt base64Encode cmdLine/cmd_line compressWhitespace cssDecode escapeSeqDecode hexDecode
hexEncode htmlEntityDecode jsDecode length lowercase md5 normalizePath/normalisePath
normalizePathWin/normalisePathWin parityEven7bit parityOdd7bit parityZero7bit removeComments
removeCommentsChar removeNulls removeWhitespace replaceComments replaceNulls sha1 sqlHexDecode trim trimLeft
trimRight uppercase urlDecode urlDecodeUni urlEncode utf8toUnicode
phpArgsNames`;

function entriesOf(text: string): string[] {
  return text.split("\n").join(" ").split(" ");
}

let numbers: Map<string, i32> | null = null;

/** Every spelling in lower case, made once: rule files ask a thousand times. */
function table(): Map<string, i32> {
  const known = numbers;
  if (known !== null) return known;
  const made = new Map<string, i32>();
  const entries = entriesOf(names);
  for (let i = 0; i < entries.length; i++) {
    const spellings = entries[i].split("/");
    for (let k = 0; k < spellings.length; k++) made.set(lowerAscii(spellings[k]), i);
  }
  numbers = made;
  return made;
}

/** Number of a transformation by its name, case ignored; -1 when there is none of that name. Configure time only. */
export function transformationOf(name: string): i32 {
  const wanted = lowerAscii(name);
  const known = table();
  return known.has(wanted) ? known.get(wanted) : -1;
}

/** Name of a transformation as ModSecurity spells it. Configure time only. */
export function transformationName(id: u32): string {
  return id < <u32>Transformation.Count ? entriesOf(names)[id].split("/")[0] : "";
}
