// Regression cases that a filter in a sandbox, behind a proxy, cannot be asked, or that ask nothing; by reason. Each is refused by
// name when rules load, or expects nothing at all: the test says so.
const reasons: Record<string, string[]> = {
  "needs a GeoIP database": ["variable-GEO.json"],
  "runs a program or a script": [
    "action-exec.json#1",
    "action-exec.json#2",
    "collection-lua.json",
    "directive-sec_rule_script.json#2",
    "directive-sec_rule_script.json#3",
    "issue-2427.json",
    "operator-inpectFile.json",
  ],
  "loads rules or addresses from another server": [
    "config-secremoterules.json#0",
    "config-secremoterules.json#2",
    "operator-ipMatchFromFile.json#2",
  ],
  "asks for the limit of a backtracking matcher, which matching in linear time does not have": [
    "operator-rx.json#3",
    "operator-rx.json#4",
    "operator-rx.json#5",
  ],
  "needs a backtracking matcher: look-around and possessive repeats take no linear time, and are refused by name":
    [
      "config-update-target-by-tag.json#4",
      "rule-920120.json#0",
      "variable-MULTIPART_PART_HEADERS.json#3",
    ],
  "validates against a DTD or an XML Schema on a disk": [
    "config-xml_external_entity.json#1",
    "config-xml_external_entity.json#2",
    "request-body-parser-xml-validade-dtd.json",
    "request-body-parser-xml.json#0",
    "request-body-parser-xml.json#1",
    "request-body-parser-xml.json#2",
    "request-body-parser-xml.json#3",
    "request-body-parser-xml.json#4",
  ],
  "counts or orders headers, to which a proxy adds its own, or wants blanks that it cuts": [
    "request-body-parser-multipart.json#26",
    "variable-FULL_REQUEST_LENGTH.json#0",
    "variable-TX.json#1",
    "variable-variation-count.json#0",
  ],
  "expects another engine's spelling of bytes in its debug log": ["issue-1812.json#0"],
  "names another engine's build": ["variable-MODSEC_BUILD.json"],
  "reads the environment of a process, which a sandbox has not": [
    "variable-ENV.json#0",
    "variable-ENV.json#1",
    "variable-ENV.json#3",
  ],
  "expects nothing": [
    "debug_log.json#0",
    "issue-394.json#0",
    "offset-variable.json#6",
    "offset-variable.json#7",
  ],
};

/** Why a case does not apply; undefined when it does. */
export function whyInapplicable(id: string): string | undefined {
  const file = id.replace(/#\d+$/, "");
  return Object.keys(reasons).find((reason) =>
    reasons[reason]!.some((entry) => entry === id || entry === file),
  );
}
