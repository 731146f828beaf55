// The files that every module holds: settings of an engine under the names that users of coraza-proxy-wasm know, and the rule
// set of this project. A file of the same name in the configuration takes their place.
import {
  CODE,
  CODE_BYTES,
  COMMANDS,
  COMMANDS_BYTES,
  DECISION,
  DECISION_BYTES,
  DEMO,
  DEMO_BYTES,
  FILES,
  FILES_BYTES,
  FTW,
  FTW_BYTES,
  PROTOCOL,
  PROTOCOL_BYTES,
  RECOMMENDED,
  RECOMMENDED_BYTES,
  SCANNERS,
  SCANNERS_BYTES,
  SCRIPT,
  SCRIPT_BYTES,
  SETUP,
  SETUP_BYTES,
  SQL,
  SQL_BYTES,
  UPLOADS,
  UPLOADS_BYTES,
} from "../../ruleset/texts.gen";
import { Text } from "../../seclang/text";
import { RuleFiles } from "../../waf/load/files";

/** What runs when a section names no rules. */
export const DEFAULT_LINES: string = `Include @recommended-conf
SecRuleEngine On
Include @meshwarden/*.conf`;

/** Adds the files by their names for Include. Configure time only. */
export function addBuiltin(files: RuleFiles): void {
  files.add("@recommended-conf", new Text(RECOMMENDED, RECOMMENDED_BYTES));
  files.add("@demo-conf", new Text(DEMO, DEMO_BYTES));
  files.add("@ftw-conf", new Text(FTW, FTW_BYTES));
  files.add("@meshwarden/00-setup.conf", new Text(SETUP, SETUP_BYTES));
  files.add("@meshwarden/10-protocol.conf", new Text(PROTOCOL, PROTOCOL_BYTES));
  files.add("@meshwarden/20-scanners.conf", new Text(SCANNERS, SCANNERS_BYTES));
  files.add("@meshwarden/30-files.conf", new Text(FILES, FILES_BYTES));
  files.add("@meshwarden/40-commands.conf", new Text(COMMANDS, COMMANDS_BYTES));
  files.add("@meshwarden/50-sql.conf", new Text(SQL, SQL_BYTES));
  files.add("@meshwarden/60-script.conf", new Text(SCRIPT, SCRIPT_BYTES));
  files.add("@meshwarden/70-code.conf", new Text(CODE, CODE_BYTES));
  files.add("@meshwarden/80-uploads.conf", new Text(UPLOADS, UPLOADS_BYTES));
  files.add("@meshwarden/90-decision.conf", new Text(DECISION, DECISION_BYTES));
}
