// The names that one object has had so far: whether a member comes again. Open addressing in a table of fixed size that a number of the
// object clears, so that a new object costs nothing.
import { Block } from "../../base/block";
import { sameText, textHash } from "../../json/unescape";

/** Twice as many as pieces can come. */
const PLACES: u32 = 2048;

// A place: number of the object u32, name u32, length u32, unused u32.
const PLACE: u32 = 16;

@final
export class NameSet {
  private table: Block = new Block(PLACES * PLACE);
  private object: u32 = 0;
  private count: u32 = 0;

  constructor(private seed: u64) {}

  /** Forgets all names. */
  begin(): void {
    this.count = 0;
    if (++this.object != 0) return;
    memory.fill(this.table.ptr, 0, PLACES * PLACE);
    this.object = 1;
  }

  /** Adds a raw name. False: it was there, or more came than there can be. */
  add(ptr: usize, length: u32): bool {
    if (++this.count > PLACES / 2) return false;
    let at = (<u32>textHash(this.seed, ptr, length)) & (PLACES - 1);
    // At most half of the places are taken, so this ends.
    while (true) {
      const place = this.table.ptr + <usize>at * PLACE;
      if (load<u32>(place) != this.object) {
        store<u32>(place, this.object);
        store<u32>(place, <u32>ptr, 4);
        store<u32>(place, length, 8);
        return true;
      }
      if (sameText(<usize>load<u32>(place, 4), load<u32>(place, 8), ptr, length)) return false;
      at = (at + 1) & (PLACES - 1);
    }
  }
}
