// Fills the values of a request from its body, by the processor that its type or a rule chose: arguments of a form, the
// members of JSON, the parts of multipart, the texts and attributes of XML. What a reader refuses sets REQBODY_ERROR, and
// the rules decide what that means.
import { Coding, FieldReader, FieldsStatus, Kind, Place } from "../../fields/field";
import { decodeInto } from "../../fields/decode";
import { JsonFields } from "../../fields/json";
import { MultipartFields } from "../../fields/multipart";
import { XmlFields } from "../../fields/xml";
import { MultipartFlag, MultipartFlags } from "../../http/multipart-flag";
import { JsonLimits } from "../../json/limits";
import { JsonReader } from "../../json/reader";
import { Text, TextPool } from "../../seclang/text";
import { Variable } from "../../seclang/variable-table";
import { XmlLimits } from "../../xml/limits";
import { XmlReader } from "../../xml/reader";
import { NUMBER_BYTES, writeNumber } from "../model/number";
import { MULTIPART_VARIABLES, saysMultipart } from "./multipart-variables";
import { RequestReader } from "./request-reader";
import { Processor, Transaction } from "./transaction";
import { makeValue, nextValue } from "./value";

/** Values inside values that the reader has room for. */
const MAX_JSON_DEPTH: u32 = 512;
/** Bytes of a JSON path. */
const PATH_BYTES: u32 = 1024;

@final
export class BodyReader {
  private json: JsonFields;
  private xml: XmlFields;
  private multipart: MultipartFields = new MultipartFields();
  /** Bytes of all files of the body that is read. */
  private filesSize: i64 = 0;
  /** Bytes of the body without files: of multipart the fields and all header lines (ModSecurity). */
  private plainSize: i64 = 0;
  private pool: TextPool = new TextPool();
  private yes: Text = this.pool.of("1");
  private no: Text = this.pool.of("0");
  private allText: Text = this.pool.of("/*");
  private allAttributes: Text = this.pool.of("//@*");
  private failed: Text = this.pool.of("the body is not what its type says");

  constructor(private reader: RequestReader) {
    const json = new JsonLimits();
    json.refuseDuplicates = false;
    json.allowLoneSurrogates = true;
    json.maxBytes = 64 * 1048576;
    json.maxStringBytes = 64 * 1048576;
    json.maxMembers = 65536;
    json.maxKeys = 65536;
    json.maxDepth = MAX_JSON_DEPTH;
    const xml = new XmlLimits();
    xml.maxBytes = 64 * 1048576;
    this.json = new JsonFields(new JsonReader(json));
    this.xml = new XmlFields(new XmlReader(xml));
  }

  /** What the rules see when there is no body, or before it came. */
  empty(tx: Transaction): void {
    this.flag(tx, Variable.ReqbodyError, false);
    this.flag(tx, Variable.ReqbodyProcessorError, false);
    this.flag(tx, Variable.MultipartStrictError, false);
    this.flag(tx, Variable.MultipartUnmatchedBoundary, false);
    this.multipartFlags(tx, 0);
    this.flag(tx, Variable.UrlencodedError, false);
    this.flag(tx, Variable.InboundDataError, false);
    this.flag(tx, Variable.OutboundDataError, false);
    this.reader.number(tx, Variable.FilesCombinedSize, 0);
  }

  private flag(tx: Transaction, variable: u32, value: bool): void {
    const text = value ? this.yes : this.no;
    tx.values.drop(variable);
    this.reader.single(tx, variable, text.ptr, text.length);
  }

  /**
   * Reads a body of `length` bytes that stays in place until the phase is over.
   * @param type the Content-Type field value
   */
  read(tx: Transaction, body: usize, length: u32, type: usize, typeLength: u32): void {
    tx.values.drop(Variable.RequestBodyLength);
    this.reader.number(tx, Variable.RequestBodyLength, length);
    const isForm = tx.processor == Processor.Urlencoded;
    if (isForm || tx.forcesBody || tx.processor == Processor.Raw) {
      this.reader.single(tx, Variable.RequestBody, body, length);
    }
    this.filesSize = 0;
    this.plainSize = length;
    let fine = true;
    if (isForm) this.reader.arguments(tx, body, length, Variable.ArgsPost);
    else if (tx.processor == Processor.Json) fine = this.readJson(tx, body, length);
    else if (tx.processor == Processor.Xml) fine = this.readXml(tx, body, length);
    else if (tx.processor == Processor.Multipart) {
      fine = this.readMultipart(tx, body, length, type, typeLength);
    }
    if (!fine || this.exceeds(tx)) this.refuse(tx);
  }

