// cmdLine: undoes the quoting by which command lines are hidden. Quotes, backslashes and carets go; commas,
// semicolons and blanks in a row become one blank, none before `/` and `(`; letters become lower case.
import { toLower } from "../base/ascii";
import { firstInSet } from "./first-of";
import { UNCHANGED } from "./outcome";

export function cmdLine(ptr: usize, length: u32, target: usize): i32 {
  // A-Z " ' \ ^ , ; blank HT LF CR. `/` and `(` change nothing by themselves: the blank before them would.
  const first = firstInSet(
    ptr,
    0,
    length,
    // Rows: bit 0 row 0, bit 1 row 2, bit 2 row 3, bit 3 row 4, bit 4 row 5.
    i8x16(18, 24, 26, 24, 24, 24, 24, 26, 24, 25, 25, 12, 26, 9, 24, 8),
    i8x16(1, 0, 2, 4, 8, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
  );
  if (first == length) return UNCHANGED;
  memory.copy(target, ptr, first);
  let to = target + first;
  let blank = false;
  let changed = false;
  for (let i = first; i < length; i++) {
    const byte = load<u8>(ptr + i);
    switch (byte) {
      case 0x22:
      case 0x27:
      case 0x5c:
      case 0x5e:
        changed = true;
        break;
      case 0x20:
      case 0x2c:
      case 0x3b:
      case 0x09:
      case 0x0a:
      case 0x0d:
        if (blank || byte != 0x20) changed = true;
        if (!blank) store<u8>(to++, 0x20);
        blank = true;
        break;
      case 0x2f:
      case 0x28:
        if (blank) {
          to--;
          changed = true;
        }
        blank = false;
        store<u8>(to++, byte);
        break;
      default: {
        const lower = toLower(byte);
        if (lower != byte) changed = true;
        blank = false;
        store<u8>(to++, lower);
      }
    }
  }
  return changed ? <i32>(to - target) : UNCHANGED;
}
