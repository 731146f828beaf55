// What a JSON reader tells between two events: the value just read, its name, and the containers
// that are open around it. Open containers lie on a flat stack of `maxDepth` frames, so that
// nesting costs no recursion.
import { Block } from "../base/block";
import { JsonEvent } from "./event";
import { JsonStatus } from "./status";
import { meansLiteral } from "./unescape";

// Frame of an open container: u32 serial (0: array), u32 members or elements so far,
// u32 address and u32 length of its own name in its parent (0, 0: an element or the top).
export const FRAME_BYTES: usize = 16;

/** What `next` expects. */
export const enum State {
  /** The one value of the text. */
  Top,
  /** A first member or element, or the end of the container. */
  First,
  /** A comma or the end of the container. */
  After,
  /** Blanks up to the end of the text. */
  Done,
  Faulted,
}

/** The readable side of `JsonReader`. Addresses point into the text being read. */
export class JsonPlace {
  /** `JsonStatus.Ok` until a Fault. */
  status: JsonStatus = JsonStatus.Ok;
  /** Offset in bytes of the fault from the start of the text. */
  faultOffset: u32 = 0;
  /**
   * Open containers; inside the outermost one it is 1. On a Start event the container itself
   * counts, on its End event no more.
   */
  depth: u32 = 0;
  /**
   * Raw name of the value just read, between its quotes; 0 for an element and for the top value.
   */
  namePtr: usize = 0;
  nameLength: u32 = 0;
  /** The name holds, or on an End event may hold, escapes: decode it with `unescapeInto`. */
  nameEscaped: bool = false;
  /** Raw String (between its quotes) or Number as written; for other values their first byte. */
  valuePtr: usize = 0;
  valueLength: u32 = 0;
  valueEscaped: bool = false;

  protected state: State = State.Faulted;
  protected start: usize = 0;
  protected at: usize = 0;
  private frameBlock: Block;
  protected frames: usize;
  /** Frame of the innermost open container; a frame below the first one stands for the top. */
  protected frame: usize;

  constructor(maxDepth: u32) {
    this.frameBlock = new Block(<u32>FRAME_BYTES * (maxDepth + 1));
    this.frames = this.frameBlock.ptr;
    this.frame = this.frames;
  }

  /** Whether the value just read has a name, that is, its parent is an object. */
  get hasName(): bool {
    return this.namePtr != 0;
  }

  /** Whether the name of the value just read means an ASCII literal, however it is written. */
  nameIs(literal: string): bool {
    return this.namePtr != 0 && meansLiteral(this.namePtr, this.nameLength, literal);
  }

  /** Whether the String just read means an ASCII literal. */
  stringIs(literal: string): bool {
    return meansLiteral(this.valuePtr, this.valueLength, literal);
  }

  /** Offset in bytes just after the event read last. */
  get offset(): u32 {
    return <u32>(this.at - this.start);
  }

  /**
   * Whether the open container at `level` (1 is the outermost, `depth` the innermost) is an object.
   */
  isObjectAt(level: u32): bool {
    return load<u32>(this.frames + <usize>level * FRAME_BYTES) != 0;
  }

  /**
   * Members or elements begun so far in the open container at `level`; the current one's index plus
   * one.
   */
  countAt(level: u32): u32 {
    return load<u32>(this.frames + <usize>level * FRAME_BYTES, 4);
  }

  /**
   * Address of the raw name that the open container at `level` has in its parent; 0 for an element.
   */
  containerNamePtr(level: u32): usize {
    return load<u32>(this.frames + <usize>level * FRAME_BYTES, 8);
  }

  /** Length of that name. */
  containerNameLength(level: u32): u32 {
    return load<u32>(this.frames + <usize>level * FRAME_BYTES, 12);
  }

  protected fault(status: JsonStatus, at: usize): JsonEvent {
    this.status = status;
    this.faultOffset = <u32>(at - this.start);
    this.state = State.Faulted;
    return JsonEvent.Fault;
  }

  protected refuse(status: JsonStatus, at: usize): usize {
    this.fault(status, at);
    return 0;
  }
}
