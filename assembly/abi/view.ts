// A view of bytes that somebody else owns: where they start and how many they are. It is what host
// calls answer into (the host writes both fields itself, so the order of the fields is the wire order)
// and what names and keys are kept in. Views are made at configure time and filled again and again.
import { Block } from "../base/block";

/** Bytes at `ptr`, `length` of them. Bytes from the host live until the outermost callback returns. */
@final
export class View {
  ptr: usize;
  length: u32;
  /** Keeps bytes of its own alive. Behind the two fields that the host writes. */
  private own: Block | null = null;

  constructor(ptr: usize = 0, length: u32 = 0) {
    this.ptr = ptr;
    this.length = length;
  }

  /** The UTF-8 bytes of a text, copied; they live as long as the view. Configure time only. */
  static of(text: string): View {
    const length = String.UTF8.byteLength(text);
    const own = new Block(length + 1);
    const units = changetype<usize>(text); // The string's own units.
    String.UTF8.encodeUnsafe(units, text.length, own.ptr);
    return View.owning(own, length);
  }

  /** A copy of bytes that lives as long as the view. Configure time only. */
  static copy(ptr: usize, length: u32): View {
    const own = new Block(length + 1);
    memory.copy(own.ptr, ptr, <usize>length);
    return View.owning(own, length);
  }

  private static owning(own: Block, length: u32): View {
    const view = new View(own.ptr, length);
    view.own = own;
    return view;
  }

  /** Points at other bytes. */
  set(ptr: usize, length: u32): void {
    this.ptr = ptr;
    this.length = length;
  }

  /** Points at nothing. */
  clear(): void {
    this.ptr = 0;
    this.length = 0;
  }

  /** Where the host writes the address of its answer (the size goes four bytes further). */
  slot(): usize {
    // The object itself is the pair (ptr, length) of the wire: a managed class without a header inside.
    return changetype<usize>(this);
  }

  /** Same bytes? Not in constant time: never for secrets. */
  equals(other: View): bool {
    return (
      this.length == other.length && memory.compare(this.ptr, other.ptr, <usize>this.length) == 0
    );
  }

  /** The bytes as text (malformed UTF-8 becomes U+FFFD). Allocates: for configuration and tests. */
  toText(): string {
    return String.UTF8.decodeUnsafe(this.ptr, <usize>this.length);
  }
}
