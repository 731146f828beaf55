// Regression cases of ModSecurity v3 that can be judged and are not met, each with the reason. A case that is met must not stand
// here: the test says so.

const collections = "collections other than TX hold nothing: no request leaves anything behind";
const xpath = "XPath beyond `/*` and `//@*`: rules see all texts and all attribute values";
const unicodeMap = "the code page of t:urlDecodeUni is built in (20127), its file is not read";
const boundaries = "MULTIPART_UNMATCHED_BOUNDARY is 0 or 1 here, and a foreign boundary sets it";
const multipartFlags = "the flags of multipart bodies are all read as MULTIPART_STRICT_ERROR";
const macroPattern = "a macro names a variable, or one name in it, not a pattern";
const raw = "the bytes of the request on the wire are Envoy's, not the filter's";
const lengths = "the suite's runner counts other bytes than it lists";

export const regressionDifferences: Record<string, string> = {
  "action-block.json#0": "SecDefaultAction with block is what CRS 2 wrote: it means deny here",
  "action-id.json#5": "a quote behind a number is passed over",
  "action-xmlns.json#0": xpath,
  "action-xmlns.json#1": xpath,
  "action-xmlns.json#2": xpath,
  "action-xmlns.json#3": xpath,
  "collection-case-insensitive.json#0": "a percent sign behind a macro is kept",
  "collection-regular_expression_selection.json#1": collections,
  "collection-resource.json#0": collections,
  "collection-tx-with-macro.json#0": "a percent sign behind a macro is kept",
  "config-body_limits.json#0":
    "a response is held for rules of phase 4 only, and the case has none",
  "config-body_limits.json#2": "a body over its limit is answered with 413",
  "config-body_limits.json#15": "headers of file parts count as part of the body without files",
  "config-secdefaultaction.json#2": "t:none in SecDefaultAction changes nothing and is taken",
  "config-secdefaultaction.json#5":
    "a second SecDefaultAction of a phase replaces the first, as CRS 4's setup needs",
  "config-update-action-by-id.json#3":
    "a rule without an action of its own takes SecDefaultAction's, also its deny",
  "config-update-target-by-id.json#3": "!ARGS takes nothing from ARGS_NAMES",
  "config-xml_external_entity.json#0": xpath,
  "issue-1831.json#2": collections,
  "issue-1941.json#0": unicodeMap,
  "issue-1941.json#1": unicodeMap,
  "issue-1941.json#2": unicodeMap,
  "issue-1941.json#3": unicodeMap,
  "issue-2296.json#2": macroPattern,
  "issue-2296.json#3": macroPattern,
  "issue-2296.json#4": "RULE is asked by name, not by a pattern",
  "issue-2296.json#5": macroPattern,
  "issue-2423-msg-in-chain.json#3":
    "the message is written when the whole chain has matched: MATCHED_VAR is the last one",
  "request-body-parser-multipart.json#46": boundaries,
  "request-body-parser-multipart.json#49": boundaries,
  "request-body-parser-multipart.json#50": boundaries,
  "request-body-parser-multipart.json#51": boundaries,
  "request-body-parser-multipart.json#52": boundaries,
  "request-body-parser-multipart.json#54":
    "a control byte in a part's header is a strict error, not one of the parser",
  "variable-DURATION.json#0": "DURATION is empty",
  "variable-ENV.json#2": "a sandbox has no environment: ENV is empty",
  "variable-FILES_SIZES.json#0": lengths,
  "variable-FULL_REQUEST_LENGTH.json#0": raw,
  "variable-INBOUND_DATA_ERROR.json#1": "a body over its limit is answered with 413 before phase 3",
  "variable-MULTIPART_CRLF_LF_LINES.json#0": multipartFlags,
  "variable-MULTIPART_CRLF_LF_LINES.json#1": multipartFlags,
  "variable-MULTIPART_STRICT_ERROR.json#5": multipartFlags,
  "variable-MULTIPART_STRICT_ERROR.json#7": multipartFlags,
  "variable-MULTIPART_UNMATCHED_BOUNDARY.json#0": boundaries,
  "variable-REQUEST_BODY_LENGTH.json#0": lengths,
  "variable-REQUEST_COOKIES_NAMES.json#3":
    "a cookie without `=` is a value without a name (RFC 6265 §5.2)",
  "variable-REQUEST_URI.json#1": "Envoy refuses a target with a fragment before any filter",
  "variable-REQUEST_URI.json#2": "Envoy refuses a target with a fragment before any filter",
  "variable-RESPONSE_CONTENT_LENGTH.json#0": lengths,
  "variable-SESSIONID.json#0": collections,
  "variable-SESSIONID.json#1": collections,
  "variable-STATUS.json#1": "RESPONSE_STATUS is the upstream's: a denial of the filter has none",
  "variable-UNIQUE_ID.json#0": "UNIQUE_ID is x-request-id, which the case does not send",
  "variable-USERID.json#0": collections,
  "variable-USERID.json#1": collections,
  "variable-XML.json#0": xpath,
  "variable-variation-count.json#0": "one header more: Envoy's router wants x-forwarded-proto",
};
