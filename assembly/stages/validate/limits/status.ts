// Everything the limits stage can say, in one table: docs/filters/validate.md, counters, audit reasons and the
// configuration's `modes` are made from it. The names are stable; new ones go to the end of both lists.
import { GrpcStatus, StatusTable } from "../../status-table";
import { Mode } from "../../verdict";

export const enum LimitsStatus {
  AddressUnknown = 0,
  AddressDenied,
  AddressNotAllowed,
  MethodNotAllowed,
  HostMissing,
  HostMalformed,
  HostNotAllowed,
  TargetMalformed,
  UrlTooLong,
  PathTooLong,
  PathFragment,
  PathNul,
  PathControlByte,
  PathDotSegment,
  PathEncodedSlash,
  PathBackslash,
  PathDoubleEncoding,
  PathBadEscape,
  PathBadUtf8,
  PathRawNonAscii,
  PathUnsafeByte,
  PathEmptySegment,
  QueryTooLong,
  QueryTooManyArguments,
  QueryArgumentTooLong,
  QueryNul,
  QueryControlByte,
  QueryDoubleEncoding,
  QueryBadEscape,
  QueryBadUtf8,
  QueryRawNonAscii,
  TooManyHeaders,
  HeadersTooLarge,
  HeaderValueTooLarge,
  HeaderMissing,
  TooManyCookies,
  CookieTooLarge,
  CookiesTooLarge,
  UserAgentMissing,
  UserAgentDenied,
  UserAgentNotAllowed,
  ContentTypeMissing,
  ContentTypeMalformed,
  ContentTypeNotAllowed,
  ContentLengthMissing,
  ContentLengthMalformed,
  BodyTooLarge,
  JsonEncoded,
  JsonTooLarge,
  JsonMalformed,
  JsonTooDeep,
  JsonTooManyKeys,
  JsonTooManyElements,
  JsonValueTooLong,
  JsonDuplicateMember,
}

/** The table of the stage. Allocates: configure time only. */
export function limitsStatuses(): StatusTable {
  const table = new StatusTable("limits");
  addresses(table);
  requestLine(table);
  paths(table);
  queries(table);
  headers(table);
  bodies(table);
  json(table);
  return table;
}

function addresses(t: StatusTable): void {
  t.add(LimitsStatus.AddressUnknown, "address_unknown", 403, GrpcStatus.PermissionDenied, Mode.Enforce, "The client's address could not be read.");
  t.add(LimitsStatus.AddressDenied, "address_denied", 403, GrpcStatus.PermissionDenied, Mode.Enforce, "The client's address is on a deny list.");
  t.add(LimitsStatus.AddressNotAllowed, "address_not_allowed", 403, GrpcStatus.PermissionDenied, Mode.Enforce, "The client's address is on no allow list.");
}

function requestLine(t: StatusTable): void {
  t.add(LimitsStatus.MethodNotAllowed, "method_not_allowed", 405, GrpcStatus.Unimplemented, Mode.Enforce, "The method is not allowed.");
  t.add(LimitsStatus.HostMissing, "host_missing", 400, GrpcStatus.InvalidArgument, Mode.Enforce, "The request names no host.");
  t.add(LimitsStatus.HostMalformed, "host_malformed", 400, GrpcStatus.InvalidArgument, Mode.Enforce, "The host is not one host name or address with an optional port.");
  t.add(LimitsStatus.HostNotAllowed, "host_not_allowed", 421, GrpcStatus.PermissionDenied, Mode.Enforce, "This host is not served here.");
  t.add(LimitsStatus.TargetMalformed, "target_malformed", 400, GrpcStatus.InvalidArgument, Mode.Enforce, "The request target does not begin with a slash.");
  t.add(LimitsStatus.UrlTooLong, "url_too_long", 414, GrpcStatus.InvalidArgument, Mode.Enforce, "The URL is too long.");
}

