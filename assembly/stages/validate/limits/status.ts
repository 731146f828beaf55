// Everything the limits stage can say, in one table: docs/filters/validate.md, counters, audit reasons and the
// configuration's `modes` are made from it. The names are stable; new ones go to the end of both lists.

/** Places of the rows below. */
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

/** One status a line: name, HTTP status, gRPC status, mode by default, text for the client. */
export const limitsStatuses: string = `
address_unknown          | 403 |  7 | enforce | The client's address could not be read.
address_denied           | 403 |  7 | enforce | The client's address is on a deny list.
address_not_allowed      | 403 |  7 | enforce | The client's address is on no allow list.
method_not_allowed       | 405 | 12 | enforce | The method is not allowed.
host_missing             | 400 |  3 | enforce | The request names no host.
host_malformed           | 400 |  3 | enforce | The host is not one host name or address with an optional port.
host_not_allowed         | 421 |  7 | enforce | This host is not served here.
target_malformed         | 400 |  3 | enforce | The request target does not begin with a slash.
url_too_long             | 414 |  3 | enforce | The URL is too long.
path_too_long            | 414 |  3 | enforce | The path is too long.
path_fragment            | 400 |  3 | enforce | The URL holds a fragment.
path_nul                 | 400 |  3 | enforce | The path holds a NUL byte.
path_control_byte        | 400 |  3 | enforce | The path holds a control byte.
path_dot_segment         | 400 |  3 | enforce | The path holds a dot segment.
path_encoded_slash       | 400 |  3 | enforce | The path holds an encoded slash.
path_backslash           | 400 |  3 | enforce | The path holds a backslash.
path_double_encoding     | 400 |  3 | enforce | The path is percent-encoded twice.
path_bad_escape          | 400 |  3 | enforce | The path holds a percent sign without two hexadecimal digits.
path_bad_utf8            | 400 |  3 | enforce | The path is not UTF-8.
path_raw_non_ascii       | 400 |  3 | enforce | The path holds a byte above 0x7F that is not percent-encoded.
path_unsafe_byte         | 400 |  3 | off     | The path holds a byte that must be percent-encoded.
path_empty_segment       | 400 |  3 | off     | The path holds an empty segment.
query_too_long           | 414 |  3 | enforce | The query is too long.
query_too_many_arguments | 400 |  3 | enforce | The query has too many arguments.
query_argument_too_long  | 414 |  3 | enforce | An argument of the query is too long.
query_nul                | 400 |  3 | enforce | The query holds a NUL byte.
query_control_byte       | 400 |  3 | off     | The query holds a control byte.
query_double_encoding    | 400 |  3 | off     | The query is percent-encoded twice.
query_bad_escape         | 400 |  3 | off     | The query holds a percent sign without two hexadecimal digits.
query_bad_utf8           | 400 |  3 | off     | The query is not UTF-8.
query_raw_non_ascii      | 400 |  3 | off     | The query holds a byte above 0x7F that is not percent-encoded.
too_many_headers         | 431 |  3 | enforce | The request has too many headers.
headers_too_large        | 431 |  3 | enforce | The headers are too large together.
header_value_too_large   | 431 |  3 | enforce | A header is too large.
header_missing           | 400 |  3 | enforce | A required header is missing.
too_many_cookies         | 431 |  3 | enforce | The request has too many cookies.
cookie_too_large         | 431 |  3 | enforce | A cookie is too large.
cookies_too_large        | 431 |  3 | enforce | The cookies are too large together.
user_agent_missing       | 403 |  7 | off     | The request names no user agent.
user_agent_denied        | 403 |  7 | enforce | The user agent is on a deny list.
user_agent_not_allowed   | 403 |  7 | enforce | The user agent is on no allow list.
content_type_missing     | 415 |  3 | enforce | The request has a body without a content type.
content_type_malformed   | 415 |  3 | enforce | The content type is not one media type.
content_type_not_allowed | 415 |  3 | enforce | The content type is not allowed.
content_length_missing   | 411 |  3 | off     | The request has a body without a content length.
content_length_malformed | 400 |  3 | enforce | The content length is not one number.
body_too_large           | 413 |  8 | enforce | The body is too large.
json_encoded             | 415 |  3 | enforce | A JSON body must not have a content encoding.
json_too_large           | 413 |  8 | enforce | The JSON body is too large.
json_malformed           | 400 |  3 | enforce | The body is not well-formed JSON.
json_too_deep            | 400 |  3 | enforce | The JSON body is nested too deeply.
json_too_many_keys       | 400 |  3 | enforce | The JSON body has too many keys.
json_too_many_elements   | 400 |  3 | enforce | An array of the JSON body has too many elements.
json_value_too_long      | 400 |  3 | enforce | A string or number of the JSON body is too long.
json_duplicate_member    | 400 |  3 | enforce | An object of the JSON body has the same member twice.
`;
