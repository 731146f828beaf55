// By what an operator of one argument is known, so that many rules share its prepared form.
import { Text } from "../../seclang/text";

/** FNV-1a, 64 bits: rule files are no adversary of the rules. */
export function hashOf(operator: u32, text: Text, captures: bool): u64 {
  let hash: u64 = 0xcbf29ce484222325;
  hash = (hash ^ (<u64>operator * 2 + (captures ? 1 : 0))) * 0x100000001b3;
  for (let i: u32 = 0; i < text.length; i++) hash = (hash ^ (<u64>text.at(i))) * 0x100000001b3;
  return hash;
}
