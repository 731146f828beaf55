// Judges fields, whatever they come from: decodes what is written in a coding, asks the detectors, and lets
// exceptions speak before anything is found. Values longer than the detectors take are judged in pieces that
// overlap, so that no evidence falls between two of them.
import { Block } from "../../../base/block";
import {
  JUDGED_BYTES,
  judge as judgeValue,
  prepareDetectors,
  verdictReason,
} from "../../../detect/judge";
import { Trait, traitsOf } from "../../../detect/byte-traits";
import { judgeName } from "../../../detect/judge-name";
import { DetectClass, reasonName } from "../../../detect/verdict";
import { decodeInto } from "../../../fields/decode";
import { Coding, FieldReader, Kind, Place } from "../../../fields/field";
import { equalsLiteral } from "../../../http/literal";
import { Judge } from "../../judge";
import { beginNote, member, memberPath, noteLength, notePtr } from "./evidence";
import { InjectionRules } from "./rules";

/** Bytes that two pieces of a long value share. */
const OVERLAP: u32 = 1024;
/** A piece and what decoding may write past it. */
const SCRATCH_BYTES: u32 = JUDGED_BYTES + 64;
const PATH_BYTES: u32 = 256;
/** Names that are judged; a longer one is a value. */
const NAME_BYTES: u32 = 1024;

@final
export class Inspector {
  /** Exceptions whose paths the request meets, one bit each. */
  exceptions: u64 = 0;
  /** Some class condemned the name or value inspected last, whatever it led to. */
  isCondemned: bool = false;
  private scratch: Block = new Block(SCRATCH_BYTES);
  private path: Block = new Block(PATH_BYTES);

  constructor(
    private rules: InjectionRules,
    private judge: Judge,
  ) {
    prepareDetectors();
  }

  /** Judges the name and the value of a field. True when a finding denies the request. */
  inspect(field: FieldReader): bool {
    return this.inspectBut(field, 0);
  }

  /** As `inspect`, without the classes of `but`. */
  inspectBut(field: FieldReader, but: u32): bool {
    const classes = this.rules.classes[<i32>field.place] & ~but;
    this.isCondemned = false;
    if (classes == 0) return false;
    if (field.nameLength > 0 && namesAreTheClients(field.place)) {
      if (this.inspectName(field, classes)) return true;
    }
    if (field.kind != Kind.Text || field.valueLength == 0) return false;
    if (field.valueLength <= JUDGED_BYTES) {
      return this.inspectPiece(field, field.valuePtr, field.valueLength, classes);
    }
    const step = JUDGED_BYTES - OVERLAP;
    for (let from: u32 = 0; from < field.valueLength; from += step) {
      const size = min(JUDGED_BYTES, field.valueLength - from);
      if (this.inspectPiece(field, field.valuePtr + from, size, classes)) return true;
    }
    return false;
  }

  private inspectPiece(field: FieldReader, ptr: usize, length: u32, classes: u32): bool {
    let at = ptr;
    let size = length;
    if (field.valueCoding != Coding.Plain) {
      at = this.scratch.ptr;
      size = decodeInto(at, field.valueCoding, ptr, length);
    }
    const level = this.rules.level;
    let left = classes;
    let found = judgeValue(at, size, left, level);
    while (found != 0) {
      if (this.finds(field, found)) return true;
      left &= ~found;
      found = left == 0 ? 0 : judgeValue(at, size, left, level);
    }
    return false;
  }

  private inspectName(field: FieldReader, classes: u32): bool {
    let at = field.namePtr;
    let size = min(field.nameLength, NAME_BYTES);
    if (field.nameCoding != Coding.Plain) {
      at = this.scratch.ptr;
      size = decodeInto(at, field.nameCoding, field.namePtr, size);
    }
    const level = this.rules.level;
    let left = classes;
    let found = judgeName(at, size, left, level);
    while (found != 0) {
      if (this.finds(field, found)) return true;
      left &= ~found;
      found = left == 0 ? 0 : judgeName(at, size, left, level);
    }
    if (isPair(field) && namesSpeak(at, size) && this.inspectPair(field, classes)) return true;
    if ((classes & DetectClass.Prototype) == 0 || !equalsLiteral(at, size, "prototype"))
      return false;
    return (
      this.isBelowConstructor(field) && this.report(field, DetectClass.Prototype, "prototype.key")
    );
  }

  /** Name, `=` and value as one: `?1' or 1=1` is a pair to us and one text to who reads the whole query. */
  private inspectPair(field: FieldReader, classes: u32): bool {
    const length = <u32>(field.valuePtr + field.valueLength - field.namePtr);
    const size = decodeInto(this.scratch.ptr, Coding.Form, field.namePtr, min(length, NAME_BYTES));
    const found = judgeValue(this.scratch.ptr, size, classes, this.rules.level);
    return found != 0 && this.finds(field, found);
  }

  /** `constructor.prototype` as two names, one in the other. */
  private isBelowConstructor(field: FieldReader): bool {
    const length = field.writePath(this.path.ptr, PATH_BYTES);
    return length >= 21 && equalsLiteral(this.path.ptr + length - 21, 21, "constructor.prototype");
  }

  /** A class condemns the field. True when that denies the request. */
  private finds(field: FieldReader, kind: u32): bool {
    this.isCondemned = true;
    return this.report(field, kind, reasonName(verdictReason()));
  }

  private report(field: FieldReader, kind: u32, reason: string): bool {
    const status = <i32>ctz(kind);
    if (!this.judge.looksFor(status)) return false;
    const length = field.writePath(this.path.ptr, PATH_BYTES);
    if (this.isExcepted(field.place, kind, length)) return false;
    const denies = this.judge.found(status);
    beginNote(field.place);
    memberPath(this.path.ptr, length);
    member("why", reason);
    this.judge.note(notePtr(), noteLength());
    return denies;
  }

  private isExcepted(place: Place, kind: u32, length: u32): bool {
    const all = this.rules.exceptions;
    for (let met = this.exceptions; met != 0; met &= met - 1) {
      const exception = all[<i32>ctz(met)];
      if ((exception.classes & kind) == 0) continue;
      if (exception.covers(place, this.path.ptr, length)) return true;
    }
    return false;
  }
}

function isPair(field: FieldReader): bool {
  const isForm = field.place == Place.Query || field.place == Place.Form;
  return isForm && field.valueLength > 0;
}

/** Whether a name holds blanks, quotes or brackets of a language: no form has such names. */
function namesSpeak(ptr: usize, length: u32): bool {
  const traits = traitsOf(ptr, ptr + length);
  return (traits & (Trait.Quote | Trait.Paren | Trait.Compare | Trait.Backtick | Trait.Space)) != 0;
}

/** Whether the client chooses the names of fields there; those of XML and of headers are judged elsewhere. */
function namesAreTheClients(place: Place): bool {
  return place != Place.Header && place != Place.XmlText && place != Place.XmlAttribute;
}
