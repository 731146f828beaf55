// Keywords that speak of any value: type, enum, const, references, and schemas combined.
// Source: JSON Schema Validation 2020-12 §6.1, Core §10.2, §8.2.3.
import { JsonEvent } from "../../json/event";
import { Resource, SchemaNode, TypeBit } from "../node";
import { ROW, childCount, kindOf, nextOf } from "../tape";
import { NodeSource } from "./node-source";
import { member, textMember, textOf } from "./documents";
import { References } from "./references";
import { fragmentOf } from "./uri";

@final
export class GeneralKeywords {
  constructor(
    private compiler: NodeSource,
    private row: usize,
    private node: SchemaNode,
    private resource: Resource,
    private pointer: string,
  ) {}

  read(): void {
    const compiler = this.compiler;
    const row = this.row;
    const node = this.node;
    const resource = this.resource;
    const pointer = this.pointer;
    this.readType();
    this.readValues();
    this.readReference();
    this.readDynamicReference();
    node.allOf = compiler.listOf(row, "allOf", resource, pointer);
    node.anyOf = compiler.listOf(row, "anyOf", resource, pointer);
    node.oneOf = compiler.listOf(row, "oneOf", resource, pointer);
    node.not = compiler.nodeOf(row, "not", resource, pointer);
    node.if = compiler.nodeOf(row, "if", resource, pointer);
    node.then = compiler.nodeOf(row, "then", resource, pointer);
    node.else = compiler.nodeOf(row, "else", resource, pointer);
  }

  readReference(): void {
    const reference = textMember(this.row, "$ref");
    if (reference.length == 0 && member(this.row, "$ref") == 0) return;
    this.node.reference = this.compiler.referred(reference, this.resource, this.pointer);
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
    const target = compiler.referred(reference, this.resource, this.pointer);
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
    } else this.compiler.fault(this.pointer, "type is a name or a list of names");
  }

  private addType(row: usize): void {
    const name = kindOf(row) == JsonEvent.String ? textOf(row) : "";
    const bit = typeBit(name);
    if (bit == 0) this.compiler.fault(this.pointer, `there is no type "${name}"`);
    this.node.types |= bit;
  }

  private readValues(): void {
    const single = member(this.row, "const");
    const list = member(this.row, "enum");
    if (single != 0) {
      this.node.values = [single];
      // Both at once: a value has to be in the list as well.
      if (list != 0) this.compiler.fault(this.pointer, "const and enum together: keep one");
      return;
    }
    if (list == 0) return;
    if (kindOf(list) != JsonEvent.ArrayStart) {
      this.compiler.fault(this.pointer, "enum is a list of values");
      return;
    }
    const values = new StaticArray<usize>(childCount(list));
    let count = 0;
    const end = nextOf(list);
    for (let at = list + ROW; at < end; at = nextOf(at)) values[count++] = at;
    this.node.values = values;
  }
}

function typeBit(name: string): u32 {
  if (name == "null") return TypeBit.Null;
  if (name == "boolean") return TypeBit.Boolean;
  if (name == "object") return TypeBit.Object;
  if (name == "array") return TypeBit.Array;
  if (name == "number") return TypeBit.Number;
  if (name == "string") return TypeBit.String;
  return name == "integer" ? TypeBit.Integer : 0;
}
