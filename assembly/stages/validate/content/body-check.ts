// Reads a whole body by its format, gives every field to the inspector, and says what is wrong with the body
// itself. A body of which only the beginning came may end anywhere.
import { FieldReader, FieldsStatus, Place } from "../../../fields/field";
import { SingleField } from "../../../fields/headers";
import { JsonFields } from "../../../fields/json";
import { MultipartFields } from "../../../fields/multipart";
import { FormFields } from "../../../fields/pairs";
import { XmlFields } from "../../../fields/xml";
import { MultipartStatus } from "../../../http/multipart";
import { MultipartBoundary } from "../../../http/multipart-boundary";
import { MultipartFlag, MultipartFlags, multipartFlagName } from "../../../http/multipart-flag";
import { JsonLimits } from "../../../json/limits";
import { JsonReader } from "../../../json/reader";
import { JsonStatus } from "../../../json/status";
import { XmlLimits } from "../../../xml/limits";
import { XmlReader } from "../../../xml/reader";
import { XmlStatus } from "../../../xml/status";
import { Judge } from "../../judge";
import { BodyFormat } from "./body-format";
import { beginNote, member, noteLength, notePtr } from "./evidence";
import { Inspector } from "./inspector";
import { BodyRules, InjectionRules, UploadRules } from "./rules";
import { ContentStatus } from "./status";
import { UploadCheck } from "./uploads";

@final
export class BodyCheck {
  private forms: FormFields = new FormFields();
  private parts: MultipartFields = new MultipartFields();
  private single: SingleField = new SingleField();
  private json: JsonFields;
  private xml: XmlFields;
  private uploads: UploadCheck;
  /** Only the beginning of the body came. */
  private isPartial: bool = false;

  constructor(
    private injection: InjectionRules,
    private inspector: Inspector,
    private judge: Judge,
    bodies: BodyRules,
    uploads: UploadRules,
  ) {
    const json = new JsonLimits();
    json.maxBytes = bodies.maxBytes;
    json.maxStringBytes = bodies.maxBytes;
    json.maxNumberBytes = bodies.maxBytes;
    json.maxElements = u32.MAX_VALUE - 1;
    json.maxMembers = u32.MAX_VALUE - 1;
    json.maxKeys = u32.MAX_VALUE - 1;
    json.maxDepth = 256;
    // Each of two members of one name is judged: which of them counts is the server's choice.
    json.refuseDuplicates = false;
    json.allowLoneSurrogates = true;
    this.json = new JsonFields(new JsonReader(json));
    const xml = new XmlLimits();
    xml.maxBytes = bodies.maxBytes;
    xml.maxElements = u32.MAX_VALUE - 1;
    xml.maxDepth = 256;
    this.xml = new XmlFields(new XmlReader(xml));
    this.uploads = new UploadCheck(uploads, judge);
    this.parts.reader.maxParts = bodies.maxParts;
    this.parts.reader.maxFiles = uploads.maxFiles;
  }

  /**
   * Judges a body. True when a finding denies the request.
   * @param boundary of a multipart body
   */
  check(
    format: BodyFormat,
    body: usize,
    length: u32,
    boundary: MultipartBoundary,
    isPartial: bool,
  ): bool {
    this.isPartial = isPartial;
    switch (format) {
      case BodyFormat.Form:
        this.forms.open(body, length, Place.Form);
        return this.inspectAll(this.forms);
      case BodyFormat.Json:
        return this.checkJson(body, length);
      case BodyFormat.Multipart:
        return this.checkMultipart(body, length, boundary);
      case BodyFormat.Xml:
        return this.checkXml(body, length);
      default:
        this.single.open(body, length, Place.Text);
        return this.inspectAll(this.single);
    }
  }

  /** As `check`, for a body that did not say what it is: what is no JSON is text. */
  checkJsonOrText(body: usize, length: u32): bool {
    this.isPartial = false;
    this.json.open(body, length);
    if (this.inspectAll(this.json)) return true;
    if (this.json.status == FieldsStatus.Ok) return false;
    this.single.open(body, length, Place.Text);
    return this.inspectAll(this.single);
  }

  private inspectAll(fields: FieldReader): bool {
    while (fields.next()) if (this.inspector.inspect(fields)) return true;
    return false;
  }

  private checkJson(body: usize, length: u32): bool {
    if (length == 0) return false;
    const json = this.json;
    json.open(body, length);
    if (this.inspectAll(json)) return true;
    if (json.status == FieldsStatus.Ok) return false;
    const reader = json.reader;
    if (this.isPartial && reader.status == JsonStatus.UnexpectedEnd) return false;
    return this.judge.found(ContentStatus.JsonMalformed, reader.faultOffset);
  }

  private checkXml(body: usize, length: u32): bool {
    if (length == 0) return false;
    const xml = this.xml;
    xml.open(body, length);
    if (this.inspectAll(xml)) return true;
    if (xml.status == FieldsStatus.Ok) return false;
    const status = xml.reader.status;
    const offset = xml.reader.faultOffset;
    if (this.isPartial && status == XmlStatus.UnexpectedEnd) return false;
    if (status == XmlStatus.DocumentType)
      return this.judge.found(ContentStatus.XmlDocumentType, offset);
    return this.judge.found(ContentStatus.XmlMalformed, offset);
  }

  private checkMultipart(body: usize, length: u32, boundary: MultipartBoundary): bool {
    const parts = this.parts;
    const reader = parts.reader;
    reader.boundary = boundary;
    parts.open(body, length);
    while (parts.next()) {
      if (this.inspector.inspect(parts)) return true;
      if (parts.place == Place.FileName && this.uploads.judgeName(parts)) return true;
      if (parts.place == Place.File && this.uploads.judgeFile(parts, this.injection.level))
        return true;
    }
    if (reader.status == MultipartStatus.TooManyFiles) {
      return this.judge.found(ContentStatus.UploadTooMany, reader.files, reader.maxFiles);
    }
    if (reader.status == MultipartStatus.TooManyParts) {
      return this.judge.found(ContentStatus.MultipartTooLarge, reader.parts, reader.maxParts);
    }
    if (reader.status == MultipartStatus.HeadersTooLarge) {
      return this.judge.found(ContentStatus.MultipartTooLarge);
    }
    return this.judgeFlags(reader.flags, boundary);
  }

  private judgeFlags(flags: u32, boundary: MultipartBoundary): bool {
    flags &= ~MultipartFlags.Harmless;
    if (this.isPartial) flags &= ~MultipartFlag.Incomplete;
    // Parts of other multipart types need no name.
    if (!boundary.isFormData) flags &= ~MultipartFlag.PartInvalid;
    const lacksBoundary = boundary.length == 0;
    if (flags == 0 && !lacksBoundary) return false;
    if (!this.judge.looksFor(ContentStatus.MultipartMalformed)) return false;
    const denies = this.judge.found(ContentStatus.MultipartMalformed, flags);
    beginNote(Place.Part);
    member("why", lacksBoundary ? "boundary_missing" : multipartFlagName(ctz(flags)));
    this.judge.note(notePtr(), noteLength());
    return denies;
  }
}
