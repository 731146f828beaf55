// How a body is read, by its media type. What is none of these (images, XML, archives) has no form that a schema speaks of.
import { MediaType } from "../../http/media-type";
import { equalsLiteralFolded } from "../../http/literal";

export const enum BodyKind {
  Json = 0,
  Form,
  Multipart,
  Text,
  Other,
}

export function kindOfType(type: MediaType): BodyKind {
  if (type.isJson) return BodyKind.Json;
  const start = type.pointer + type.typeStart;
  const first = type.slash - type.typeStart;
  const second = type.pointer + type.slash + 1;
  const length = type.subtypeEnd - type.slash - 1;
  if (equalsLiteralFolded(start, first, "multipart")) return BodyKind.Multipart;
  if (equalsLiteralFolded(start, first, "text")) {
    return equalsLiteralFolded(second, length, "xml") ? BodyKind.Other : BodyKind.Text;
  }
  const isApplication = equalsLiteralFolded(start, first, "application");
  if (isApplication && equalsLiteralFolded(second, length, "x-www-form-urlencoded")) {
    return BodyKind.Form;
  }
  return BodyKind.Other;
}
