// The field of P-256 (FIPS 186-5, SP 800-186 §3.2.1.3): nine signed limbs of 29 bits, i32 in
// memory, in Montgomery form with R = 2^261. Column sums are i64, written out in full.
//
// Bounds. A limb may reach 2^29 + 2^4 in magnitude, or 2^30 in one operand of a product: nine
// products then stay below 9 * 2^59 = 2^62.2, and the reduction adds less than 2^55. The difference
// of two products with limbs up to 2^29 + 2^4 is below 18 * 2^58.01 = 2^62.2 as well. Values: for
// |a| <= Ap and |b| <= Bp the result lies in (-AB/32 * p, (1 + AB/32) * p).

const MASK: i64 = 0x1fffffff;

/** r = a * b. `r` may be `a` or `b`. */
// prettier-ignore
export function p256Multiply(r: usize, a: usize, b: usize): void {
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
  p256Reduce(
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
export function p256Square(r: usize, a: usize): void {
  const a0 = <i64>load<i32>(a, 0); const a1 = <i64>load<i32>(a, 4);
  const a2 = <i64>load<i32>(a, 8); const a3 = <i64>load<i32>(a, 12);
  const a4 = <i64>load<i32>(a, 16); const a5 = <i64>load<i32>(a, 20);
  const a6 = <i64>load<i32>(a, 24); const a7 = <i64>load<i32>(a, 28);
  const a8 = <i64>load<i32>(a, 32);
  const d0 = a0 << 1; const d1 = a1 << 1; const d2 = a2 << 1; const d3 = a3 << 1;
  const d4 = a4 << 1; const d5 = a5 << 1; const d6 = a6 << 1; const d7 = a7 << 1;
  p256Reduce(
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

/** r = a * b - c * d with one reduction. `r` may be any of them. */
// prettier-ignore
export function p256MultiplySubtract(r: usize, a: usize, b: usize, c: usize, d: usize): void {
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
  const c0 = <i64>load<i32>(c, 0); const c1 = <i64>load<i32>(c, 4);
  const c2 = <i64>load<i32>(c, 8); const c3 = <i64>load<i32>(c, 12);
  const c4 = <i64>load<i32>(c, 16); const c5 = <i64>load<i32>(c, 20);
  const c6 = <i64>load<i32>(c, 24); const c7 = <i64>load<i32>(c, 28);
  const c8 = <i64>load<i32>(c, 32);
  const d0 = <i64>load<i32>(d, 0); const d1 = <i64>load<i32>(d, 4);
  const d2 = <i64>load<i32>(d, 8); const d3 = <i64>load<i32>(d, 12);
  const d4 = <i64>load<i32>(d, 16); const d5 = <i64>load<i32>(d, 20);
  const d6 = <i64>load<i32>(d, 24); const d7 = <i64>load<i32>(d, 28);
  const d8 = <i64>load<i32>(d, 32);
  p256Reduce(
    r,
    a0 * b0 - c0 * d0,
    a0 * b1 - c0 * d1 + a1 * b0 - c1 * d0,
    a0 * b2 - c0 * d2 + a1 * b1 - c1 * d1 + a2 * b0 - c2 * d0,
    a0 * b3 - c0 * d3 + a1 * b2 - c1 * d2 + a2 * b1 - c2 * d1 + a3 * b0 - c3 * d0,
    a0 * b4 - c0 * d4 + a1 * b3 - c1 * d3 + a2 * b2 - c2 * d2 + a3 * b1 - c3 * d1 + a4 * b0
      - c4 * d0,
    a0 * b5 - c0 * d5 + a1 * b4 - c1 * d4 + a2 * b3 - c2 * d3 + a3 * b2 - c3 * d2 + a4 * b1
      - c4 * d1 + a5 * b0 - c5 * d0,
    a0 * b6 - c0 * d6 + a1 * b5 - c1 * d5 + a2 * b4 - c2 * d4 + a3 * b3 - c3 * d3 + a4 * b2
      - c4 * d2 + a5 * b1 - c5 * d1 + a6 * b0 - c6 * d0,
    a0 * b7 - c0 * d7 + a1 * b6 - c1 * d6 + a2 * b5 - c2 * d5 + a3 * b4 - c3 * d4 + a4 * b3
      - c4 * d3 + a5 * b2 - c5 * d2 + a6 * b1 - c6 * d1 + a7 * b0 - c7 * d0,
    a0 * b8 - c0 * d8 + a1 * b7 - c1 * d7 + a2 * b6 - c2 * d6 + a3 * b5 - c3 * d5 + a4 * b4
      - c4 * d4 + a5 * b3 - c5 * d3 + a6 * b2 - c6 * d2 + a7 * b1 - c7 * d1 + a8 * b0 - c8 * d0,
    a1 * b8 - c1 * d8 + a2 * b7 - c2 * d7 + a3 * b6 - c3 * d6 + a4 * b5 - c4 * d5 + a5 * b4
      - c5 * d4 + a6 * b3 - c6 * d3 + a7 * b2 - c7 * d2 + a8 * b1 - c8 * d1,
    a2 * b8 - c2 * d8 + a3 * b7 - c3 * d7 + a4 * b6 - c4 * d6 + a5 * b5 - c5 * d5 + a6 * b4
      - c6 * d4 + a7 * b3 - c7 * d3 + a8 * b2 - c8 * d2,
    a3 * b8 - c3 * d8 + a4 * b7 - c4 * d7 + a5 * b6 - c5 * d6 + a6 * b5 - c6 * d5 + a7 * b4
      - c7 * d4 + a8 * b3 - c8 * d3,
    a4 * b8 - c4 * d8 + a5 * b7 - c5 * d7 + a6 * b6 - c6 * d6 + a7 * b5 - c7 * d5 + a8 * b4
      - c8 * d4,
    a5 * b8 - c5 * d8 + a6 * b7 - c6 * d7 + a7 * b6 - c7 * d6 + a8 * b5 - c8 * d5,
    a6 * b8 - c6 * d8 + a7 * b7 - c7 * d7 + a8 * b6 - c8 * d6,
    a7 * b8 - c7 * d8 + a8 * b7 - c8 * d7,
    a8 * b8 - c8 * d8,
  );
}

/**
 * Montgomery's reduction. p = 2^256 - 2^224 + 2^192 + 2^96 - 1 is -1 modulo 2^29, so the factor m
 * of a column is its low 29 bits, and m * p is shifts: no multiplication. On return limbs 0..7 are
 * in [0, 2^29) and limb 8 has what is left, with the sign.
 */
// prettier-ignore
function p256Reduce(
  r: usize, t0: i64, t1: i64, t2: i64, t3: i64, t4: i64, t5: i64, t6: i64, t7: i64, t8: i64,
  t9: i64, t10: i64, t11: i64, t12: i64, t13: i64, t14: i64, t15: i64, t16: i64,
): void {
  let m: i64 = 0;
  m = t0 & MASK;
  t1 += t0 >> 29; t3 += m << 9; t6 += m << 18; t7 -= m << 21; t8 += m << 24;
  m = t1 & MASK;
  t2 += t1 >> 29; t4 += m << 9; t7 += m << 18; t8 -= m << 21; t9 += m << 24;
  m = t2 & MASK;
  t3 += t2 >> 29; t5 += m << 9; t8 += m << 18; t9 -= m << 21; t10 += m << 24;
  m = t3 & MASK;
  t4 += t3 >> 29; t6 += m << 9; t9 += m << 18; t10 -= m << 21; t11 += m << 24;
  m = t4 & MASK;
  t5 += t4 >> 29; t7 += m << 9; t10 += m << 18; t11 -= m << 21; t12 += m << 24;
  m = t5 & MASK;
  t6 += t5 >> 29; t8 += m << 9; t11 += m << 18; t12 -= m << 21; t13 += m << 24;
  m = t6 & MASK;
  t7 += t6 >> 29; t9 += m << 9; t12 += m << 18; t13 -= m << 21; t14 += m << 24;
  m = t7 & MASK;
  t8 += t7 >> 29; t10 += m << 9; t13 += m << 18; t14 -= m << 21; t15 += m << 24;
  m = t8 & MASK;
  t9 += t8 >> 29; t11 += m << 9; t14 += m << 18; t15 -= m << 21; t16 += m << 24;
  t10 += t9 >> 29; t11 += t10 >> 29; t12 += t11 >> 29; t13 += t12 >> 29; t14 += t13 >> 29;
  t15 += t14 >> 29; t16 += t15 >> 29;
  store<i32>(r, <i32>(t9 & MASK), 0); store<i32>(r, <i32>(t10 & MASK), 4);
  store<i32>(r, <i32>(t11 & MASK), 8); store<i32>(r, <i32>(t12 & MASK), 12);
  store<i32>(r, <i32>(t13 & MASK), 16); store<i32>(r, <i32>(t14 & MASK), 20);
  store<i32>(r, <i32>(t15 & MASK), 24); store<i32>(r, <i32>(t16 & MASK), 28);
  store<i32>(r, <i32>(t16 >> 29), 32);
}
