// The inner loop of all big-number products: eight neighbouring columns of a product at once. Limbs
// are 27 or 28 bits in u32, so a column of many 56-bit products fits in u64 and no carry is handled
// here. SIMD multiplies one limb by eight neighbours with i64x2.extmul; the scalar twin does the
// same sums. Source of the layout: product scanning with delayed carries (Comba 1990), symmetric
// squaring.

/** Zero limbs that must stand before and after each number given as `b` or squared. */
export const PAD_LIMBS: usize = 8;

/**
 * columns[j] += sum of a_i * b_(k-i+j) for j = 0..7 and every limb a_i from `a` up to `aEnd`.
 * `b` is the address of b_(k-i) for the first i; it moves down one limb for each a_i. The count of
 * limbs must be a multiple of 4. The caller proves that no column passes 2^64.
 */
export function accumulate(columns: usize, a: usize, aEnd: usize, b: usize): void {
  if (ASC_FEATURE_SIMD) accumulateWithSimd(columns, a, aEnd, b - 12);
  else accumulateScalar(columns, a, aEnd, b);
}

/**
 * Six columns in vectors and two in plain 64-bit sums: V8 turns each extmul into two shuffles and a
 * multiplication, so vector ports are what runs out, and the scalar multiplier is free beside them
 * (RSA-2048 7 % faster than with four vectors, on x64).
 */
function accumulateWithSimd(columns: usize, a: usize, aEnd: usize, b: usize): void {
  let c01 = v128.load(columns, 0);
  let c23 = v128.load(columns, 16);
  let c45 = v128.load(columns, 32);
  let c6 = load<u64>(columns, 48);
  let c7 = load<u64>(columns, 56);
  while (a < aEnd) {
    let limbs = v128.load_splat<u32>(a, 0);
    let low = v128.load(b, 12);
    let high = v128.load(b, 28);
    let limb = <u64>load<u32>(a, 0);
    c01 = i64x2.add(c01, i64x2.extmul_low_i32x4_u(limbs, low));
    c23 = i64x2.add(c23, i64x2.extmul_high_i32x4_u(limbs, low));
    c45 = i64x2.add(c45, i64x2.extmul_low_i32x4_u(limbs, high));
    c6 += limb * load<u32>(b, 36);
    c7 += limb * load<u32>(b, 40);
    limbs = v128.load_splat<u32>(a, 4);
    low = v128.load(b, 8);
    high = v128.load(b, 24);
    limb = <u64>load<u32>(a, 4);
    c01 = i64x2.add(c01, i64x2.extmul_low_i32x4_u(limbs, low));
    c23 = i64x2.add(c23, i64x2.extmul_high_i32x4_u(limbs, low));
    c45 = i64x2.add(c45, i64x2.extmul_low_i32x4_u(limbs, high));
    c6 += limb * load<u32>(b, 32);
    c7 += limb * load<u32>(b, 36);
    limbs = v128.load_splat<u32>(a, 8);
    low = v128.load(b, 4);
    high = v128.load(b, 20);
    limb = <u64>load<u32>(a, 8);
    c01 = i64x2.add(c01, i64x2.extmul_low_i32x4_u(limbs, low));
    c23 = i64x2.add(c23, i64x2.extmul_high_i32x4_u(limbs, low));
    c45 = i64x2.add(c45, i64x2.extmul_low_i32x4_u(limbs, high));
    c6 += limb * load<u32>(b, 28);
    c7 += limb * load<u32>(b, 32);
    limbs = v128.load_splat<u32>(a, 12);
    low = v128.load(b, 0);
    high = v128.load(b, 16);
    limb = <u64>load<u32>(a, 12);
    c01 = i64x2.add(c01, i64x2.extmul_low_i32x4_u(limbs, low));
    c23 = i64x2.add(c23, i64x2.extmul_high_i32x4_u(limbs, low));
    c45 = i64x2.add(c45, i64x2.extmul_low_i32x4_u(limbs, high));
    c6 += limb * load<u32>(b, 24);
    c7 += limb * load<u32>(b, 28);
    a += 16;
    b -= 16;
  }
  v128.store(columns, c01, 0);
  v128.store(columns, c23, 16);
  v128.store(columns, c45, 32);
  store<u64>(columns, c6, 48);
  store<u64>(columns, c7, 56);
}

function accumulateScalar(columns: usize, a: usize, aEnd: usize, b: usize): void {
  let c0 = load<u64>(columns, 0);
  let c1 = load<u64>(columns, 8);
  let c2 = load<u64>(columns, 16);
  let c3 = load<u64>(columns, 24);
  let c4 = load<u64>(columns, 32);
  let c5 = load<u64>(columns, 40);
  let c6 = load<u64>(columns, 48);
  let c7 = load<u64>(columns, 56);
  while (a < aEnd) {
    const limb = <u64>load<u32>(a);
    c0 += limb * load<u32>(b, 0);
    c1 += limb * load<u32>(b, 4);
    c2 += limb * load<u32>(b, 8);
    c3 += limb * load<u32>(b, 12);
    c4 += limb * load<u32>(b, 16);
    c5 += limb * load<u32>(b, 20);
    c6 += limb * load<u32>(b, 24);
    c7 += limb * load<u32>(b, 28);
    a += 4;
    b -= 4;
  }
  store<u64>(columns, c0, 0);
  store<u64>(columns, c1, 8);
  store<u64>(columns, c2, 16);
  store<u64>(columns, c3, 24);
  store<u64>(columns, c4, 32);
  store<u64>(columns, c5, 40);
  store<u64>(columns, c6, 48);
  store<u64>(columns, c7, 56);
}

