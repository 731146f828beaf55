import { RegexFlag } from "../status";
import { parsePattern } from "../syntax/parser";
import { setHas } from "../byte-set";
import { REQUIRED_SETS, findRequiredBytes } from "./required-bytes";

const out: usize = memory.data(128, 16);

function sets(pattern: string): u32 {
  const bytes = String.UTF8.encode(pattern);
  const length = <u32>bytes.byteLength;
  const root = parsePattern(changetype<usize>(bytes), length, RegexFlag.CASE_INSENSITIVE);
  return findRequiredBytes(root, out);
}

function holds(index: u32, member: string): bool {
  return setHas(out + <usize>index * 32, member.charCodeAt(0));
}

export function every_mandatory_byte_is_a_set(): void {
  assert(sets("\\bon[a-z]+\\s*=") >= 1);
  assert(sets("<x'=") == 4 || sets("<x'=") == 3);
  assert(holds(0, "<") || holds(0, "'") || holds(0, "x"));
}

export function what_may_be_left_out_is_none(): void {
  assert(sets("<?'*(?:=)?") == 0);
  assert(sets("(?:<|a*)") == 0);
  assert(sets("(?:<|)") == 0);
  assert(sets("") == 0);
  assert(sets("'{0,3}") == 0);
}

export function branches_make_one_set(): void {
  assert(sets("(?:<a|'b|\\{c)") == 1);
  assert(holds(0, "<") && holds(0, "'") && holds(0, "{") && !holds(0, "("));
}

export function common_bytes_are_no_sets(): void {
  assert(sets("[a-z]+") == 0);
  assert(sets("\\w+[a-z0-9]") == 0);
}

export function repeats_and_groups_are_looked_into(): void {
  assert(sets("(?:('+))") == 1);
  assert(holds(0, "'"));
  assert(sets("<'\"`(") <= REQUIRED_SETS);
}
