// Whether an array holds no value twice: by comparing all pairs while they are few, by hashes in a table when they are many.
import { Block } from "../../base/block";
import { isEqual, valueHash } from "../equality";
import { ROW, childCount, nextOf } from "../tape";

const FEW: u32 = 8;
/** Elements that fit the table at half its places. */
const MAX_ELEMENTS: u32 = 16384;
const PLACES: u32 = 32768;

@final
export class UniqueCheck {
  /** An array had more elements than can be told apart. */
  isOver: bool = false;
  /** A place: hash u32, address of the row u32; address 0: free. */
  private table: Block = new Block(PLACES * 8);

  constructor(private seed: u64) {}

  holds(array: usize): bool {
    const count = childCount(array);
    if (count <= FEW) return this.holdsFew(array);
    if (count > MAX_ELEMENTS) {
      this.isOver = true;
      return false;
    }
    return this.holdsMany(array, count);
  }

  private holdsFew(array: usize): bool {
    const end = nextOf(array);
    for (let a = array + ROW; a < end; a = nextOf(a)) {
      for (let b = nextOf(a); b < end; b = nextOf(b)) if (isEqual(a, b)) return false;
    }
    return true;
  }

  private holdsMany(array: usize, count: u32): bool {
    let places: u32 = 32;
    while (places < count * 2) places <<= 1;
    const table = this.table.ptr;
    memory.fill(table, 0, (<usize>places) << 3);
    const end = nextOf(array);
    for (let row = array + ROW; row < end; row = nextOf(row)) {
      const hash = valueHash(row, this.seed);
      let at = (<u32>(hash >> 32)) & (places - 1);
      for (;;) {
        const place = table + ((<usize>at) << 3);
        const known = <usize>load<u32>(place, 4);
        if (known == 0) {
          store<u32>(place, <u32>hash);
          store<u32>(place, <u32>row, 4);
          break;
        }
        if (load<u32>(place) == <u32>hash && isEqual(known, row)) return false;
        at = (at + 1) & (places - 1);
      }
    }
    return true;
  }
}
