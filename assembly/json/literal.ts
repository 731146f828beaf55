// The three words of JSON at the end of a text that was cut: a short text is no wrong one.

/** Whether the text ends inside `true`, `false` or `null`, which begins at `at`. */
export function isCutLiteral(at: usize, end: usize): bool {
  const room = <u32>(end - at);
  const first = load<u8>(at);
  const literal = first == 0x74 ? "true" : first == 0x66 ? "false" : first == 0x6e ? "null" : "";
  if (room >= <u32>literal.length) return false;
  for (let i: u32 = 0; i < room; i++) {
    if (load<u8>(at + i) != <u8>literal.charCodeAt(i)) return false;
  }
  return true;
}
