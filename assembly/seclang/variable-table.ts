// The variables of SecLang by name. A collection holds named values, the others hold one. What a filter in a proxy
// cannot know is refused by name when rules are loaded.
import { lowerAscii } from "../base/ascii";
import { Text, TextPool } from "./text";

/** Variables by number. */
export const enum Variable {
  Args = 0,
  ArgsNames,
  ArgsGet,
  ArgsGetNames,
  ArgsPost,
  ArgsPostNames,
  ArgsCombinedSize,
  ArgsPath,
  RequestHeaders,
  RequestHeadersNames,
  RequestCookies,
  RequestCookiesNames,
  RequestUri,
  RequestUriRaw,
  RequestFilename,
  RequestBasename,
  RequestLine,
  RequestMethod,
  RequestProtocol,
  QueryString,
  RequestBody,
  RequestBodyLength,
  ReqbodyProcessor,
  ReqbodyError,
  ReqbodyErrorMsg,
  ReqbodyProcessorError,
  ReqbodyProcessorErrorMsg,
  Files,
  FilesNames,
  FilesSizes,
  FilesCombinedSize,
  FilesTmpNames,
  FilesTmpContent,
  MultipartPartHeaders,
  MultipartFilename,
  MultipartName,
  MultipartStrictError,
  MultipartUnmatchedBoundary,
  Xml,
  Json,
  ResponseHeaders,
  ResponseHeadersNames,
  ResponseStatus,
  ResponseProtocol,
  ResponseBody,
  ResponseContentLength,
  ResponseContentType,
  StatusLine,
  RemoteAddr,
  RemotePort,
  RemoteHost,
  ServerAddr,
  ServerPort,
  ServerName,
  UniqueId,
  Tx,
  MatchedVar,
  MatchedVarName,
  MatchedVars,
  MatchedVarsNames,
  Rule,
  Env,
  HighestSeverity,
  UrlencodedError,
  InboundDataError,
  OutboundDataError,
  AuthType,
  RemoteUser,
  UserId,
  SessionId,
  PathInfo,
  FullRequest,
  FullRequestLength,
  Duration,
  Time,
  TimeDay,
  TimeEpoch,
  TimeHour,
  TimeMin,
  TimeMon,
  TimeSec,
  TimeWday,
  TimeYear,
  ResponseArgs,
  ResBodyError,
  ResBodyErrorMsg,
  ResBodyProcessor,
  ResBodyProcessorError,
  ResBodyProcessorErrorMsg,
  WebAppId,
  MultipartBoundaryQuoted,
  MultipartBoundaryWhitespace,
  MultipartDataBefore,
  MultipartDataAfter,
  MultipartHeaderFolding,
  MultipartInvalidHeaderFolding,
  MultipartLfLine,
  MultipartCrlfLfLines,
  MultipartMissingSemicolon,
  MultipartInvalidQuoting,
  MultipartInvalidPart,
  MultipartFileLimitExceeded,
  Ip,
  Session,
  User,
  Global,
  Resource,
  Count,
}

