// Sets of small numbers on one stack: which children of a value were looked at, which names were there. A set is opened for a
// place and closed when that place is left; one that is not closed goes when an outer one does.
import { Block } from "../../base/block";

/** No set. */
export const NO_MARKS: i32 = -1;

/** 256 KiB: objects of 64 Ki members at 32 open places. */
const STACK_WORDS: i32 = 65536;

@final
export class Marks {
  private block: Block = new Block(<u32>STACK_WORDS * 4);
  private top: i32 = 0;

  clear(): void {
    this.top = 0;
  }

  /** An empty set of numbers below `count`; NO_MARKS when there is no room. The handle is its place on the stack. */
  open(count: u32): i32 {
    const words = <i32>((count + 31) >> 5);
    const set = this.top;
    if (set + words + 1 > STACK_WORDS) return NO_MARKS;
    memory.fill(this.at(set), 0, (<usize>(words + 1)) << 2);
    store<i32>(this.at(set), words);
    this.top = set + words + 1;
    return set;
  }

  /** Forgets a set and all opened after it. */
  close(set: i32): void {
    this.top = set;
  }

  set(set: i32, number: u32): void {
    const word = this.at(set + 1 + <i32>(number >> 5));
    store<u32>(word, load<u32>(word) | ((<u32>1) << (number & 31)));
  }

  has(set: i32, number: u32): bool {
    return (load<u32>(this.at(set + 1 + <i32>(number >> 5))) & ((<u32>1) << (number & 31))) != 0;
  }

  /** Puts all of `other`, which has as many numbers, into `set`. */
  add(set: i32, other: i32): void {
    const words = load<i32>(this.at(set));
    for (let i = 1; i <= words; i++) {
      const word = this.at(set + i);
      store<u32>(word, load<u32>(word) | load<u32>(this.at(other + i)));
    }
  }

  @inline
  private at(word: i32): usize {
    return this.block.ptr + ((<usize>word) << 2);
  }
}
