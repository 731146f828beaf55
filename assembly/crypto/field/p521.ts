// The field of P-521 (SP 800-186 §3.2.1.5): nineteen signed limbs of 28 bits, i32 in memory. p =
// 2^521 - 1, so high columns fold onto low ones and no Montgomery form is needed. Column sums are
// i64, written out.
//
// Bounds. A limb of an operand may reach 2^28 + 2^19 in magnitude, or one operand of a product 2^29
// + 2^20: nineteen products stay below 19 * 2^57.01 = 2^61.3; a difference of two products below 38
// * 2^56.01. Values: a result lies in (-2^300, p + 2^300) whatever the operands.

const MASK: i64 = 0xfffffff;

/** r = a * b. `r` may be `a` or `b`. */
// prettier-ignore
export function p521Multiply(r: usize, a: usize, b: usize): void {
  const a0 = <i64>load<i32>(a, 0); const a1 = <i64>load<i32>(a, 4);
  const a2 = <i64>load<i32>(a, 8); const a3 = <i64>load<i32>(a, 12);
  const a4 = <i64>load<i32>(a, 16); const a5 = <i64>load<i32>(a, 20);
  const a6 = <i64>load<i32>(a, 24); const a7 = <i64>load<i32>(a, 28);
  const a8 = <i64>load<i32>(a, 32); const a9 = <i64>load<i32>(a, 36);
  const a10 = <i64>load<i32>(a, 40); const a11 = <i64>load<i32>(a, 44);
  const a12 = <i64>load<i32>(a, 48); const a13 = <i64>load<i32>(a, 52);
  const a14 = <i64>load<i32>(a, 56); const a15 = <i64>load<i32>(a, 60);
  const a16 = <i64>load<i32>(a, 64); const a17 = <i64>load<i32>(a, 68);
  const a18 = <i64>load<i32>(a, 72);
  const b0 = <i64>load<i32>(b, 0); const b1 = <i64>load<i32>(b, 4);
  const b2 = <i64>load<i32>(b, 8); const b3 = <i64>load<i32>(b, 12);
  const b4 = <i64>load<i32>(b, 16); const b5 = <i64>load<i32>(b, 20);
  const b6 = <i64>load<i32>(b, 24); const b7 = <i64>load<i32>(b, 28);
  const b8 = <i64>load<i32>(b, 32); const b9 = <i64>load<i32>(b, 36);
  const b10 = <i64>load<i32>(b, 40); const b11 = <i64>load<i32>(b, 44);
  const b12 = <i64>load<i32>(b, 48); const b13 = <i64>load<i32>(b, 52);
  const b14 = <i64>load<i32>(b, 56); const b15 = <i64>load<i32>(b, 60);
  const b16 = <i64>load<i32>(b, 64); const b17 = <i64>load<i32>(b, 68);
  const b18 = <i64>load<i32>(b, 72);
  p521Reduce(
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
    a0 * b9 + a1 * b8 + a2 * b7 + a3 * b6 + a4 * b5 + a5 * b4 + a6 * b3 + a7 * b2 + a8 * b1
      + a9 * b0,
    a0 * b10 + a1 * b9 + a2 * b8 + a3 * b7 + a4 * b6 + a5 * b5 + a6 * b4 + a7 * b3 + a8 * b2
      + a9 * b1 + a10 * b0,
    a0 * b11 + a1 * b10 + a2 * b9 + a3 * b8 + a4 * b7 + a5 * b6 + a6 * b5 + a7 * b4 + a8 * b3
      + a9 * b2 + a10 * b1 + a11 * b0,
    a0 * b12 + a1 * b11 + a2 * b10 + a3 * b9 + a4 * b8 + a5 * b7 + a6 * b6 + a7 * b5 + a8 * b4
      + a9 * b3 + a10 * b2 + a11 * b1 + a12 * b0,
    a0 * b13 + a1 * b12 + a2 * b11 + a3 * b10 + a4 * b9 + a5 * b8 + a6 * b7 + a7 * b6 + a8 * b5
      + a9 * b4 + a10 * b3 + a11 * b2 + a12 * b1 + a13 * b0,
    a0 * b14 + a1 * b13 + a2 * b12 + a3 * b11 + a4 * b10 + a5 * b9 + a6 * b8 + a7 * b7 + a8 * b6
      + a9 * b5 + a10 * b4 + a11 * b3 + a12 * b2 + a13 * b1 + a14 * b0,
    a0 * b15 + a1 * b14 + a2 * b13 + a3 * b12 + a4 * b11 + a5 * b10 + a6 * b9 + a7 * b8 + a8 * b7
      + a9 * b6 + a10 * b5 + a11 * b4 + a12 * b3 + a13 * b2 + a14 * b1 + a15 * b0,
    a0 * b16 + a1 * b15 + a2 * b14 + a3 * b13 + a4 * b12 + a5 * b11 + a6 * b10 + a7 * b9 + a8 * b8
      + a9 * b7 + a10 * b6 + a11 * b5 + a12 * b4 + a13 * b3 + a14 * b2 + a15 * b1 + a16 * b0,
    a0 * b17 + a1 * b16 + a2 * b15 + a3 * b14 + a4 * b13 + a5 * b12 + a6 * b11 + a7 * b10
      + a8 * b9 + a9 * b8 + a10 * b7 + a11 * b6 + a12 * b5 + a13 * b4 + a14 * b3 + a15 * b2
      + a16 * b1 + a17 * b0,
    a0 * b18 + a1 * b17 + a2 * b16 + a3 * b15 + a4 * b14 + a5 * b13 + a6 * b12 + a7 * b11
      + a8 * b10 + a9 * b9 + a10 * b8 + a11 * b7 + a12 * b6 + a13 * b5 + a14 * b4 + a15 * b3
      + a16 * b2 + a17 * b1 + a18 * b0,
    a1 * b18 + a2 * b17 + a3 * b16 + a4 * b15 + a5 * b14 + a6 * b13 + a7 * b12 + a8 * b11
      + a9 * b10 + a10 * b9 + a11 * b8 + a12 * b7 + a13 * b6 + a14 * b5 + a15 * b4 + a16 * b3
      + a17 * b2 + a18 * b1,
    a2 * b18 + a3 * b17 + a4 * b16 + a5 * b15 + a6 * b14 + a7 * b13 + a8 * b12 + a9 * b11
      + a10 * b10 + a11 * b9 + a12 * b8 + a13 * b7 + a14 * b6 + a15 * b5 + a16 * b4 + a17 * b3
      + a18 * b2,
    a3 * b18 + a4 * b17 + a5 * b16 + a6 * b15 + a7 * b14 + a8 * b13 + a9 * b12 + a10 * b11
      + a11 * b10 + a12 * b9 + a13 * b8 + a14 * b7 + a15 * b6 + a16 * b5 + a17 * b4 + a18 * b3,
    a4 * b18 + a5 * b17 + a6 * b16 + a7 * b15 + a8 * b14 + a9 * b13 + a10 * b12 + a11 * b11
      + a12 * b10 + a13 * b9 + a14 * b8 + a15 * b7 + a16 * b6 + a17 * b5 + a18 * b4,
    a5 * b18 + a6 * b17 + a7 * b16 + a8 * b15 + a9 * b14 + a10 * b13 + a11 * b12 + a12 * b11
      + a13 * b10 + a14 * b9 + a15 * b8 + a16 * b7 + a17 * b6 + a18 * b5,
    a6 * b18 + a7 * b17 + a8 * b16 + a9 * b15 + a10 * b14 + a11 * b13 + a12 * b12 + a13 * b11
      + a14 * b10 + a15 * b9 + a16 * b8 + a17 * b7 + a18 * b6,
    a7 * b18 + a8 * b17 + a9 * b16 + a10 * b15 + a11 * b14 + a12 * b13 + a13 * b12 + a14 * b11
      + a15 * b10 + a16 * b9 + a17 * b8 + a18 * b7,
    a8 * b18 + a9 * b17 + a10 * b16 + a11 * b15 + a12 * b14 + a13 * b13 + a14 * b12 + a15 * b11
      + a16 * b10 + a17 * b9 + a18 * b8,
    a9 * b18 + a10 * b17 + a11 * b16 + a12 * b15 + a13 * b14 + a14 * b13 + a15 * b12 + a16 * b11
      + a17 * b10 + a18 * b9,
    a10 * b18 + a11 * b17 + a12 * b16 + a13 * b15 + a14 * b14 + a15 * b13 + a16 * b12 + a17 * b11
      + a18 * b10,
    a11 * b18 + a12 * b17 + a13 * b16 + a14 * b15 + a15 * b14 + a16 * b13 + a17 * b12 + a18 * b11,
    a12 * b18 + a13 * b17 + a14 * b16 + a15 * b15 + a16 * b14 + a17 * b13 + a18 * b12,
    a13 * b18 + a14 * b17 + a15 * b16 + a16 * b15 + a17 * b14 + a18 * b13,
    a14 * b18 + a15 * b17 + a16 * b16 + a17 * b15 + a18 * b14,
    a15 * b18 + a16 * b17 + a17 * b16 + a18 * b15,
    a16 * b18 + a17 * b17 + a18 * b16,
    a17 * b18 + a18 * b17,
    a18 * b18,
  );
}

