// One value of a rule as Istio writes it: exact, `prefix*`, `*suffix` or `*`. A star in the middle, or a second one, is a byte like
// any other (istio pilot/pkg/security/authz/matcher/string.go). What `*` means depends on the attribute: any text for paths,
// principals and claims, any value at all, also an empty one, for headers, hosts and methods.
import { lowerAscii } from "../base/ascii";
import { Text, sameBytes, sameFolded } from "./text";

export abstract class Matcher {
  /** Whether `length` bytes at `ptr` match. Linear in `length`. */
  abstract matches(ptr: usize, length: u32): bool;
}

/** Whether any of the matchers holds. */
export function anyMatches(matchers: StaticArray<Matcher>, ptr: usize, length: u32): bool {
  for (let i = 0; i < matchers.length; i++) {
    if (matchers[i].matches(ptr, length)) return true;
  }
  return false;
}

export const enum TextForm {
  Exact = 0,
  Prefix = 1,
  Suffix = 2,
  /** At least one byte. */
  AnyText = 3,
  /** Whatever is there. */
  Present = 4,
}

@final
export class TextMatch extends Matcher {
  /** @param folds letters in either case are the same; `text` is then lower case */
  constructor(
    private form: TextForm,
    private text: Text,
    private folds: bool = false,
  ) {
    super();
  }

  matches(ptr: usize, length: u32): bool {
    const form = this.form;
    const text = this.text;
    const size = text.length;
    if (form == TextForm.Exact) return length == size && this.same(ptr, text.ptr, size);
    if (form == TextForm.Prefix) return length >= size && this.same(ptr, text.ptr, size);
    if (form == TextForm.Suffix) {
      return length >= size && this.same(ptr + (length - size), text.ptr, size);
    }
    return form == TextForm.Present || length > 0;
  }

  private same(ptr: usize, text: usize, length: u32): bool {
    return this.folds ? sameFolded(ptr, text, length) : sameBytes(ptr, text, length);
  }
}

/**
 * The matcher of a value.
 * @param wild what a lone star means: AnyText or Present
 * @param folds compare letters in either case
 * @param before stands before the text of exact values and prefixes (a principal's `spiffe://`)
 */
export function textMatch(
  value: string,
  wild: TextForm,
  folds: bool = false,
  before: string = "",
): TextMatch {
  if (value == "*") return new TextMatch(wild, Text.of(""));
  const lower = folds ? lowerAscii(value) : value;
  if (value.startsWith("*")) {
    return new TextMatch(TextForm.Suffix, Text.of(lower.substring(1)), folds);
  }
  if (value.endsWith("*")) {
    const prefix = before + lower.substring(0, lower.length - 1);
    return new TextMatch(TextForm.Prefix, Text.of(prefix), folds);
  }
  return new TextMatch(TextForm.Exact, Text.of(before + lower), folds);
}
