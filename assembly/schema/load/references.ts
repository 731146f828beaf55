// Where a `$ref` leads: to a resource by its URI, then to a schema in it by JSON pointer, anchor, or at its root.
// Source: JSON Schema Core 2020-12 §8.2.3, §9.2; RFC 6901.
import { JsonEvent } from "../../json/event";
import { Resource } from "../node";
import { ROW, kindOf, nextOf } from "../tape";
import { Documents } from "./documents";
import { member } from "./rows";
import { fragmentOf, percentDecoded, resolveUri } from "./uri";

/** Finds schemas by reference; the answer stands in its fields. */
@final
export class References {
  /** Row of the schema found; 0: none. */
  row: usize = 0;
  /** The resource that was asked, which a relative reference at an unexpected place belongs to. */
  resource: Resource;
  /** Why nothing was found. */
  fault: string = "";

  constructor(
    private documents: Documents,
    first: Resource,
  ) {
    this.resource = first;
  }

  /** Follows a reference that stands in `from`. False: it leads nowhere, see `fault`. */
  follow(reference: string, from: Resource): bool {
    const uri = resolveUri(from.uri, reference);
    const resource = this.documents.resource(uri);
    this.row = 0;
    if (resource === null) {
      this.fault = `no schema is called ${uri.length > 0 ? uri : '""'}`;
      return false;
    }
    this.resource = resource;
    const fragment = percentDecoded(fragmentOf(reference));
    if (fragment.length == 0) this.row = resource.row;
    else if (fragment.startsWith("/")) this.row = this.pointed(resource.row, fragment);
    else if (resource.anchors.has(fragment)) this.row = resource.anchors.get(fragment);
    if (this.row == 0) this.fault = `${uri} holds nothing at #${fragment}`;
    return this.row != 0;
  }

  /** The row at a JSON pointer below `row`; 0: none. Notes the innermost resource on the way. */
  private pointed(row: usize, pointer: string): usize {
    const tokens = pointer.split("/");
    for (let i = 1; i < tokens.length && row != 0; i++) {
      const token = tokens[i].replaceAll("~1", "/").replaceAll("~0", "~");
      row = kindOf(row) == JsonEvent.ArrayStart ? element(row, token) : member(row, token);
      if (row != 0) this.resource = this.documents.resourceAt(row, this.resource);
    }
    return row;
  }
}

function element(array: usize, token: string): usize {
  const index = I32.parseInt(token);
  if (index.toString() != token) return 0;
  const end = nextOf(array);
  let count = 0;
  for (let row = array + ROW; row < end; row = nextOf(row)) if (count++ == index) return row;
  return 0;
}
