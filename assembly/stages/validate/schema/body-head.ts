// What the head of a message says of its body, as far as it decides whether the body can be compared with a schema.
import { HeaderMap } from "../../../http/header-map";
import { KnownHeader } from "../../../http/header-name";
import { equalsLiteralFolded } from "../../../http/literal";
import { MediaType, MediaTypeStatus } from "../../../http/media-type";

/** Whether the body has a content encoding other than `identity`. */
export function isEncoded(headers: HeaderMap): bool {
  const row = headers.first(KnownHeader.ContentEncoding);
  if (row < 0) return false;
  return !equalsLiteralFolded(headers.value(row), headers.valueLength(row), "identity");
}

/** Reads the Content-Type. False: there is none, or it is no media type. */
export function readType(headers: HeaderMap, type: MediaType): bool {
  const row = headers.first(KnownHeader.ContentType);
  if (row < 0) return false;
  return type.read(headers.value(row), headers.valueLength(row)) == MediaTypeStatus.Ok;
}
