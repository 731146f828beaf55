// The field of P-384 (SP 800-186 §3.2.1.4): fourteen signed limbs of 28 bits, i32 in memory, in
// Montgomery form with R = 2^392. Column sums are i64, written out in full.
//
// Bounds. A limb of an operand may reach 2^28 + 2^4 in magnitude, or one operand of a product 2^29:
// fourteen products stay below 14 * 2^57 = 2^60.9; a difference of two products below 28 * 2^56.01.
// Values: for |a| <= Ap and |b| <= Bp the result lies in (-AB/256 * p, (1 + AB/256) * p).

const MASK: i64 = 0xfffffff;

/** r = a * b. `r` may be `a` or `b`. */
// prettier-ignore
export function p384Multiply(r: usize, a: usize, b: usize): void {
  const a0 = <i64>load<i32>(a, 0); const a1 = <i64>load<i32>(a, 4);
  const a2 = <i64>load<i32>(a, 8); const a3 = <i64>load<i32>(a, 12);
  const a4 = <i64>load<i32>(a, 16); const a5 = <i64>load<i32>(a, 20);
  const a6 = <i64>load<i32>(a, 24); const a7 = <i64>load<i32>(a, 28);
  const a8 = <i64>load<i32>(a, 32); const a9 = <i64>load<i32>(a, 36);
  const a10 = <i64>load<i32>(a, 40); const a11 = <i64>load<i32>(a, 44);
  const a12 = <i64>load<i32>(a, 48); const a13 = <i64>load<i32>(a, 52);
  const b0 = <i64>load<i32>(b, 0); const b1 = <i64>load<i32>(b, 4);
  const b2 = <i64>load<i32>(b, 8); const b3 = <i64>load<i32>(b, 12);
  const b4 = <i64>load<i32>(b, 16); const b5 = <i64>load<i32>(b, 20);
  const b6 = <i64>load<i32>(b, 24); const b7 = <i64>load<i32>(b, 28);
  const b8 = <i64>load<i32>(b, 32); const b9 = <i64>load<i32>(b, 36);
  const b10 = <i64>load<i32>(b, 40); const b11 = <i64>load<i32>(b, 44);
  const b12 = <i64>load<i32>(b, 48); const b13 = <i64>load<i32>(b, 52);
  p384Reduce(
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
    a1 * b13 + a2 * b12 + a3 * b11 + a4 * b10 + a5 * b9 + a6 * b8 + a7 * b7 + a8 * b6 + a9 * b5
      + a10 * b4 + a11 * b3 + a12 * b2 + a13 * b1,
    a2 * b13 + a3 * b12 + a4 * b11 + a5 * b10 + a6 * b9 + a7 * b8 + a8 * b7 + a9 * b6 + a10 * b5
      + a11 * b4 + a12 * b3 + a13 * b2,
    a3 * b13 + a4 * b12 + a5 * b11 + a6 * b10 + a7 * b9 + a8 * b8 + a9 * b7 + a10 * b6 + a11 * b5
      + a12 * b4 + a13 * b3,
    a4 * b13 + a5 * b12 + a6 * b11 + a7 * b10 + a8 * b9 + a9 * b8 + a10 * b7 + a11 * b6 + a12 * b5
      + a13 * b4,
    a5 * b13 + a6 * b12 + a7 * b11 + a8 * b10 + a9 * b9 + a10 * b8 + a11 * b7 + a12 * b6
      + a13 * b5,
    a6 * b13 + a7 * b12 + a8 * b11 + a9 * b10 + a10 * b9 + a11 * b8 + a12 * b7 + a13 * b6,
    a7 * b13 + a8 * b12 + a9 * b11 + a10 * b10 + a11 * b9 + a12 * b8 + a13 * b7,
    a8 * b13 + a9 * b12 + a10 * b11 + a11 * b10 + a12 * b9 + a13 * b8,
    a9 * b13 + a10 * b12 + a11 * b11 + a12 * b10 + a13 * b9,
    a10 * b13 + a11 * b12 + a12 * b11 + a13 * b10,
    a11 * b13 + a12 * b12 + a13 * b11,
    a12 * b13 + a13 * b12,
    a13 * b13,
  );
}

