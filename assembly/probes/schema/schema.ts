// Test door to the schema room: documents in, a verdict out.
import { JsonLimits } from "../../json/limits";
import { JsonReader } from "../../json/reader";
import { Dialect } from "../../schema/dialect";
import { SchemaCompiler } from "../../schema/load/compiler";
import { Documents } from "../../schema/load/documents";
import { SchemaNode } from "../../schema/node";
import { Validator } from "../../schema/run/validator";
import { Tape } from "../../schema/tape";

/** What reads texts; kept from schema to schema. */
class Reading {
  reader: JsonReader;
  tape: Tape;

  constructor() {
    const limits = new JsonLimits();
    limits.maxKeys = 65536;
    limits.maxMembers = 65536;
    this.reader = new JsonReader(limits, 0x5eed);
    this.tape = new Tape(262144, limits.maxDepth);
  }
}

let reading: Reading | null = null;
let compiler: SchemaCompiler | null = null;
let node: SchemaNode | null = null;
let validator: Validator | null = null;
let text: string = "";

/** Takes `size` bytes the caller writes a text into; never given back. */
export function reserve(size: u32): usize {
  return heap.alloc(size);
}

/** Forgets all documents. */
export function begin(assertsFormats: bool): void {
  if (reading === null) reading = new Reading();
  const last = compiler;
  if (last !== null) last.dispose();
  compiler = new SchemaCompiler(new Documents(), 1, assertsFormats);
  node = null;
  validator = null;
  // @ts-ignore: a built-in that the portable typings do not list
  __collect();
}

/** Adds a document; false: see `said`. */
export function add(uri: usize, uriLength: u32, ptr: usize, length: u32, dialect: i32): bool {
  const documents = compiler!.documents;
  const name = String.UTF8.decodeUnsafe(uri, uriLength);
  const added = documents.add(name, ptr, length, <Dialect>dialect);
  text = documents.fault;
  return added !== null;
}

/** Compiles the schema with a URI; false: see `said`. */
export function compile(uri: usize, uriLength: u32): bool {
  const schemas = compiler!;
  node = schemas.compile(String.UTF8.decodeUnsafe(uri, uriLength));
  text = "";
  for (let i = 0; i < schemas.faults.length; i++) {
    text += `${schemas.faults[i].pointer}: ${schemas.faults[i].message}\n`;
  }
  validator = new Validator(schemas.documents.resources, 65536, 1);
  return schemas.faults.length == 0 && node !== null;
}

/** Reads and judges a text: 0 invalid, 1 valid, 2 undecided, 3 no JSON. */
export function judge(ptr: usize, length: u32): i32 {
  const texts = reading!;
  const schema = node;
  if (schema === null || !texts.tape.read(texts.reader, ptr, length)) return 3;
  return validator!.run(schema, texts.tape.top);
}

/** Where the last text was first wrong: the schema's pointer. */
export function failedAt(): string {
  const failed = validator!.failedNode;
  return failed === null ? "" : compiler!.documents.pointerOf(failed.row);
}

/** What the last call had to say. */
export function said(): string {
  return text;
}