/** In the order of the numbers; `+` in front marks a collection, `a/b` are two spellings of one. */
const names: string = `+ARGS +ARGS_NAMES +ARGS_GET +ARGS_GET_NAMES +ARGS_POST +ARGS_POST_NAMES ARGS_COMBINED_SIZE +ARGS_PATH
+REQUEST_HEADERS +REQUEST_HEADERS_NAMES +REQUEST_COOKIES +REQUEST_COOKIES_NAMES REQUEST_URI REQUEST_URI_RAW
REQUEST_FILENAME REQUEST_BASENAME REQUEST_LINE REQUEST_METHOD REQUEST_PROTOCOL QUERY_STRING REQUEST_BODY
REQUEST_BODY_LENGTH REQBODY_PROCESSOR REQBODY_ERROR REQBODY_ERROR_MSG REQBODY_PROCESSOR_ERROR
REQBODY_PROCESSOR_ERROR_MSG +FILES +FILES_NAMES +FILES_SIZES FILES_COMBINED_SIZE +FILES_TMPNAMES/FILES_TMP_NAMES
+FILES_TMP_CONTENT +MULTIPART_PART_HEADERS +MULTIPART_FILENAME +MULTIPART_NAME MULTIPART_STRICT_ERROR
MULTIPART_UNMATCHED_BOUNDARY +XML/REQUEST_XML +JSON +RESPONSE_HEADERS +RESPONSE_HEADERS_NAMES RESPONSE_STATUS
RESPONSE_PROTOCOL RESPONSE_BODY RESPONSE_CONTENT_LENGTH RESPONSE_CONTENT_TYPE STATUS_LINE REMOTE_ADDR REMOTE_PORT
REMOTE_HOST SERVER_ADDR SERVER_PORT SERVER_NAME UNIQUE_ID +TX MATCHED_VAR MATCHED_VAR_NAME +MATCHED_VARS
+MATCHED_VARS_NAMES +RULE +ENV HIGHEST_SEVERITY URLENCODED_ERROR INBOUND_DATA_ERROR OUTBOUND_DATA_ERROR AUTH_TYPE
REMOTE_USER USERID SESSIONID PATH_INFO FULL_REQUEST FULL_REQUEST_LENGTH DURATION TIME TIME_DAY TIME_EPOCH TIME_HOUR
TIME_MIN TIME_MON TIME_SEC TIME_WDAY TIME_YEAR +RESPONSE_ARGS RES_BODY_ERROR RES_BODY_ERROR_MSG RES_BODY_PROCESSOR
RES_BODY_PROCESSOR_ERROR RES_BODY_PROCESSOR_ERROR_MSG WEBAPPID MULTIPART_BOUNDARY_QUOTED MULTIPART_BOUNDARY_WHITESPACE
MULTIPART_DATA_BEFORE MULTIPART_DATA_AFTER MULTIPART_HEADER_FOLDING MULTIPART_INVALID_HEADER_FOLDING
MULTIPART_LF_LINE MULTIPART_CRLF_LF_LINES MULTIPART_MISSING_SEMICOLON/MULTIPART_SEMICOLON_MISSING MULTIPART_INVALID_QUOTING
MULTIPART_INVALID_PART MULTIPART_FILE_LIMIT_EXCEEDED +IP +SESSION +USER +GLOBAL +RESOURCE`;

/** `name=reason` of variables that exist elsewhere and cannot exist here. */
const impossible: string = `geo=needs a GeoIP database
msc_pcre_error=counts what matching in linear time cannot run into
msc_pcre_limits_exceeded=counts what matching in linear time cannot run into
modsec_build=names another engine's build
perf_all=measures another engine
script_basename=belongs to a web server's file system
script_filename=belongs to a web server's file system
script_gid=belongs to a web server's file system
script_groupname=belongs to a web server's file system
script_mode=belongs to a web server's file system
script_uid=belongs to a web server's file system
script_username=belongs to a web server's file system
webserver_error_log=belongs to a web server`;

let entries: string[] = [];
let numbers: Map<string, i32> | null = null;

function table(): Map<string, i32> {
  const known = numbers;
  if (known !== null) return known;
  const made = new Map<string, i32>();
  entries = names.split("\n").join(" ").split(" ");
  for (let i = 0; i < entries.length; i++) {
    const spellings = bareName(entries[i]).split("/");
    for (let k = 0; k < spellings.length; k++) made.set(lowerAscii(spellings[k]), i);
  }
  numbers = made;
  return made;
}

function bareName(entry: string): string {
  return entry.startsWith("+") ? entry.substring(1) : entry;
}

/** Number of a variable by its name in lower case; -1 when there is none. Configure time only. */
export function variableOf(lowerName: string): i32 {
  const known = table();
  return known.has(lowerName) ? known.get(lowerName) : -1;
}

/** Name of a variable in capitals. Configure time only. */
export function variableName(id: u32): string {
  table();
  return bareName(entries[id]).split("/")[0];
}

let texts: Text[] = [];
let textPool: TextPool | null = null;

/** Names as bytes, for the data path: once, when rules are loaded. */
export function prepareVariableTexts(): void {
  if (texts.length > 0) return;
  const pool = new TextPool();
  textPool = pool;
  for (let id: u32 = 0; id < <u32>Variable.Count; id++) texts.push(pool.of(variableName(id)));
}

/** Name of a variable as bytes, after prepareVariableTexts. */
export function variableText(id: u32): Text {
  return texts[id];
}

/** Whether a variable holds named values. */
export function isCollection(id: u32): bool {
  table();
  return entries[id].startsWith("+");
}

/** Why a variable cannot exist in a sandbox; empty when that is not the matter with it. */
export function whyNoVariable(wanted: string): string {
  const lines = impossible.split("\n");
  for (let i = 0; i < lines.length; i++) {
    const at = lines[i].indexOf("=");
    if (lines[i].substring(0, at) == wanted) return lines[i].substring(at + 1);
  }
  return "";
}
