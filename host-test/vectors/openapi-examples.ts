// The examples of JSON bodies in a description, as requests and responses that its own schemas must let pass. Parameters, credentials and
// servers are taken out of the description: an example of a body brings none.

export interface BodyExample {
  method: string;
  path: string;
  /** Of a response; undefined: the example is a request body. */
  status?: number;
  /** Its name among `examples`; "" where it stands alone. */
  name: string;
  value: unknown;
}

type Node = Record<string, unknown>;
const asNode = (value: unknown): Node =>
  typeof value === "object" && value !== null ? (value as Node) : {};
const methods = ["get", "put", "post", "delete", "patch"];

/** Strips the description in place, and lists the examples of the paths that have no fragment. */
export function examplesOf(document: Node): BodyExample[] {
  const follow = (value: unknown): Node => {
    let node = asNode(value);
    for (let hops = 0; hops < 9 && typeof node["$ref"] === "string"; hops++) {
      const tokens = node["$ref"].slice(2).split("/");
      const names = tokens.map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
      node = asNode(names.reduce<unknown>((at, name) => asNode(at)[name], document));
    }
    return node;
  };
  const valuesOf = (body: Node): { name: string; value: unknown }[] => {
    const media = follow(asNode(body["content"])["application/json"]);
    const named = Object.entries(asNode(media["examples"])).map(([name, example]) => ({
      name,
      value: follow(example)["value"],
    }));
    const all = [{ name: "", value: media["example"] }, ...named];
    return all.filter(({ value }) => value !== undefined);
  };
  const found: BodyExample[] = [];
  document["servers"] = [{ url: "/" }];
  delete document["security"];
  for (const [path, at] of Object.entries(asNode(document["paths"]))) {
    const item = follow(at);
    for (const name of ["parameters", "servers"]) delete item[name];
    for (const method of methods.filter(
      (name) => item[name] !== undefined && !path.includes("#"),
    )) {
      const operation = asNode(item[method]);
      for (const name of ["parameters", "servers", "security"]) delete operation[name];
      const body = follow(operation["requestBody"]);
      delete body["required"];
      found.push(...valuesOf(body).map((example) => ({ method, path, ...example })));
      for (const [status, answer] of Object.entries(asNode(operation["responses"]))) {
        const response = follow(answer);
        delete response["headers"];
        if (!/^\d+$/.test(status)) continue;
        const answers = valuesOf(response);
        found.push(...answers.map((one) => ({ method, path, status: Number(status), ...one })));
      }
    }
  }
  return found;
}