  /** What SecRequestBodyNoFilesLimit and SecArgumentsLimit allow; all arguments are looked at none the less. */
  private exceeds(tx: Transaction): bool {
    const rules = tx.rules;
    if (rules === null) return false;
    const bodyWithoutFilesLimitBytes = rules.settings.bodyWithoutFilesLimitBytes;
    const maxArguments = rules.settings.maxArguments;
    if (bodyWithoutFilesLimitBytes > 0 && this.plainSize > <i64>bodyWithoutFilesLimitBytes)
      return true;
    if (maxArguments == 0) return false;
    let left = <i64>maxArguments;
    for (let list: u32 = Variable.ArgsGet; list <= <u32>Variable.ArgsPost; list += 2) {
      for (let value = tx.values.first(list); value != 0; value = nextValue(value)) left--;
    }
    return left < 0;
  }

  /** The body was cut at its limit. */
  cut(tx: Transaction, variable: u32): void {
    this.flag(tx, variable, true);
  }

  private refuse(tx: Transaction): void {
    this.flag(tx, Variable.ReqbodyError, true);
    this.flag(tx, Variable.ReqbodyProcessorError, true);
    this.reader.single(tx, Variable.ReqbodyErrorMsg, this.failed.ptr, this.failed.length);
    this.reader.single(tx, Variable.ReqbodyProcessorErrorMsg, this.failed.ptr, this.failed.length);
  }

  private value(tx: Transaction, fields: FieldReader): usize {
    const length = fields.valueLength;
    valueSize = length;
    // A file name is looked at as it is written: what a quoted pair means is read in two ways.
    if (fields.valueCoding == Coding.Plain || fields.valueCoding == Coding.Quoted) {
      return fields.valuePtr;
    }
    const out = tx.arena.take(length);
    if (out == 0) return fields.valuePtr;
    valueSize = decodeInto(out, fields.valueCoding, fields.valuePtr, length);
    tx.arena.trim(out, valueSize);
    return out;
  }

  /** `json.a.0.b` = value. */
  private readJson(tx: Transaction, body: usize, length: u32): bool {
    const fields = this.json;
    const rules = tx.rules;
    const deepest = rules === null ? MAX_JSON_DEPTH : rules.settings.jsonDepth;
    fields.open(body, length);
    while (fields.next()) {
      if (fields.reader.depth > deepest) return false;
      // An array shows itself once, so that its own name is looked at; an object only by its members.
      if (fields.kind == Kind.Object) continue;
      const name = tx.arena.take(5 + PATH_BYTES);
      if (name == 0) return false;
      store<u32>(name, 0x6e6f736a); // json
      store<u8>(name, 0x2e, 4);
      const path = fields.writePath(name + 5, PATH_BYTES);
      const nameLength = path > 0 ? 5 + path : 4;
      tx.arena.trim(name, nameLength);
      const value = this.value(tx, fields);
      this.reader.argument(tx, Variable.ArgsPost, name, nameLength, value, valueSize);
    }
    return fields.status == FieldsStatus.Ok;
  }

  private readXml(tx: Transaction, body: usize, length: u32): bool {
    const fields = this.xml;
    const rules = tx.rules;
    fields.open(body, length);
    while (fields.next()) {
      const isAttribute = fields.place == Place.XmlAttribute;
      const name = isAttribute ? this.allAttributes : this.allText;
      const value = this.value(tx, fields);
      this.add(tx, Variable.Xml, name.ptr, name.length, value, valueSize);
      if (rules === null) continue;
      const paths = rules.xmlPaths;
      for (let i = 0; i < paths.length; i++) {
        if (!paths[i].holds(fields.reader, isAttribute)) continue;
        const text = paths[i].text;
        this.add(tx, Variable.Xml, text.ptr, text.length, value, valueSize);
      }
    }
    return fields.status == FieldsStatus.Ok;
  }

