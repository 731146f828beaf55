// The scopes a token must hold: in `scope`, words separated by blanks (RFC 8693 §4.2, RFC 9068 §2.2.3), or in `scp`, the same or an
// array of strings, as several issuers write it.
import { View } from "../../abi/view";
import { JsonEvent } from "../../json/event";
import { TextSet } from "../../jose/text-set";
import { ClaimPicker } from "./claim-picker";

/** Scopes a provider can ask for: one bit each. */
export const MAX_SCOPES: i32 = 64;

@final
export class ScopeRule {
  readonly wanted: TextSet = new TextSet();
  private seen: u64 = 0;
  private scope: View[] = [View.of("scope")];
  private scp: View[] = [View.of("scp")];

  /** Whether the payload holds every wanted scope. */
  holds(picker: ClaimPicker, payload: usize, length: u32): bool {
    const all = this.wanted.size;
    if (all == 0) return true;
    this.seen = 0;
    this.read(picker, picker.find(payload, length, this.scope));
    this.read(picker, picker.find(payload, length, this.scp));
    return this.seen == ~(<u64>0) >> (64 - all);
  }

  private read(picker: ClaimPicker, event: JsonEvent): void {
    if (event == JsonEvent.String) return this.words(picker.value);
    if (event != JsonEvent.ArrayStart) return;
    while (true) {
      const element = picker.element();
      if (element == JsonEvent.Fault || element == JsonEvent.ArrayEnd) return;
      if (element == JsonEvent.String) this.word(picker.value.ptr, picker.value.length);
    }
  }

  private words(text: View): void {
    const end = text.ptr + text.length;
    let start = text.ptr;
    while (start < end) {
      let at = start;
      while (at < end && load<u8>(at) != 0x20) at++;
      this.word(start, <u32>(at - start));
      start = at + 1;
    }
  }

  private word(ptr: usize, length: u32): void {
    const place = this.wanted.find(ptr, length);
    if (place >= 0) this.seen |= (<u64>1) << place;
  }
}
