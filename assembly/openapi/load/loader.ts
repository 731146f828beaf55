// From the text of a description to routes and operations. Every fault is collected with its JSON pointer and what to do; a description
// with a fault is not used.
// Source: OpenAPI 3.0.4, 3.1.1 §4.8.1 (OpenAPI Object), §4.8.8 to §4.8.10 (Paths, Path Item, Operation).
import { Dialect } from "../../schema/dialect";
import { SchemaCompiler } from "../../schema/load/compiler";
import { Documents } from "../../schema/load/documents";
import { SchemaFault } from "../../schema/load/node-source";
import { member, textMember } from "../../schema/load/rows";
import { kindOf } from "../../schema/tape";
import { JsonEvent } from "../../json/event";
import { Api } from "../api";
import { PathsLoader } from "./paths";
import { Source } from "./source";

/** URI that the description goes by; references stay within it. */
const URI: string = "openapi:/document";

@final
export class ApiLoader {
  private documents: Documents;
  private schemas: SchemaCompiler;
  private api: Api;

  /** @param assertsFormats formats have to be met */
  constructor(
    private seed: u64,
    assertsFormats: bool,
  ) {
    const documents = new Documents();
    this.documents = documents;
    const schemas = new SchemaCompiler(documents, seed, assertsFormats);
    this.schemas = schemas;
    this.api = new Api(schemas, seed);
  }

  /**
   * Reads a description; see `faults` of what comes back.
   * @param bases base paths instead of those of its servers; null: its own
   */
  load(ptr: usize, length: u32, bases: string[] | null): Api {
    const api = this.api;
    // Whether it is 3.0 stands in the text itself; both are read alike but for their schemas.
    const root = this.documents.add(URI, ptr, length, Dialect.OpenApi31);
    if (root === null) {
      api.faults.push(new SchemaFault(0, "", this.documents.fault, "give a description as JSON"));
      return api;
    }
    const version = textMember(root.row, "openapi");
    const source = new Source(this.schemas, root);
    if (checkVersion(source, root.row, version)) {
      new PathsLoader(source, api, this.seed, this.documents).read(root.row, bases);
    }
    api.faults = this.schemas.faults;
    api.resources = this.documents.resources;
    return api;
  }
}

function checkVersion(source: Source, row: usize, version: string): bool {
  if (kindOf(row) != JsonEvent.ObjectStart) {
    source.fault(row, "is no description of an API", 'begin with "openapi": "3.1.0"');
    return false;
  }
  if (version.startsWith("3.")) return true;
  const isSwagger = member(row, "swagger") != 0;
  const what = isSwagger ? "Swagger 2.0 is not read" : "does not say which OpenAPI it is";
  const mend = isSwagger ? "convert it to OpenAPI 3" : 'add "openapi": "3.0.3" or "3.1.0"';
  source.fault(row, what, mend);
  return false;
}
