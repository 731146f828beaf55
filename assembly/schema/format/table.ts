// The formats that are checked, by name. A format that is not here says nothing, as the specification has it for unknown ones.
// Source: JSON Schema Validation 2020-12 §7.3; OpenAPI 3.1 format registry for the number formats.
import { isDate, isDateTime, isDuration, isTime } from "./time";
import { isEmail, isHostname, isJsonPointer, isUri, isUriReference, isUuid } from "./names";
import { isIpv4, isIpv6 } from "./address";

export const enum Format {
  None = 0,
  DateTime,
  Date,
  Time,
  Duration,
  Email,
  Hostname,
  Ipv4,
  Ipv6,
  Uri,
  UriReference,
  Uuid,
  JsonPointer,
}

const names: string[] = [
  "",
  "date-time",
  "date",
  "time",
  "duration",
  "email",
  "hostname",
  "ipv4",
  "ipv6",
  "uri",
  "uri-reference",
  "uuid",
  "json-pointer",
];

/** The format of a name; None for one that is not checked. */
export function formatNamed(name: string): Format {
  const place = names.indexOf(name);
  return place < 0 ? Format.None : <Format>place;
}

/** Whether a text, unescaped, is of a format. */
export function hasFormat(format: Format, ptr: usize, length: u32): bool {
  const end = ptr + length;
  switch (format) {
    case Format.DateTime:
      return isDateTime(ptr, end);
    case Format.Date:
      return isDate(ptr, end);
    case Format.Time:
      return isTime(ptr, end);
    case Format.Duration:
      return isDuration(ptr, end);
    case Format.Email:
      return isEmail(ptr, end);
    case Format.Hostname:
      return isHostname(ptr, end);
    case Format.Ipv4:
      return isIpv4(ptr, end);
    case Format.Ipv6:
      return isIpv6(ptr, end);
    case Format.Uri:
      return isUri(ptr, end);
    case Format.UriReference:
      return isUriReference(ptr, end);
    case Format.Uuid:
      return isUuid(ptr, end);
    case Format.JsonPointer:
      return isJsonPointer(ptr, end);
    default:
      return true;
  }
}
