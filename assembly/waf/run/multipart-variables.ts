// The variables that each name one oddity of a multipart body, from the flags that its reader notes. MULTIPART_STRICT_ERROR
// and MULTIPART_UNMATCHED_BOUNDARY sum up several and stand in the body reader.
import { MultipartFlag } from "../../http/multipart-flag";
import { Variable } from "../../seclang/variable-table";

/** MultipartFlag bits of the variables from MULTIPART_BOUNDARY_QUOTED on, in their order. */
const MULTIPART_BITS: usize = memory.data<u32>([
  MultipartFlag.BoundaryQuoted,
  MultipartFlag.BoundaryWhitespace,
  MultipartFlag.DataBefore,
  MultipartFlag.DataAfter,
  MultipartFlag.HeaderFolding,
  MultipartFlag.HeaderFoldingInvalid,
  MultipartFlag.LfLine,
  MultipartFlag.LfLine | MultipartFlag.CrlfLine,
  MultipartFlag.SemicolonMissing,
  MultipartFlag.QuotingInvalid,
  MultipartFlag.PartInvalid,
  MultipartFlag.FileLimit,
]);
/** How many there are. */
export const MULTIPART_VARIABLES: u32 = 12;

/** Whether a variable is 1 for a body with these flags. */
export function saysMultipart(variable: u32, flags: u32): bool {
  const place = variable - <u32>Variable.MultipartBoundaryQuoted;
  const bits = load<u32>(MULTIPART_BITS + ((<usize>place) << 2));
  // Lines that end in both ways are one oddity, in which each alone is none.
  return variable == Variable.MultipartCrlfLfLines ? (flags & bits) == bits : (flags & bits) != 0;
}
