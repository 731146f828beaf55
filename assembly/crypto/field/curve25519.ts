// The field of Curve25519 and edwards25519 (RFC 7748 §4.1), p = 2^255 - 19: nine signed limbs of 29
// bits, i32 in memory. Nine limbs need 81 products where the usual ten of 25.5 bits need 100.
// Column sums are i64.
//
// Bounds. A limb of an operand may reach 2^29 + 2^17 in magnitude, or one operand of a product 2^30
// + 2^18: nine products stay below 9 * 2^59.01 = 2^62.2; folding adds less than 2^41. Values: a
// result lies in (-2^60, p + 2^60) whatever the operands.

const MASK: i64 = 0x1fffffff;

/** r = a * b. `r` may be `a` or `b`. */
// prettier-ignore
export function curve25519Multiply(r: usize, a: usize, b: usize): void {
  const a0 = <i64>load<i32>(a, 0); const a1 = <i64>load<i32>(a, 4);
  const a2 = <i64>load<i32>(a, 8); const a3 = <i64>load<i32>(a, 12);
  const a4 = <i64>load<i32>(a, 16); const a5 = <i64>load<i32>(a, 20);
  const a6 = <i64>load<i32>(a, 24); const a7 = <i64>load<i32>(a, 28);
  const a8 = <i64>load<i32>(a, 32);
  const b0 = <i64>load<i32>(b, 0); const b1 = <i64>load<i32>(b, 4);
  const b2 = <i64>load<i32>(b, 8); const b3 = <i64>load<i32>(b, 12);
  const b4 = <i64>load<i32>(b, 16); const b5 = <i64>load<i32>(b, 20);
  const b6 = <i64>load<i32>(b, 24); const b7 = <i64>load<i32>(b, 28);
  const b8 = <i64>load<i32>(b, 32);
  curve25519Reduce(
    r,
    a0 * b0,
    a0 * b1 + a1 * b0,
    a0 * b2 + a1 * b1 + a2 * b0,
    a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0,
    a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0,
    a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0,
    a0 * b6 + a1 * b5 + a2 * b4 + a3 * b3 + a4 * b2 + a5 * b1 + a6 * b0,
    a0 * b7 + a1 * b6 + a2 * b5 + a3 * b4 + a4 * b3 + a5 * b2 + a6 * b1 + a7 * b0,
    a0 * b8 + a1 * b7 + a2 * b6 + a3 * b5 + a4 * b4 + a5 * b3 + a6 * b2 + a7 * b1 + a8 * b0,
    a1 * b8 + a2 * b7 + a3 * b6 + a4 * b5 + a5 * b4 + a6 * b3 + a7 * b2 + a8 * b1,
    a2 * b8 + a3 * b7 + a4 * b6 + a5 * b5 + a6 * b4 + a7 * b3 + a8 * b2,
    a3 * b8 + a4 * b7 + a5 * b6 + a6 * b5 + a7 * b4 + a8 * b3,
    a4 * b8 + a5 * b7 + a6 * b6 + a7 * b5 + a8 * b4,
    a5 * b8 + a6 * b7 + a7 * b6 + a8 * b5,
    a6 * b8 + a7 * b7 + a8 * b6,
    a7 * b8 + a8 * b7,
    a8 * b8,
  );
}

/**
 * r = a * a. `r` may be `a`. Products of two different limbs are taken once, with one of them
 * doubled.
 */
// prettier-ignore
export function curve25519Square(r: usize, a: usize): void {
  const a0 = <i64>load<i32>(a, 0); const a1 = <i64>load<i32>(a, 4);
  const a2 = <i64>load<i32>(a, 8); const a3 = <i64>load<i32>(a, 12);
  const a4 = <i64>load<i32>(a, 16); const a5 = <i64>load<i32>(a, 20);
  const a6 = <i64>load<i32>(a, 24); const a7 = <i64>load<i32>(a, 28);
  const a8 = <i64>load<i32>(a, 32);
  const d0 = a0 << 1; const d1 = a1 << 1; const d2 = a2 << 1; const d3 = a3 << 1;
  const d4 = a4 << 1; const d5 = a5 << 1; const d6 = a6 << 1; const d7 = a7 << 1;
  curve25519Reduce(
    r,
    a0 * a0,
    d0 * a1,
    d0 * a2 + a1 * a1,
    d0 * a3 + d1 * a2,
    d0 * a4 + d1 * a3 + a2 * a2,
    d0 * a5 + d1 * a4 + d2 * a3,
    d0 * a6 + d1 * a5 + d2 * a4 + a3 * a3,
    d0 * a7 + d1 * a6 + d2 * a5 + d3 * a4,
    d0 * a8 + d1 * a7 + d2 * a6 + d3 * a5 + a4 * a4,
    d1 * a8 + d2 * a7 + d3 * a6 + d4 * a5,
    d2 * a8 + d3 * a7 + d4 * a6 + a5 * a5,
    d3 * a8 + d4 * a7 + d5 * a6,
    d4 * a8 + d5 * a7 + a6 * a6,
    d5 * a8 + d6 * a7,
    d6 * a8 + a7 * a7,
    d7 * a8,
    a8 * a8,
  );
}

/**
 * Reduction by folding: 2^261 = 19 * 2^6 = 1216 and 2^255 = 19 modulo p. The columns from 9 on
 * become limbs first, are folded down, and what stands above bit 255 after the second carry run (23
 * bits of limb 8) is added 19 times at the bottom. It is below 2^45, so limb 1 ends in [-2^16, 2^29
 * + 2^16], others in [0, 2^29).
 */
// prettier-ignore
function curve25519Reduce(
  r: usize, t0: i64, t1: i64, t2: i64, t3: i64, t4: i64, t5: i64, t6: i64, t7: i64, t8: i64,
  t9: i64, t10: i64, t11: i64, t12: i64, t13: i64, t14: i64, t15: i64, t16: i64,
): void {
  let h: i64 = 0;
  t10 += t9 >> 29; t11 += t10 >> 29; t12 += t11 >> 29; t13 += t12 >> 29; t14 += t13 >> 29;
  t15 += t14 >> 29; t16 += t15 >> 29;
  h = t9 & MASK; t0 += h * 1216; h = t10 & MASK; t1 += h * 1216; h = t11 & MASK; t2 += h * 1216;
  h = t12 & MASK; t3 += h * 1216; h = t13 & MASK; t4 += h * 1216; h = t14 & MASK; t5 += h * 1216;
  h = t15 & MASK; t6 += h * 1216; h = t16 & MASK; t7 += h * 1216;
  h = t16 >> 29; t8 += h * 1216;
  t1 += t0 >> 29; t2 += t1 >> 29; t3 += t2 >> 29; t4 += t3 >> 29; t5 += t4 >> 29; t6 += t5 >> 29;
  t7 += t6 >> 29; t8 += t7 >> 29;
  h = (t8 >> 23) * 19 + (t0 & MASK);
  store<i32>(r, <i32>(h & MASK), 0);
  store<i32>(r, <i32>((t1 & MASK) + (h >> 29)), 4);
  store<i32>(r, <i32>(t2 & MASK), 8); store<i32>(r, <i32>(t3 & MASK), 12);
  store<i32>(r, <i32>(t4 & MASK), 16); store<i32>(r, <i32>(t5 & MASK), 20);
  store<i32>(r, <i32>(t6 & MASK), 24); store<i32>(r, <i32>(t7 & MASK), 28);
  store<i32>(r, <i32>(t8 & 0x7fffff), 32);
}
