// All operators of one VM, each prepared once however many rules write it, and the literal sets that gate them. The
// strings that every match of a pattern must contain are collected while rules load; `seal` joins them in one automaton
// for what requests send and one for response bodies. Operators that come after a seal are not gated.
import { ByteBuffer } from "../../base/byte-buffer";
import { isJudged, operatorFault, prepareOperator } from "../../operators/judge";
import { phraseAutomaton, phraseList } from "../../operators/phrase-list";
import { nextPhrase, openPhrases } from "../../operators/phrases";
import { Operator } from "../../operators/table";
import {
  findRequired,
  requiredByte,
  requiredCount,
  requiredLength,
} from "../../regex/literal/required";
import { findRequiredBytes } from "../../regex/literal/required-bytes";
import {
  addLiteral,
  closeLiterals,
  freeLiterals,
  openLiterals,
} from "../../regex/literal/literal-set";
import { LiteralSet } from "../../regex/literal/states";
import { Regex, compileRegex, freeRegex } from "../../regex/regex";
import { RegexFlag } from "../../regex/status";
import { parsePattern } from "../../regex/syntax/parser";
import { sourceFailureOffset, sourceStatus } from "../../regex/syntax/source";
import { Text } from "../../seclang/text";
import { macroFault, namesVariable, parseMacro } from "../model/macro";
import { numberOf } from "../model/number";
import { OperatorCode, UNGATED } from "../model/operator-code";
import { hashOf } from "./operator-hash";
import { regexReason } from "./regex-reason";

/** What a rule's values come from: which literal set must know its operator. */
export const enum Side {
  Request = 1,
  Response = 2,
}

/** Bytes of dense rows of the joined automata: what ordinary requests and responses visit. */
const REQUEST_DENSE_BYTES: u32 = 524288;
const RESPONSE_DENSE_BYTES: u32 = 262144;
@final
export class OperatorStore {
  /** Why `prepare` answered null. */
  fault: string = "";
  /** Gates so far. */
  gates: i32 = 0;
  requestSet: LiteralSet | null = null;
  responseSet: LiteralSet | null = null;
  private codes: OperatorCode[] = [];
  private byHash: Map<u64, i32> = new Map();
  private sides: u8[] = [];
  /** Records of gate u32, length u32, bytes. */
  private literals: ByteBuffer = new ByteBuffer();
  /** Patterns for names. */
  private patterns: usize[] = [];
  private isSealed: bool = false;
  /** A sealed store whose operators are used as they are. */
  private under: OperatorStore | null = null;

  /** A store that begins with what a sealed one holds, and leaves that one as it is. */
  static over(sealed: OperatorStore): OperatorStore {
    const store = new OperatorStore();
    store.under = sealed;
    store.isSealed = true;
    store.gates = sealed.gates;
    store.requestSet = sealed.requestSet;
    store.responseSet = sealed.responseSet;
    return store;
  }

  /**
   * The prepared form of an operator; null when its argument is refused (fault).
   * @param content bytes of the file an argument names; else the argument itself
   * @param captures groups and the place of a match will be asked for
   */
  prepare(
    operator: u32,
    argument: Text,
    content: Text,
    captures: bool,
    side: Side,
  ): OperatorCode | null {
    const hash = hashOf(operator, content, captures);
    const under = this.under;
    if (under !== null && under.byHash.has(hash))
      return under.prepare(operator, argument, content, captures, side);
    const known = this.byHash.has(hash) ? this.byHash.get(hash) : -1;
    if (known >= 0) {
      const code = this.codes[known];
      if ((this.sides[known] & (<u8>side)) == 0) {
        // Its literals are missing from the other set: only an operator that was sealed away matters.
        if (this.isSealed) return this.ungatedCopy(code);
        this.sides[known] |= <u8>side;
      }
      return code;
    }
    const code = new OperatorCode(operator, argument);
    if (!this.fill(code, content, captures)) return null;
    this.byHash.set(hash, this.codes.length);
    this.codes.push(code);
    this.sides.push(<u8>side);
    return code;
  }

  /** A rule that will run needs an operator: patterns are compiled only then. */
  use(code: OperatorCode): void {
    if (code.isUsed) return;
    code.isUsed = true;
    // Its literals are in no sealed set.
    if (this.isSealed) {
      code.gate = UNGATED;
      code.gateDecides = false;
    }
    const flags = code.flags;
    if (flags != 0) code.regex = compileRegex(code.content.ptr, code.content.length, flags);
    if (code.isPhrases) this.keepPhrases(code);
  }

  /** Keeps a pattern that a target or a control picks names by. */
  own(pattern: Regex): void {
    this.patterns.push(changetype<usize>(pattern)); // unmanaged: the reference is the address
  }

  /** Gives back everything that was prepared; no rule of it may run any more. */
  dispose(): void {
    for (let i = 0; i < this.codes.length; i++) {
      const code = this.codes[i];
      const regex = code.regex;
      const phrases = code.phrases;
      if (regex !== null) freeRegex(regex);
      if (phrases !== null) freeLiterals(phrases);
      if (code.judged != 0) heap.free(code.judged);
      if (code.phraseList != 0) heap.free(code.phraseList);
      if (code.sets != 0) heap.free(code.sets);
    }
    for (let i = 0; i < this.patterns.length; i++) {
      freeRegex(changetype<Regex>(this.patterns[i])); // stored by `own` from a Regex
    }
    const request = this.requestSet;
    const response = this.responseSet;
    // Over another store they are that one's.
    if (request !== null && this.under === null) freeLiterals(request);
    if (response !== null && this.under === null) freeLiterals(response);
    this.literals.dispose();
    this.codes = [];
    this.patterns = [];
  }

