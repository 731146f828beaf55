// length: the count of bytes as decimal text.

export function writeLength(length: u32, target: usize): i32 {
  let digits: i32 = 1;
  for (let rest = length / 10; rest > 0; rest /= 10) digits++;
  let value = length;
  for (let i = digits - 1; i >= 0; i--, value /= 10)
    store<u8>(target + i, <u8>(0x30 + (value % 10)));
  return digits;
}