  private readMultipart(
    tx: Transaction,
    body: usize,
    length: u32,
    type: usize,
    typeLength: u32,
  ): bool {
    const fields = this.multipart;
    if (!fields.openType(type, typeLength)) {
      this.multipartFlags(tx, fields.reader.flags);
      this.flag(tx, Variable.MultipartStrictError, true);
      return false;
    }
    fields.open(body, length);
    this.plainSize = 0;
    while (fields.next()) {
      const name = fields.namePtr;
      const nameLength = fields.nameLength;
      if (fields.place == Place.File) {
        this.filesSize += fields.valueLength;
        this.addFileSize(tx, fields);
        continue;
      }
      const value = this.value(tx, fields);
      if (fields.place == Place.FileName) this.addFile(tx, name, nameLength, value, valueSize);
      else {
        this.plainSize += fields.valueLength;
        this.reader.argument(tx, Variable.ArgsPost, name, nameLength, value, valueSize);
        this.add(tx, Variable.MultipartName, name, nameLength, name, nameLength);
      }
      this.addPartHeaders(tx, fields);
    }
    tx.values.drop(Variable.FilesCombinedSize);
    this.reader.number(tx, Variable.FilesCombinedSize, this.filesSize);
    const flags = fields.reader.flags;
    this.multipartFlags(tx, flags);
    if ((flags & ~(<u32>MultipartFlags.Harmless)) != 0)
      this.flag(tx, Variable.MultipartStrictError, true);
    const leadsAstray = (flags & MultipartFlag.DataBefore) != 0 && load<u16>(body) == 0x2d2d;
    if (leadsAstray || (flags & MultipartFlag.BoundaryUnmatched) != 0) {
      // 1: and the parts have no beginning or no end; 2: they have both, the line may be text (ModSecurity 3.0.4).
      tx.values.drop(Variable.MultipartUnmatchedBoundary);
      const isBroken = (flags & MultipartFlag.Incomplete) != 0;
      this.reader.number(tx, Variable.MultipartUnmatchedBoundary, isBroken ? 1 : 2);
    }
    return fields.status == FieldsStatus.Ok && (flags & UNREADABLE) == 0;
  }

  /** What each MULTIPART_ variable of its own says; only for rules that ask. */
  private multipartFlags(tx: Transaction, flags: u32): void {
    const rules = tx.rules;
    if (rules === null) return;
    for (let i: u32 = 0; i < MULTIPART_VARIABLES; i++) {
      const variable = <u32>Variable.MultipartBoundaryQuoted + i;
      if (rules.reads[variable]) this.flag(tx, variable, saysMultipart(variable, flags));
    }
  }

  private add(
    tx: Transaction,
    variable: u32,
    name: usize,
    nameLength: u32,
    value: usize,
    length: u32,
  ): void {
    tx.values.add(makeValue(tx.arena, variable, name, nameLength, value, length));
  }

  private addFile(
    tx: Transaction,
    name: usize,
    nameLength: u32,
    file: usize,
    fileLength: u32,
  ): void {
    this.add(tx, Variable.Files, name, nameLength, file, fileLength);
    this.add(tx, Variable.MultipartFilename, name, nameLength, file, fileLength);
    this.add(tx, Variable.FilesNames, name, nameLength, name, nameLength);
    this.add(tx, Variable.MultipartName, name, nameLength, name, nameLength);
  }

  private addFileSize(tx: Transaction, fields: FieldReader): void {
    const digits = tx.arena.take(NUMBER_BYTES);
    if (digits == 0) return;
    const size = writeNumber(fields.valueLength, digits);
    this.add(tx, Variable.FilesSizes, fields.namePtr, fields.nameLength, digits, size);
    this.add(
      tx,
      Variable.FilesTmpContent,
      fields.namePtr,
      fields.nameLength,
      fields.valuePtr,
      fields.valueLength,
    );
  }

  /** Each header line of a part as it stands, under the name of the part. */
  private addPartHeaders(tx: Transaction, fields: MultipartFields): void {
    const headers = fields.reader.headers;
    for (let i: u32 = 0; i < headers.count; i++) {
      const line = headers.headerName(i);
      const end = headers.headerValue(i) + headers.headerValueLength(i);
      const length = <u32>(end - line);
      this.plainSize += length;
      this.add(tx, Variable.MultipartPartHeaders, fields.namePtr, fields.nameLength, line, length);
    }
  }
}

/** What makes a part no part: its headers cannot be read, or it has no name. */
const UNREADABLE: u32 = MultipartFlag.HeaderInvalid | MultipartFlag.PartInvalid;

/** Length of the value decoded last. */
let valueSize: u32 = 0;
