// Names under which users of other engines include what is here under its own: coraza-proxy-wasm's and coraza-coreruleset's
// names for the setup of the Core Rule Set and an engine's settings, the names that these files have on a disk, and the folders
// in which the rules lie there.

/** `other name=name`; only the last part of a path is looked up. */
const names: string = `@crs-setup-demo-conf=@crs-setup-conf
@crs-setup.conf.example=@crs-setup-conf
crs-setup.conf.example=@crs-setup-conf
crs-setup.conf=@crs-setup-conf
@coraza.conf-recommended=@recommended-conf
coraza.conf-recommended=@recommended-conf
coraza.conf-recommended.conf=@recommended-conf
modsecurity.conf-recommended=@recommended-conf
coraza-demo.conf=@demo-conf
ftw-config.conf=@ftw-conf`;

/** The name here of a file that is called otherwise elsewhere; empty when it is not known. */
export function knownName(other: string): string {
  const lines = names.split("\n");
  for (let i = 0; i < lines.length; i++) {
    const at = lines[i].indexOf("=");
    if (lines[i].substring(0, at) == other) return lines[i].substring(at + 1);
  }
  return "";
}

/** `crs/*.conf`, `/etc/owasp-crs/rules/*.conf` and the like are the rules of the Core Rule Set; the pattern itself otherwise. */
export function knownPattern(pattern: string): string {
  const start = pattern.lastIndexOf("/") + 1;
  const folder = pattern.substring(0, start);
  if (folder == RULES) return pattern;
  const isSet =
    folder.endsWith("crs/") ||
    folder.endsWith("crs/rules/") ||
    (folder.endsWith("/rules/") && folder.indexOf("coreruleset") >= 0);
  return isSet ? RULES + pattern.substring(start) : pattern;
}

/** Whether a file of the Core Rule Set is meant, which a module holds only when it was made with one. */
export function isOfCoreRuleSet(name: string): bool {
  return (
    knownPattern(name).startsWith(RULES) ||
    name == SETUP ||
    knownName(name.substring(name.lastIndexOf("/") + 1)) == SETUP
  );
}

const RULES: string = "@owasp_crs/";
const SETUP: string = "@crs-setup-conf";