  /** Builds the literal sets; again only when gated operators were added since. */
  seal(): void {
    if (this.isSealed) return;
    this.isSealed = true;
    this.requestSet = this.setOf(Side.Request);
    this.responseSet = this.setOf(Side.Response);
    this.literals.dispose();
  }

  private ungatedCopy(code: OperatorCode): OperatorCode {
    if (code.gate == UNGATED) return code;
    const copy = new OperatorCode(code.operator, code.argument);
    copy.content = code.content;
    copy.flags = code.flags;
    if (code.setCount > 0) {
      copy.setCount = code.setCount;
      copy.sets = heap.alloc(32 * code.setCount);
      memory.copy(copy.sets, code.sets, 32 * code.setCount);
    }
    copy.isPhrases = code.isPhrases;
    this.codes.push(copy);
    this.sides.push(0);
    return copy;
  }

  private fill(code: OperatorCode, content: Text, captures: bool): bool {
    switch (code.operator) {
      case Operator.Rx:
      case Operator.RxGlobal:
        return this.fillRegex(code, content, captures);
      case Operator.Pm:
      case Operator.PmFromFile:
      case Operator.PmFromDataset:
        return this.fillPhrases(code, content);
      case Operator.RestPath:
        return this.refuse("is not supported: write the path as a pattern of @rx");
    }
    if (isJudged(code.operator)) {
      code.needsMark = code.operator == Operator.DetectSqli || code.operator == Operator.DetectXss;
      code.judged = prepareOperator(code.operator, content.ptr, content.length);
      return code.judged != 0 || this.refuse(operatorFault());
    }
    const macro = parseMacro(content, this.patterns);
    if (!macro.isPlain) code.macro = macro;
    else if (macroFault().length > 0) return this.refuse(macroFault());
    code.number = numberOf(content.ptr, content.length);
    return true;
  }

  private refuse(fault: string): bool {
    this.fault = fault;
    return false;
  }

  private fillRegex(code: OperatorCode, pattern: Text, captures: bool): bool {
    if (namesVariable(pattern)) {
      return this.refuse(
        "a macro in a pattern, which is compiled before any request is there: compare with @streq, @beginsWith, @endsWith, @contains or @within",
      );
    }
    const groups: u32 = captures ? 0 : RegexFlag.NO_CAPTURES;
    const flags: u32 = RegexFlag.MULTI_LINE | RegexFlag.DOT_ALL | groups;
    const root = parsePattern(pattern.ptr, pattern.length, flags);
    if (root == 0) {
      return this.refuse(
        `${regexReason(sourceStatus())} at byte ${sourceFailureOffset()} of the pattern`,
      );
    }
    if (!this.isSealed && findRequired(root)) this.keepRequired(code);
    code.content = pattern;
    code.flags = flags;
    const sets = memory.data(128, 16);
    code.setCount = findRequiredBytes(root, sets);
    if (code.setCount > 0) {
      code.sets = heap.alloc(32 * code.setCount);
      memory.copy(code.sets, sets, 32 * code.setCount);
    }
    return true;
  }

  private keepRequired(code: OperatorCode): void {
    code.gate = this.gates++;
    for (let i: u32 = 0; i < requiredCount(); i++) {
      const length = requiredLength(i);
      const room = this.open(code.gate, length);
      for (let at: u32 = 0; at < length; at++) store<u8>(room + at, requiredByte(i, at));
      this.literals.length += length;
    }
  }

  /** Begins a record; returns where its bytes go. */
  private open(gate: i32, length: u32): usize {
    const literals = this.literals;
    const room = literals.reserve(8 + length);
    store<u32>(room, <u32>gate);
    store<u32>(room, length, 4);
    literals.length += 8;
    return room + 8;
  }

  private fillPhrases(code: OperatorCode, content: Text): bool {
    const phrase = new ByteBuffer();
    if (!this.isSealed) {
      code.gate = this.gates++;
      code.gateDecides = true;
    }
    let count = 0;
    openPhrases(content.ptr, content.length, code.operator != Operator.Pm);
    while (nextPhrase(phrase)) {
      count++;
      if (code.gate != UNGATED) {
        memory.copy(this.open(code.gate, phrase.length), phrase.ptr, phrase.length);
        this.literals.length += phrase.length;
      }
      phrase.length = 0;
    }
    phrase.dispose();
    code.content = content;
    code.isPhrases = true;
    return count > 0 || this.refuse("has no phrases");
  }

  /** What finds the phrase that occurred: the list beside the joined automaton, else an automaton of its own. */
  private keepPhrases(code: OperatorCode): void {
    const fromFile = code.operator != Operator.Pm;
    code.phraseList = phraseList(code.content.ptr, code.content.length, fromFile);
    if (code.gate == UNGATED)
      code.phrases = phraseAutomaton(code.content.ptr, code.content.length, fromFile);
  }

  private setOf(side: Side): LiteralSet {
    const literals = this.literals;
    const sideOf = new StaticArray<u8>(max<i32>(1, this.gates));
    for (let i = 0; i < this.codes.length; i++) {
      if (this.codes[i].gate >= 0 && this.codes[i].isUsed)
        sideOf[this.codes[i].gate] = this.sides[i];
    }
    openLiterals(true);
    let at: u32 = 0;
    while (at < literals.length) {
      const gate = load<u32>(literals.ptr + at);
      const length = load<u32>(literals.ptr + at, 4);
      if ((sideOf[gate] & (<u8>side)) != 0) addLiteral(literals.ptr + at + 8, length, gate);
      at += 8 + length;
    }
    return closeLiterals(side == Side.Request ? REQUEST_DENSE_BYTES : RESPONSE_DENSE_BYTES);
  }
}
