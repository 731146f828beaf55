// Compares text with a word of ASCII in any case.

/** Whether the `length` bytes at `ptr` are `word` (lower case), letters in either case. */
export function equalsAsciiFolded(ptr: usize, length: u32, word: string): bool {
  if (length != <u32>word.length) return false;
  for (let i: u32 = 0; i < length; i++) {
    let byte = load<u8>(ptr + i);
    if (<u8>(byte - 0x41) < 26) byte |= 0x20;
    if (<u16>byte != <u16>word.charCodeAt(i)) return false;
  }
  return true;
}
