// Test door to the openapi room: a description in, then requests and responses, and every fault as a line of text.
import { HeaderMap } from "../../http/header-map";
import { KnownHeader } from "../../http/header-name";
import { indexOfByte } from "../../base/find-byte";
import { MediaType, MediaTypeStatus } from "../../http/media-type";
import { MultipartBoundary } from "../../http/multipart-boundary";
import { ApiLoader } from "../../openapi/load/loader";
import { Api } from "../../openapi/api";
import { ApiFault, Misfit, Witness, misfitName } from "../../openapi/fault";
import { Body } from "../../openapi/model";
import { answerOf, mediaOf } from "../../openapi/run/answer-check";
import { BodyKind, kindOfType } from "../../openapi/run/body-kind";
import { Engine } from "../../openapi/run/engine";
import { keywordName } from "../../schema/keyword";
import { pointerBelow } from "../../schema/load/rows";
import { Access } from "../../schema/node";
import { TextVerdict } from "../../schema/run/text-judge";

@final
class Lines extends Witness {
  text: string = "";
  /** Faults that are not looked for, one bit each. */
  off: u32 = (1 << ApiFault.ParameterReserved) | (1 << ApiFault.CredentialMissing);
  /** Only counted: what is asked again and again must not allocate. */
  isQuiet: bool = false;
  count: i32 = 0;

  found(fault: ApiFault): bool {
    if (!this.looksFor(fault)) {
      this.clear();
      return false;
    }
    this.count++;
    if (this.isQuiet) return true;
    this.text += `${<i32>fault}`;
    const parameter = this.parameter;
    if (parameter !== null) {
      const name = String.UTF8.decodeUnsafe(parameter.name.ptr, parameter.name.length);
      this.text += ` ${name}`;
    }
    if (this.misfit != Misfit.None) this.text += ` ${misfitName(this.misfit)}`;
    else if (this.row != 0) {
      this.text += ` ${keywordName(this.keyword)} at "${pointerBelow(this.top, this.row)}"`;
    }
    this.text += "\n";
    this.clear();
    return false;
  }

  clear(): void {
    this.misfit = Misfit.None;
    this.row = 0;
    this.top = 0;
    this.parameter = null;
  }

  looksFor(fault: ApiFault): bool {
    return (this.off & (1 << fault)) == 0;
  }
}

let api: Api | null = null;
let engine: Engine | null = null;
const lines = new Lines();
const headers = new HeaderMap();
const type = new MediaType();
const boundary = new MultipartBoundary();

/** Takes `size` bytes the caller writes into; never given back. */
export function reserve(size: u32): usize {
  return heap.alloc(size);
}

/** Loads a description; the answer is its faults, a line each. @param base a base path; empty: those of its servers */
export function loadApi(ptr: usize, length: u32): string {
  engine = null;
  const last = api;
  if (last !== null) last.dispose();
  api = null;
  // @ts-ignore: a built-in that the portable typings do not list
  __collect();
  const loaded = new ApiLoader(1, true).load(ptr, length, null);
  let text = "";
  for (let i = 0; i < loaded.faults.length; i++) {
    const fault = loaded.faults[i];
    text += `${fault.pointer}: ${fault.message} (${fault.mend})\n`;
  }
  api = loaded;
  if (loaded.faults.length == 0) engine = new Engine(loaded, 1048576, 65536, 1);
  // The collector knows nothing of locals: what is told has to hang off a global.
  lines.text = text;
  // @ts-ignore: a built-in that the portable typings do not list
  __collect();
  return lines.text;
}

export function operations(): i32 {
  return api!.operations.length;
}

/** Faults that are looked for: bits that are off. */
export function switchOff(bits: u32): void {
  lines.off = bits;
}

export function quiet(isQuiet: bool): void {
  lines.isQuiet = isQuiet;
}

/** Judges a request: its headers as a block of pairs, its body behind. */
export function judge(block: usize, size: u32, body: usize, bodyLength: u32): string {
  lines.text = "";
  lines.clear();
  run(block, size, body, bodyLength);
  return lines.text;
}

