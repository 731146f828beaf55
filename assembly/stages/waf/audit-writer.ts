// Bytes of one audit line: JSON that is well-formed whatever the texts hold, below the size at which Envoy cuts a line. Texts are cut
// so that what must follow them still fits.
import { Block } from "../../base/block";
import { writeNumber } from "../../waf/model/number";

/** Bytes of one line: Envoy's limit less its prefix. */
export const AUDIT_LINE_BYTES: u32 = 500;
/** Room for the longest literal behind a text that was cut. */
const SLACK_BYTES: u32 = 256;

@final
export class AuditWriter {
  length: u32 = 0;
  private block: Block = new Block(AUDIT_LINE_BYTES + SLACK_BYTES);

  get ptr(): usize {
    return this.block.ptr;
  }

  /** Bytes that the line may still take, `reserve` of them kept for what must follow. */
  room(reserve: u32): u32 {
    const end = this.length + reserve;
    return end >= AUDIT_LINE_BYTES ? 0 : AUDIT_LINE_BYTES - end;
  }

  begin(): void {
    this.length = 0;
  }

  /** A literal, as it stands. */
  put(text: string): void {
    for (let i = 0; i < text.length; i++) this.byte(<u8>text.charCodeAt(i));
  }

  number(value: i64): void {
    if (this.length + 24 > AUDIT_LINE_BYTES + SLACK_BYTES) return;
    this.length += writeNumber(value, this.block.ptr + this.length);
  }

  /** One ASCII letter. */
  letter(byte: u8): void {
    this.byte(byte);
  }

  /** Two digits. */
  pair(value: u32): void {
    this.byte(<u8>(0x30 + ((value / 10) % 10)));
    this.byte(<u8>(0x30 + (value % 10)));
  }

  /** A string in its quotes; at most `most` bytes of the line. */
  text(bytes: usize, length: u32, most: u32): void {
    this.byte(0x22);
    const end = this.length + most;
    for (let i: u32 = 0; i < length; i++) {
      const byte = load<u8>(bytes + i);
      const isPlain = byte >= 0x20 && byte < 0x7f && byte != 0x22 && byte != 0x5c;
      if (this.length + (isPlain ? 1 : 6) > end) break;
      if (isPlain) this.byte(byte);
      else {
        this.put("\\u00");
        this.digit(byte >> 4);
        this.digit(byte & 15);
      }
    }
    this.byte(0x22);
  }

  private digit(value: u8): void {
    this.byte(value < 10 ? 0x30 + value : 0x57 + value);
  }

  private byte(value: u8): void {
    if (this.length < AUDIT_LINE_BYTES + SLACK_BYTES)
      store<u8>(this.block.ptr + this.length++, value);
  }
}
