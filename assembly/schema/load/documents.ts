// The schema documents of one configuration, as rows, and what each schema in them is called: its base URI and its anchors. Only
// places where a schema stands are walked, since an "$id" inside of "enum" or "const" is data.
// Source: JSON Schema Core 2020-12 §8.2 ($id, $anchor, $dynamicAnchor), §9.4.2; draft 7 §8.2.
import { Block } from "../../base/block";
import { JsonEvent } from "../../json/event";
import { JsonLimits } from "../../json/limits";
import { JsonReader } from "../../json/reader";
import { jsonStatusName } from "../../json/status";
import { unescapeInto } from "../../json/unescape";
import { Resource } from "../node";
import { ROW, Tape, kindOf, nameLength, namePtr, nextOf, valueLength, valuePtr } from "../tape";
import { SchemaPlace, placeOf } from "./keyword-places";
import { fragmentOf, resolveUri, withoutFragment } from "./uri";

/** Bytes, values and nesting of one schema document. */
export const MAX_SCHEMA_BYTES: u32 = 4194304;
const MAX_SCHEMA_VALUES: u32 = 262144;
const MAX_SCHEMA_DEPTH: u32 = 128;

const DRAFT7: string = "json-schema.org/draft-07/schema";

@final
class Document {
  constructor(
    readonly uri: string,
    readonly bytes: Block,
    readonly tape: Tape,
  ) {}
}

/** Every document that references may lead to. Configure time only. */
@final
export class Documents {
  readonly resources: Array<Resource> = [];
  /** What is wrong with the document added last; "" when nothing is. */
  fault: string = "";
  private documents: Array<Document> = [];
  private byUri: Map<string, Resource> = new Map<string, Resource>();
  /** The resource of each row where a schema stands. */
  private resourceOfRow: Map<usize, Resource> = new Map<usize, Resource>();

  /**
   * Adds a document under its URI, keeping a copy. Its own `$id` counts, too.
   * @param isDraft7 how it is read when it names no dialect
   * @returns false: it is no JSON, or too large; see `fault`
   */
  add(uri: string, ptr: usize, length: u32, isDraft7: bool): bool {
    const reader = readerFor(length);
    const bytes = new Block(length);
    memory.copy(bytes.ptr, ptr, length);
    const values = min(MAX_SCHEMA_VALUES, length / 2 + 1);
    const tape = new Tape(values, MAX_SCHEMA_DEPTH);
    this.fault = "";
    if (!tape.read(reader, bytes.ptr, length)) {
      const status = jsonStatusName(reader.status);
      this.fault = `no usable JSON at byte ${reader.faultOffset}: ${status == "ok" ? "too many values" : status}`;
      return false;
    }
    this.documents.push(new Document(uri, bytes, tape));
    const root = this.open(withoutFragment(uri), tape.top, isDraft7);
    this.byUri.set(withoutFragment(uri), root);
    this.walk(tape.top, root);
    return true;
  }

  /** The resource with an absolute URI; null: there is none. */
  resource(uri: string): Resource | null {
    return this.byUri.has(uri) ? this.byUri.get(uri) : null;
  }

  /** The resource that the schema at a row belongs to; `otherwise` where no schema was expected to stand. */
  resourceAt(row: usize, otherwise: Resource): Resource {
    return this.resourceOfRow.has(row) ? this.resourceOfRow.get(row) : otherwise;
  }

  private open(uri: string, row: usize, isDraft7: bool): Resource {
    const resource = new Resource(this.resources.length, uri, row, this.dialectOf(row, isDraft7));
    this.resources.push(resource);
    return resource;
  }

  private dialectOf(row: usize, inherited: bool): bool {
    const schema = textMember(row, "$schema");
    return schema.length == 0 ? inherited : schema.indexOf(DRAFT7) >= 0;
  }

  /** Notes names of the schema at `row` and of all below it. */
  private walk(row: usize, outer: Resource): void {
    let resource = outer;
    if (kindOf(row) == JsonEvent.ObjectStart) resource = this.names(row, outer);
    this.resourceOfRow.set(row, resource);
    if (kindOf(row) != JsonEvent.ObjectStart) return;
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
    for (let row = member + ROW; row < end; row = nextOf(row)) {
      // Draft 7's `dependencies` holds lists of names beside schemas.
      if (kindOf(row) != JsonEvent.ArrayStart) this.walk(row, resource);
    }
  }

  private names(row: usize, outer: Resource): Resource {
    let resource = outer;
    const isDraft7 = this.dialectOf(row, outer.isDraft7);
    const id = textMember(row, "$id");
    // Draft 7: whatever stands beside a $ref is ignored, also $id.
    const counts = id.length > 0 && !(isDraft7 && hasMember(row, "$ref"));
    if (counts) {
      const uri = resolveUri(outer.uri, id);
      const fragment = fragmentOf(id);
      if (withoutFragment(id).length > 0) {
        const isRoot = outer.row == row;
        resource = this.open(uri, row, isRoot ? outer.isDraft7 : isDraft7);
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

/** A reader no larger than a text of this length needs: its table of names is most of it. */
function readerFor(length: u32): JsonReader {
  const limits = new JsonLimits();
  // A value takes a byte and a comma, a member at least four bytes more.
  limits.maxBytes = MAX_SCHEMA_BYTES;
  limits.maxDepth = MAX_SCHEMA_DEPTH;
  limits.maxStringBytes = MAX_SCHEMA_BYTES;
  limits.maxElements = MAX_SCHEMA_VALUES;
  limits.maxKeys = min(MAX_SCHEMA_VALUES, length / 4 + 1);
  limits.maxMembers = limits.maxKeys;
  return new JsonReader(limits, 0);
}

/** The name of a member, unescaped. */
export function nameOf(row: usize): string {
  return decoded(namePtr(row), nameLength(row));
}

/** The text of a string value. */
export function textOf(row: usize): string {
  return decoded(valuePtr(row), valueLength(row));
}

function decoded(ptr: usize, length: u32): string {
  const room = heap.alloc(length + 1);
  const text = String.UTF8.decodeUnsafe(room, unescapeInto(room, ptr, length));
  heap.free(room);
  return text;
}

/** The row of a member of an object row; 0: none. */
export function member(row: usize, name: string): usize {
  if (kindOf(row) != JsonEvent.ObjectStart) return 0;
  const end = nextOf(row);
  for (let at = row + ROW; at < end; at = nextOf(at)) if (nameOf(at) == name) return at;
  return 0;
}

function hasMember(row: usize, name: string): bool {
  return member(row, name) != 0;
}

/** The text of a string member; "" when there is none, or it is no string. */
export function textMember(row: usize, name: string): string {
  const found = member(row, name);
  return found != 0 && kindOf(found) == JsonEvent.String ? textOf(found) : "";
}