/**
 * r = a * a. `r` may be `a`. Products of two different limbs are taken once, with one of them
 * doubled.
 */
// prettier-ignore
export function p384Square(r: usize, a: usize): void {
  const a0 = <i64>load<i32>(a, 0); const a1 = <i64>load<i32>(a, 4);
  const a2 = <i64>load<i32>(a, 8); const a3 = <i64>load<i32>(a, 12);
  const a4 = <i64>load<i32>(a, 16); const a5 = <i64>load<i32>(a, 20);
  const a6 = <i64>load<i32>(a, 24); const a7 = <i64>load<i32>(a, 28);
  const a8 = <i64>load<i32>(a, 32); const a9 = <i64>load<i32>(a, 36);
  const a10 = <i64>load<i32>(a, 40); const a11 = <i64>load<i32>(a, 44);
  const a12 = <i64>load<i32>(a, 48); const a13 = <i64>load<i32>(a, 52);
  const d0 = a0 << 1; const d1 = a1 << 1; const d2 = a2 << 1; const d3 = a3 << 1;
  const d4 = a4 << 1; const d5 = a5 << 1; const d6 = a6 << 1; const d7 = a7 << 1;
  const d8 = a8 << 1; const d9 = a9 << 1; const d10 = a10 << 1; const d11 = a11 << 1;
  const d12 = a12 << 1;
  p384Reduce(
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
    d1 * a13 + d2 * a12 + d3 * a11 + d4 * a10 + d5 * a9 + d6 * a8 + a7 * a7,
    d2 * a13 + d3 * a12 + d4 * a11 + d5 * a10 + d6 * a9 + d7 * a8,
    d3 * a13 + d4 * a12 + d5 * a11 + d6 * a10 + d7 * a9 + a8 * a8,
    d4 * a13 + d5 * a12 + d6 * a11 + d7 * a10 + d8 * a9,
    d5 * a13 + d6 * a12 + d7 * a11 + d8 * a10 + a9 * a9,
    d6 * a13 + d7 * a12 + d8 * a11 + d9 * a10,
    d7 * a13 + d8 * a12 + d9 * a11 + a10 * a10,
    d8 * a13 + d9 * a12 + d10 * a11,
    d9 * a13 + d10 * a12 + a11 * a11,
    d10 * a13 + d11 * a12,
    d11 * a13 + a12 * a12,
    d12 * a13,
    a13 * a13,
  );
}

