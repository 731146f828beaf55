// Requests and responses that a description asks for, as far as its schemas are simple, and damaged ones: values are made by `example`,
// `enum` and `type`, written in some style that may or may not be the right one. What of the description is itself damaged is passed over.
import type { ApiRequest } from "../vectors/openapi-probe.ts";
import { at, isObject, type Json, type JsonObject } from "./openapi-slices.ts";
import { damaged, type Below } from "./texts.ts";

export interface Exchange {
  request: ApiRequest;
  status: number;
  headers: [string, string][];
  /** Bytes as latin1, so that a failing exchange can be printed. */
  body: string;
}

const oddValues: Json[] = [null, true, 0, -1, 1.5, 1e21, 12345678901234567890, "", "x", "2024-02-29", "é", "a,b;c", [], {}, [[[]]], { a: { b: 1 } }, "a".repeat(70)]; // prettier-ignore
const methods = ["get", "put", "post", "delete", "patch", "head", "options"];

export class Traffic {
  constructor(
    private readonly document: JsonObject,
    private readonly below: Below,
  ) {}

  private some<T>(list: T[]): T {
    return list[this.below(list.length)]!;
  }

  private follow(value: Json | undefined): JsonObject {
    for (let hops = 0; hops < 9 && isObject(value) && typeof value["$ref"] === "string"; hops++)
      value = at(this.document, value["$ref"]);
    return isObject(value) ? value : {};
  }

  /** A value of a schema, mostly. */
  private valueOf(given: Json | undefined, depth = 0): Json {
    const below = this.below;
    const schema = this.follow(given);
    if (below(25) === 0) return this.some(oddValues);
    for (const name of ["example", "default", "const"])
      if (schema[name] !== undefined && below(2) === 0) return schema[name];
    if (Array.isArray(schema["enum"]) && schema["enum"].length > 0)
      return this.some(schema["enum"]);
    for (const name of ["oneOf", "anyOf"]) {
      const list = schema[name];
      if (Array.isArray(list) && list.length > 0 && depth < 9)
        return this.valueOf(this.some(list), depth + 1);
    }
    if (Array.isArray(schema["allOf"]) && depth < 9) {
      const parts = schema["allOf"].map((one) => this.valueOf(one, depth + 1));
      if (parts.every((part) => isObject(part))) return Object.assign({}, ...parts) as Json;
      return parts[0] ?? null;
    }
    const type = Array.isArray(schema["type"]) ? schema["type"][0] : schema["type"];
    if (type === "integer") return below(200) - 5;
    if (type === "number") return below(1000) / 8;
    if (type === "boolean") return below(2) === 0;
    if (type === "null") return null;
    if (type === "array")
      return Array.from({ length: depth > 6 ? 0 : below(4) }, () =>
        this.valueOf(schema["items"], depth + 1),
      );
    if (type === "object" || schema["properties"] !== undefined)
      return this.objectOf(schema, depth);
    const byFormat: Record<string, string> = {
      "date-time": "2024-02-29T12:00:00Z",
      date: "2024-02-29",
      uri: "https://a.example/b",
      email: "a@b.example",
      uuid: "2b7e1516-28ae-42a6-abf7-158809cf4f3c",
    };
    return byFormat[String(schema["format"])] ?? this.some(["a", "abc", "12", "x".repeat(34)]);
  }

  private objectOf(schema: JsonObject, depth: number): Json {
    const properties = isObject(schema["properties"]) ? schema["properties"] : {};
    const required = Array.isArray(schema["required"]) ? schema["required"] : [];
    const made: JsonObject = {};
    for (const [name, one] of Object.entries(properties)) {
      const isNeeded = required.includes(name) && this.below(30) > 0;
      if (isNeeded || (depth < 4 && this.below(3) === 0)) made[name] = this.valueOf(one, depth + 1);
    }
    if (this.below(10) === 0)
      made[this.some(["zz", "", "constructor", "é"])] = this.some(oddValues);
    return made;
  }

  /** A value as text of some style: lists and objects joined by one of the delimiters. */
  private text(value: Json, mark = ","): string {
    if (Array.isArray(value)) return value.map((one) => this.text(one, mark)).join(mark);
    if (!isObject(value)) return encodeURIComponent(String(value));
    const pairs = Object.entries(value).map(([name, one]) => [name, this.text(one, mark)]);
    return pairs.map((pair) => pair.join(this.some([mark, "="]))).join(mark);
  }

