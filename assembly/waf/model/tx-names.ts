// Names of the TX collection as numbers. Every name that is written out in a rule gets a slot when rules are loaded, so
// that scores and switches are one load at run time; names made from macros live in a table of the transaction. One
// table for the VM: rule sets that live side by side share the numbers.
import { lowerAscii } from "../../base/ascii";
import { Text, TextPool } from "../../seclang/text";

/** Slots of one VM; a rule set that needs more is refused. CRS 4 needs about 150. */
export const MAX_SLOTS: i32 = 1024;

let slots: Map<string, i32> | null = null;
let spellings: Text[] = [];
let pool: TextPool | null = null;

function table(): Map<string, i32> {
  const known = slots;
  if (known !== null) return known;
  const made = new Map<string, i32>();
  slots = made;
  pool = new TextPool();
  return made;
}

/** Slot of a name, made when it is new; -1 when there are too many. Configure time only. */
export function slotOf(name: Text): i32 {
  const known = table();
  const key = lowerAscii(name.toText());
  if (known.has(key)) return known.get(key);
  if (spellings.length >= MAX_SLOTS) return -1;
  const slot = spellings.length;
  known.set(key, slot);
  const texts = pool;
  spellings.push(texts === null ? name : texts.copy(name.ptr, name.length));
  return slot;
}

export function slotCount(): i32 {
  return spellings.length;
}

/** How the name of a slot was written first. */
export function slotName(slot: i32): Text {
  return spellings[slot];
}

/** Slot of a name made at run time, case ignored; -1 when no rule writes it out. Linear in the number of slots. */
export function findSlot(name: usize, length: u32): i32 {
  for (let i = 0; i < spellings.length; i++) {
    const known = spellings[i];
    if (known.length == length && sameFolded(known.ptr, name, length)) return i;
  }
  return -1;
}

/** Equal but for ASCII case. */
export function sameFolded(a: usize, b: usize, length: u32): bool {
  for (let i: u32 = 0; i < length; i++) {
    const x = load<u8>(a + i);
    const y = load<u8>(b + i);
    if (x == y) continue;
    if ((x ^ y) != 0x20 || (x | 0x20) - 0x61 >= 26) return false;
  }
  return true;
}