function paths(t: StatusTable): void {
  t.add(LimitsStatus.PathTooLong, "path_too_long", 414, GrpcStatus.InvalidArgument, Mode.Enforce, "The path is too long.");
  t.add(LimitsStatus.PathFragment, "path_fragment", 400, GrpcStatus.InvalidArgument, Mode.Enforce, "The URL holds a fragment.");
  t.add(LimitsStatus.PathNul, "path_nul", 400, GrpcStatus.InvalidArgument, Mode.Enforce, "The path holds a NUL byte.");
  t.add(LimitsStatus.PathControlByte, "path_control_byte", 400, GrpcStatus.InvalidArgument, Mode.Enforce, "The path holds a control byte.");
  t.add(LimitsStatus.PathDotSegment, "path_dot_segment", 400, GrpcStatus.InvalidArgument, Mode.Enforce, "The path holds a dot segment.");
  t.add(LimitsStatus.PathEncodedSlash, "path_encoded_slash", 400, GrpcStatus.InvalidArgument, Mode.Enforce, "The path holds an encoded slash.");
  t.add(LimitsStatus.PathBackslash, "path_backslash", 400, GrpcStatus.InvalidArgument, Mode.Enforce, "The path holds a backslash.");
  t.add(LimitsStatus.PathDoubleEncoding, "path_double_encoding", 400, GrpcStatus.InvalidArgument, Mode.Enforce, "The path is percent-encoded twice.");
  t.add(LimitsStatus.PathBadEscape, "path_bad_escape", 400, GrpcStatus.InvalidArgument, Mode.Enforce, "The path holds a percent sign without two hexadecimal digits.");
  t.add(LimitsStatus.PathBadUtf8, "path_bad_utf8", 400, GrpcStatus.InvalidArgument, Mode.Enforce, "The path is not UTF-8.");
  t.add(LimitsStatus.PathRawNonAscii, "path_raw_non_ascii", 400, GrpcStatus.InvalidArgument, Mode.Enforce, "The path holds a byte above 0x7F that is not percent-encoded.");
  t.add(LimitsStatus.PathUnsafeByte, "path_unsafe_byte", 400, GrpcStatus.InvalidArgument, Mode.Off, "The path holds a byte that must be percent-encoded.");
  t.add(LimitsStatus.PathEmptySegment, "path_empty_segment", 400, GrpcStatus.InvalidArgument, Mode.Off, "The path holds an empty segment.");
}

function queries(t: StatusTable): void {
  t.add(LimitsStatus.QueryTooLong, "query_too_long", 414, GrpcStatus.InvalidArgument, Mode.Enforce, "The query is too long.");
  t.add(LimitsStatus.QueryTooManyArguments, "query_too_many_arguments", 400, GrpcStatus.InvalidArgument, Mode.Enforce, "The query has too many arguments.");
  t.add(LimitsStatus.QueryArgumentTooLong, "query_argument_too_long", 414, GrpcStatus.InvalidArgument, Mode.Enforce, "An argument of the query is too long.");
  t.add(LimitsStatus.QueryNul, "query_nul", 400, GrpcStatus.InvalidArgument, Mode.Enforce, "The query holds a NUL byte.");
  t.add(LimitsStatus.QueryControlByte, "query_control_byte", 400, GrpcStatus.InvalidArgument, Mode.Off, "The query holds a control byte.");
  t.add(LimitsStatus.QueryDoubleEncoding, "query_double_encoding", 400, GrpcStatus.InvalidArgument, Mode.Off, "The query is percent-encoded twice.");
  t.add(LimitsStatus.QueryBadEscape, "query_bad_escape", 400, GrpcStatus.InvalidArgument, Mode.Off, "The query holds a percent sign without two hexadecimal digits.");
  t.add(LimitsStatus.QueryBadUtf8, "query_bad_utf8", 400, GrpcStatus.InvalidArgument, Mode.Off, "The query is not UTF-8.");
  t.add(LimitsStatus.QueryRawNonAscii, "query_raw_non_ascii", 400, GrpcStatus.InvalidArgument, Mode.Off, "The query holds a byte above 0x7F that is not percent-encoded.");
}

