// Asks a prepared operator about one form of a value. What an operator found is kept for captures until the next
// question.
import { phraseEndingAt } from "../../operators/phrase-list";
import { Operator } from "../../operators/table";
import { operatorCaptured, operatorCapturedLength, operatorMatches } from "../../operators/judge";
import { findLiteral, firstEndOf } from "../../regex/literal/literal-scan";
import { find, matches } from "../../regex/regex";
import { NOT_PLAIN } from "../../transform/triggers";
import { OperatorCode } from "../model/operator-code";
import { numberOf } from "../model/number";
import { compareText } from "./comparisons";
import { Forms, formBytes, formLength, formMask } from "./forms";
import { Resolver } from "./resolver";
import { MAX_CAPTURES, Transaction } from "./transaction";

@final
export class Asker {
  private slots: StaticArray<u32> = new StaticArray<u32>(2 * MAX_CAPTURES);

  constructor(
    private forms: Forms,
    private resolver: Resolver,
  ) {}

  /** Whether an operator says yes to a form. */
  ask(code: OperatorCode, form: usize, tx: Transaction): bool {
    const bytes = formBytes(form);
    const length = formLength(form);
    if (code.gate >= 0) {
      if (!this.forms.opens(form, code.gate)) return false;
      if (code.gateDecides) return true;
    }
    if (code.setCount > 0 && !this.forms.holds(form, code.sets, code.setCount)) return false;
    const regex = code.regex;
    if (regex !== null) return matches(regex, bytes, length);
    // Code needs more than one word.
    if (code.needsMark && (formMask(form) & NOT_PLAIN) == 0) return false;
    if (code.judged != 0) return operatorMatches(code.operator, code.judged, bytes, length);
    const phrases = code.phrases;
    if (phrases !== null) return findLiteral(phrases, bytes, length) >= 0;
    return this.compare(code, bytes, length, tx);
  }

  private compare(code: OperatorCode, bytes: usize, length: u32, tx: Transaction): bool {
    if (code.operator == Operator.UnconditionalMatch) return true;
    if (code.operator == Operator.NoMatch) return false;
    const macro = code.macro;
    let argument = code.argument.ptr;
    let argumentLength = code.argument.length;
    let wanted = code.number;
    const isNumeric = <i32>code.operator >= Operator.Eq && <i32>code.operator <= Operator.Ne;
    if (macro !== null) {
      this.resolver.expand(macro, tx);
      argument = this.resolver.bytes;
      argumentLength = this.resolver.length;
      if (isNumeric) wanted = numberOf(argument, argumentLength);
    }
    if (isNumeric) return compareNumbers(code.operator, numberOf(bytes, length), wanted);
    return compareText(code.operator, bytes, length, argument, argumentLength);
  }

  /** Puts what the last yes found into TX.0 to TX.9. */
  capture(code: OperatorCode, form: usize, tx: Transaction): void {
    const bytes = formBytes(form);
    const length = formLength(form);
    tx.captures = 0;
    const regex = code.regex;
    if (regex !== null) {
      const groups = min<u32>(regex.groups + 1, MAX_CAPTURES);
      const out = changetype<usize>(this.slots); // the payload of a StaticArray
      if (!find(regex, bytes, length, 0, length, false, out, 2 * groups)) return;
      for (let i: u32 = 0; i < groups; i++) {
        const from = this.slots[2 * i];
        const to = this.slots[2 * i + 1];
        if (from == 0xffffffff || to == 0xffffffff) tx.setCapture(i, bytes, 0);
        else tx.setCapture(i, bytes + from, to - from);
      }
      return;
    }
    if (code.phraseList != 0) {
      const end = this.phraseEnd(code, form);
      const size = phraseEndingAt(code.phraseList, bytes, end);
      if (size > 0) tx.setCapture(0, bytes + end - size, size);
      return;
    }
    if (code.judged != 0 && operatorCaptured() != 0) {
      return tx.setCapture(0, operatorCaptured(), operatorCapturedLength());
    }
    tx.setCapture(0, bytes, length);
  }

  /** Offset behind the phrase that ends first. */
  private phraseEnd(code: OperatorCode, form: usize): u32 {
    const phrases = code.phrases;
    const set = phrases === null ? this.forms.setOf(form) : phrases;
    const id: u32 = phrases === null ? <u32>code.gate : 0;
    return set === null ? 0 : firstEndOf(set, formBytes(form), formLength(form), id);
  }
}

function compareNumbers(operator: u32, value: i64, wanted: i64): bool {
  switch (operator) {
    case Operator.Eq:
      return value == wanted;
    case Operator.Ne:
      return value != wanted;
    case Operator.Ge:
      return value >= wanted;
    case Operator.Gt:
      return value > wanted;
    case Operator.Le:
      return value <= wanted;
    default:
      return value < wanted;
  }
}
