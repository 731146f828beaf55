// phpArgsNames: an argument's name as PHP keeps it (`php_register_variable_ex`): blanks at the start go; blanks and
// dots, and a bracket that opens no index, become `_`; what follows the last index goes; a name that begins with a
// bracket is dropped when brackets follow it.
import { UNCHANGED } from "./outcome";

export function phpArgsNames(ptr: usize, length: u32, target: usize): i32 {
  const end = ptr + length;
  let from = ptr;
  while (from < end && load<u8>(from) == 0x20) from++;
  let to = target;
  // The plain name, up to the first bracket.
  let open = from;
  while (open < end && load<u8>(open) != 0x5b) {
    const byte = load<u8>(open++);
    store<u8>(to++, byte == 0x20 || byte == 0x2e ? 0x5f : byte);
  }
  if (open < end) {
    if (open == from) return 0;
    to = indexes(open, end, to);
  }
  const size = <u32>(to - target);
  return size == length && memory.compare(ptr, target, length) == 0 ? UNCHANGED : <i32>size;
}

/** Copies `[…]` after `[…]`; the first bracket without an end makes the rest part of the name. */
function indexes(open: usize, end: usize, to: usize): usize {
  let first = true;
  while (open < end && load<u8>(open) == 0x5b) {
    let close = open + 1;
    while (close < end && load<u8>(close) != 0x5d) close++;
    if (close == end) {
      if (!first) break;
      store<u8>(to++, 0x5f);
      memory.copy(to, open + 1, end - open - 1);
      return to + (end - open - 1);
    }
    let inner = open + 1;
    while (inner < close && load<u8>(inner) == 0x20) inner++;
    store<u8>(to++, 0x5b);
    memory.copy(to, inner, close - inner);
    to += close - inner;
    store<u8>(to++, 0x5d);
    open = close + 1;
    first = false;
  }
  return to;
}