function headers(t: StatusTable): void {
  t.add(LimitsStatus.TooManyHeaders, "too_many_headers", 431, GrpcStatus.InvalidArgument, Mode.Enforce, "The request has too many headers.");
  t.add(LimitsStatus.HeadersTooLarge, "headers_too_large", 431, GrpcStatus.InvalidArgument, Mode.Enforce, "The headers are too large together.");
  t.add(LimitsStatus.HeaderValueTooLarge, "header_value_too_large", 431, GrpcStatus.InvalidArgument, Mode.Enforce, "A header is too large.");
  t.add(LimitsStatus.HeaderMissing, "header_missing", 400, GrpcStatus.InvalidArgument, Mode.Enforce, "A required header is missing.");
  t.add(LimitsStatus.TooManyCookies, "too_many_cookies", 431, GrpcStatus.InvalidArgument, Mode.Enforce, "The request has too many cookies.");
  t.add(LimitsStatus.CookieTooLarge, "cookie_too_large", 431, GrpcStatus.InvalidArgument, Mode.Enforce, "A cookie is too large.");
  t.add(LimitsStatus.CookiesTooLarge, "cookies_too_large", 431, GrpcStatus.InvalidArgument, Mode.Enforce, "The cookies are too large together.");
  t.add(LimitsStatus.UserAgentMissing, "user_agent_missing", 403, GrpcStatus.PermissionDenied, Mode.Off, "The request names no user agent.");
  t.add(LimitsStatus.UserAgentDenied, "user_agent_denied", 403, GrpcStatus.PermissionDenied, Mode.Enforce, "The user agent is on a deny list.");
  t.add(LimitsStatus.UserAgentNotAllowed, "user_agent_not_allowed", 403, GrpcStatus.PermissionDenied, Mode.Enforce, "The user agent is on no allow list.");
}

function bodies(t: StatusTable): void {
  t.add(LimitsStatus.ContentTypeMissing, "content_type_missing", 415, GrpcStatus.InvalidArgument, Mode.Enforce, "The request has a body without a content type.");
  t.add(LimitsStatus.ContentTypeMalformed, "content_type_malformed", 415, GrpcStatus.InvalidArgument, Mode.Enforce, "The content type is not one media type.");
  t.add(LimitsStatus.ContentTypeNotAllowed, "content_type_not_allowed", 415, GrpcStatus.InvalidArgument, Mode.Enforce, "The content type is not allowed.");
  t.add(LimitsStatus.ContentLengthMissing, "content_length_missing", 411, GrpcStatus.InvalidArgument, Mode.Off, "The request has a body without a content length.");
  t.add(LimitsStatus.ContentLengthMalformed, "content_length_malformed", 400, GrpcStatus.InvalidArgument, Mode.Enforce, "The content length is not one number.");
  t.add(LimitsStatus.BodyTooLarge, "body_too_large", 413, GrpcStatus.ResourceExhausted, Mode.Enforce, "The body is too large.");
}

function json(t: StatusTable): void {
  t.add(LimitsStatus.JsonEncoded, "json_encoded", 415, GrpcStatus.InvalidArgument, Mode.Enforce, "A JSON body must not have a content encoding.");
  t.add(LimitsStatus.JsonTooLarge, "json_too_large", 413, GrpcStatus.ResourceExhausted, Mode.Enforce, "The JSON body is too large.");
  t.add(LimitsStatus.JsonMalformed, "json_malformed", 400, GrpcStatus.InvalidArgument, Mode.Enforce, "The body is not well-formed JSON.");
  t.add(LimitsStatus.JsonTooDeep, "json_too_deep", 400, GrpcStatus.InvalidArgument, Mode.Enforce, "The JSON body is nested too deeply.");
  t.add(LimitsStatus.JsonTooManyKeys, "json_too_many_keys", 400, GrpcStatus.InvalidArgument, Mode.Enforce, "The JSON body has too many keys.");
  t.add(LimitsStatus.JsonTooManyElements, "json_too_many_elements", 400, GrpcStatus.InvalidArgument, Mode.Enforce, "An array of the JSON body has too many elements.");
  t.add(LimitsStatus.JsonValueTooLong, "json_value_too_long", 400, GrpcStatus.InvalidArgument, Mode.Enforce, "A string or number of the JSON body is too long.");
  t.add(LimitsStatus.JsonDuplicateMember, "json_duplicate_member", 400, GrpcStatus.InvalidArgument, Mode.Enforce, "An object of the JSON body has the same member twice.");
}
