// Pull reader for XML 1.0 over bytes in memory: elements, attribute values and text, nothing else. No
// document type, so no entity, no file and no address is ever read; comments and processing instructions are
// passed over. No recursion, no allocation while reading: open elements lie on a flat stack.
import { Block } from "../base/block";
import { indexOfByte } from "../base/find-byte";
import { validUtf8Prefix } from "../base/utf8";
import { AttributeNames } from "./attribute-names";
import { XmlLimits } from "./limits";
import { isEntityName, referenceLength } from "./reference";
import { XmlStatus } from "./status";
import { declaredEncoding, Encoding, hasForeignMark } from "./encoding";
import { findMark, hasControl, isNameStart, nameEnd, skipWhite } from "./text";

/** What `next` has read. */
export const enum XmlEvent {
  /** The text was refused: see `status` and `faultOffset`. */
  Fault = 0,
  /** The whole text is read. */
  End = 1,
  ElementStart = 2,
  ElementEnd = 3,
  Attribute = 4,
  /** Text or a CDATA section that is not blanks alone. */
  Text = 5,
}

// Frame of an open element: u32 address of its name, u32 length.
const FRAME_BYTES: usize = 8;

@final
export class XmlReader {
  status: XmlStatus = XmlStatus.Ok;
  faultOffset: u32 = 0;
  /** Open elements. */
  depth: u32 = 0;
  /** Name of the attribute, or of the element that starts or ends. Prefix included. */
  namePtr: usize = 0;
  nameLength: u32 = 0;
  /** Text or attribute value as written. */
  valuePtr: usize = 0;
  valueLength: u32 = 0;
  /** The value holds references: `resolveReferences` gives what it means. */
  hasReferences: bool = false;

  private start: usize = 0;
  private at: usize = 0;
  private end: usize = 0;
  private inTag: bool = false;
  private isDone: bool = true;
  private elements: u32 = 0;
  private attributes: AttributeNames;
  private frameBlock: Block;

  /** `limits` are kept and must not change afterwards. */
  constructor(private limits: XmlLimits) {
    this.frameBlock = new Block((limits.maxDepth + 1) * <u32>FRAME_BYTES);
    this.attributes = new AttributeNames(limits.maxAttributes);
  }

  /** Starts on a text. */
  begin(ptr: usize, length: u32): void {
    this.status = XmlStatus.Ok;
    this.faultOffset = 0;
    this.depth = 0;
    this.elements = 0;
    this.start = ptr;
    this.end = ptr + length;
    this.inTag = false;
    this.isDone = false;
    this.at = ptr;
    if (length > this.limits.maxBytes) this.fault(XmlStatus.TooManyBytes, ptr);
    else if (hasForeignMark(ptr, length)) this.fault(XmlStatus.Encoding, ptr);
    else this.checkEncoding(length);
  }

  private checkEncoding(length: u32): void {
    if (length >= 3 && load<u16>(this.at) == 0xbbef && load<u8>(this.at, 2) == 0xbf) this.at += 3;
    const encoding = declaredEncoding(this.at, this.end);
    if (encoding == Encoding.Other) this.fault(XmlStatus.Encoding, this.at);
    if (encoding != Encoding.Utf8) return;
    const valid = validUtf8Prefix(this.start, length);
    if (valid < length) this.fault(XmlStatus.InvalidUtf8, this.start + valid);
  }

  /** Reads on. After Fault or End every call returns the same again. */
  next(): XmlEvent {
    if (this.isDone) return this.status == XmlStatus.Ok ? XmlEvent.End : XmlEvent.Fault;
    if (this.inTag) return this.readInTag();
    const end = this.end;
    while (this.at < end) {
      if (load<u8>(this.at) != 0x3c) {
        const event = this.readText();
        if (event != XmlEvent.End) return event;
        continue;
      }
      const next: u8 = this.at + 1 < end ? load<u8>(this.at, 1) : 0;
      if (next == 0x2f) return this.closeElement();
      if (next == 0x21 && this.at + 9 <= end && load<u64>(this.at, 1) == 0x5b41544144435b21) {
        const event = this.readSection();
        if (event != XmlEvent.End) return event;
        continue;
      }
      if (next != 0x21 && next != 0x3f) return this.openElement();
      if (!this.skipAside(next)) return XmlEvent.Fault;
    }
    return this.atEnd();
  }

