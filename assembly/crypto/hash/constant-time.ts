// Comparison whose time depends on the length alone. Needed where one side is a secret the caller
// must not learn byte by byte: the HMAC tag. Public-key verification handles public values only and
// may branch on them.

/**
 * True when the `size` bytes at `a` and `b` are the same. Every byte is read and folded into one
 * difference; there is no early exit and no branch on content. Wasm gives no guarantee against an
 * engine that adds one, but neither V8 tier turns an or-fold into an early exit.
 */
export function equalBytes(a: usize, b: usize, size: usize): bool {
  let difference: u32 = 0;
  for (let i: usize = 0; i < size; i++) {
    difference |= (<u32>load<u8>(a + i)) ^ (<u32>load<u8>(b + i));
  }
  return difference == 0;
}
