// A description with every style of parameters and every kind of body that is read.

const list = { type: "array", items: { type: "integer" }, uniqueItems: true };
const object = {
  type: "object",
  properties: {
    a: { type: "integer" },
    b: { type: "string", pattern: "^[a-z]+$" },
    c: { type: "boolean" },
  },
  additionalProperties: { type: ["string", "number"] },
};
const either = { oneOf: [list, object, { type: "string", format: "date" }, { type: "null" }] };
const styles: [place: string, style: string][] = [
  ["query", "form"],
  ["query", "spaceDelimited"],
  ["query", "pipeDelimited"],
  ["query", "deepObject"],
  ["header", "simple"],
  ["cookie", "form"],
];
/** Every style of every place with three schemas, once exploded and once not. */
export const parameters = styles.flatMap(([place, style]) =>
  [list, object, either].flatMap((schema, i) =>
    [true, false].map((explode) => ({
      name: `${style[0]!}${i}${explode ? "x" : "y"}`,
      in: place,
      style,
      explode,
      schema,
    })),
  ),
);
const content = Object.fromEntries(
  [
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "text/plain",
  ].map((type) => [
    type,
    { schema: { ...object, properties: { ...object.properties, l: list, o: object } } },
  ]),
);
const pathOf = (style: string, schema: unknown, explode: boolean): object => ({
  parameters: [{ name: "p", in: "path", required: true, style, explode, schema }],
  get: { parameters, responses: {} },
  post: { requestBody: { content }, responses: {} },
});
export const description = {
  openapi: "3.1.0",
  info: { title: "t", version: "1" },
  paths: {
    "/m/{p}": pathOf("matrix", object, true),
    "/l/{p}": pathOf("label", list, false),
    "/s/{p}": pathOf("simple", either, true),
    "/x/{p}-{q}.{r}": pathOf("simple", list, false),
  },
};