/** r = a * b - c * d with one reduction. `r` may be any of them. */
// prettier-ignore
export function p384MultiplySubtract(r: usize, a: usize, b: usize, c: usize, d: usize): void {
  const a0 = <i64>load<i32>(a, 0); const a1 = <i64>load<i32>(a, 4);
  const a2 = <i64>load<i32>(a, 8); const a3 = <i64>load<i32>(a, 12);
  const a4 = <i64>load<i32>(a, 16); const a5 = <i64>load<i32>(a, 20);
  const a6 = <i64>load<i32>(a, 24); const a7 = <i64>load<i32>(a, 28);
  const a8 = <i64>load<i32>(a, 32); const a9 = <i64>load<i32>(a, 36);
  const a10 = <i64>load<i32>(a, 40); const a11 = <i64>load<i32>(a, 44);
  const a12 = <i64>load<i32>(a, 48); const a13 = <i64>load<i32>(a, 52);
  const b0 = <i64>load<i32>(b, 0); const b1 = <i64>load<i32>(b, 4);
  const b2 = <i64>load<i32>(b, 8); const b3 = <i64>load<i32>(b, 12);
  const b4 = <i64>load<i32>(b, 16); const b5 = <i64>load<i32>(b, 20);
  const b6 = <i64>load<i32>(b, 24); const b7 = <i64>load<i32>(b, 28);
  const b8 = <i64>load<i32>(b, 32); const b9 = <i64>load<i32>(b, 36);
  const b10 = <i64>load<i32>(b, 40); const b11 = <i64>load<i32>(b, 44);
  const b12 = <i64>load<i32>(b, 48); const b13 = <i64>load<i32>(b, 52);
  const c0 = <i64>load<i32>(c, 0); const c1 = <i64>load<i32>(c, 4);
  const c2 = <i64>load<i32>(c, 8); const c3 = <i64>load<i32>(c, 12);
  const c4 = <i64>load<i32>(c, 16); const c5 = <i64>load<i32>(c, 20);
  const c6 = <i64>load<i32>(c, 24); const c7 = <i64>load<i32>(c, 28);
  const c8 = <i64>load<i32>(c, 32); const c9 = <i64>load<i32>(c, 36);
  const c10 = <i64>load<i32>(c, 40); const c11 = <i64>load<i32>(c, 44);
  const c12 = <i64>load<i32>(c, 48); const c13 = <i64>load<i32>(c, 52);
  const d0 = <i64>load<i32>(d, 0); const d1 = <i64>load<i32>(d, 4);
  const d2 = <i64>load<i32>(d, 8); const d3 = <i64>load<i32>(d, 12);
  const d4 = <i64>load<i32>(d, 16); const d5 = <i64>load<i32>(d, 20);
  const d6 = <i64>load<i32>(d, 24); const d7 = <i64>load<i32>(d, 28);
  const d8 = <i64>load<i32>(d, 32); const d9 = <i64>load<i32>(d, 36);
  const d10 = <i64>load<i32>(d, 40); const d11 = <i64>load<i32>(d, 44);
  const d12 = <i64>load<i32>(d, 48); const d13 = <i64>load<i32>(d, 52);
  p384Reduce(
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
    a0 * b9 - c0 * d9 + a1 * b8 - c1 * d8 + a2 * b7 - c2 * d7 + a3 * b6 - c3 * d6 + a4 * b5
      - c4 * d5 + a5 * b4 - c5 * d4 + a6 * b3 - c6 * d3 + a7 * b2 - c7 * d2 + a8 * b1 - c8 * d1
      + a9 * b0 - c9 * d0,
    a0 * b10 - c0 * d10 + a1 * b9 - c1 * d9 + a2 * b8 - c2 * d8 + a3 * b7 - c3 * d7 + a4 * b6
      - c4 * d6 + a5 * b5 - c5 * d5 + a6 * b4 - c6 * d4 + a7 * b3 - c7 * d3 + a8 * b2 - c8 * d2
      + a9 * b1 - c9 * d1 + a10 * b0 - c10 * d0,
    a0 * b11 - c0 * d11 + a1 * b10 - c1 * d10 + a2 * b9 - c2 * d9 + a3 * b8 - c3 * d8 + a4 * b7
      - c4 * d7 + a5 * b6 - c5 * d6 + a6 * b5 - c6 * d5 + a7 * b4 - c7 * d4 + a8 * b3 - c8 * d3
      + a9 * b2 - c9 * d2 + a10 * b1 - c10 * d1 + a11 * b0 - c11 * d0,
    a0 * b12 - c0 * d12 + a1 * b11 - c1 * d11 + a2 * b10 - c2 * d10 + a3 * b9 - c3 * d9 + a4 * b8
      - c4 * d8 + a5 * b7 - c5 * d7 + a6 * b6 - c6 * d6 + a7 * b5 - c7 * d5 + a8 * b4 - c8 * d4
      + a9 * b3 - c9 * d3 + a10 * b2 - c10 * d2 + a11 * b1 - c11 * d1 + a12 * b0 - c12 * d0,
    a0 * b13 - c0 * d13 + a1 * b12 - c1 * d12 + a2 * b11 - c2 * d11 + a3 * b10 - c3 * d10
      + a4 * b9 - c4 * d9 + a5 * b8 - c5 * d8 + a6 * b7 - c6 * d7 + a7 * b6 - c7 * d6 + a8 * b5
      - c8 * d5 + a9 * b4 - c9 * d4 + a10 * b3 - c10 * d3 + a11 * b2 - c11 * d2 + a12 * b1
      - c12 * d1 + a13 * b0 - c13 * d0,
    a1 * b13 - c1 * d13 + a2 * b12 - c2 * d12 + a3 * b11 - c3 * d11 + a4 * b10 - c4 * d10
      + a5 * b9 - c5 * d9 + a6 * b8 - c6 * d8 + a7 * b7 - c7 * d7 + a8 * b6 - c8 * d6 + a9 * b5
      - c9 * d5 + a10 * b4 - c10 * d4 + a11 * b3 - c11 * d3 + a12 * b2 - c12 * d2 + a13 * b1
      - c13 * d1,
    a2 * b13 - c2 * d13 + a3 * b12 - c3 * d12 + a4 * b11 - c4 * d11 + a5 * b10 - c5 * d10
      + a6 * b9 - c6 * d9 + a7 * b8 - c7 * d8 + a8 * b7 - c8 * d7 + a9 * b6 - c9 * d6 + a10 * b5
      - c10 * d5 + a11 * b4 - c11 * d4 + a12 * b3 - c12 * d3 + a13 * b2 - c13 * d2,
    a3 * b13 - c3 * d13 + a4 * b12 - c4 * d12 + a5 * b11 - c5 * d11 + a6 * b10 - c6 * d10
      + a7 * b9 - c7 * d9 + a8 * b8 - c8 * d8 + a9 * b7 - c9 * d7 + a10 * b6 - c10 * d6 + a11 * b5
      - c11 * d5 + a12 * b4 - c12 * d4 + a13 * b3 - c13 * d3,
    a4 * b13 - c4 * d13 + a5 * b12 - c5 * d12 + a6 * b11 - c6 * d11 + a7 * b10 - c7 * d10
      + a8 * b9 - c8 * d9 + a9 * b8 - c9 * d8 + a10 * b7 - c10 * d7 + a11 * b6 - c11 * d6
      + a12 * b5 - c12 * d5 + a13 * b4 - c13 * d4,
    a5 * b13 - c5 * d13 + a6 * b12 - c6 * d12 + a7 * b11 - c7 * d11 + a8 * b10 - c8 * d10
      + a9 * b9 - c9 * d9 + a10 * b8 - c10 * d8 + a11 * b7 - c11 * d7 + a12 * b6 - c12 * d6
      + a13 * b5 - c13 * d5,
    a6 * b13 - c6 * d13 + a7 * b12 - c7 * d12 + a8 * b11 - c8 * d11 + a9 * b10 - c9 * d10
      + a10 * b9 - c10 * d9 + a11 * b8 - c11 * d8 + a12 * b7 - c12 * d7 + a13 * b6 - c13 * d6,
    a7 * b13 - c7 * d13 + a8 * b12 - c8 * d12 + a9 * b11 - c9 * d11 + a10 * b10 - c10 * d10
      + a11 * b9 - c11 * d9 + a12 * b8 - c12 * d8 + a13 * b7 - c13 * d7,
    a8 * b13 - c8 * d13 + a9 * b12 - c9 * d12 + a10 * b11 - c10 * d11 + a11 * b10 - c11 * d10
      + a12 * b9 - c12 * d9 + a13 * b8 - c13 * d8,
    a9 * b13 - c9 * d13 + a10 * b12 - c10 * d12 + a11 * b11 - c11 * d11 + a12 * b10 - c12 * d10
      + a13 * b9 - c13 * d9,
    a10 * b13 - c10 * d13 + a11 * b12 - c11 * d12 + a12 * b11 - c12 * d11 + a13 * b10 - c13 * d10,
    a11 * b13 - c11 * d13 + a12 * b12 - c12 * d12 + a13 * b11 - c13 * d11,
    a12 * b13 - c12 * d13 + a13 * b12 - c13 * d12,
    a13 * b13 - c13 * d13,
  );
}

