// One rule of `validate.schema.rules`: which requests it is for, and the schemas of their bodies and of the responses'.
import { Glob } from "../../../base/glob";
import { MediaType } from "../../../http/media-type";
import { equalsLiteral } from "../../../http/literal";
import { SchemaNode } from "../../../schema/node";
import { RequestView } from "../../request-view";
import { MediaPattern } from "../limits/media-pattern";
import { PlainPath } from "./plain-path";

@final
export class SchemaRule {
  /** Place of its copy of the statuses in the stage's table. */
  firstStatus: i32 = 0;
  /** Null: any path, any method. */
  paths: Glob[] | null = null;
  methods: string[] | null = null;
  /** Types that the schemas are for; null: every JSON type. */
  types: MediaPattern[] | null = null;
  request: SchemaNode | null = null;
  response: SchemaNode | null = null;
  /** Statuses of responses that the schema is for; null: 200 to 299. */
  statuses: u32[] | null = null;

  /** Whether the rule is for requests of this path and method. */
  isFor(path: PlainPath, request: RequestView): bool {
    const methods = this.methods;
    if (methods !== null && !hasMethod(methods, request)) return false;
    const paths = this.paths;
    if (paths === null || path.isUnknown) return true;
    for (let i = 0; i < paths.length; i++) if (paths[i].matches(path.ptr, path.length)) return true;
    return false;
  }

  /** Whether the rule's schemas are for a body of this type. */
  takes(type: MediaType): bool {
    const types = this.types;
    if (types === null) return type.isJson;
    for (let i = 0; i < types.length; i++) if (types[i].matches(type)) return true;
    return false;
  }

  isForStatus(status: u32): bool {
    const statuses = this.statuses;
    if (statuses === null) return status >= 200 && status < 300;
    for (let i = 0; i < statuses.length; i++) if (statuses[i] == status) return true;
    return false;
  }
}

function hasMethod(methods: string[], request: RequestView): bool {
  for (let i = 0; i < methods.length; i++) {
    if (equalsLiteral(request.method, request.methodLength, methods[i])) return true;
  }
  return false;
}
