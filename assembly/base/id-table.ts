// A map from host-given ids to a 32-bit value: open addressing, linear probing, load at most one
// half, deletion by shifting back (no tombstones, so a table never slows down with age). Envoy's ids
// are numbers from ever-growing counters that are never reused, so the table is sized by what is
// alive, not by what was ever seen. Multiplicative hashing spreads ids that come in steps (4, 8, 12).

const minSlots: u32 = 16;
const slotBytes: usize = 8;

/** Keys are ids above 0; values above 0. Lives outside the managed heap: `create` makes one for good. */
@unmanaged
@final
export class IdTable {
  private slots: usize = 0;
  private mask: u32 = 0;
  private shift: u32 = 0;
  private live: u32 = 0;

  /** A table with its first slots. */
  static create(): IdTable {
    const table = new IdTable();
    table.resize(minSlots);
    return table;
  }

  /** Number of keys. */
  get size(): u32 {
    return this.live;
  }

  /** The value of `key`, or 0. */
  find(key: u32): u32 {
    let i = this.home(key);
    while (true) {
      const slot = this.slots + <usize>i * slotBytes;
      const at = load<u32>(slot);
      if (at == key) return load<u32>(slot, 4);
      if (at == 0) return 0;
      i = (i + 1) & this.mask;
    }
  }

  /** Adds a key, or gives it another value. Key 0 and value 0 are ignored. */
  set(key: u32, value: u32): void {
    if (key == 0 || value == 0) return;
    if ((this.live + 1) * 2 > this.mask + 1) this.resize((this.mask + 1) * 2);
    let i = this.home(key);
    while (true) {
      const slot = this.slots + <usize>i * slotBytes;
      const at = load<u32>(slot);
      if (at == 0) this.live++;
      if (at == 0 || at == key) {
        store<u32>(slot, key);
        store<u32>(slot, value, 4);
        return;
      }
      i = (i + 1) & this.mask;
    }
  }

  /** Takes a key out; answers its value, or 0 when there was none. */
  remove(key: u32): u32 {
    if (key == 0) return 0;
    let i = this.home(key);
    while (true) {
      const at = load<u32>(this.slots + <usize>i * slotBytes);
      if (at == 0) return 0;
      if (at == key) break;
      i = (i + 1) & this.mask;
    }
    const value = load<u32>(this.slots + <usize>i * slotBytes, 4);
    this.live--;
    this.closeGap(i);
    return value;
  }

  /** Key in slot `index` (below `slotCount`), or 0: for walking over everything. */
  keyAt(index: u32): u32 {
    return load<u32>(this.slots + <usize>index * slotBytes);
  }

  get slotCount(): u32 {
    return this.mask + 1;
  }

  /** Moves later keys of the same run back, so that no search stops at the hole. */
  private closeGap(hole: u32): void {
    let i = hole;
    while (true) {
      i = (i + 1) & this.mask;
      const slot = this.slots + <usize>i * slotBytes;
      const key = load<u32>(slot);
      if (key == 0) break;
      // Distance from home tells whether the hole lies between the key's home and its place.
      if (((i - this.home(key)) & this.mask) < ((i - hole) & this.mask)) continue;
      store<u64>(this.slots + <usize>hole * slotBytes, load<u64>(slot));
      hole = i;
    }
    store<u64>(this.slots + <usize>hole * slotBytes, 0);
  }

  private home(key: u32): u32 {
    return (key * 0x9e3779b1) >>> this.shift;
  }

  private resize(slotCount: u32): void {
    const old = this.slots;
    const oldCount: u32 = old == 0 ? 0 : this.mask + 1;
    const bytes = <usize>slotCount * slotBytes;
    this.slots = heap.alloc(bytes);
    memory.fill(this.slots, 0, bytes);
    this.mask = slotCount - 1;
    this.shift = clz<u32>(slotCount) + 1;
    this.live = 0;
    for (let i: u32 = 0; i < oldCount; i++) {
      const slot = old + <usize>i * slotBytes;
      this.set(load<u32>(slot), load<u32>(slot, 4));
    }
    if (old != 0) heap.free(old);
  }
}