  private atEnd(): XmlEvent {
    if (this.depth > 0) return this.fault(XmlStatus.UnexpectedEnd, this.end);
    if (this.elements == 0) return this.fault(XmlStatus.Empty, this.end);
    this.isDone = true;
    return XmlEvent.End;
  }

  /** Text up to the next tag; End when it is blanks alone. */
  private readText(): XmlEvent {
    const from = this.at;
    const room = <u32>(this.end - from);
    const stop = from + indexOfByte(from, 0, room, 0x3c);
    this.at = stop;
    if (skipWhite(from, stop) == stop) return XmlEvent.End;
    if (this.depth == 0) {
      return this.fault(this.elements == 0 ? XmlStatus.Malformed : XmlStatus.TrailingData, from);
    }
    return this.value(from, stop) ? XmlEvent.Text : XmlEvent.Fault;
  }

  private readSection(): XmlEvent {
    const from = this.at + 9;
    if (this.depth == 0) return this.fault(XmlStatus.Malformed, this.at);
    const stop = findMark(from, this.end, 0x5d, 0x5d, 0x3e);
    if (stop == 0) return this.fault(XmlStatus.UnexpectedEnd, this.end);
    this.at = stop + 3;
    this.valuePtr = from;
    this.valueLength = <u32>(stop - from);
    this.hasReferences = false;
    if (hasControl(from, stop)) return this.fault(XmlStatus.ControlByte, from);
    return stop == from ? XmlEvent.End : XmlEvent.Text;
  }

  /** Comment or processing instruction at `at`. */
  private skipAside(kind: u8): bool {
    const at = this.at;
    let stop: usize = 0;
    if (kind == 0x3f) stop = findMark(at + 2, this.end, 0x3f, 0x3e, 0) + 2;
    else if (at + 4 <= this.end && load<u16>(at, 2) == 0x2d2d) {
      stop = findMark(at + 4, this.end, 0x2d, 0x2d, 0x3e) + 3;
    } else {
      const isType = at + 3 <= this.end && (load<u8>(at, 2) | 0x20) == 0x64;
      this.fault(isType ? XmlStatus.DocumentType : XmlStatus.Malformed, at);
      return false;
    }
    if (stop < at) this.fault(XmlStatus.UnexpectedEnd, this.end);
    else this.at = stop;
    return stop >= at;
  }

  private openElement(): XmlEvent {
    const at = this.at + 1;
    if (this.depth == 0 && this.elements > 0) return this.fault(XmlStatus.TrailingData, this.at);
    if (at >= this.end) return this.fault(XmlStatus.UnexpectedEnd, this.end);
    if (!isNameStart(load<u8>(at))) return this.fault(XmlStatus.Malformed, at);
    if (++this.elements > this.limits.maxElements) {
      return this.fault(XmlStatus.TooManyElements, at);
    }
    if (this.depth >= this.limits.maxDepth) return this.fault(XmlStatus.TooDeep, at);
    if (!this.readName(at)) return XmlEvent.Fault;
    const frame = this.frameBlock.ptr + <usize>this.depth * FRAME_BYTES;
    this.depth++;
    store<u32>(frame, <u32>this.namePtr);
    store<u32>(frame, this.nameLength, 4);
    this.attributes.clear();
    this.inTag = true;
    return XmlEvent.ElementStart;
  }

  /** An attribute, or the end of the start tag and what comes after it. */
  private readInTag(): XmlEvent {
    const end = this.end;
    const from = this.at;
    const at = skipWhite(from, end);
    if (at >= end) return this.fault(XmlStatus.UnexpectedEnd, end);
    const byte = load<u8>(at);
    if (byte == 0x3e) {
      this.at = at + 1;
      this.inTag = false;
      return this.next();
    }
    if (byte == 0x2f) {
      if (at + 1 >= end || load<u8>(at, 1) != 0x3e) return this.fault(XmlStatus.Malformed, at);
      this.at = at + 2;
      this.inTag = false;
      return this.leave();
    }
    if (at == from || !isNameStart(byte)) return this.fault(XmlStatus.Malformed, at);
    return this.readAttribute(at);
  }

