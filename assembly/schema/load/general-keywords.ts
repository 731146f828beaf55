// Keywords that speak of any value: type, enum, const, references, and schemas combined.
// Source: JSON Schema Validation 2020-12 §6.1, Core §10.2, §8.2.3.
import { JsonEvent } from "../../json/event";
import { Dialect } from "../dialect";
import { Resource, SchemaNode, TypeBit } from "../node";
import { ROW, childCount, kindOf, nextOf } from "../tape";
import { NodeSource } from "./node-source";
import { readAccess, readDiscriminator } from "./openapi-keywords";
import { References } from "./references";
import { isTrueMember, member, textMember, textOf } from "./rows";
import { fragmentOf } from "./uri";

@final
export class GeneralKeywords {
  constructor(
    private compiler: NodeSource,
    private row: usize,
    private node: SchemaNode,
    private resource: Resource,
  ) {}

  read(): void {
    const compiler = this.compiler;
    const row = this.row;
    const node = this.node;
    const resource = this.resource;
    this.readType();
    this.readValues();
    this.readReference();
    this.readDynamicReference();
    node.allOf = compiler.listOf(row, "allOf", resource);
    node.anyOf = compiler.listOf(row, "anyOf", resource);
    node.oneOf = compiler.listOf(row, "oneOf", resource);
    node.not = compiler.nodeOf(row, "not", resource);
    node.if = compiler.nodeOf(row, "if", resource);
    node.then = compiler.nodeOf(row, "then", resource);
    node.else = compiler.nodeOf(row, "else", resource);
    if (!resource.isOpenApi) return;
    readAccess(row, node);
    readDiscriminator(compiler, row, node, resource);
  }

  readReference(): void {
    const found = member(this.row, "$ref");
    if (found == 0) return;
    if (kindOf(found) != JsonEvent.String) {
      this.compiler.fault(found, "$ref must be a text", 'write "#/..." or the name of a schema');
    } else {
      this.node.reference = this.compiler.referred(found, textOf(found), this.resource);
    }
  }

  /** Works out what the validator asks at every value. */
  close(): void {
    const node = this.node;
    node.hasGeneral =
      node.values !== null ||
      node.reference !== null ||
      node.allOf !== null ||
      node.anyOf !== null ||
      node.oneOf !== null ||
      node.not !== null ||
      node.if !== null;
    node.isTrue =
      !node.hasGeneral &&
      node.types == 0 &&
      !(node.hasNumber || node.hasString || node.hasArray || node.hasObject);
  }

  /** A dynamic reference is a plain one unless it leads to a dynamic anchor. */
  private readDynamicReference(): void {
    const reference = textMember(this.row, "$dynamicRef");
    if (reference.length == 0 || this.resource.isDraft7) return;
    const compiler = this.compiler;
    const target = compiler.referred(member(this.row, "$dynamicRef"), reference, this.resource);
    this.node.reference = target;
    const name = fragmentOf(reference);
    const references = new References(compiler.documents, this.resource);
    if (target === null || !references.follow(reference, this.resource)) return;
    const anchors = references.resource.dynamicAnchors;
    if (anchors.has(name) && anchors.get(name) == references.row) {
      this.node.dynamicName = compiler.dynamicNumber(name);
    }
  }

  private readType(): void {
    const type = member(this.row, "type");
    if (type == 0) return;
    if (kindOf(type) == JsonEvent.String) this.addType(type);
    else if (kindOf(type) == JsonEvent.ArrayStart) {
      const end = nextOf(type);
      for (let at = type + ROW; at < end; at = nextOf(at)) this.addType(at);
    } else this.compiler.fault(type, "type must be a name or a list of names");
    const isNullable = this.resource.dialect == Dialect.OpenApi30 && this.node.types != 0;
    if (isNullable && isTrueMember(this.row, "nullable")) this.node.types |= TypeBit.Null;
  }

  private addType(row: usize): void {
    const name = kindOf(row) == JsonEvent.String ? textOf(row) : "";
    const bit = typeBit(name);
    if (bit == 0) {
      this.compiler.fault(row, `there is no type "${name}"`, `write one of ${TYPES}`);
    }
    this.node.types |= bit;
  }

  private readValues(): void {
    const single = member(this.row, "const");
    const list = member(this.row, "enum");
    if (single != 0) {
      this.node.values = [single];
      // Both at once: a value has to be in the list as well.
      if (list != 0) this.compiler.fault(list, "stands beside const", "keep one of them");
      return;
    }
    if (list == 0) return;
    if (kindOf(list) != JsonEvent.ArrayStart) {
      this.compiler.fault(list, "enum must be a list of values", "write it in brackets");
      return;
    }
    const values = new StaticArray<usize>(childCount(list));
    let count = 0;
    const end = nextOf(list);
    for (let at = list + ROW; at < end; at = nextOf(at)) values[count++] = at;
    this.node.values = values;
  }
}

const TYPES: string = "null, boolean, object, array, number, integer, string";

function typeBit(name: string): u32 {
  if (name == "null") return TypeBit.Null;
  if (name == "boolean") return TypeBit.Boolean;
  if (name == "object") return TypeBit.Object;
  if (name == "array") return TypeBit.Array;
  if (name == "number") return TypeBit.Number;
  if (name == "string") return TypeBit.String;
  return name == "integer" ? TypeBit.Integer : 0;
}