/**
 * r = a * a. `r` may be `a`. Products of two different limbs are taken once, with one of them
 * doubled.
 */
// prettier-ignore
export function p521Square(r: usize, a: usize): void {
  const a0 = <i64>load<i32>(a, 0); const a1 = <i64>load<i32>(a, 4);
  const a2 = <i64>load<i32>(a, 8); const a3 = <i64>load<i32>(a, 12);
  const a4 = <i64>load<i32>(a, 16); const a5 = <i64>load<i32>(a, 20);
  const a6 = <i64>load<i32>(a, 24); const a7 = <i64>load<i32>(a, 28);
  const a8 = <i64>load<i32>(a, 32); const a9 = <i64>load<i32>(a, 36);
  const a10 = <i64>load<i32>(a, 40); const a11 = <i64>load<i32>(a, 44);
  const a12 = <i64>load<i32>(a, 48); const a13 = <i64>load<i32>(a, 52);
  const a14 = <i64>load<i32>(a, 56); const a15 = <i64>load<i32>(a, 60);
  const a16 = <i64>load<i32>(a, 64); const a17 = <i64>load<i32>(a, 68);
  const a18 = <i64>load<i32>(a, 72);
  const d0 = a0 << 1; const d1 = a1 << 1; const d2 = a2 << 1; const d3 = a3 << 1;
  const d4 = a4 << 1; const d5 = a5 << 1; const d6 = a6 << 1; const d7 = a7 << 1;
  const d8 = a8 << 1; const d9 = a9 << 1; const d10 = a10 << 1; const d11 = a11 << 1;
  const d12 = a12 << 1; const d13 = a13 << 1; const d14 = a14 << 1; const d15 = a15 << 1;
  const d16 = a16 << 1; const d17 = a17 << 1;
  p521Reduce(
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
    d0 * a9 + d1 * a8 + d2 * a7 + d3 * a6 + d4 * a5,
    d0 * a10 + d1 * a9 + d2 * a8 + d3 * a7 + d4 * a6 + a5 * a5,
    d0 * a11 + d1 * a10 + d2 * a9 + d3 * a8 + d4 * a7 + d5 * a6,
    d0 * a12 + d1 * a11 + d2 * a10 + d3 * a9 + d4 * a8 + d5 * a7 + a6 * a6,
    d0 * a13 + d1 * a12 + d2 * a11 + d3 * a10 + d4 * a9 + d5 * a8 + d6 * a7,
    d0 * a14 + d1 * a13 + d2 * a12 + d3 * a11 + d4 * a10 + d5 * a9 + d6 * a8 + a7 * a7,
    d0 * a15 + d1 * a14 + d2 * a13 + d3 * a12 + d4 * a11 + d5 * a10 + d6 * a9 + d7 * a8,
    d0 * a16 + d1 * a15 + d2 * a14 + d3 * a13 + d4 * a12 + d5 * a11 + d6 * a10 + d7 * a9 + a8 * a8,
    d0 * a17 + d1 * a16 + d2 * a15 + d3 * a14 + d4 * a13 + d5 * a12 + d6 * a11 + d7 * a10
      + d8 * a9,
    d0 * a18 + d1 * a17 + d2 * a16 + d3 * a15 + d4 * a14 + d5 * a13 + d6 * a12 + d7 * a11
      + d8 * a10 + a9 * a9,
    d1 * a18 + d2 * a17 + d3 * a16 + d4 * a15 + d5 * a14 + d6 * a13 + d7 * a12 + d8 * a11
      + d9 * a10,
    d2 * a18 + d3 * a17 + d4 * a16 + d5 * a15 + d6 * a14 + d7 * a13 + d8 * a12 + d9 * a11
      + a10 * a10,
    d3 * a18 + d4 * a17 + d5 * a16 + d6 * a15 + d7 * a14 + d8 * a13 + d9 * a12 + d10 * a11,
    d4 * a18 + d5 * a17 + d6 * a16 + d7 * a15 + d8 * a14 + d9 * a13 + d10 * a12 + a11 * a11,
    d5 * a18 + d6 * a17 + d7 * a16 + d8 * a15 + d9 * a14 + d10 * a13 + d11 * a12,
    d6 * a18 + d7 * a17 + d8 * a16 + d9 * a15 + d10 * a14 + d11 * a13 + a12 * a12,
    d7 * a18 + d8 * a17 + d9 * a16 + d10 * a15 + d11 * a14 + d12 * a13,
    d8 * a18 + d9 * a17 + d10 * a16 + d11 * a15 + d12 * a14 + a13 * a13,
    d9 * a18 + d10 * a17 + d11 * a16 + d12 * a15 + d13 * a14,
    d10 * a18 + d11 * a17 + d12 * a16 + d13 * a15 + a14 * a14,
    d11 * a18 + d12 * a17 + d13 * a16 + d14 * a15,
    d12 * a18 + d13 * a17 + d14 * a16 + a15 * a15,
    d13 * a18 + d14 * a17 + d15 * a16,
    d14 * a18 + d15 * a17 + a16 * a16,
    d15 * a18 + d16 * a17,
    d16 * a18 + a17 * a17,
    d17 * a18,
    a18 * a18,
  );
}

