// Which reader a body gets, by its Content-Type. A body without one, or with one that is no media type, is
// read as what its first byte shows: the server behind will guess as well.
import { MediaType, MediaTypeStatus } from "../../../http/media-type";
import { RequestView } from "../../request-view";

/** Readers of bodies. */
export const enum BodyFormat {
  /** No body, or none that is looked at. */
  None = 0,
  Form = 1,
  Json = 2,
  Multipart = 3,
  Xml = 4,
  /** One value. */
  Text = 5,
  /** By its first byte. */
  Guess = 6,
  /** A type that no reader knows. */
  Unknown = 7,
}

/** The format that the request's headers announce. */
export function formatOf(request: RequestView): BodyFormat {
  if (request.mediaTypeStatus != MediaTypeStatus.Ok) return BodyFormat.Guess;
  const type = request.mediaType;
  if (type.isJson || is(type, "application/csp-report")) return BodyFormat.Json;
  if (is(type, "application/x-www-form-urlencoded")) return BodyFormat.Form;
  if (is(type, "multipart/*")) return BodyFormat.Multipart;
  if (is(type, "text/xml") || is(type, "application/xml") || is(type, "application/*+xml"))
    return BodyFormat.Xml;
  if (is(type, "text/*") || is(type, "application/graphql")) return BodyFormat.Text;
  if (is(type, "application/x-ndjson") || is(type, "application/json-seq")) return BodyFormat.Text;
  return BodyFormat.Unknown;
}

/** The format of a body's bytes. */
export function guessFormat(ptr: usize, length: u32): BodyFormat {
  let i: u32 = 0;
  while (i < length && load<u8>(ptr + i) <= 0x20) i++;
  if (i == length) return BodyFormat.None;
  const byte = load<u8>(ptr + i);
  if (byte == 0x7b || byte == 0x5b) return BodyFormat.Json;
  if (byte == 0x3c) return BodyFormat.Text;
  while (i < length && load<u8>(ptr + i) > 0x20 && load<u8>(ptr + i) != 0x3d) i++;
  return i < length && load<u8>(ptr + i) == 0x3d ? BodyFormat.Form : BodyFormat.Text;
}

/** Compares with a pattern of `MediaType.matches`. */
function is(type: MediaType, pattern: string): bool {
  const length = <u32>pattern.length;
  const bytes = PATTERN;
  for (let i: u32 = 0; i < length; i++) store<u8>(bytes + i, <u8>pattern.charCodeAt(i));
  return type.matches(bytes, length);
}

const PATTERN: usize = memory.data(64);
