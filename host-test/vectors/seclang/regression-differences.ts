// Regression cases of ModSecurity v3 that apply and are not met, each with the reason. A case that is met must not stand here: the
// test says so.
const doctype = "a document type is refused: entities are never expanded";
const body =
  "REQUEST_BODY holds forms, raw and forced bodies, not multipart (ModSecurity 2, Coraza)";
const quote = "a quoted argument that does not end is refused, with its line";
const fuzzy = "no fuzzy hashes are built: @fuzzyHash is refused";

export const regressionDifferences: Record<string, string> = {
  "action-ctl_request_body_access.json#1": body,
  "action-ctl_request_body_access.json#2": body,
  "config-body_limits.json#0": "a response over its limit is answered with 502 (500 in Coraza)",
  "config-body_limits.json#2": "a body over its limit is answered with 413 (as in Coraza)",
  "config-secdefaultaction.json#5":
    "a second SecDefaultAction of a phase replaces the first, as CRS 4's setup needs",
  "config-update-action-by-id.json#3":
    "a rule without an action of its own takes SecDefaultAction's, also its deny (ModSecurity 2, Coraza)",
  "config-update-target-by-id.json#3": "!ARGS takes nothing from ARGS_NAMES (Coraza)",
  "config-xml_external_entity.json#0": doctype,
  "issue-1528.json#0":
    "a pattern is compiled before any request is there: a macro in it is refused",
  "issue-1831.json#0": quote,
  "issue-1831.json#1": quote,
  "issue-1941.json#0": "the table of code page 20127 is built in, its file is not read",
  "issue-1941.json#3": "no table but that of code page 20127 can be had: refused",
  "issue-1960.json#0": quote,
  "offset-variable.json#30": body,
  "offset-variable.json#31": body,
  "offset-variable.json#50": "the span of @contains is not told apart from its whole value",
  "operator-detectxss.json#0":
    "@detectXSS captures the value, not the piece that libinjection stops at",
  "operator-fuzzyhash.json#0": fuzzy,
  "operator-fuzzyhash.json#1": fuzzy,
  "operator-rx.json#2": "a pattern that does not compile is refused when rules load",
  "request-body-parser-multipart.json#29":
    "a quoted boundary is RFC 2046's own spelling: MULTIPART_BOUNDARY_QUOTED says so, it is no strict error",
  "rule-920200.json#0": quote,
  "variable-MULTIPART_STRICT_ERROR.json#5":
    "a boundary with blanks and parentheses must be quoted (RFC 2045 §5.1): an error",
  "variable-REQUEST_BODY.json#0": body,
  "variable-XML.json#0": doctype,
};
