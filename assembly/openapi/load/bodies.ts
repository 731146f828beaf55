// Request bodies and responses: media types with their schemas, members of forms with their encoding.
// Source: OpenAPI 3.0.4 §4.7.13 to §4.7.17; 3.1.1 §4.8.13 to §4.8.17.
import { member, nameOf } from "../../schema/load/rows";
import { Answer, Body, FieldPlan, Media, MediaRange } from "../model";
import { mediaText } from "./media-text";
import { ParameterLoader } from "./parameters";
import { Source } from "./source";

/** A media type whose members are planned once its schema is compiled, and the rows of their encodings. */
@final
export class PendingMedia {
  constructor(
    readonly media: Media,
    readonly encodings: usize[],
  ) {}
}

@final
export class BodyLoader {
  readonly pending: PendingMedia[] = [];

  constructor(
    private source: Source,
    private parameters: ParameterLoader,
  ) {}

  /** The request body at a row; null: it is wrong. */
  body(at: usize): Body | null {
    const row = this.source.object(at);
    if (row == 0) return null;
    const body = new Body();
    body.isRequired = this.source.flag(row, "required", false);
    body.media = this.content(row);
    return body;
  }

  /** The response at a row whose name is its status; null: it is wrong. */
  answer(at: usize): Answer | null {
    const name = nameOf(at);
    let least: u32 = 0;
    let most: u32 = 999;
    if (name != "default") {
      const isRange = name.length == 3 && name.substring(1).toUpperCase() == "XX";
      const number = I32.parseInt(isRange ? name.substring(0, 1) + "00" : name);
      if (name.length != 3 || number < 100 || number > 599) {
        this.source.fault(at, "is no status", 'write "200", "4XX" or "default"');
        return null;
      }
      least = number;
      most = isRange ? least + 99 : least;
    }
    const row = this.source.object(at);
    if (row == 0) return null;
    const answer = new Answer(least, most);
    answer.media = this.content(row);
    const headers = this.source.members(row, "headers");
    for (let i = 0; i < headers.length; i++) {
      const header = this.parameters.header(headers[i]);
      if (header !== null) answer.headers.push(header);
    }
    return answer;
  }

  /** Media types, the more precise first. */
  private content(row: usize): Media[] {
    const found = this.source.members(row, "content");
    const list: Media[] = [];
    for (let i = 0; i < found.length; i++) {
      const name = mediaText(nameOf(found[i]));
      const object = this.source.object(found[i]);
      if (object == 0) continue;
      if (!isRange(name)) {
        this.source.fault(found[i], "is no media type", 'write "application/json" or "text/*"');
        continue;
      }
      list.push(this.media(name, object));
    }
    list.sort((a: Media, b: Media): i32 => b.range.specificity - a.range.specificity);
    return list;
  }

  private media(name: string, row: usize): Media {
    const media = new Media(new MediaRange(name));
    const schema = member(row, "schema");
    if (schema != 0) media.node = this.source.schemas.node(schema, this.source.root);
    const isForm = name == "application/x-www-form-urlencoded" || name.startsWith("multipart/");
    if (isForm || name.indexOf("*") >= 0) {
      media.fields = new FieldPlan();
      this.pending.push(new PendingMedia(media, this.source.members(row, "encoding")));
    } else this.pending.push(new PendingMedia(media, []));
    return media;
  }
}

/** A type and a subtype, the subtype or both a star. */
function isRange(text: string): bool {
  const slash = text.indexOf("/");
  if (slash < 1 || slash == text.length - 1) return false;
  const star = text.indexOf("*");
  return star < 0 || text == "*/*" || (star == slash + 1 && star == text.length - 1);
}
