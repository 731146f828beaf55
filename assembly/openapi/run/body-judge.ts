// A body against what a description says of its media type: JSON is read into rows, forms and multipart bodies become the object that
// their members make, text is one value. Requests and responses alike.
// Source: OpenAPI 3.0.4 §4.7.13 to §4.7.15, 3.1.1 §4.8.13 to §4.8.15.
import { MultipartBoundary } from "../../http/multipart-boundary";
import { QueryReader } from "../../http/query";
import { Access, SchemaNode, TypeBit } from "../../schema/node";
import { SchemaVerdict } from "../../schema/run/validator";
import { TextVerdict } from "../../schema/run/text-judge";
import { Misfit } from "../fault";
import { FieldPlan, Media } from "../model";
import { BodyKind } from "./body-kind";
import { FieldJudge } from "./field-judge";
import { FormRows, PairKind } from "./form-rows";
import { MultipartJudge } from "./multipart-judge";
import { Coding } from "./pieces";

@final
export class BodyJudge {
  misfit: Misfit = Misfit.None;
  /** Rows of the body judged last; 0: none. */
  top: usize = 0;
  private queries: QueryReader = new QueryReader();
  private form: FormRows;
  private parts: MultipartJudge;

  constructor(private fields: FieldJudge) {
    const form = new FormRows(fields);
    this.form = form;
    this.parts = new MultipartJudge(form);
  }

  /** @param excused access that members of this direction cannot have */
  judge(
    media: Media,
    kind: BodyKind,
    boundary: MultipartBoundary,
    ptr: usize,
    length: u32,
    excused: Access,
  ): TextVerdict {
    const node = media.node;
    this.misfit = Misfit.None;
    this.top = 0;
    if (node === null) return TextVerdict.Valid;
    const values = this.fields.values;
    values.texts.validator.excused = excused;
    switch (kind) {
      case BodyKind.Json: {
        const verdict = values.texts.judge(node, ptr, length, excused);
        this.top = values.texts.tape.top;
        return verdict;
      }
      case BodyKind.Form:
        return this.judgeForm(media, node, ptr, length);
      case BodyKind.Multipart: {
        const fields = media.fields;
        if (fields === null) return TextVerdict.Valid;
        const made = this.parts.makeRows(fields, media.shape, boundary, ptr, length);
        if (made != Misfit.None) return this.refuse(made);
        return this.judgeRows(node);
      }
      default:
        return this.judgeText(media, node, ptr, length);
    }
  }

  private judgeText(media: Media, node: SchemaNode, ptr: usize, length: u32): TextVerdict {
    const rows = this.fields.values.rows;
    for (let asText = 0; asText < 2; asText++) {
      rows.begin();
      const types = asText == 1 ? 0 : media.shape.types;
      if (!rows.scalar(Coding.Plain, ptr, length, types, 0, 0)) return this.refuse(rows.misfit);
      const verdict = this.judgeRows(node);
      // As text once more where it may be one, and was read as something else.
      const isMixed = types != TypeBit.String && (types & TypeBit.String) != 0;
      if (verdict != TextVerdict.Invalid || !isMixed) return verdict;
    }
    return TextVerdict.Invalid;
  }

  /** A form is one object: each of its members is written as a parameter of a query is. */
  private judgeForm(media: Media, node: SchemaNode, ptr: usize, length: u32): TextVerdict {
    const plan = media.fields;
    if (plan === null) return TextVerdict.Valid;
    const made = this.makeRows(media, plan, ptr, length);
    return made == Misfit.None ? this.judgeRows(node) : this.refuse(made);
  }

  private makeRows(media: Media, plan: FieldPlan, ptr: usize, length: u32): Misfit {
    const form = this.form;
    const reader = this.queries;
    form.begin(plan);
    reader.open(ptr, length);
    while (reader.next()) {
      const name = ptr + reader.nameStart;
      const value = ptr + reader.valueStart;
      const nameLength = reader.nameEnd - reader.nameStart;
      const valueLength = reader.valueEnd - reader.valueStart;
      const kind = PairKind.Implied;
      form.sort(plan, Coding.Form, name, nameLength, value, valueLength, kind);
    }
    const known = form.addKnown(plan, Coding.Form);
    if (known != Misfit.None) return known;
    if (form.pairs.hasUnknown) {
      reader.open(ptr, length);
      while (reader.next()) {
        const name = ptr + reader.nameStart;
        const value = ptr + reader.valueStart;
        const nameLength = reader.nameEnd - reader.nameStart;
        const valueLength = reader.valueEnd - reader.valueStart;
        const misfit = form.addFree(
          plan,
          media.shape,
          Coding.Form,
          name,
          nameLength,
          value,
          valueLength,
          PairKind.Implied,
        );
        if (misfit != Misfit.None) return misfit;
      }
    }
    form.close();
    return Misfit.None;
  }

  private judgeRows(node: SchemaNode): TextVerdict {
    const values = this.fields.values;
    this.top = values.rows.top;
    const verdict = values.texts.validator.run(node, this.top);
    if (verdict == SchemaVerdict.Undecided) return TextVerdict.Undecided;
    return verdict == SchemaVerdict.Valid ? TextVerdict.Valid : TextVerdict.Invalid;
  }

  private refuse(misfit: Misfit): TextVerdict {
    this.misfit = misfit;
    this.top = 0;
    return misfit == Misfit.Limit ? TextVerdict.Undecided : TextVerdict.Malformed;
  }
}
