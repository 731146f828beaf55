// Which keywords hold schemas, and how: one schema, a list, or a map of them. Everything else is data or an annotation.
// Source: JSON Schema Core 2020-12 §10, §11; draft 7 §9, §10.

export const enum SchemaPlace {
  None,
  Schema,
  List,
  Map,
  /** `items` of draft 7. */
  SchemaOrList,
}

const one: string[] = [
  "additionalProperties",
  "contains",
  "contentSchema",
  "else",
  "if",
  "not",
  "propertyNames",
  "then",
  "unevaluatedItems",
  "unevaluatedProperties",
  "additionalItems",
];
const lists: string[] = ["allOf", "anyOf", "oneOf", "prefixItems"];
const maps: string[] = [
  "$defs",
  "definitions",
  "dependentSchemas",
  "patternProperties",
  "properties",
  "dependencies",
];

/** Where schemas stand under a keyword. */
export function placeOf(keyword: string, isDraft7: bool): SchemaPlace {
  if (keyword == "items") return isDraft7 ? SchemaPlace.SchemaOrList : SchemaPlace.Schema;
  if (one.includes(keyword)) return SchemaPlace.Schema;
  if (lists.includes(keyword)) return SchemaPlace.List;
  return maps.includes(keyword) ? SchemaPlace.Map : SchemaPlace.None;
}
