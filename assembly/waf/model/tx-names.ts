// Names of TX and of the other collections that rules write, as numbers. Every name that is written out in a rule gets a slot
// when rules are loaded, so that scores and switches are one load at run time; names made from macros live in a table of the
// transaction. One table for the VM: rule sets that live side by side share the numbers, and a slot is free again when the
// last configuration that names it has gone, so that no number of new configurations fills the table.
import { lowerAscii } from "../../base/ascii";
import { Text } from "../../seclang/text";
import { Variable } from "../../seclang/variable-table";

/** Slots of one VM; a rule set that needs more is refused. CRS 4 needs about 150. */
export const MAX_SLOTS: i32 = 1024;

/** The names of one configuration. */
@final
export class NameUse {
  /** By slot: the configuration names it. */
  private used: StaticArray<bool> = new StaticArray<bool>(MAX_SLOTS);

  has(slot: i32): bool {
    return this.used[slot];
  }

  /** Notes a slot; false when it was noted before. */
  note(slot: i32): bool {
    if (this.used[slot]) return false;
    this.used[slot] = true;
    return true;
  }

  /** Gives the names back; no request may run under the configuration any more. */
  release(): void {
    for (let slot = 0; slot < spellings.length; slot++) {
      if (!this.used[slot]) continue;
      this.used[slot] = false;
      if (--users[slot] == 0) free(slot);
    }
  }
}

let slots: Map<string, i32> | null = null;
/** By slot: how the name was written first (a heap block), its collection, and how many configurations use it. */
let spellings: Text[] = [];
let collections: u8[] = [];
let users: i32[] = [];
/** Collection of a slot that nobody uses. */
const NONE: u8 = 255;
/** Of the configuration that is being read. */
let reader: NameUse | null = null;

/** Whether a variable holds names that rules write. */
export function holdsNames(variable: u32): bool {
  switch (variable) {
    case Variable.Tx:
    case Variable.Env:
    case Variable.Ip:
    case Variable.Session:
    case Variable.User:
    case Variable.Global:
    case Variable.Resource:
    case Variable.SessionId:
    case Variable.UserId:
      return true;
    default:
      return false;
  }
}

/** Slots asked for from now on are noted for a configuration; null: for nobody, for good. */
export function readNamesFor(use: NameUse | null): void {
  reader = use;
}

function table(): Map<string, i32> {
  const known = slots;
  if (known !== null) return known;
  const made = new Map<string, i32>();
  slots = made;
  return made;
}

function keyOf(name: Text, collection: u32): string {
  return `${collection}:${lowerAscii(name.toText())}`;
}

/** Slot of a name, made when it is new; -1 when there are too many. Configure time only. */
export function slotOf(name: Text, collection: u32 = Variable.Tx): i32 {
  const known = table();
  const key = keyOf(name, collection);
  const slot = known.has(key) ? known.get(key) : make(name, collection);
  if (slot < 0) return -1;
  known.set(key, slot);
  const use = reader;
  if (use === null || use.note(slot)) users[slot]++;
  return slot;
}

function make(name: Text, collection: u32): i32 {
  const copy = heap.alloc(max<usize>(1, name.length));
  memory.copy(copy, name.ptr, name.length);
  const text = new Text(copy, name.length);
  for (let slot = 0; slot < spellings.length; slot++) {
    if (collections[slot] != NONE) continue;
    spellings[slot] = text;
    collections[slot] = <u8>collection;
    return slot;
  }
  if (spellings.length >= MAX_SLOTS) {
    heap.free(copy);
    return -1;
  }
  spellings.push(text);
  collections.push(<u8>collection);
  users.push(0);
  return spellings.length - 1;
}

function free(slot: i32): void {
  const name = spellings[slot];
  table().delete(keyOf(name, collections[slot]));
  heap.free(name.ptr);
  spellings[slot] = new Text();
  collections[slot] = NONE;
}

export function slotCount(): i32 {
  return spellings.length;
}

/** How the name of a slot was written first. */
export function slotName(slot: i32): Text {
  return spellings[slot];
}

/** The variable that a slot belongs to. */
export function slotCollection(slot: i32): u32 {
  return collections[slot];
}

/** Slot of a name made at run time, case ignored; -1 when no rule writes it out. Linear in the number of slots. */
export function findSlot(collection: u32, name: usize, length: u32): i32 {
  for (let i = 0; i < spellings.length; i++) {
    const known = spellings[i];
    if (known.length != length || collections[i] != <u8>collection) continue;
    if (sameFolded(known.ptr, name, length)) return i;
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