/**
 * Ends eight columns k..k+7 of a square: on entry they hold the sums of a_i * a_(k-i+j) over i <
 * k/2, on return the whole column. `middle` is the address of a_(k/2). The four limbs from there
 * meet their own neighbours: pairs above the diagonal are added, all is doubled, the diagonal is
 * added once.
 */
export function finishSquare(columns: usize, middle: usize): void {
  if (ASC_FEATURE_SIMD) finishSquareWithSimd(columns, middle);
  else finishSquareScalar(columns, middle);
}

/**
 * Limb d of the four meets the neighbours a_(k/2-d+j) of column j: j = 2d is the diagonal, j > 2d
 * lies above it. The first vector of each pair is cleared up to its diagonal, or down to it.
 */
function finishSquareWithSimd(columns: usize, middle: usize): void {
  const after1 = i32x4(0, -1, -1, -1);
  const after3 = i32x4(0, 0, 0, -1);
  const only0 = i32x4(-1, 0, 0, 0);
  const only2 = i32x4(0, 0, -1, 0);
  let c01 = v128.load(columns, 0);
  let c23 = v128.load(columns, 16);
  let c45 = v128.load(columns, 32);
  let c67 = v128.load(columns, 48);
  const low = v128.load(middle, 0);
  let limb = v128.load_splat<u32>(middle, 0);
  let near = v128.and(low, after1);
  let far = v128.load(middle, 16);
  c01 = i64x2.add(c01, i64x2.extmul_low_i32x4_u(limb, near));
  c23 = i64x2.add(c23, i64x2.extmul_high_i32x4_u(limb, near));
  c45 = i64x2.add(c45, i64x2.extmul_low_i32x4_u(limb, far));
  c67 = i64x2.add(c67, i64x2.extmul_high_i32x4_u(limb, far));
  c01 = i64x2.shl(c01, 1);
  c01 = i64x2.add(c01, i64x2.extmul_low_i32x4_u(limb, v128.and(low, only0)));

  limb = v128.load_splat<u32>(middle, 4);
  near = v128.load(middle - 4);
  far = v128.load(middle, 12);
  c23 = i64x2.add(c23, i64x2.extmul_high_i32x4_u(limb, v128.and(near, after3)));
  c45 = i64x2.add(c45, i64x2.extmul_low_i32x4_u(limb, far));
  c67 = i64x2.add(c67, i64x2.extmul_high_i32x4_u(limb, far));
  c23 = i64x2.shl(c23, 1);
  c23 = i64x2.add(c23, i64x2.extmul_high_i32x4_u(limb, v128.and(near, only2)));

  limb = v128.load_splat<u32>(middle, 8);
  far = v128.load(middle, 8);
  near = v128.and(far, after1);
  c45 = i64x2.add(c45, i64x2.extmul_low_i32x4_u(limb, near));
  c67 = i64x2.add(c67, i64x2.extmul_high_i32x4_u(limb, near));
  c45 = i64x2.shl(c45, 1);
  c45 = i64x2.add(c45, i64x2.extmul_low_i32x4_u(limb, v128.and(far, only0)));

  limb = v128.load_splat<u32>(middle, 12);
  far = v128.load(middle, 4);
  c67 = i64x2.add(c67, i64x2.extmul_high_i32x4_u(limb, v128.and(far, after3)));
  c67 = i64x2.shl(c67, 1);
  c67 = i64x2.add(c67, i64x2.extmul_high_i32x4_u(limb, v128.and(far, only2)));
  v128.store(columns, c01, 0);
  v128.store(columns, c23, 16);
  v128.store(columns, c45, 32);
  v128.store(columns, c67, 48);
}

function finishSquareScalar(columns: usize, middle: usize): void {
  for (let d: usize = 0; d < 4; d++) {
    const limb = <u64>load<u32>(middle + 4 * d);
    for (let j = d * 2 + 1; j < 8; j++) {
      const at = columns + 8 * j;
      store<u64>(at, load<u64>(at) + limb * load<u32>(middle + (j - d) * 4));
    }
  }
  for (let j: usize = 0; j < 8; j++) {
    const at = columns + 8 * j;
    let sum = load<u64>(at) << 1;
    if ((j & 1) == 0) {
      const limb = <u64>load<u32>(middle + 2 * j);
      sum += limb * limb;
    }
    store<u64>(at, sum);
  }
}
