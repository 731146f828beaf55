// Keywords of arrays. Draft 7 calls `prefixItems` a list in `items`, and `items` then `additionalItems`.
// Source: JSON Schema Core 2020-12 §10.3.1, §11.2; Validation §6.4; draft 7 Validation §6.4.
import { JsonEvent } from "../../json/event";
import { NO_LIMIT, Resource, SchemaNode } from "../node";
import { kindOf } from "../tape";
import { NodeSource } from "./node-source";
import { NO_COUNT, countOf } from "./keyword-values";
import { isTrueMember, member } from "./rows";

@final
export class ArrayKeywords {
  constructor(
    private compiler: NodeSource,
    private row: usize,
    private node: SchemaNode,
    private resource: Resource,
  ) {}

  read(): void {
    const node = this.node;
    const least = countOf(this.row, "minItems", 0);
    const most = countOf(this.row, "maxItems", NO_LIMIT);
    const leastFound = countOf(this.row, "minContains", 1);
    const mostFound = countOf(this.row, "maxContains", NO_LIMIT);
    if (least == NO_COUNT || most == NO_COUNT || leastFound == NO_COUNT || mostFound == NO_COUNT) {
      this.compiler.fault(this.row, "minItems, maxItems and their like must be whole numbers");
    }
    node.minItems = <u32>least;
    node.maxItems = <u32>most;
    node.uniqueItems = isTrueMember(this.row, "uniqueItems");
    this.readItems();
    node.contains = this.nodeOf("contains");
    if (!this.resource.isDraft7) {
      node.minContains = <u32>leastFound;
      node.maxContains = <u32>mostFound;
      node.unevaluatedItems = this.nodeOf("unevaluatedItems");
    } else node.containsEvaluates = false;
    node.hasArray =
      node.minItems > 0 ||
      node.maxItems != NO_LIMIT ||
      node.uniqueItems ||
      node.prefixItems !== null ||
      node.items !== null ||
      node.contains !== null ||
      node.unevaluatedItems !== null;
  }

  private readItems(): void {
    const items = member(this.row, "items");
    if (!this.resource.isDraft7) {
      this.node.prefixItems = this.listOf("prefixItems");
      this.node.items = this.nodeOf("items");
    } else if (items != 0 && kindOf(items) == JsonEvent.ArrayStart) {
      this.node.prefixItems = this.listOf("items");
      this.node.items = this.nodeOf("additionalItems");
    } else this.node.items = this.nodeOf("items");
  }

  private nodeOf(keyword: string): SchemaNode | null {
    return this.compiler.nodeOf(this.row, keyword, this.resource);
  }

  private listOf(keyword: string): StaticArray<SchemaNode> | null {
    return this.compiler.listOf(this.row, keyword, this.resource);
  }
}
