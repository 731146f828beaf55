import { JsonLimits } from "../json/limits";
import { JsonReader } from "../json/reader";
import { XmlLimits } from "../xml/limits";
import { XmlReader } from "../xml/reader";
import { decodeInto } from "./decode";
import { FieldReader, FieldsStatus, Kind, Place } from "./field";
import { JsonFields } from "./json";
import { MultipartFields } from "./multipart";
import { CookieFields, FormFields } from "./pairs";
import { XmlFields } from "./xml";

const SCRATCH: usize = memory.data(256);

/** `[place path=value]` of every field. */
function all(reader: FieldReader): string {
  let out = "";
  while (reader.next()) {
    const path = String.UTF8.decodeUnsafe(SCRATCH, reader.writePath(SCRATCH, 256));
    const length = decodeInto(SCRATCH, reader.valueCoding, reader.valuePtr, reader.valueLength);
    const value = String.UTF8.decodeUnsafe(SCRATCH, length);
    out += "[" + (<i32>reader.place).toString() + " " + path;
    out += reader.kind >= Kind.Object ? "]" : "=" + value + "]";
  }
  return reader.status == FieldsStatus.Ok ? out : out + "!";
}

function at(text: string): usize {
  return changetype<usize>(String.UTF8.encode(text, true));
}

function bytesOf(text: string): u32 {
  return <u32>String.UTF8.byteLength(text);
}

export function pairs_of_a_query(): void {
  const text = "a=1&b+c=%41+%zz&d";
  const fields = new FormFields();
  fields.open(at(text), bytesOf(text), Place.Query);
  assert(all(fields) == "[0 a=1][0 b c=A %zz][0 d=]");
}

export function cookies_keep_their_bytes(): void {
  const text = "a=%41; b=x+y";
  const fields = new CookieFields();
  fields.open(at(text), bytesOf(text));
  assert(all(fields) == "[2 a=%41][2 b=x+y]");
}

export function members_of_json_by_their_path(): void {
  const text = '{"a":[1,{"b\\n":"\\u0041"},[]],"c":{},"d":null,"e":true,"f":false}';
  const fields = new JsonFields(new JsonReader(new JsonLimits()));
  fields.open(at(text), bytesOf(text));
  const found = all(fields);
  const wanted =
    "[4 ][4 a][4 a.0=1][4 a.1][4 a.1.b\n=A][4 a.2][4 c][4 d=null][4 e=true][4 f=false]";
  assert(found == wanted, found);
  fields.open(at('"x"'), 3);
  assert(all(fields) == "[4 =x]");
  fields.open(at('{"a":1'), 6);
  assert(all(fields) == "[4 ][4 a=1]!");
}

export function parts_and_files_of_multipart(): void {
  const type = "multipart/form-data; boundary=b";
  const head = "--b\r\nContent-Disposition: form-data; ";
  const body =
    head + 'name="a"\r\n\r\n1\r\n' + head + 'name="f"; filename="x\\"y"\r\n\r\nz\r\n--b--\r\n';
  const fields = new MultipartFields();
  assert(fields.openType(at(type), bytesOf(type)));
  fields.open(at(body), bytesOf(body));
  const found = all(fields);
  assert(found == '[5 a=1][6 f=x"y][7 f=z]', found);
}

export function text_and_attributes_of_xml(): void {
  const text = "<r><i id='1&amp;2'>t</i><i/><j>u<k>v</k>w</j></r>";
  const fields = new XmlFields(new XmlReader(new XmlLimits()));
  fields.open(at(text), bytesOf(text));
  const found = all(fields);
  assert(found == "[9 r.i.@id=1&2][8 r.i=t][8 r.j=u][8 r.j.k=v][8 r.j=w]", found);
}

export function long_paths_are_cut_off(): void {
  const text = '{"abc":{"d\\u00e9f":1}}';
  const fields = new JsonFields(new JsonReader(new JsonLimits()));
  fields.open(at(text), bytesOf(text));
  while (fields.next() && fields.kind != Kind.Number);
  assert(fields.writePath(SCRATCH, 3) == 3);
  assert(fields.writePath(SCRATCH, 6) == 5, "no escape is cut in two");
}