  private pairs(name: string, value: Json): string[] {
    const key = encodeURIComponent(name);
    const style = this.below(4);
    if (isObject(value) && style > 1)
      return Object.entries(value).map(
        ([inner, one]) => `${style > 2 ? `${key}[${inner}]` : inner}=${this.text(one)}`,
      );
    if (Array.isArray(value) && style > 0) return value.map((one) => `${key}=${this.text(one)}`);
    if (style === 0) return [`${key}=${encodeURIComponent(JSON.stringify(value))}`];
    return [`${key}=${this.text(value, this.some([",", "|", "%20", " "]))}`];
  }

  /** A body with its content type, of one of the media types of a request body or response. */
  private bodyOf(given: Json | undefined): [type: string, body: Buffer] {
    const content = this.follow(given)["content"];
    const media = isObject(content) ? Object.entries(content) : [];
    const [name, object] = media.length > 0 ? this.some(media) : ["application/json", {}];
    const value = this.valueOf(this.follow(object)["schema"]);
    const type = this.below(20) === 0 ? this.some(["", "text/plain", "a/b;c=d", "multipart/form-data"]) : name; // prettier-ignore
    if (name.includes("form-urlencoded")) return [type, Buffer.from(this.form(value).join("&"))];
    if (!name.startsWith("multipart/")) return [type, Buffer.from(JSON.stringify(value))];
    const parts = Object.entries(isObject(value) ? value : { a: value }).map(
      ([key, one]) =>
        `--b\r\nContent-Disposition: form-data; name="${key}"\r\n\r\n${typeof one === "string" ? one : JSON.stringify(one)}\r\n`,
    );
    return [`${type}; boundary=b`, Buffer.from(`${parts.join("")}--b--\r\n`)];
  }

  private form(value: Json): string[] {
    if (!isObject(value)) return [this.text(value)];
    return Object.entries(value).flatMap(([name, one]) => this.pairs(name, one));
  }

  /** One exchange of an operation of the description; damaged as often as not. */
  exchange(): Exchange {
    const below = this.below;
    const paths = isObject(this.document["paths"]) ? this.document["paths"] : {};
    const names = Object.keys(paths);
    const template = names.length > 0 ? this.some(names) : "/";
    const item = this.follow(paths[template]);
    const described = methods.filter((one) => item[one] !== undefined);
    const method =
      described.length > 0 && below(20) > 0 ? this.some(described) : this.some(methods);
    const operation = this.follow(item[method]);
    const given = [item["parameters"], operation["parameters"]].flatMap((list) =>
      Array.isArray(list) ? list.map((one) => this.follow(one)) : [],
    );
    const query: string[] = [];
    const cookies: string[] = [];
    const headers: [string, string][] = [];
    let path = template.replace(/#.*$/, "");
    for (const parameter of given) {
      if (parameter["required"] !== true && below(3) === 0) continue;
      const name = String(parameter["name"]);
      const value = this.valueOf(parameter["schema"]);
      if (parameter["in"] === "path") path = path.replace(`{${name}}`, () => this.text(value));
      else if (parameter["in"] === "query") query.push(...this.pairs(name, value));
      else if (parameter["in"] === "cookie") cookies.push(...this.pairs(name, value));
      else headers.push([name, this.text(value)]);
    }
    if (cookies.length > 0) headers.push(["cookie", cookies.join("; ")]);
    let target = `${this.base()}${path}${query.length > 0 ? `?${query.join("&")}` : ""}`;
    if (below(4) === 0) target = damaged(Buffer.from(target), below).toString();
    const request: ApiRequest = { method: method.toUpperCase(), path: target, headers };
    if (operation["requestBody"] !== undefined || below(20) === 0) {
      const [type, body] = this.bodyOf(operation["requestBody"]);
      headers.push(["content-type", type]);
      request.body = (below(4) === 0 ? damaged(body, below) : body).toString("latin1");
    }
    return { request, ...this.answer(operation) };
  }

  private answer(operation: JsonObject): Omit<Exchange, "request"> {
    const answers = isObject(operation["responses"]) ? Object.entries(operation["responses"]) : [];
    const [status, response] = answers.length > 0 ? this.some(answers) : ["200", {}];
    const [type, body] = this.bodyOf(response);
    const described = this.follow(response)["headers"];
    const headers: [string, string][] = [["content-type", type]];
    for (const [name, one] of isObject(described) ? Object.entries(described) : [])
      headers.push([name, this.text(this.valueOf(this.follow(one)["schema"]))]);
    const text = this.below(4) === 0 ? damaged(body, this.below) : body;
    return { status: parseInt(status) || 200, headers, body: text.toString("latin1") };
  }

  /** The path of the first server. */
  private base(): string {
    const servers = this.document["servers"];
    const first = Array.isArray(servers) ? this.follow(servers[0])["url"] : undefined;
    if (typeof first !== "string" || first.includes("{")) return "";
    return first.replace(/^[a-z]+:\/\/[^/]*/, "").replace(/\/$/, "");
  }
}