  private readAttribute(name: usize): XmlEvent {
    const end = this.end;
    if (!this.readName(name)) return XmlEvent.Fault;
    const names = this.attributes;
    if (names.isFull) return this.fault(XmlStatus.TooManyAttributes, name);
    if (!names.add(name, this.nameLength)) return this.fault(XmlStatus.DuplicateAttribute, name);
    let at = skipWhite(this.at, end);
    if (at < end && load<u8>(at) == 0x3d) at = skipWhite(at + 1, end);
    else return this.fault(at < end ? XmlStatus.Malformed : XmlStatus.UnexpectedEnd, at);
    if (at >= end) return this.fault(XmlStatus.UnexpectedEnd, end);
    const quote = load<u8>(at);
    if (quote != 0x22 && quote != 0x27) return this.fault(XmlStatus.Malformed, at);
    const from = at + 1;
    const stop = from + indexOfByte(from, 0, <u32>(end - from), quote);
    if (stop >= end) return this.fault(XmlStatus.UnexpectedEnd, end);
    this.at = stop + 1;
    if (indexOfByte(from, 0, <u32>(stop - from), 0x3c) < <u32>(stop - from)) {
      return this.fault(XmlStatus.Malformed, from);
    }
    return this.value(from, stop) ? XmlEvent.Attribute : XmlEvent.Fault;
  }

  private readName(at: usize): bool {
    const stop = nameEnd(at, this.end);
    this.namePtr = at;
    this.nameLength = <u32>(stop - at);
    this.at = stop;
    if (this.nameLength <= this.limits.maxNameBytes) return true;
    this.fault(XmlStatus.NameTooLong, at);
    return false;
  }

  private closeElement(): XmlEvent {
    const at = this.at + 2;
    if (this.depth == 0) return this.fault(XmlStatus.TagMismatch, this.at);
    const frame = this.frameBlock.ptr + <usize>(this.depth - 1) * FRAME_BYTES;
    const length = load<u32>(frame, 4);
    const stop = nameEnd(at, this.end);
    if (<u32>(stop - at) != length || memory.compare(load<u32>(frame), at, length) != 0) {
      return this.fault(stop == this.end ? XmlStatus.UnexpectedEnd : XmlStatus.TagMismatch, at);
    }
    const last = skipWhite(stop, this.end);
    if (last >= this.end) return this.fault(XmlStatus.UnexpectedEnd, this.end);
    if (load<u8>(last) != 0x3e) return this.fault(XmlStatus.Malformed, last);
    this.at = last + 1;
    return this.leave();
  }

  private leave(): XmlEvent {
    this.depth--;
    const frame = this.frameBlock.ptr + <usize>this.depth * FRAME_BYTES;
    this.namePtr = load<u32>(frame);
    this.nameLength = load<u32>(frame, 4);
    return XmlEvent.ElementEnd;
  }

  /** Name of the open element at `level` (1 is the outermost). */
  elementName(level: u32): usize {
    return load<u32>(this.frameBlock.ptr + <usize>(level - 1) * FRAME_BYTES);
  }

  elementNameLength(level: u32): u32 {
    return load<u32>(this.frameBlock.ptr + <usize>(level - 1) * FRAME_BYTES, 4);
  }

  /** Notes text or a value and checks its bytes and references. */
  private value(from: usize, stop: usize): bool {
    this.valuePtr = from;
    this.valueLength = <u32>(stop - from);
    this.hasReferences = false;
    if (hasControl(from, stop)) {
      this.fault(XmlStatus.ControlByte, from);
      return false;
    }
    for (let at = from; at < stop; at++) {
      at += indexOfByte(at, 0, <u32>(stop - at), 0x26);
      if (at >= stop) break;
      const size = referenceLength(at, stop);
      if (size == 0) {
        this.fault(isEntityName() ? XmlStatus.UnknownEntity : XmlStatus.BadReference, at);
        return false;
      }
      this.hasReferences = true;
      at += size - 1;
    }
    return true;
  }

  private fault(status: XmlStatus, at: usize): XmlEvent {
    this.status = status;
    this.faultOffset = <u32>(at - this.start);
    this.isDone = true;
    return XmlEvent.Fault;
  }
}
