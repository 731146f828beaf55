// Paths, path items and operations: templates joined with the base paths of their servers, parameters of the path under those of the
// operation, bodies, answers, requirements.
// Source: OpenAPI 3.0.4 §4.7.8 to §4.7.10, 3.1.1 §4.8.8 to §4.8.10.
import { JsonEvent } from "../../json/event";
import { Dialect } from "../../schema/dialect";
import { Documents } from "../../schema/load/documents";
import { member, nameOf, objectMember } from "../../schema/load/rows";
import { kindOf } from "../../schema/tape";
import { Bytes, Credential, Operation, Parameter } from "../model";
import { Api } from "../api";
import { Route, expressionsOf } from "../router";
import { In } from "../style";
import { MAX_VALUES } from "../template";
import { BodyLoader } from "./bodies";
import { ParameterLoader } from "./parameters";
import { Planner } from "./plans";
import { SecurityLoader } from "./security";
import { basePaths } from "./servers";
import { Source } from "./source";

const METHODS: StaticArray<string> = [
  "get",
  "put",
  "post",
  "delete",
  "options",
  "head",
  "patch",
  "trace",
];

/** Operations of one description. */
const MAX_OPERATIONS: i32 = 8192;

/** Reads paths, and all that they lead to. */
@final
export class PathsLoader {
  private parameters: ParameterLoader;
  private bodies: BodyLoader;
  private security: SecurityLoader;
  private isFull: bool = false;

  constructor(
    private source: Source,
    private api: Api,
    private seed: u64,
    private documents: Documents,
  ) {
    const parameters = new ParameterLoader(source);
    this.parameters = parameters;
    this.bodies = new BodyLoader(source, parameters);
    this.security = new SecurityLoader(source);
  }

  read(top: usize, bases: string[] | null): void {
    const source = this.source;
    const components = objectMember(top, "components");
    if (components != 0) {
      this.security.readSchemes(components);
      this.enterSchemas(components);
    }
    const required = this.security.requirements(top);
    const usual = bases !== null ? bases : basePaths(source, top);
    const paths = source.members(top, "paths");
    for (let i = 0; i < paths.length; i++) {
      if (nameOf(paths[i]).startsWith("x-")) continue;
      this.readPath(paths[i], bases !== null, usual, required);
    }
    this.finish();
  }

  /** Names that schemas give themselves, where a draft 2020-12 document has any. */
  private enterSchemas(components: usize): void {
    const root = this.source.root;
    if (root.dialect != Dialect.OpenApi31) return;
    const schemas = this.source.members(components, "schemas");
    for (let i = 0; i < schemas.length; i++) this.documents.enter(schemas[i], root);
  }

  private readPath(
    at: usize,
    hasBases: bool,
    usual: string[] | null,
    required: Credential[][] | null,
  ): void {
    const source = this.source;
    const name = nameOf(at);
    const hash = name.indexOf("#");
    const template = hash < 0 ? name : name.substring(0, hash);
    const expressions = expressionsOf(template);
    if (!template.startsWith("/") || template.indexOf("?") >= 0) {
      source.fault(at, "a path begins with a slash and has no query", 'write it like "/pets/{id}"');
      return;
    }
    if (expressions === null || expressions.length > MAX_VALUES) {
      source.fault(at, "the braces of the path make no template", "write /{name}, each name once");
      return;
    }
    const row = source.object(at);
    if (row == 0) return;
    const route = new Route();
    route.row = at;
    route.expressions = expressions;
    let bases: string[] = [""];
    if (usual !== null) bases = usual;
    const own = basePaths(source, row);
    if (own !== null && !hasBases) bases = own;
    const shared = source.elements(row, "parameters");
    for (let i = 0; i < METHODS.length; i++) {
      const found = member(row, METHODS[i]);
      if (found == 0) continue;
      const operation = this.readOperation(
        found,
        METHODS[i].toUpperCase(),
        shared,
        route,
        required,
      );
      if (operation === null) continue;
      const elsewhere = basePaths(source, found);
      if (elsewhere === null || hasBases) route.operations.push(operation);
      else {
        const alone = new Route();
        alone.row = at;
        alone.expressions = expressions;
        alone.operations.push(operation);
        this.place(template, alone, elsewhere);
      }
    }
    this.place(template, route, bases);
  }

  private place(template: string, route: Route, bases: string[]): void {
    for (let i = 0; i < bases.length; i++) {
      const known = this.api.router.add(bases[i] + template, route);
      if (known === null || known === route) continue;
      if (nameOf(known.row) != nameOf(route.row) && nameOf(route.row).indexOf("#") < 0) {
        const mend = "keep one of them, with all of the operations";
        this.source.fault(route.row, `is the same path as ${nameOf(known.row)}`, mend);
        continue;
      }
      merge(known, route);
    }
  }

