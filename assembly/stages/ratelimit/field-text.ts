// Values of rate-limit fields as bytes in one buffer that is used again: a value is read before the next one is written.
import { View } from "../../abi/view";
import { Block } from "../../base/block";
import { writeU64 } from "../../base/decimal";
import { Tier } from "./policy";

/** A policy's name has at most 64 bytes, a number 20. */
const textBytes: u32 = 192;
const maxDigits: u32 = 20;

@final
export class FieldText {
  private block: Block = new Block(textBytes);
  private view: View = new View();
  private length: u32 = 0;

  number(value: u64): View {
    this.length = 0;
    this.digits(value);
    return this.done();
  }

  /** `"login";q=5;w=60`: quota and window in seconds, which is left out when it is no whole number of them. */
  policy(name: string, tier: Tier): View {
    this.begin(name);
    this.literal(";q=");
    this.digits(tier.requests);
    if (tier.windowSeconds > 0) {
      this.literal(";w=");
      this.digits(tier.windowSeconds);
    }
    if (tier.isConcurrency) this.literal(';qu="concurrent-requests"');
    return this.done();
  }

  /** `"login";r=4;t=12`: what is left, and seconds until nothing is used any more; 0 seconds are left out. */
  state(name: string, remaining: u64, resetSeconds: u64): View {
    this.begin(name);
    this.literal(";r=");
    this.digits(remaining);
    if (resetSeconds > 0) {
      this.literal(";t=");
      this.digits(resetSeconds);
    }
    return this.done();
  }

  private begin(name: string): void {
    this.length = 0;
    this.literal('"');
    this.literal(name);
    this.literal('"');
  }

  private literal(text: string): void {
    for (let i = 0; i < text.length; i++) this.byte(<u8>text.charCodeAt(i));
  }

  private digits(value: u64): void {
    if (this.length + maxDigits > textBytes) return;
    this.length += writeU64(this.block.ptr + this.length, value);
  }

  private byte(value: u8): void {
    if (this.length < textBytes) store<u8>(this.block.ptr + this.length++, value);
  }

  private done(): View {
    this.view.set(this.block.ptr, this.length);
    return this.view;
  }
}
