// The parts of a multipart body as pairs of a form, each with the way its own Content-Type has it read.
// Source: OpenAPI 3.0.4 §4.7.15, 3.1.1 §4.8.15; RFC 7578 §4.
import { MediaType, MediaTypeStatus } from "../../http/media-type";
import { MultipartReader, MultipartStatus } from "../../http/multipart";
import { MultipartBoundary } from "../../http/multipart-boundary";
import { Misfit } from "../fault";
import { FieldPlan, MediaRange, Shape } from "../model";
import { BodyKind, kindOfType } from "./body-kind";
import { FormRows, PairKind } from "./form-rows";
import { Coding, MAX_PIECES } from "./pieces";

@final
export class MultipartJudge {
  private reader: MultipartReader = new MultipartReader();
  private type: MediaType = new MediaType();
  private text: MediaRange = new MediaRange("text/plain");

  constructor(private form: FormRows) {
    this.reader.maxParts = MAX_PIECES;
    this.reader.maxFiles = MAX_PIECES;
  }

  /** Makes the rows of the body. Anything but None: why it cannot be read. */
  makeRows(
    plan: FieldPlan,
    shape: Shape,
    boundary: MultipartBoundary,
    ptr: usize,
    length: u32,
  ): Misfit {
    const form = this.form;
    const reader = this.reader;
    const part = reader.headers;
    reader.boundary = boundary;
    reader.begin(ptr, length);
    form.begin(plan);
    while (reader.next()) {
      if (!this.isOfType(plan)) return Misfit.PartType;
      const value = reader.valuePtr;
      const kind = this.kindOfPart();
      const size = reader.valueLength;
      form.sort(plan, Coding.Plain, part.namePtr, part.nameLength, value, size, kind);
    }
    if (reader.status == MultipartStatus.NoBoundary) return Misfit.Style;
    if (reader.status != MultipartStatus.Ok) return Misfit.Limit;
    const known = form.addKnown(plan, Coding.Plain);
    if (known != Misfit.None) return known;
    if (form.pairs.hasUnknown) {
      reader.begin(ptr, length);
      while (reader.next()) {
        const value = reader.valuePtr;
        const size = reader.valueLength;
        const kind = this.kindOfPart();
        const name = part.namePtr;
        const misfit = form.addFree(
          plan,
          shape,
          Coding.Plain,
          name,
          part.nameLength,
          value,
          size,
          kind,
        );
        if (misfit != Misfit.None) return misfit;
      }
    }
    form.close();
    return Misfit.None;
  }

  /** How the part read last is to be read. */
  private kindOfPart(): PairKind {
    const part = this.reader.headers;
    if (part.typePtr == 0) return this.reader.isFile ? PairKind.File : PairKind.Implied;
    if (this.type.read(part.typePtr, part.typeLength) != MediaTypeStatus.Ok) return PairKind.File;
    const kind = kindOfType(this.type);
    if (kind == BodyKind.Json) return PairKind.Json;
    return kind == BodyKind.Text && !this.reader.isFile ? PairKind.Text : PairKind.File;
  }

  /** Whether the part read last is of a type that the encoding of its name allows. */
  private isOfType(plan: FieldPlan): bool {
    const part = this.reader.headers;
    const names = plan.names;
    const place = names === null ? -1 : names.find(part.namePtr, part.nameLength);
    if (place < 0) return true;
    const types = plan.list[plan.owners[place]].partTypes;
    if (types === null) return true;
    const isNamed = part.typePtr != 0;
    if (isNamed && this.type.read(part.typePtr, part.typeLength) != MediaTypeStatus.Ok)
      return false;
    if (!isNamed) return this.allowsText(types);
    for (let i = 0; i < types.length; i++) if (types[i].matches(this.type)) return true;
    return false;
  }

  /** A part without a type is text (RFC 7578 §4.4). */
  private allowsText(types: MediaRange[]): bool {
    this.type.read(this.text.ptr, this.text.length);
    for (let i = 0; i < types.length; i++) if (types[i].matches(this.type)) return true;
    return false;
  }
}
