// The files that every module holds: the recommended settings of an engine under the name that users of coraza-proxy-wasm
// know, and the rule set of this project. A file of the same name in the configuration takes their place.
import {
  CODE,
  COMMANDS,
  DECISION,
  FILES,
  PROTOCOL,
  RECOMMENDED,
  SCANNERS,
  SCRIPT,
  SETUP,
  SQL,
  UPLOADS,
} from "../../ruleset/texts";
import { TextPool } from "../../seclang/text";
import { RuleFiles } from "../../waf/load/files";

/** What runs when a section names no rules. */
export const DEFAULT_LINES: string = `Include @recommended-conf
SecRuleEngine On
Include @meshwarden/*.conf`;

/** Adds the files by their names for Include. Configure time only. */
export function addBuiltin(files: RuleFiles, pool: TextPool): void {
  files.add("@recommended-conf", pool.of(RECOMMENDED));
  files.add("@meshwarden/00-setup.conf", pool.of(SETUP));
  files.add("@meshwarden/10-protocol.conf", pool.of(PROTOCOL));
  files.add("@meshwarden/20-scanners.conf", pool.of(SCANNERS));
  files.add("@meshwarden/30-files.conf", pool.of(FILES));
  files.add("@meshwarden/40-commands.conf", pool.of(COMMANDS));
  files.add("@meshwarden/50-sql.conf", pool.of(SQL));
  files.add("@meshwarden/60-script.conf", pool.of(SCRIPT));
  files.add("@meshwarden/70-code.conf", pool.of(CODE));
  files.add("@meshwarden/80-uploads.conf", pool.of(UPLOADS));
  files.add("@meshwarden/90-decision.conf", pool.of(DECISION));
}