/** As `judge`, and tells only how many faults there were. */
export function count(block: usize, size: u32, body: usize, bodyLength: u32): i32 {
  lines.count = 0;
  run(block, size, body, bodyLength);
  return lines.count;
}

function run(block: usize, size: u32, body: usize, bodyLength: u32): void {
  const judges = engine!;
  headers.read(block, size);
  const method = headers.first(KnownHeader.Method);
  const path = headers.first(KnownHeader.Path);
  const target = headers.value(path);
  const length = headers.valueLength(path);
  const mark = indexOfByte(target, 0, length, 0x3f);
  const head = judges.head;
  head.path = target;
  head.pathLength = mark;
  head.query = target + min(mark + 1, length);
  head.queryLength = length - min(mark + 1, length);
  head.headers = headers;
  if (judges.judgeHead(headers.value(method), headers.valueLength(method), lines)) return;
  const operation = judges.operation;
  if (operation === null) return;
  const spec = operation.body;
  if (spec !== null) judgeBody(judges, spec, body, bodyLength);
}

function judgeBody(judges: Engine, spec: Body, body: usize, length: u32): void {
  lines.parameter = null;
  if (length == 0) {
    if (spec.isRequired) lines.found(ApiFault.BodyMissing);
    return;
  }
  const row = headers.first(KnownHeader.ContentType);
  const isRead =
    row >= 0 && type.read(headers.value(row), headers.valueLength(row)) == MediaTypeStatus.Ok;
  const media = isRead ? mediaOf(spec.media, type) : null;
  if (media === null) {
    lines.found(ApiFault.BodyType);
    return;
  }
  const kind = kindOfType(type);
  if (kind == BodyKind.Multipart) boundary.read(headers.value(row), headers.valueLength(row));
  if (kind == BodyKind.Other) return;
  const verdict = judges.bodies.judge(media, kind, boundary, body, length, Access.ReadOnly);
  tell(judges, verdict, ApiFault.BodyMalformed);
}

function tell(judges: Engine, verdict: TextVerdict, base: i32): void {
  if (verdict == TextVerdict.Valid) return;
  const validator = judges.texts.validator;
  lines.misfit = judges.bodies.misfit;
  lines.top = verdict == TextVerdict.Invalid ? judges.bodies.top : 0;
  lines.row = lines.top == 0 ? 0 : validator.failedRow;
  lines.keyword = validator.failedKeyword;
  const step = verdict == TextVerdict.Malformed ? 0 : verdict == TextVerdict.Invalid ? 1 : 2;
  lines.found(<ApiFault>(base + step));
}

/** Judges a response to the request judged last. */
export function answer(status: u32, block: usize, size: u32, body: usize, length: u32): string {
  lines.text = "";
  runAnswer(status, block, size, body, length);
  return lines.text;
}

/** As `answer`, and tells only how many faults there were. */
export function countAnswer(status: u32, block: usize, size: u32, body: usize, length: u32): i32 {
  lines.count = 0;
  runAnswer(status, block, size, body, length);
  return lines.count;
}

function runAnswer(status: u32, block: usize, size: u32, body: usize, length: u32): void {
  const judges = engine!;
  lines.clear();
  headers.read(block, size);
  const operation = judges.operation;
  if (operation === null) return;
  const found = answerOf(operation, status);
  if (found === null) {
    lines.found(ApiFault.ResponseUnknown);
    return;
  }
  if (judges.answers.judgeHeaders(found, headers, lines)) return;
  lines.parameter = null;
  if (length == 0 || found.media.length == 0) return;
  const row = headers.first(KnownHeader.ContentType);
  const isRead =
    row >= 0 && type.read(headers.value(row), headers.valueLength(row)) == MediaTypeStatus.Ok;
  const media = isRead ? mediaOf(found.media, type) : null;
  if (media === null) lines.found(ApiFault.ResponseType);
  else if (kindOfType(type) != BodyKind.Other) {
    const kind = kindOfType(type);
    const verdict = judges.bodies.judge(media, kind, boundary, body, length, Access.WriteOnly);
    tell(judges, verdict, ApiFault.ResponseMalformed);
  }
}
