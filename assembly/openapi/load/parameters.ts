// Parameter, header and encoding objects: where they stand, how they are written, what schema they meet.
// Source: OpenAPI 3.0.4 §4.7.12, §4.7.15, §4.7.21; 3.1.1 §4.8.12, §4.8.15, §4.8.21.
import { lowerAscii } from "../../base/ascii";
import { member, nameOf } from "../../schema/load/rows";
import { SchemaNode } from "../../schema/node";
import { nameLength, namePtr, valueLength, valuePtr } from "../../schema/tape";
import { Bytes, MediaRange, Parameter } from "../model";
import { IN_NAMES, In, STYLE_NAMES, Style, isStyleOf, usualStyle } from "../style";
import { mediaText } from "./media-text";
import { Source } from "./source";

/** Header parameters of these names say nothing: other parts of a description tell of them. */
const IGNORED_HEADERS: StaticArray<string> = ["accept", "content-type", "authorization"];

@final
export class ParameterLoader {
  /** All that were read: their shapes come once the schemas are compiled. */
  readonly read: Parameter[] = [];

  constructor(private source: Source) {}

  /** The parameter at a row; null: it is wrong, or says nothing. */
  parameter(at: usize): Parameter | null {
    const source = this.source;
    const row = source.object(at);
    if (row == 0) return null;
    const name = source.text(row, "name");
    const word = source.text(row, "in");
    let place = 0;
    while (place <= <i32>In.Cookie && IN_NAMES[place] != word) place++;
    if (name.length == 0) {
      source.fault(row, "a parameter has no name", 'add "name"');
      return null;
    }
    if (place > <i32>In.Cookie) {
      source.fault(row, `the parameter ${name} is in no place that there is`, IN_MEND);
      return null;
    }
    const isHeader = place == <i32>In.Header;
    const folded = lowerAscii(name);
    for (let i = 0; isHeader && i < IGNORED_HEADERS.length; i++) {
      if (IGNORED_HEADERS[i] == folded) return null;
    }
    const nameRow = member(row, "name");
    const bytes = new Bytes(isHeader ? folded : name);
    const parameter = new Parameter(bytes, valuePtr(nameRow), valueLength(nameRow));
    parameter.isRequired = source.flag(row, "required", false);
    if (place == <i32>In.Path && !parameter.isRequired) parameter.isRequired = true;
    parameter.allowsEmpty = place == <i32>In.Query && source.flag(row, "allowEmptyValue", false);
    this.describe(parameter, row, <In>place);
    return parameter;
  }

  /** A header of a response or of a part; null: it is wrong. */
  header(at: usize): Parameter | null {
    const name = lowerAscii(nameOf(at));
    const row = this.source.object(at);
    if (row == 0 || name == "content-type") return null;
    const parameter = new Parameter(new Bytes(name), namePtr(at), nameLength(at));
    parameter.isRequired = this.source.flag(row, "required", false);
    this.describe(parameter, row, In.Header);
    return parameter;
  }

  /** A member of a form body by its name and schema. @param encoding row of its Encoding Object; 0: none */
  field(
    ptr: usize,
    length: u32,
    name: string,
    node: SchemaNode | null,
    encoding: usize,
  ): Parameter {
    const parameter = new Parameter(new Bytes(name), ptr, length);
    parameter.place = In.Form;
    parameter.style = Style.Form;
    parameter.explode = true;
    parameter.node = node;
    if (encoding != 0) {
      const words = ["style", "explode", "allowReserved"];
      for (let i = 0; i < words.length; i++) {
        if (member(encoding, words[i]) != 0) parameter.isStyled = true;
      }
      this.readStyle(parameter, encoding, In.Form);
      const types = this.source.text(encoding, "contentType");
      if (types.length > 0) parameter.partTypes = rangesOf(types);
    }
    this.read.push(parameter);
    return parameter;
  }

  private describe(parameter: Parameter, row: usize, place: In): void {
    const source = this.source;
    parameter.place = place;
    const content = source.members(row, "content");
    if (content.length > 0) this.describeContent(parameter, content);
    else {
      this.readStyle(parameter, row, place);
      const schema = member(row, "schema");
      if (schema != 0) parameter.node = source.schemas.node(schema, source.root);
    }
    this.read.push(parameter);
  }

  /** A parameter with `content` holds a text of one media type. */
  private describeContent(parameter: Parameter, content: usize[]): void {
    const source = this.source;
    if (content.length > 1) {
      source.fault(content[1], "content of a parameter has one media type", "keep one");
    }
    const media = source.object(content[0]);
    const type = mediaText(nameOf(content[0]));
    parameter.isJson = type == "application/json" || type.endsWith("+json");
    const schema: usize = media == 0 ? 0 : member(media, "schema");
    if (schema != 0) parameter.node = source.schemas.node(schema, source.root);
    // One value, as it is.
    parameter.style = parameter.place == In.Path ? Style.Simple : usualStyle(parameter.place);
  }

  private readStyle(parameter: Parameter, row: usize, place: In): void {
    const source = this.source;
    const word = source.text(row, "style");
    parameter.style = usualStyle(place);
    if (word.length > 0) {
      let style = 0;
      while (style < STYLE_NAMES.length && STYLE_NAMES[style] != word) style++;
      if (style == STYLE_NAMES.length || !isStyleOf(place, <Style>style)) {
        const mend = `write one of ${stylesOf(place)}`;
        source.fault(
          member(row, "style"),
          `no parameter in ${IN_NAMES[place]} has this style`,
          mend,
        );
      } else parameter.style = <Style>style;
    }
    parameter.explode = source.flag(row, "explode", parameter.style == Style.Form);
    parameter.allowsReserved = source.flag(row, "allowReserved", false);
  }
}

const IN_MEND: string = "write path, query, header or cookie";

function stylesOf(place: In): string {
  const words: string[] = [];
  for (let style = 0; style < STYLE_NAMES.length; style++) {
    if (isStyleOf(place, <Style>style)) words.push(STYLE_NAMES[style]);
  }
  return words.join(", ");
}

/** `image/png, image/jpeg` as ranges. */
function rangesOf(text: string): MediaRange[] {
  const ranges: MediaRange[] = [];
  const parts = text.split(",");
  for (let i = 0; i < parts.length; i++) ranges.push(new MediaRange(mediaText(parts[i])));
  return ranges;
}