/**
 * Montgomery's reduction. p = 2^384 - 2^128 - 2^96 + 2^32 - 1 is -1 modulo 2^28, so the factor m of
 * a column is its low 28 bits, and m * p is shifts. On return limbs 0..12 are in [0, 2^28) and limb
 * 13 has what is left, with the sign.
 */
// prettier-ignore
function p384Reduce(
  r: usize, t0: i64, t1: i64, t2: i64, t3: i64, t4: i64, t5: i64, t6: i64, t7: i64, t8: i64,
  t9: i64, t10: i64, t11: i64, t12: i64, t13: i64, t14: i64, t15: i64, t16: i64, t17: i64,
  t18: i64, t19: i64, t20: i64, t21: i64, t22: i64, t23: i64, t24: i64, t25: i64, t26: i64,
): void {
  let m: i64 = 0;
  m = t0 & MASK;
  t1 += (t0 >> 28) + (m << 4); t3 -= m << 12; t4 -= m << 16; t13 += m << 20;
  m = t1 & MASK;
  t2 += (t1 >> 28) + (m << 4); t4 -= m << 12; t5 -= m << 16; t14 += m << 20;
  m = t2 & MASK;
  t3 += (t2 >> 28) + (m << 4); t5 -= m << 12; t6 -= m << 16; t15 += m << 20;
  m = t3 & MASK;
  t4 += (t3 >> 28) + (m << 4); t6 -= m << 12; t7 -= m << 16; t16 += m << 20;
  m = t4 & MASK;
  t5 += (t4 >> 28) + (m << 4); t7 -= m << 12; t8 -= m << 16; t17 += m << 20;
  m = t5 & MASK;
  t6 += (t5 >> 28) + (m << 4); t8 -= m << 12; t9 -= m << 16; t18 += m << 20;
  m = t6 & MASK;
  t7 += (t6 >> 28) + (m << 4); t9 -= m << 12; t10 -= m << 16; t19 += m << 20;
  m = t7 & MASK;
  t8 += (t7 >> 28) + (m << 4); t10 -= m << 12; t11 -= m << 16; t20 += m << 20;
  m = t8 & MASK;
  t9 += (t8 >> 28) + (m << 4); t11 -= m << 12; t12 -= m << 16; t21 += m << 20;
  m = t9 & MASK;
  t10 += (t9 >> 28) + (m << 4); t12 -= m << 12; t13 -= m << 16; t22 += m << 20;
  m = t10 & MASK;
  t11 += (t10 >> 28) + (m << 4); t13 -= m << 12; t14 -= m << 16; t23 += m << 20;
  m = t11 & MASK;
  t12 += (t11 >> 28) + (m << 4); t14 -= m << 12; t15 -= m << 16; t24 += m << 20;
  m = t12 & MASK;
  t13 += (t12 >> 28) + (m << 4); t15 -= m << 12; t16 -= m << 16; t25 += m << 20;
  m = t13 & MASK;
  t14 += (t13 >> 28) + (m << 4); t16 -= m << 12; t17 -= m << 16; t26 += m << 20;
  t15 += t14 >> 28; t16 += t15 >> 28; t17 += t16 >> 28; t18 += t17 >> 28; t19 += t18 >> 28;
  t20 += t19 >> 28; t21 += t20 >> 28; t22 += t21 >> 28; t23 += t22 >> 28; t24 += t23 >> 28;
  t25 += t24 >> 28; t26 += t25 >> 28;
  store<i32>(r, <i32>(t14 & MASK), 0); store<i32>(r, <i32>(t15 & MASK), 4);
  store<i32>(r, <i32>(t16 & MASK), 8); store<i32>(r, <i32>(t17 & MASK), 12);
  store<i32>(r, <i32>(t18 & MASK), 16); store<i32>(r, <i32>(t19 & MASK), 20);
  store<i32>(r, <i32>(t20 & MASK), 24); store<i32>(r, <i32>(t21 & MASK), 28);
  store<i32>(r, <i32>(t22 & MASK), 32); store<i32>(r, <i32>(t23 & MASK), 36);
  store<i32>(r, <i32>(t24 & MASK), 40); store<i32>(r, <i32>(t25 & MASK), 44);
  store<i32>(r, <i32>(t26 & MASK), 48);
  store<i32>(r, <i32>(t26 >> 28), 52);
}
