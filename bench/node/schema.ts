// JSON Schema against ajv, from bytes to verdict: ours reads the bytes strictly into rows and judges them, the rival is JSON.parse
// and a validator that ajv compiled, in turns in one run.
import { Ajv2020 } from "ajv/dist/2020.js";
import { SchemaProbe } from "../../host-test/vectors/schema-probe.ts";
import { interleave } from "../interleave.ts";
import type { Bench, Row } from "../record.ts";
import { bodies } from "./json.ts";

const text = { type: "string", minLength: 1, maxLength: 200 };
const order = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  required: ["customer", "items"],
  additionalProperties: false,
  properties: {
    customer: {
      type: "object",
      required: ["id", "name"],
      properties: { id: { type: "string", pattern: "^c-[0-9]+$" }, name: text },
      additionalProperties: false,
    },
    items: { type: "array", maxItems: 100, items: { $ref: "#/$defs/item" } },
  },
  $defs: {
    item: {
      type: "object",
      required: ["id", "sku", "price"],
      additionalProperties: false,
      properties: {
        id: { type: "integer", minimum: 1 },
        sku: { type: "string", pattern: "^SKU-[0-9]{1,6}$" },
        title: text,
        price: { type: "number", minimum: 0, maximum: 1000000 },
        tags: { type: "array", items: { enum: ["new", "sale", "last"] }, uniqueItems: true },
        inStock: { type: "boolean" },
        note: { anyOf: [{ type: "null" }, text] },
      },
    },
  },
};

export async function schemaBench(rounds = 60): Promise<Bench> {
  const probe = await SchemaProbe.create();
  probe.begin();
  probe.add("urn:order", order, false);
  probe.compile("urn:order");
  const validate = new Ajv2020({ strict: false }).compile(order);
  const rows: Row[] = [];
  for (const name of ["API body, compact", "API body, large", "API body, indented"]) {
    const bytes = Buffer.from(bodies[name]);
    if (probe.judge(bytes) !== "valid" || !validate(JSON.parse(bodies[name])))
      throw new Error(`${name} is refused: ${probe.failedAt()}`);
    const times = interleave(
      [
        {
          name: "ours",
          run: (count) => {
            for (let i = 0; i < count; i++) probe.rejudge(bytes.length);
          },
        },
        {
          name: "ajv",
          run: (count) => {
            for (let i = 0; i < count; i++) validate(JSON.parse(bytes.toString("utf8")));
          },
        },
      ],
      { rounds },
    );
    const [ours, ajv] = times.map((timing) => timing.bestNs);
    rows.push({
      name,
      bytes: bytes.length,
      "ours, µs": (ours / 1000).toFixed(2),
      "JSON.parse + ajv, µs": (ajv / 1000).toFixed(2),
      ratio: (ours / ajv).toFixed(2),
    });
  }
  return {
    name: "schema",
    title: "JSON Schema",
    command: "npm run bench -- schema",
    about:
      "A body of an API against a schema of draft 2020-12, from bytes to verdict; the rival decodes, parses (`JSON.parse`) and runs " +
      "the function that ajv compiled, in the same run. Ratios below 1 mean that ours is faster. Ours also checks UTF-8, repeated " +
      "names and limits.",
    rows,
  };
}