  private readOperation(
    row: usize,
    method: string,
    shared: usize[],
    route: Route,
    required: Credential[][] | null,
  ): Operation | null {
    const source = this.source;
    if (kindOf(row) != JsonEvent.ObjectStart) {
      source.fault(row, "must be an object", "write it in braces");
      return null;
    }
    if (this.api.operations.length >= MAX_OPERATIONS) {
      if (!this.isFull) source.fault(row, `more than ${MAX_OPERATIONS} operations`, "split it");
      this.isFull = true;
      return null;
    }
    const operation = new Operation(method);
    const id = source.text(row, "operationId");
    operation.label = labelOf(id.length > 0 ? id : `${method} ${nameOf(route.row)}`);
    this.api.operations.push(operation);
    const own = source.elements(row, "parameters");
    const found: Parameter[] = [];
    // What an operation says of a parameter takes the place of what its path says.
    for (let i = 0; i < own.length; i++) this.addParameter(found, own[i]);
    for (let i = 0; i < shared.length; i++) this.addParameter(found, shared[i]);
    this.sort(operation, found, route);
    const body = member(row, "requestBody");
    if (body != 0) operation.body = this.bodies.body(body);
    const answers = source.members(row, "responses");
    for (let i = 0; i < answers.length; i++) {
      if (nameOf(answers[i]).startsWith("x-")) continue;
      const answer = this.bodies.answer(answers[i]);
      if (answer !== null) operation.answers.push(answer);
    }
    const security = this.security.requirements(row);
    if (security !== null) operation.security = security;
    else if (required !== null) operation.security = required;
    return operation;
  }

  private addParameter(found: Parameter[], at: usize): void {
    const parameter = this.parameters.parameter(at);
    if (parameter === null) return;
    for (let i = 0; i < found.length; i++) {
      const name = found[i].name;
      if (
        found[i].place != parameter.place ||
        !name.equals(parameter.name.ptr, parameter.name.length)
      )
        continue;
      return;
    }
    found.push(parameter);
  }

  private sort(operation: Operation, found: Parameter[], route: Route): void {
    for (let i = 0; i < route.expressions.length; i++) operation.path.push(null);
    for (let i = 0; i < found.length; i++) {
      const parameter = found[i];
      if (parameter.place == In.Query) operation.query.list.push(parameter);
      else if (parameter.place == In.Cookie) operation.cookies.list.push(parameter);
      else if (parameter.place == In.Header) operation.headers.push(parameter);
      else {
        for (let k = 0; k < route.expressions.length; k++) {
          const name = new Bytes(route.expressions[k]);
          if (parameter.name.equals(name.ptr, name.length)) operation.path[k] = parameter;
        }
      }
    }
  }

  /** Compiles all schemas that were met, then plans what depends on them. */
  private finish(): void {
    this.source.schemas.finish();
    const planner = new Planner(this.parameters, this.seed);
    planner.shape(this.parameters.read);
    const pending = this.bodies.pending;
    for (let i = 0; i < pending.length; i++) planner.planMedia(pending[i]);
    const operations = this.api.operations;
    for (let i = 0; i < operations.length; i++) {
      planner.close(operations[i].query);
      planner.close(operations[i].cookies);
      operations[i].answers.sort((a, b): i32 => <i32>(a.most - a.least) - <i32>(b.most - b.least));
    }
    this.api.router.close();
  }
}

/** Longest label of an operation. */
const MAX_LABEL: i32 = 48;

/** What an audit line can repeat as it stands: printable ASCII without quotes and backslashes. */
function labelOf(text: string): Bytes {
  let label = "";
  for (let i = 0; i < text.length && i < MAX_LABEL; i++) {
    const unit = text.charCodeAt(i);
    const isHarmless = unit > 0x1f && unit < 0x7f && unit != 0x22 && unit != 0x5c;
    label += isHarmless ? text.charAt(i) : "_";
  }
  return new Bytes(label);
}

/** Operations of paths that differ in their fragment alone stand behind each other. */
function merge(known: Route, added: Route): void {
  for (let i = 0; i < added.operations.length; i++) {
    const operation = added.operations[i];
    let at = known.operation(operation.method);
    if (at === null) {
      known.operations.push(operation);
      continue;
    }
    while (at !== null && at !== operation) {
      const next = at.other;
      if (next === null) at.other = operation;
      at = next;
    }
  }
}