/**
 * Reduction by folding: 2^532 = 2^11 and 2^521 = 1 modulo p. The columns from 19 on become limbs
 * first, are folded down, and what stands above bit 521 after the second carry run (17 bits of limb
 * 18) is added at the bottom. It is below 2^46, so limb 1 ends in [-2^18, 2^28 + 2^18] and all
 * others in [0, 2^28).
 */
// prettier-ignore
export function p521Reduce(
  r: usize, t0: i64, t1: i64, t2: i64, t3: i64, t4: i64, t5: i64, t6: i64, t7: i64, t8: i64,
  t9: i64, t10: i64, t11: i64, t12: i64, t13: i64, t14: i64, t15: i64, t16: i64, t17: i64,
  t18: i64, t19: i64, t20: i64, t21: i64, t22: i64, t23: i64, t24: i64, t25: i64, t26: i64,
  t27: i64, t28: i64, t29: i64, t30: i64, t31: i64, t32: i64, t33: i64, t34: i64, t35: i64,
  t36: i64,
): void {
  let h: i64 = 0;
  t20 += t19 >> 28; t21 += t20 >> 28; t22 += t21 >> 28; t23 += t22 >> 28; t24 += t23 >> 28;
  t25 += t24 >> 28; t26 += t25 >> 28; t27 += t26 >> 28; t28 += t27 >> 28; t29 += t28 >> 28;
  t30 += t29 >> 28; t31 += t30 >> 28; t32 += t31 >> 28; t33 += t32 >> 28; t34 += t33 >> 28;
  t35 += t34 >> 28; t36 += t35 >> 28;
  h = t19 & MASK; t0 += h << 11; h = t20 & MASK; t1 += h << 11; h = t21 & MASK; t2 += h << 11;
  h = t22 & MASK; t3 += h << 11; h = t23 & MASK; t4 += h << 11; h = t24 & MASK; t5 += h << 11;
  h = t25 & MASK; t6 += h << 11; h = t26 & MASK; t7 += h << 11; h = t27 & MASK; t8 += h << 11;
  h = t28 & MASK; t9 += h << 11; h = t29 & MASK; t10 += h << 11; h = t30 & MASK; t11 += h << 11;
  h = t31 & MASK; t12 += h << 11; h = t32 & MASK; t13 += h << 11; h = t33 & MASK; t14 += h << 11;
  h = t34 & MASK; t15 += h << 11; h = t35 & MASK; t16 += h << 11; h = t36 & MASK; t17 += h << 11;
  h = t36 >> 28; t18 += h << 11;
  t1 += t0 >> 28; t2 += t1 >> 28; t3 += t2 >> 28; t4 += t3 >> 28; t5 += t4 >> 28; t6 += t5 >> 28;
  t7 += t6 >> 28; t8 += t7 >> 28; t9 += t8 >> 28; t10 += t9 >> 28; t11 += t10 >> 28;
  t12 += t11 >> 28; t13 += t12 >> 28; t14 += t13 >> 28; t15 += t14 >> 28; t16 += t15 >> 28;
  t17 += t16 >> 28; t18 += t17 >> 28;
  h = t18 >> 17;
  h += t0 & MASK;
  store<i32>(r, <i32>(h & MASK), 0);
  store<i32>(r, <i32>((t1 & MASK) + (h >> 28)), 4);
  store<i32>(r, <i32>(t2 & MASK), 8); store<i32>(r, <i32>(t3 & MASK), 12);
  store<i32>(r, <i32>(t4 & MASK), 16); store<i32>(r, <i32>(t5 & MASK), 20);
  store<i32>(r, <i32>(t6 & MASK), 24); store<i32>(r, <i32>(t7 & MASK), 28);
  store<i32>(r, <i32>(t8 & MASK), 32); store<i32>(r, <i32>(t9 & MASK), 36);
  store<i32>(r, <i32>(t10 & MASK), 40); store<i32>(r, <i32>(t11 & MASK), 44);
  store<i32>(r, <i32>(t12 & MASK), 48); store<i32>(r, <i32>(t13 & MASK), 52);
  store<i32>(r, <i32>(t14 & MASK), 56); store<i32>(r, <i32>(t15 & MASK), 60);
  store<i32>(r, <i32>(t16 & MASK), 64); store<i32>(r, <i32>(t17 & MASK), 68);
  store<i32>(r, <i32>(t18 & 0x1ffff), 72);
}
