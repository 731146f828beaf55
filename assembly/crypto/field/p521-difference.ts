// The difference of two products in the field of P-521, apart from p521.ts for its length. The
// bounds are there.
import { p521Reduce } from "./p521";

/** r = a * b - c * d with one reduction. `r` may be any of them. */
// prettier-ignore
export function p521MultiplySubtract(r: usize, a: usize, b: usize, c: usize, d: usize): void {
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
  const c0 = <i64>load<i32>(c, 0); const c1 = <i64>load<i32>(c, 4);
  const c2 = <i64>load<i32>(c, 8); const c3 = <i64>load<i32>(c, 12);
  const c4 = <i64>load<i32>(c, 16); const c5 = <i64>load<i32>(c, 20);
  const c6 = <i64>load<i32>(c, 24); const c7 = <i64>load<i32>(c, 28);
  const c8 = <i64>load<i32>(c, 32); const c9 = <i64>load<i32>(c, 36);
  const c10 = <i64>load<i32>(c, 40); const c11 = <i64>load<i32>(c, 44);
  const c12 = <i64>load<i32>(c, 48); const c13 = <i64>load<i32>(c, 52);
  const c14 = <i64>load<i32>(c, 56); const c15 = <i64>load<i32>(c, 60);
  const c16 = <i64>load<i32>(c, 64); const c17 = <i64>load<i32>(c, 68);
  const c18 = <i64>load<i32>(c, 72);
  const d0 = <i64>load<i32>(d, 0); const d1 = <i64>load<i32>(d, 4);
  const d2 = <i64>load<i32>(d, 8); const d3 = <i64>load<i32>(d, 12);
  const d4 = <i64>load<i32>(d, 16); const d5 = <i64>load<i32>(d, 20);
  const d6 = <i64>load<i32>(d, 24); const d7 = <i64>load<i32>(d, 28);
  const d8 = <i64>load<i32>(d, 32); const d9 = <i64>load<i32>(d, 36);
  const d10 = <i64>load<i32>(d, 40); const d11 = <i64>load<i32>(d, 44);
  const d12 = <i64>load<i32>(d, 48); const d13 = <i64>load<i32>(d, 52);
  const d14 = <i64>load<i32>(d, 56); const d15 = <i64>load<i32>(d, 60);
  const d16 = <i64>load<i32>(d, 64); const d17 = <i64>load<i32>(d, 68);
  const d18 = <i64>load<i32>(d, 72);
  p521Reduce(
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
    a0 * b14 - c0 * d14 + a1 * b13 - c1 * d13 + a2 * b12 - c2 * d12 + a3 * b11 - c3 * d11
      + a4 * b10 - c4 * d10 + a5 * b9 - c5 * d9 + a6 * b8 - c6 * d8 + a7 * b7 - c7 * d7 + a8 * b6
      - c8 * d6 + a9 * b5 - c9 * d5 + a10 * b4 - c10 * d4 + a11 * b3 - c11 * d3 + a12 * b2
      - c12 * d2 + a13 * b1 - c13 * d1 + a14 * b0 - c14 * d0,
    a0 * b15 - c0 * d15 + a1 * b14 - c1 * d14 + a2 * b13 - c2 * d13 + a3 * b12 - c3 * d12
      + a4 * b11 - c4 * d11 + a5 * b10 - c5 * d10 + a6 * b9 - c6 * d9 + a7 * b8 - c7 * d8
      + a8 * b7 - c8 * d7 + a9 * b6 - c9 * d6 + a10 * b5 - c10 * d5 + a11 * b4 - c11 * d4
      + a12 * b3 - c12 * d3 + a13 * b2 - c13 * d2 + a14 * b1 - c14 * d1 + a15 * b0 - c15 * d0,
    a0 * b16 - c0 * d16 + a1 * b15 - c1 * d15 + a2 * b14 - c2 * d14 + a3 * b13 - c3 * d13
      + a4 * b12 - c4 * d12 + a5 * b11 - c5 * d11 + a6 * b10 - c6 * d10 + a7 * b9 - c7 * d9
      + a8 * b8 - c8 * d8 + a9 * b7 - c9 * d7 + a10 * b6 - c10 * d6 + a11 * b5 - c11 * d5
      + a12 * b4 - c12 * d4 + a13 * b3 - c13 * d3 + a14 * b2 - c14 * d2 + a15 * b1 - c15 * d1
      + a16 * b0 - c16 * d0,
    a0 * b17 - c0 * d17 + a1 * b16 - c1 * d16 + a2 * b15 - c2 * d15 + a3 * b14 - c3 * d14
      + a4 * b13 - c4 * d13 + a5 * b12 - c5 * d12 + a6 * b11 - c6 * d11 + a7 * b10 - c7 * d10
      + a8 * b9 - c8 * d9 + a9 * b8 - c9 * d8 + a10 * b7 - c10 * d7 + a11 * b6 - c11 * d6
      + a12 * b5 - c12 * d5 + a13 * b4 - c13 * d4 + a14 * b3 - c14 * d3 + a15 * b2 - c15 * d2
      + a16 * b1 - c16 * d1 + a17 * b0 - c17 * d0,
    a0 * b18 - c0 * d18 + a1 * b17 - c1 * d17 + a2 * b16 - c2 * d16 + a3 * b15 - c3 * d15
      + a4 * b14 - c4 * d14 + a5 * b13 - c5 * d13 + a6 * b12 - c6 * d12 + a7 * b11 - c7 * d11
      + a8 * b10 - c8 * d10 + a9 * b9 - c9 * d9 + a10 * b8 - c10 * d8 + a11 * b7 - c11 * d7
      + a12 * b6 - c12 * d6 + a13 * b5 - c13 * d5 + a14 * b4 - c14 * d4 + a15 * b3 - c15 * d3
      + a16 * b2 - c16 * d2 + a17 * b1 - c17 * d1 + a18 * b0 - c18 * d0,
    a1 * b18 - c1 * d18 + a2 * b17 - c2 * d17 + a3 * b16 - c3 * d16 + a4 * b15 - c4 * d15
      + a5 * b14 - c5 * d14 + a6 * b13 - c6 * d13 + a7 * b12 - c7 * d12 + a8 * b11 - c8 * d11
      + a9 * b10 - c9 * d10 + a10 * b9 - c10 * d9 + a11 * b8 - c11 * d8 + a12 * b7 - c12 * d7
      + a13 * b6 - c13 * d6 + a14 * b5 - c14 * d5 + a15 * b4 - c15 * d4 + a16 * b3 - c16 * d3
      + a17 * b2 - c17 * d2 + a18 * b1 - c18 * d1,
    a2 * b18 - c2 * d18 + a3 * b17 - c3 * d17 + a4 * b16 - c4 * d16 + a5 * b15 - c5 * d15
      + a6 * b14 - c6 * d14 + a7 * b13 - c7 * d13 + a8 * b12 - c8 * d12 + a9 * b11 - c9 * d11
      + a10 * b10 - c10 * d10 + a11 * b9 - c11 * d9 + a12 * b8 - c12 * d8 + a13 * b7 - c13 * d7
      + a14 * b6 - c14 * d6 + a15 * b5 - c15 * d5 + a16 * b4 - c16 * d4 + a17 * b3 - c17 * d3
      + a18 * b2 - c18 * d2,
    a3 * b18 - c3 * d18 + a4 * b17 - c4 * d17 + a5 * b16 - c5 * d16 + a6 * b15 - c6 * d15
      + a7 * b14 - c7 * d14 + a8 * b13 - c8 * d13 + a9 * b12 - c9 * d12 + a10 * b11 - c10 * d11
      + a11 * b10 - c11 * d10 + a12 * b9 - c12 * d9 + a13 * b8 - c13 * d8 + a14 * b7 - c14 * d7
      + a15 * b6 - c15 * d6 + a16 * b5 - c16 * d5 + a17 * b4 - c17 * d4 + a18 * b3 - c18 * d3,
    a4 * b18 - c4 * d18 + a5 * b17 - c5 * d17 + a6 * b16 - c6 * d16 + a7 * b15 - c7 * d15
      + a8 * b14 - c8 * d14 + a9 * b13 - c9 * d13 + a10 * b12 - c10 * d12 + a11 * b11 - c11 * d11
      + a12 * b10 - c12 * d10 + a13 * b9 - c13 * d9 + a14 * b8 - c14 * d8 + a15 * b7 - c15 * d7
      + a16 * b6 - c16 * d6 + a17 * b5 - c17 * d5 + a18 * b4 - c18 * d4,
    a5 * b18 - c5 * d18 + a6 * b17 - c6 * d17 + a7 * b16 - c7 * d16 + a8 * b15 - c8 * d15
      + a9 * b14 - c9 * d14 + a10 * b13 - c10 * d13 + a11 * b12 - c11 * d12 + a12 * b11
      - c12 * d11 + a13 * b10 - c13 * d10 + a14 * b9 - c14 * d9 + a15 * b8 - c15 * d8 + a16 * b7
      - c16 * d7 + a17 * b6 - c17 * d6 + a18 * b5 - c18 * d5,
    a6 * b18 - c6 * d18 + a7 * b17 - c7 * d17 + a8 * b16 - c8 * d16 + a9 * b15 - c9 * d15
      + a10 * b14 - c10 * d14 + a11 * b13 - c11 * d13 + a12 * b12 - c12 * d12 + a13 * b11
      - c13 * d11 + a14 * b10 - c14 * d10 + a15 * b9 - c15 * d9 + a16 * b8 - c16 * d8 + a17 * b7
      - c17 * d7 + a18 * b6 - c18 * d6,
    a7 * b18 - c7 * d18 + a8 * b17 - c8 * d17 + a9 * b16 - c9 * d16 + a10 * b15 - c10 * d15
      + a11 * b14 - c11 * d14 + a12 * b13 - c12 * d13 + a13 * b12 - c13 * d12 + a14 * b11
      - c14 * d11 + a15 * b10 - c15 * d10 + a16 * b9 - c16 * d9 + a17 * b8 - c17 * d8 + a18 * b7
      - c18 * d7,
    a8 * b18 - c8 * d18 + a9 * b17 - c9 * d17 + a10 * b16 - c10 * d16 + a11 * b15 - c11 * d15
      + a12 * b14 - c12 * d14 + a13 * b13 - c13 * d13 + a14 * b12 - c14 * d12 + a15 * b11
      - c15 * d11 + a16 * b10 - c16 * d10 + a17 * b9 - c17 * d9 + a18 * b8 - c18 * d8,
    a9 * b18 - c9 * d18 + a10 * b17 - c10 * d17 + a11 * b16 - c11 * d16 + a12 * b15 - c12 * d15
      + a13 * b14 - c13 * d14 + a14 * b13 - c14 * d13 + a15 * b12 - c15 * d12 + a16 * b11
      - c16 * d11 + a17 * b10 - c17 * d10 + a18 * b9 - c18 * d9,
    a10 * b18 - c10 * d18 + a11 * b17 - c11 * d17 + a12 * b16 - c12 * d16 + a13 * b15 - c13 * d15
      + a14 * b14 - c14 * d14 + a15 * b13 - c15 * d13 + a16 * b12 - c16 * d12 + a17 * b11
      - c17 * d11 + a18 * b10 - c18 * d10,
    a11 * b18 - c11 * d18 + a12 * b17 - c12 * d17 + a13 * b16 - c13 * d16 + a14 * b15 - c14 * d15
      + a15 * b14 - c15 * d14 + a16 * b13 - c16 * d13 + a17 * b12 - c17 * d12 + a18 * b11
      - c18 * d11,
    a12 * b18 - c12 * d18 + a13 * b17 - c13 * d17 + a14 * b16 - c14 * d16 + a15 * b15 - c15 * d15
      + a16 * b14 - c16 * d14 + a17 * b13 - c17 * d13 + a18 * b12 - c18 * d12,
    a13 * b18 - c13 * d18 + a14 * b17 - c14 * d17 + a15 * b16 - c15 * d16 + a16 * b15 - c16 * d15
      + a17 * b14 - c17 * d14 + a18 * b13 - c18 * d13,
    a14 * b18 - c14 * d18 + a15 * b17 - c15 * d17 + a16 * b16 - c16 * d16 + a17 * b15 - c17 * d15
      + a18 * b14 - c18 * d14,
    a15 * b18 - c15 * d18 + a16 * b17 - c16 * d17 + a17 * b16 - c17 * d16 + a18 * b15 - c18 * d15,
    a16 * b18 - c16 * d18 + a17 * b17 - c17 * d17 + a18 * b16 - c18 * d16,
    a17 * b18 - c17 * d18 + a18 * b17 - c18 * d17,
    a18 * b18 - c18 * d18,
  );
}
