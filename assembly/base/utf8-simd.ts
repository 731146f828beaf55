// UTF-8 validation sixteen bytes at a time (J. Keiser, D. Lemire, "Validating UTF-8 in less than one instruction
// per byte", 2020): three nibble tables name the errors that a byte and the one before it may make, and what all
// three name is one; two saturating subtractions find where a third or fourth byte is due. Bits of the tables:
// 1 too short, 2 too long, 4 overlong of three, 8 too large, 16 surrogate, 32 overlong of two, 64 overlong of
// four or too large, 128 two continuations.

/**
 * Errors of sixteen bytes behind sixteen others, as bytes that are not zero. A sequence cut off at the end of
 * `bytes` shows only with the bytes that follow; zeros there end it.
 */
export function utf8Errors(bytes: v128, before: v128): v128 {
  const nibble = v128.load64_splat(NIBBLE);
  const prev1 = i8x16.shuffle(
    before,
    bytes,
    15,
    16,
    17,
    18,
    19,
    20,
    21,
    22,
    23,
    24,
    25,
    26,
    27,
    28,
    29,
    30,
  );
  const prev2 = i8x16.shuffle(
    before,
    bytes,
    14,
    15,
    16,
    17,
    18,
    19,
    20,
    21,
    22,
    23,
    24,
    25,
    26,
    27,
    28,
    29,
  );
  const prev3 = i8x16.shuffle(
    before,
    bytes,
    13,
    14,
    15,
    16,
    17,
    18,
    19,
    20,
    21,
    22,
    23,
    24,
    25,
    26,
    27,
    28,
  );
  const firstHigh = i8x16.swizzle(v128.load(FIRST_HIGH), v128.and(i16x8.shr_u(prev1, 4), nibble));
  const firstLow = i8x16.swizzle(v128.load(FIRST_LOW), v128.and(prev1, nibble));
  const secondHigh = i8x16.swizzle(v128.load(SECOND_HIGH), v128.and(i16x8.shr_u(bytes, 4), nibble));
  const named = v128.and(v128.and(firstHigh, firstLow), secondHigh);
  const third = i8x16.sub_sat_u(prev2, v128.load64_splat(BELOW_THIRD));
  const fourth = i8x16.sub_sat_u(prev3, v128.load64_splat(BELOW_FOURTH));
  const due = v128.and(v128.or(third, fourth), v128.load64_splat(HIGH_BIT));
  return v128.xor(due, named);
}

// In memory, where one load fetches what takes four instructions to build from a literal.
// prettier-ignore
const FIRST_HIGH: usize = memory.data<i8>([2, 2, 2, 2, 2, 2, 2, 2, -128, -128, -128, -128, 33, 1, 21, 73]);
// prettier-ignore
const FIRST_LOW: usize = memory.data<i8>([-25, -93, -125, -125, -117, -53, -53, -53, -53, -53, -53, -53, -53, -37, -53, -53]);
// prettier-ignore
const SECOND_HIGH: usize = memory.data<i8>([1, 1, 1, 1, 1, 1, 1, 1, -26, -82, -70, -70, 1, 1, 1, 1]);
const NIBBLE: usize = memory.data<u64>([0x0f0f0f0f0f0f0f0f]);
const BELOW_THIRD: usize = memory.data<u64>([0x6060606060606060]);
const BELOW_FOURTH: usize = memory.data<u64>([0x7070707070707070]);
const HIGH_BIT: usize = memory.data<u64>([0x8080808080808080]);
