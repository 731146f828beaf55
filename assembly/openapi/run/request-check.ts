// The head of a request against a description: its path and method, the credential that it must carry, and every parameter.
// Source: OpenAPI 3.0.4 §4.7.8, §4.7.10, §4.7.12, §4.7.30; 3.1.1 §4.8.8, §4.8.10, §4.8.12, §4.8.30.
import { CookieReader } from "../../http/cookie";
import { HeaderMap } from "../../http/header-map";
import { KnownHeader } from "../../http/header-name";
import { QueryReader } from "../../http/query";
import { Access } from "../../schema/node";
import { Api } from "../api";
import { ApiFault, Misfit, Witness } from "../fault";
import { FieldPlan, Operation, Parameter } from "../model";
import { Route } from "../router";
import { CredentialCheck } from "./credential-check";
import { FieldJudge, holdsReserved } from "./field-judge";
import { HeaderText } from "./header-text";
import { Pairs } from "./pairs";
import { Coding } from "./pieces";
import { RequestHead } from "./request-head";

@final
export class RequestCheck {
  private pairs: Pairs = new Pairs();
  private queries: QueryReader = new QueryReader();
  private cookies: CookieReader = new CookieReader();
  private headerText: HeaderText = new HeaderText();
  private credentials: CredentialCheck = new CredentialCheck();

  constructor(
    private api: Api,
    readonly fields: FieldJudge,
  ) {}

  /** The route of a path; null: there is none. Its values stay until the next call. */
  route(head: RequestHead): Route | null {
    return this.api.router.find(head.path, head.pathLength);
  }

  /** Judges credential and parameters. True: the request is denied. */
  judge(operation: Operation, head: RequestHead, witness: Witness): bool {
    const headers = head.headers;
    if (headers === null) return false;
    this.fields.values.texts.validator.excused = Access.ReadOnly;
    if (witness.looksFor(ApiFault.CredentialMissing)) {
      if (!this.credentials.holds(operation, head)) {
        witness.parameter = null;
        if (witness.found(ApiFault.CredentialMissing)) return true;
      }
    }
    if (this.judgePath(operation, witness)) return true;
    if (this.judgeQuery(operation.query, head, witness)) return true;
    if (this.judgeHeaders(operation.headers, headers, witness)) return true;
    return this.judgeCookies(operation.cookies, headers, witness);
  }

  private judgePath(operation: Operation, witness: Witness): bool {
    const values = this.api.router.values;
    const parameters = operation.path;
    for (let i = 0; i < parameters.length && i < values.count; i++) {
      const parameter = parameters[i];
      if (parameter === null) continue;
      const ptr = values.ptr(i);
      const length = values.length(i);
      const fault = ApiFault.ParameterInvalid;
      if (this.fields.text(parameter, Coding.Percent, ptr, length, witness, fault)) return true;
    }
    return false;
  }

  private judgeQuery(plan: FieldPlan, head: RequestHead, witness: Witness): bool {
    const pairs = this.pairs;
    const rows = this.fields.values.rows;
    const looksForReserved = witness.looksFor(ApiFault.ParameterReserved);
    if (plan.list.length == 0 && !witness.looksFor(ApiFault.ParameterUnknown)) return false;
    pairs.begin(plan);
    const reader = this.queries;
    const query = head.query;
    reader.open(query, head.queryLength);
    while (reader.next()) {
      const name = query + reader.nameStart;
      const value = query + reader.valueStart;
      const nameLength = reader.nameEnd - reader.nameStart;
      const valueLength = reader.valueEnd - reader.valueStart;
      pairs.add(plan, Coding.Form, rows, name, nameLength, value, valueLength);
    }
    if (pairs.hasUnknown) {
      witness.parameter = null;
      if (witness.found(ApiFault.ParameterUnknown)) return true;
    }
    if (looksForReserved && this.hasReserved(plan, pairs, witness)) return true;
    return this.judgePairs(plan, Coding.Form, witness);
  }

  private hasReserved(plan: FieldPlan, pairs: Pairs, witness: Witness): bool {
    for (let i = 0; i < plan.list.length; i++) {
      const parameter = plan.list[i];
      for (let pair = pairs.first(i); pair != 0; pair = pairs.next(pair)) {
        if (!holdsReserved(parameter, pairs.value(pair), pairs.valueLength(pair))) continue;
        witness.parameter = parameter;
        witness.top = 0;
        if (witness.found(ApiFault.ParameterReserved)) return true;
        break;
      }
    }
    return false;
  }

  private judgePairs(plan: FieldPlan, coding: Coding, witness: Witness): bool {
    if (this.pairs.isOver) {
      witness.parameter = null;
      witness.misfit = Misfit.Limit;
      if (witness.found(ApiFault.ParameterInvalid)) return true;
    }
    for (let i = 0; i < plan.list.length; i++) {
      if (this.fields.pairs(plan, i, this.pairs, coding, witness)) return true;
    }
    return false;
  }

  private judgeHeaders(list: Parameter[], headers: HeaderMap, witness: Witness): bool {
    for (let i = 0; i < list.length; i++) {
      const parameter = list[i];
      if (!this.headerText.read(headers, parameter)) {
        if (!parameter.isRequired) continue;
        witness.parameter = parameter;
        witness.top = 0;
        if (witness.found(ApiFault.ParameterMissing)) return true;
        continue;
      }
      const text = this.headerText;
      const fault = ApiFault.ParameterInvalid;
      if (this.fields.text(parameter, Coding.Plain, text.ptr, text.length, witness, fault))
        return true;
    }
    return false;
  }

  private judgeCookies(plan: FieldPlan, headers: HeaderMap, witness: Witness): bool {
    if (plan.list.length == 0) return false;
    const pairs = this.pairs;
    const rows = this.fields.values.rows;
    const reader = this.cookies;
    pairs.begin(plan);
    for (let row = headers.first(KnownHeader.Cookie); row >= 0;) {
      const ptr = headers.value(row);
      reader.open(ptr, headers.valueLength(row));
      while (reader.next()) {
        const nameLength = reader.nameEnd - reader.nameStart;
        const valueLength = reader.valueEnd - reader.valueStart;
        const name = ptr + reader.nameStart;
        const value = ptr + reader.valueStart;
        pairs.add(plan, Coding.Percent, rows, name, nameLength, value, valueLength);
      }
      row = headers.find(headers.name(row), headers.nameLength(row), row + 1);
    }
    return this.judgePairs(plan, Coding.Percent, witness);
  }
}
