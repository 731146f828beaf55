// Bytes that live as long as the object that keeps them. Flat tables of a configuration used to come from `heap.alloc`, which
// nobody frees when the configuration is replaced; a managed buffer goes with its owner at the next collection, which runs at
// the end of a configure callback. The collector does not move objects, so an address stays good while the block is kept.

@final
export class Block {
  private bytes: StaticArray<u8>;

  /** Zero-filled. Configure time, or when a pooled object is made: never on the request path. */
  constructor(size: u32) {
    this.bytes = new StaticArray<u8>(size);
  }

  /** Address of the first byte. */
  get ptr(): usize {
    // The payload of a StaticArray starts at the reference itself; there is no typed way to say so.
    return changetype<usize>(this.bytes);
  }
}
