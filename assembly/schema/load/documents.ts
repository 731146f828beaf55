// The schema documents of one configuration, as rows, and what each schema in them is called: its base URI and its anchors. Only
// places where a schema stands are walked, since an "$id" inside of "enum" or "const" is data.
// Source: JSON Schema Core 2020-12 §8.2 ($id, $anchor, $dynamicAnchor), §9.4.2; draft 7 §8.2.
import { Block } from "../../base/block";
import { JsonEvent } from "../../json/event";
import { JsonLimits } from "../../json/limits";
import { JsonReader } from "../../json/reader";
import { JsonStatus, jsonStatusName } from "../../json/status";
import { Dialect } from "../dialect";
import { Resource, SchemaDocument } from "../node";
import { ROW, Tape, kindOf, nextOf } from "../tape";
import { SchemaPlace, placeOf } from "./keyword-places";
import { member, nameOf, pointerBelow, textMember } from "./rows";
import { fragmentOf, resolveUri, withoutFragment } from "./uri";

/** Bytes, values and nesting of one schema document. */
export const MAX_SCHEMA_BYTES: u32 = 4194304;
const MAX_SCHEMA_VALUES: u32 = 262144;
const MAX_SCHEMA_DEPTH: u32 = 128;

const DRAFT7: string = "json-schema.org/draft-07/schema";

/** Every document that references may lead to. Configure time only. */
@final
export class Documents {
  readonly resources: Array<Resource> = [];
  /** What is wrong with the document added last; "" when nothing is. */
  fault: string = "";
  private documents: Array<SchemaDocument> = [];
  private byUri: Map<string, Resource> = new Map<string, Resource>();
  /** Resources by the row that they begin at, where that is not the top of a document. */
  private inner: Map<usize, Resource> = new Map<usize, Resource>();

  /**
   * Adds a document under its URI, keeping a copy. Its own `$id` counts, too.
   * @param dialect how it is read when it names none
   * @returns its resource; null: it is no JSON, or too large; see `fault`
   */
  add(uri: string, ptr: usize, length: u32, dialect: Dialect): Resource | null {
    const counts = new Counts(ptr, length);
    const reader = new JsonReader(limitsOf(counts.names), 0);
    const bytes = new Block(length);
    memory.copy(bytes.ptr, ptr, length);
    const tape = new Tape(min(counts.values, MAX_SCHEMA_VALUES), MAX_SCHEMA_DEPTH);
    this.fault = "";
    if (!tape.read(reader, bytes.ptr, length)) {
      const isOk = reader.status == JsonStatus.Ok;
      const reason = isOk ? `more than ${MAX_SCHEMA_VALUES} values` : jsonStatusName(reader.status);
      this.fault = `no usable JSON at byte ${reader.faultOffset}: ${reason}`;
      return null;
    }
    const document = new SchemaDocument(bytes, tape);
    this.documents.push(document);
    const root = this.open(withoutFragment(uri), tape.top, document, dialect);
    this.byUri.set(withoutFragment(uri), root);
    // A description of an API is no schema: what stands in it is named by pointers.
    if (dialect < Dialect.OpenApi30) this.walk(tape.top, root);
    return root;
  }

  /** Notes names of the schema at `row` and of all below it, for a document whose top is no schema. */
  enter(row: usize, outer: Resource): void {
    this.walk(row, outer);
  }

  /** The resource with an absolute URI; null: there is none. */
  resource(uri: string): Resource | null {
    return this.byUri.has(uri) ? this.byUri.get(uri) : null;
  }

  /** The resource that begins at a row; `otherwise` where none does. */
  resourceAt(row: usize, otherwise: Resource): Resource {
    return this.inner.has(row) ? this.inner.get(row) : otherwise;
  }

  /** JSON pointer of a row in its document. */
  pointerOf(row: usize): string {
    for (let i = 0; i < this.documents.length; i++) {
      const top = this.documents[i].tape.top;
      if (row >= top && row < nextOf(top)) return pointerBelow(top, row);
    }
    return "";
  }

  private open(uri: string, row: usize, document: SchemaDocument, inherited: Dialect): Resource {
    const dialect = this.dialectOf(row, inherited);
    const resource = new Resource(this.resources.length, uri, row, document, dialect);
    this.resources.push(resource);
    return resource;
  }

