// Parameters that were gathered as pairs (queries, cookies, forms) or as one text (paths, headers): from their style to pieces, from pieces to
// the schema's verdict.
// Source: OpenAPI 3.0.4 §4.7.12, 3.1.1 §4.8.12.
import { ApiFault, Misfit, Witness } from "../fault";
import { FieldPlan, Parameter } from "../model";
import { In, Style } from "../style";
import { Planner } from "../load/plans";
import { Coding, Pieces } from "./pieces";
import { Pairs } from "./pairs";
import { NO_READING, readingAt } from "./shape-of-text";
import { Reading, split } from "./split";
import { ValueJudge } from "./value-judge";

@final
export class FieldJudge {
  readonly pieces: Pieces = new Pieces();

  constructor(readonly values: ValueJudge) {}

  /** Judges one text of a path or a header. True: the request is denied. */
  text(
    parameter: Parameter,
    coding: Coding,
    ptr: usize,
    length: u32,
    witness: Witness,
    fault: ApiFault,
  ): bool {
    if (parameter.isJson) {
      const holds = this.values.holdsJson(parameter, coding, ptr, length);
      return !holds && this.tell(parameter, witness, fault);
    }
    let misfit = Misfit.Style;
    for (let place = 0; ; place++) {
      const reading = readingAt(parameter, place);
      if (reading == NO_READING) break;
      this.pieces.begin(coding);
      if (!split(parameter, <Reading>reading, ptr, length, this.pieces)) continue;
      if (this.values.holds(parameter, <Reading>reading, this.pieces)) return false;
      misfit = this.values.misfit;
    }
    this.values.misfit = misfit;
    return this.tell(parameter, witness, fault);
  }

  /** Judges a parameter by its pairs. True: the request is denied. */
  pairs(plan: FieldPlan, owner: i32, pairs: Pairs, coding: Coding, witness: Witness): bool {
    const parameter = plan.list[owner];
    const count = pairs.countOf(owner);
    if (count == 0) {
      if (!parameter.isRequired) return false;
      this.values.misfit = Misfit.None;
      this.values.top = 0;
      return this.tell(parameter, witness, ApiFault.ParameterMissing);
    }
    const only = pairs.first(owner);
    // A parameter that may be empty, and is, counts as unused.
    if (parameter.allowsEmpty && count == 1 && pairs.valueLength(only) == 0) return false;
    const own = parameter.allowsReserved && coding == Coding.Form ? Coding.Percent : coding;
    if (this.holdsPairs(plan, owner, pairs, own)) return false;
    return this.tell(parameter, witness, ApiFault.ParameterInvalid);
  }

  private holdsPairs(plan: FieldPlan, owner: i32, pairs: Pairs, coding: Coding): bool {
    const parameter = plan.list[owner];
    const first = pairs.first(owner);
    if (parameter.isJson) {
      if (pairs.countOf(owner) > 1) return this.values.refuse(Misfit.Repeated);
      return this.values.holdsJson(parameter, coding, pairs.value(first), pairs.valueLength(first));
    }
    let misfit = Misfit.Style;
    for (let place = 0; ; place++) {
      const reading = readingAt(parameter, place);
      if (reading == NO_READING) break;
      this.pieces.begin(coding);
      const gathered = this.gather(parameter, <Reading>reading, owner, pairs);
      if (gathered != Misfit.None) {
        if (misfit == Misfit.Style) misfit = gathered;
        continue;
      }
      if (this.values.holds(parameter, <Reading>reading, this.pieces)) return true;
      misfit = this.values.misfit;
    }
    return this.values.refuse(misfit);
  }

  /** Makes pieces of a parameter's pairs. Anything but None: they are not written as the style asks. */
  gather(parameter: Parameter, reading: Reading, owner: i32, pairs: Pairs): Misfit {
    const pieces = this.pieces;
    if (parameter.style == Style.DeepObject) {
      return pairs.addDeep(owner, parameter, pieces) ? Misfit.None : Misfit.Style;
    }
    if (reading == Reading.Object && Planner.spreads(parameter)) {
      pairs.addAll(owner, true, pieces);
      return Misfit.None;
    }
    if (reading == Reading.Array && parameter.explode) {
      pairs.addAll(owner, false, pieces);
      return Misfit.None;
    }
    if (pairs.countOf(owner) > 1) return Misfit.Repeated;
    const pair = pairs.first(owner);
    const isRead = split(parameter, reading, pairs.value(pair), pairs.valueLength(pair), pieces);
    return isRead ? Misfit.None : Misfit.Style;
  }

  private tell(parameter: Parameter, witness: Witness, fault: ApiFault): bool {
    const values = this.values;
    const validator = values.texts.validator;
    witness.parameter = parameter;
    witness.misfit = values.misfit;
    witness.top =
      values.misfit == Misfit.None && fault != ApiFault.ParameterMissing ? values.top : 0;
    witness.row = witness.top == 0 ? 0 : validator.failedRow;
    witness.keyword = validator.failedKeyword;
    witness.missing = validator.missingPtr;
    witness.missingLength = validator.missingLength;
    return witness.found(fault);
  }
}

/** Whether a value holds reserved characters that stand for themselves although they must be encoded (RFC 3986 §2.2). */
export function holdsReserved(parameter: Parameter, ptr: usize, length: u32): bool {
  if (parameter.allowsReserved || parameter.place != In.Query) return false;
  for (let i: u32 = 0; i < length; i++) {
    switch (load<u8>(ptr + i)) {
      case 0x3a:
      case 0x2f:
      case 0x3f:
      case 0x5b:
      case 0x5d:
      case 0x40:
      case 0x21:
      case 0x24:
      case 0x27:
      case 0x28:
      case 0x29:
      case 0x2a:
      case 0x3b:
        return true;
      case 0x2c:
        // The delimiter of a style that joins.
        if (parameter.explode || parameter.style != Style.Form) return true;
        break;
      default:
        break;
    }
  }
  return false;
}
