// The members of a JWK that this module knows (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2), found by
// name. Names may be written with escapes.
import { JsonReader } from "../json/reader";
import { unescapeInto } from "../json/unescape";

export const enum Member {
  Other = 0,
  Kty,
  Alg,
  Use,
  KeyOps,
  Kid,
  N,
  E,
  Crv,
  X,
  Y,
  K,
  X5c,
  /** d, p, q, dp, dq, qi, oth: private parts. */
  Private,
  Keys,
}

const LONGEST: u32 = 64;
const NAME: usize = memory.data(64, 8);

// prettier-ignore
const NAMES: StaticArray<string> = [
  "kty", "alg", "use", "key_ops", "kid", "n", "e", "crv", "x", "y", "k", "x5c",
  "d", "p", "q", "dp", "dq", "qi", "oth", "keys",
];

// prettier-ignore
const MEMBERS: StaticArray<Member> = [
  Member.Kty, Member.Alg, Member.Use, Member.KeyOps, Member.Kid, Member.N, Member.E, Member.Crv, Member.X, Member.Y,
  Member.K, Member.X5c, Member.Private, Member.Private, Member.Private, Member.Private, Member.Private, Member.Private,
  Member.Private, Member.Keys,
];

/** The member whose value the reader has just read. */
export function memberOf(reader: JsonReader): Member {
  let name = reader.namePtr;
  let length = reader.nameLength;
  if (reader.nameEscaped) {
    if (length > LONGEST) return Member.Other;
    length = unescapeInto(NAME, name, length);
    name = NAME;
  }
  for (let i = 0; i < NAMES.length; i++) {
    if (equalsText(name, length, NAMES[i])) return MEMBERS[i];
  }
  return Member.Other;
}

/** Whether bytes are an ASCII text. */
export function equalsText(ptr: usize, length: u32, text: string): bool {
  if (<u32>text.length != length) return false;
  for (let i: u32 = 0; i < length; i++) {
    if (load<u8>(ptr + i) != <u8>text.charCodeAt(i)) return false;
  }
  return true;
}
