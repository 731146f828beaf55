// What transformations make of a value, kept for all rules that ask: a tree whose root is the value and whose edges are
// transformations. A transformation that changes nothing leads back to the same form, so that on ordinary traffic a
// value has one form however many chains read it. A form also remembers which literals occur in it: one pass over its
// bytes answers that for every rule.
//
//   form -> [ bytes | length | hits | kids | form with the same hits | side | mask ]   kid -> [ next | transformation | form ]
//   [ mask: which transformations could change it ] [ set of the bytes that occur ]
import { bytesPresent } from "../../regex/literal/byte-gate";
import { LiteralSet } from "../../regex/literal/states";
import { scanLiterals } from "../../regex/literal/literal-scan";
import { UNCHANGED, applyTransformation, transformedLimit } from "../../transform/apply";
import { Transformation } from "../../transform/table";
import { mayChange } from "../../transform/triggers";
import { Arena } from "./arena";
import { setValueForm, valueBytes, valueForm, valueLength } from "./value";

const FORM_BYTES: usize = 40;
const KID_BYTES: usize = 12;

export function formBytes(form: usize): usize {
  return <usize>load<u32>(form);
}

export function formLength(form: usize): u32 {
  return load<u32>(form, 4);
}

/** Bits of the transformations that could change a form. */
export function formMask(form: usize): u64 {
  return load<u64>(form, 24);
}

/** The forms of one callback. */
@final
export class Forms {
  /** Counts resets: forms of an older epoch are gone. */
  epoch: u32 = 1;
  requestSet: LiteralSet | null = null;
  responseSet: LiteralSet | null = null;
  /** Words of a bitset of gates. */
  gateWords: u32 = 0;

  constructor(readonly scratch: Arena) {}

  /** Forgets all forms. */
  reset(): void {
    this.epoch++;
    this.scratch.reset();
  }

  /** The form that a value begins with; 0 when memory is out. `side` 1: a response body. */
  of(value: usize, side: u32): usize {
    const known = valueForm(value, this.epoch);
    if (known != 0) return known;
    const form = this.make(valueBytes(value), valueLength(value), side);
    setValueForm(value, form, this.epoch);
    return form;
  }

  make(bytes: usize, length: u32, side: u32): usize {
    const form = this.scratch.take(FORM_BYTES);
    if (form == 0) return 0;
    store<u32>(form, <u32>bytes);
    store<u32>(form, length, 4);
    store<u64>(form, 0, 8);
    store<u32>(form, 0, 16);
    store<u32>(form, side, 20);
    store<u64>(form, mayChange(bytes, length), 24);
    store<u32>(form, 0, 32);
    return form;
  }

  /** The form that a transformation makes of another; 0 when memory is out. */
  step(form: usize, transformation: u32): usize {
    if (((formMask(form) >> transformation) & 1) == 0) return form;
    for (let kid = <usize>load<u32>(form, 12); kid != 0; kid = <usize>load<u32>(kid)) {
      if (load<u32>(kid, 4) == transformation) return <usize>load<u32>(kid, 8);
    }
    const made = this.transform(form, transformation);
    // What was found to change nothing is not asked again, by any chain.
    if (made == form) store<u64>(form, formMask(form) & ~((<u64>1) << transformation), 24);
    else if (made != 0) this.addKid(form, transformation, made);
    return made;
  }

  private addKid(form: usize, transformation: u32, made: usize): void {
    const kid = this.scratch.take(KID_BYTES);
    if (kid == 0) return;
    store<u32>(kid, load<u32>(form, 12));
    store<u32>(kid, transformation, 4);
    store<u32>(kid, <u32>made, 8);
    store<u32>(form, <u32>kid, 12);
  }

  private transform(form: usize, transformation: u32): usize {
    const length = formLength(form);
    const out = this.scratch.take(transformedLimit(transformation, length));
    if (out == 0) return 0;
    const made = applyTransformation(transformation, formBytes(form), length, out);
    if (made == UNCHANGED) {
      this.scratch.trim(out, 0);
      return form;
    }
    this.scratch.trim(out, made);
    const result = this.make(out, made, load<u32>(form, 20));
    // Literals are compared without regard to case.
    if (result != 0 && transformation == Transformation.Lowercase)
      store<u32>(result, <u32>form, 16);
    return result;
  }

  /** The form at the end of a chain of transformations. */
  walk(form: usize, chain: StaticArray<u8>): usize {
    let at = form;
    let mask = formMask(at);
    const length = chain.length;
    for (let i = 0; i < length; i++) {
      const transformation = <u32>unchecked(chain[i]); // i is below the length
      if (((mask >> transformation) & 1) == 0) continue;
      at = this.step(at, transformation);
      if (at == 0) return 0;
      mask = formMask(at);
    }
    return at;
  }

  /** Whether some literal of a gate occurs in a form; true when that cannot be found out. */
  opens(form: usize, gate: i32): bool {
    let hits = <usize>load<u32>(form, 8);
    if (hits == 0) hits = this.hits(form);
    if (hits == 0) return true;
    return (load<u32>(hits + (((<usize>gate) >> 5) << 2)) & ((<u32>1) << (gate & 31))) != 0;
  }

  /** Whether a form holds a byte of each of these sets; true when that cannot be found out. */
  holds(form: usize, sets: usize, count: u32): bool {
    let present = <usize>load<u32>(form, 32);
    if (present == 0) {
      present = this.scratch.take(32);
      if (present == 0) return true;
      bytesPresent(formBytes(form), formBytes(form) + formLength(form), present);
      store<u32>(form, <u32>present, 32);
    }
    const low = v128.load(present);
    const high = v128.load(present, 16);
    const end = sets + 32 * <usize>count;
    for (let set = sets; set < end; set += 32) {
      const shared = v128.or(v128.and(low, v128.load(set)), v128.and(high, v128.load(set, 16)));
      if (!v128.any_true(shared)) return false;
    }
    return true;
  }

  /** The bitset of gates of a form; 0 when memory is out. */
  hits(form: usize): usize {
    const known = <usize>load<u32>(form, 8);
    if (known != 0) return known;
    const same = <usize>load<u32>(form, 16);
    const hits = same != 0 ? this.hits(same) : this.scan(form);
    store<u32>(form, <u32>hits, 8);
    return hits;
  }

  /** An empty bitset of gates; 0 when memory is out. */
  takeRow(): usize {
    return this.scratch.takeZeroed((<usize>this.gateWords) << 2);
  }

  /** Adds the bits of one bitset to another. */
  join(row: usize, other: usize): void {
    const end = row + ((<usize>this.gateWords) << 2);
    let from = other;
    for (let at = row; at < end; at += 16) {
      v128.store(at, v128.or(v128.load(at), v128.load(from)));
      from += 16;
    }
  }

  /** The automaton of all literals that a form's rules ask for. */
  setOf(form: usize): LiteralSet | null {
    return load<u32>(form, 20) == 0 ? this.requestSet : this.responseSet;
  }

  private scan(form: usize): usize {
    const hits = this.takeRow();
    const set = this.setOf(form);
    if (hits != 0 && set !== null) scanLiterals(set, formBytes(form), formLength(form), hits);
    return hits;
  }
}
