// Keywords of objects. Every name that the schema speaks of gets one slot, whichever keyword speaks of it.
// Source: JSON Schema Core 2020-12 §10.2.2.4, §10.3.2, §11.3; Validation §6.5; draft 7 Validation §6.5.
import { JsonEvent } from "../../json/event";
import { NO_LIMIT, NameSlots, PatternSchema, Resource, SchemaNode } from "../node";
import { ROW, kindOf, nameLength, namePtr, nextOf, valueLength, valuePtr } from "../tape";
import { NodeSource } from "./node-source";
import { NO_COUNT, countOf } from "./keyword-values";
import { member } from "./rows";
import { patternOf } from "./scalar-keywords";

@final
export class ObjectKeywords {
  private names: NameSlots;

  constructor(
    private compiler: NodeSource,
    private row: usize,
    private node: SchemaNode,
    private resource: Resource,
  ) {
    this.names = new NameSlots(compiler.seed);
  }

  read(): void {
    const node = this.node;
    const least = countOf(this.row, "minProperties", 0);
    const most = countOf(this.row, "maxProperties", NO_LIMIT);
    if (least == NO_COUNT || most == NO_COUNT) {
      this.compiler.fault(this.row, "minProperties and maxProperties are whole numbers");
    }
    node.minProperties = <u32>least;
    node.maxProperties = <u32>most;
    this.readProperties();
    this.readPatterns();
    this.readRequired();
    this.readDependents();
    node.additional = this.nodeOf("additionalProperties");
    node.propertyNames = this.nodeOf("propertyNames");
    if (!this.resource.isDraft7) node.unevaluatedProperties = this.nodeOf("unevaluatedProperties");
    if (this.names.slots.length > 0) {
      this.names.close();
      node.names = this.names;
    }
    node.hasObject =
      node.minProperties > 0 ||
      node.maxProperties != NO_LIMIT ||
      node.names !== null ||
      node.patterns !== null ||
      node.additional !== null ||
      node.propertyNames !== null ||
      node.unevaluatedProperties !== null;
  }

  private readProperties(): void {
    const map = this.compiler.mapOf(this.row, "properties");
    if (map == 0) return;
    const end = nextOf(map);
    for (let at = map + ROW; at < end; at = nextOf(at)) {
      const slot = this.names.slots[this.names.slot(namePtr(at), nameLength(at))];
      slot.isProperty = true;
      slot.node = this.nodeAt(at);
    }
  }

  private readPatterns(): void {
    const map = this.compiler.mapOf(this.row, "patternProperties");
    if (map == 0) return;
    const patterns: PatternSchema[] = [];
    const end = nextOf(map);
    for (let at = map + ROW; at < end; at = nextOf(at)) {
      const regex = patternOf(this.compiler, namePtr(at), nameLength(at), this.row);
      const node = this.nodeAt(at);
      if (regex !== null) patterns.push(new PatternSchema(regex, node));
    }
    if (patterns.length > 0) this.node.patterns = StaticArray.fromArray(patterns);
  }

  private readRequired(): void {
    const list = member(this.row, "required");
    if (list == 0) return;
    const slots = this.slotsOf(list, "required");
    for (let i = 0; i < slots.length; i++) this.names.slots[slots[i]].isRequired = true;
  }

  private readDependents(): void {
    const isDraft7 = this.resource.isDraft7;
    const keywords = isDraft7 ? ["dependencies"] : ["dependentRequired", "dependentSchemas"];
    for (let i = 0; i < keywords.length; i++) {
      const map = this.compiler.mapOf(this.row, keywords[i]);
      if (map == 0) continue;
      const end = nextOf(map);
      for (let at = map + ROW; at < end; at = nextOf(at)) {
        const slot = this.names.slots[this.names.slot(namePtr(at), nameLength(at))];
        if (kindOf(at) == JsonEvent.ArrayStart) slot.requires = this.slotsOf(at, keywords[i]);
        else slot.dependent = this.nodeAt(at);
      }
    }
  }

  /** Slots of the names in a list. */
  private slotsOf(list: usize, keyword: string): StaticArray<i32> {
    const slots: i32[] = [];
    if (kindOf(list) != JsonEvent.ArrayStart) {
      this.compiler.fault(this.row, `${keyword} is a list of names`);
      return [];
    }
    const end = nextOf(list);
    for (let at = list + ROW; at < end; at = nextOf(at)) {
      if (kindOf(at) != JsonEvent.String) {
        this.compiler.fault(this.row, `${keyword} is a list of names`);
      } else slots.push(this.names.slot(valuePtr(at), valueLength(at)));
    }
    return StaticArray.fromArray(slots);
  }

  private nodeOf(keyword: string): SchemaNode | null {
    return this.compiler.nodeOf(this.row, keyword, this.resource);
  }

  private nodeAt(at: usize): SchemaNode {
    return this.compiler.node(at, this.resource);
  }
}