  private dialectOf(row: usize, inherited: Dialect): Dialect {
    // A description says at its top which OpenAPI it is.
    const isTop = inherited == Dialect.OpenApi31 && textMember(row, "openapi").startsWith("3.0");
    if (isTop) return Dialect.OpenApi30;
    const schema = textMember(row, "$schema");
    if (schema.length == 0 || inherited >= Dialect.OpenApi30) return inherited;
    return schema.indexOf(DRAFT7) >= 0 ? Dialect.Draft7 : Dialect.Draft202012;
  }

  private walk(row: usize, outer: Resource): void {
    if (kindOf(row) != JsonEvent.ObjectStart) return;
    const resource = this.names(row, outer);
    if (resource !== outer) this.inner.set(row, resource);
    const end = nextOf(row);
    for (let member = row + ROW; member < end; member = nextOf(member)) {
      const place = placeOf(nameOf(member), resource.isDraft7);
      if (place != SchemaPlace.None) this.walkPlace(member, place, resource);
    }
  }

  private walkPlace(member: usize, place: SchemaPlace, resource: Resource): void {
    const isArray = kindOf(member) == JsonEvent.ArrayStart;
    if (place == SchemaPlace.Schema || (place == SchemaPlace.SchemaOrList && !isArray)) {
      this.walk(member, resource);
      return;
    }
    const isObject = kindOf(member) == JsonEvent.ObjectStart;
    if (place == SchemaPlace.Map ? !isObject : !isArray) return;
    const end = nextOf(member);
    for (let row = member + ROW; row < end; row = nextOf(row)) this.walk(row, resource);
  }

  private names(row: usize, outer: Resource): Resource {
    let resource = outer;
    const dialect = this.dialectOf(row, outer.dialect);
    const isDraft7 = dialect == Dialect.Draft7 || dialect == Dialect.OpenApi30;
    const id = textMember(row, "$id");
    // Draft 7: whatever stands beside a $ref is ignored, also $id.
    const counts = id.length > 0 && !(isDraft7 && member(row, "$ref") != 0);
    if (counts) {
      const uri = resolveUri(outer.uri, id);
      const fragment = fragmentOf(id);
      if (withoutFragment(id).length > 0) {
        const isRoot = outer.row == row;
        resource = this.open(uri, row, outer.document, isRoot ? outer.dialect : dialect);
        this.byUri.set(uri, resource);
      }
      if (fragment.length > 0 && isDraft7) resource.anchors.set(fragment, row);
    }
    const anchor = textMember(row, "$anchor");
    if (anchor.length > 0) resource.anchors.set(anchor, row);
    const dynamic = textMember(row, "$dynamicAnchor");
    if (dynamic.length > 0) {
      resource.anchors.set(dynamic, row);
      resource.dynamicAnchors.set(dynamic, row);
    }
    return resource;
  }
}

/** Values and names of a text, as far as it can be read. */
@final
class Counts {
  values: u32 = 1;
  names: u32 = 1;

  constructor(ptr: usize, length: u32) {
    const limits = limitsOf(length / 4 + 1);
    limits.refuseDuplicates = false;
    const reader = new JsonReader(limits, 0);
    reader.begin(ptr, length);
    for (let event = reader.next(); event > JsonEvent.End; event = reader.next()) {
      if (event == JsonEvent.ObjectEnd || event == JsonEvent.ArrayEnd) continue;
      this.values++;
      if (reader.hasName) this.names++;
    }
  }
}

/** @param names that the text has at most: the table that tells them apart takes most of a reader's memory */
function limitsOf(names: u32): JsonLimits {
  const limits = new JsonLimits();
  limits.maxBytes = MAX_SCHEMA_BYTES;
  limits.maxDepth = MAX_SCHEMA_DEPTH;
  limits.maxStringBytes = MAX_SCHEMA_BYTES;
  limits.maxElements = MAX_SCHEMA_VALUES;
  limits.maxKeys = min(MAX_SCHEMA_VALUES, names);
  limits.maxMembers = limits.maxKeys;
  return limits;
}
