// Finds single claims in the payload of a verified token, by a path of names. One pass a claim over some hundred bytes, without a
// tree; duplicate names were refused when the claims were checked, so the first match is the only one.
import { View } from "../../abi/view";
import { Block } from "../../base/block";
import { JsonEvent } from "../../json/event";
import { JsonLimits } from "../../json/limits";
import { JsonReader } from "../../json/reader";
import { unescapeInto } from "../../json/unescape";

@final
export class ClaimPicker {
  /** Text of the value found last: a string unescaped, a number as written. */
  readonly value: View = new View();
  private json: JsonReader;
  private name: Block;
  private text: Block;
  private yes: View = View.of("true");
  private no: View = View.of("false");

  /** @param maxBytes longest payload */
  constructor(maxBytes: u32) {
    const limits = new JsonLimits();
    limits.maxBytes = maxBytes;
    limits.maxDepth = 16;
    limits.refuseDuplicates = false;
    this.json = new JsonReader(limits);
    this.name = new Block(maxBytes + 8);
    this.text = new Block(maxBytes + 8);
  }

  /**
   * The claim at a path of one or more names: its event, with `value` set for a scalar, or Fault when there is none. After
   * ArrayStart, `element` gives what is in it.
   */
  find(payload: usize, length: u32, path: View[]): JsonEvent {
    const json = this.json;
    json.begin(payload, length);
    if (json.next() != JsonEvent.ObjectStart) return JsonEvent.Fault;
    let level = 0;
    while (true) {
      const event = json.next();
      if (event == JsonEvent.Fault || event == JsonEvent.ObjectEnd) return JsonEvent.Fault;
      if (!this.isNamed(path[level])) {
        json.skip(event);
        continue;
      }
      level++;
      if (level == path.length) return this.take(event);
      if (event != JsonEvent.ObjectStart) return JsonEvent.Fault;
    }
  }

  /** The next element of the array found last; nested ones are passed over. ArrayEnd or Fault at its end. */
  element(): JsonEvent {
    const event = this.json.next();
    if (event == JsonEvent.ObjectStart || event == JsonEvent.ArrayStart) {
      return this.json.skip(event) == JsonEvent.Fault ? JsonEvent.Fault : JsonEvent.Null;
    }
    return this.take(event);
  }

  private take(event: JsonEvent): JsonEvent {
    const json = this.json;
    const value = this.value;
    value.clear();
    if (event == JsonEvent.True) value.set(this.yes.ptr, this.yes.length);
    else if (event == JsonEvent.False) value.set(this.no.ptr, this.no.length);
    else if (event == JsonEvent.Number || (event == JsonEvent.String && !json.valueEscaped)) {
      value.set(json.valuePtr, json.valueLength);
    } else if (event == JsonEvent.String) {
      value.set(this.text.ptr, unescapeInto(this.text.ptr, json.valuePtr, json.valueLength));
    }
    return event;
  }

  private isNamed(wanted: View): bool {
    const json = this.json;
    let ptr = json.namePtr;
    let length = json.nameLength;
    if (json.nameEscaped) {
      length = unescapeInto(this.name.ptr, ptr, length);
      ptr = this.name.ptr;
    }
    return length == wanted.length && memory.compare(ptr, wanted.ptr, length) == 0;
  }
}
